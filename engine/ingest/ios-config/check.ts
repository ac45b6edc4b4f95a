/** What a configuration names and does not hold: the faults that a router keeps to itself until traffic comes. */
import type { DevicePolicy } from '../../event/policy.ts';
import type { Building } from './building.ts';
import type { ConfigIssue } from './words.ts';

/** Only for what stands in this text: a section of a configuration may leave out what it refers to, so these are warnings. */
export const checkReferences = (to: Building, policy: DevicePolicy): readonly ConfigIssue[] => {
  const issues: ConfigIssue[] = [];
  const warn = (line: number, code: string, message: string, cure: string): void => {
    issues.push({ severity: 'warning', code, line, column: 1, message, cure });
  };
  const sets = new Set(policy.transformSets.map((s) => s.name));
  const used = new Set<string>();
  for (const entry of [...to.maps.values(), ...to.dynamicMaps.values()]) {
    const name = `crypto map ${entry.map} ${entry.sequence}`;
    if (entry.accessList !== null) used.add(entry.accessList);
    for (const set of entry.transformSets.filter((name) => !sets.has(name))) {
      sets.add(set);
      const cure = `Add: crypto ipsec transform-set ${set} ...`;
      warn(entry.line, 'undefined-transform-set', `${name} uses transform set ${set}, which is not here`, cure);
    }
    if (entry.kind !== 'ipsec-isakmp' || entry.dynamicMap !== null) continue;
    if (entry.peers.length === 0) warn(entry.line, 'incomplete-map', `${name} has no peer`, 'Add: set peer ADDRESS');
    if (entry.transformSets.length === 0) warn(entry.line, 'incomplete-map', `${name} has no transform set`, 'Add: set transform-set NAME');
    if (entry.accessList === null) warn(entry.line, 'incomplete-map', `${name} has no access list`, 'Add: match address NAME');
  }
  for (const list of to.lists.values()) {
    // With no map in the text nobody can tell which lists are meant: then all are.
    if (used.size === 0 || used.has(list.name)) for (const issue of list.issues) issues.push(issue);
  }
  const maps = new Set(policy.maps.map((m) => m.map));
  for (const { cryptoMap, name, line } of policy.interfaces) {
    if (cryptoMap !== null && !maps.has(cryptoMap)) {
      warn(
        line,
        'undefined-map',
        `${name} carries crypto map ${cryptoMap}, which is not here`,
        `Add: crypto map ${cryptoMap} 10 ipsec-isakmp`,
      );
    }
  }
  return issues;
};
