/** Reads a configuration of IOS, IOS-XE or the ASA, whole or `| section crypto`, with or without its indentation, as the policy of one device. */
import type { AddressRange, CryptoMapEntry, DevicePolicy, IsakmpPolicy, PhaseOneAttribute } from '../../event/policy.ts';
import { asaDefaults, iosDefaultPolicies, iosDefaults } from '../../registry/cisco-policy.ts';
import { addressBytes } from '../../values/ip-address.ts';
import { readEntry } from './access-list.ts';
import { type Block, type Building, type BuildingList, emptyBuilding, type GivenKey } from './building.ts';
import { checkReferences } from './check.ts';
import { beginInterface, beginMap, beginTransformSet, readLifetime } from './ipsec.ts';
import { beginClientGroup, beginKeyring, beginPolicy, beginProfile, beginTunnelGroup, readKey, readOption } from './isakmp.ts';
import { addressOf, type ConfigIssue, hostRange, is, type Line, lineOf, maskedRange, says } from './words.ts';

export interface ConfigRead {
  readonly policy: DevicePolicy;
  /** Key material, apart from the policy: it goes where secrets go. */
  readonly keys: readonly GivenKey[];
  /** In the order of the lines. */
  readonly issues: readonly ConfigIssue[];
}

/** Any text gives a policy; what is not understood is left out, and named where it looks like one of ours. */
export const readConfiguration = (text: string): ConfigRead => {
  const to = emptyBuilding(dialectOf(text));
  text.split(/\r?\n/).forEach((raw, i) => {
    takeLine(to, lineOf(raw, i + 1));
  });
  const policy = finished(to);
  const issues = [...to.issues, ...checkReferences(to, policy)];
  return { policy, keys: to.keys, issues: issues.sort((a, b) => a.line - b.line || a.column - b.column) };
};

/** Does this look like a configuration at all? One line that only a configuration has is enough. */
export const isConfiguration = (text: string): boolean =>
  /^[ \t]*(?:crypto (?:isakmp|ikev1) (?:policy|key|profile|enable)|crypto ipsec (?:ikev1 )?transform-set|crypto (?:dynamic-)?map \S+ \d+ (?:ipsec|match|set)|crypto keyring|ip access-list (?:extended|standard) \S+|access-list \S+ (?:extended )?(?:permit|deny) )/im.test(
    text,
  );

const dialectOf = (text: string): 'ios' | 'asa' =>
  /^[ \t]*(?:ASA Version|PIX Version|nameif |tunnel-group |crypto ikev1 (?:policy|enable)|access-list \S+ extended )|crypto map \S+ \d+ (?:set|match) /im.test(
    text,
  )
    ? 'asa'
    : 'ios';

/** Commands of the top level: the words they begin with, and what they do with the rest. Longer beginnings stand first. */
const commands: readonly (readonly [readonly string[], (to: Building, line: Line, at: number) => Block | null])[] = [
  [['crypto', 'isakmp', 'policy'], beginPolicy],
  [['crypto', 'ikev1', 'policy'], beginPolicy],
  [['isakmp', 'policy'], beginPolicy],
  [['crypto', 'isakmp', 'key'], (to, line, at) => ended(readKey(to, line, at))],
  [['crypto', 'isakmp', 'profile'], beginProfile],
  [['crypto', 'isakmp', 'identity'], (to, line, at) => ended(readIdentity(to, line, at))],
  [['crypto', 'isakmp', 'keepalive'], (to, line, at) => ended(readOption(to, line, at, 'keepalive'))],
  [['crypto', 'isakmp', 'nat', 'keepalive'], (to, line, at) => ended(readOption(to, line, at, 'nat keepalive'))],
  [['crypto', 'isakmp', 'fragmentation'], (to, line, at) => ended(readOption(to, line, at, 'fragmentation'))],
  [['crypto', 'isakmp', 'client', 'configuration', 'group'], beginClientGroup],
  [['crypto', 'keyring'], beginKeyring],
  [['crypto', 'ipsec', 'transform-set'], beginTransformSet],
  [['crypto', 'ipsec', 'ikev1', 'transform-set'], beginTransformSet],
  [['crypto', 'ipsec', 'security-association', 'lifetime'], (to, line, at) => ended(readLifetime(to, line, at))],
  [['crypto', 'dynamic-map'], (to, line, at) => beginMap(to, line, at, true)],
  [['crypto', 'map'], (to, line, at) => beginMap(to, line, at, false)],
  [['tunnel-group'], beginTunnelGroup],
  [['interface'], beginInterface],
  [['ip', 'access-list'], (to, line, at) => beginList(to, line.words[at + 1]?.text ?? '', line)],
  [['object', 'network'], (to, line, at) => beginObject(to, line.words[at]?.text ?? '')],
  [['hostname'], (to, line, at) => ended(Object.assign(to, { hostname: line.words[at]?.text ?? null }))],
  [['version'], (to, line, at) => ended(Object.assign(to, { version: line.words[at]?.text ?? null }))],
  [['asa', 'version'], (to, line, at) => ended(Object.assign(to, { version: line.words[at]?.text ?? null }))],
];

const ended = (_: unknown): null => null;

const takeLine = (to: Building, line: Line): void => {
  const first = line.words[0];
  if (!first) return;
  if (first.text.startsWith('!') || (is(first, 'exit') && line.words.length === 1)) {
    to.block = null;
    return;
  }
  if (to.block?.(line)) return;
  if (is(first, 'access-list', 8)) {
    takeNumberedEntry(to, line);
    return;
  }
  // Up to three letters of a word are enough for a router; for the first word of a line we want all, prose being what it is.
  const command = commands.find(([names]) => is(first, names[0] ?? '') && says(line, 0, ...names));
  if (command) to.block = command[1](to, line, command[0].length);
};

const readIdentity = (to: Building, line: Line, at: number): void => {
  const identity = (['address', 'hostname', 'dn', 'auto'] as const).find((name) => is(line.words[at], name));
  if (identity) to.identity = identity;
};

const beginList = (to: Building, name: string, line: Line): Block => {
  const list = listNamed(to, name, line);
  return (next) => {
    const at = /^\d+$/.test(next.words[0]?.text ?? '') ? 1 : 0;
    if (is(next.words[at], 'remark')) return true;
    if (!is(next.words[at], 'permit', 3) && !is(next.words[at], 'deny', 3)) return false;
    takeEntry(to, list, next, at);
    return true;
  };
};

/** `access-list 101 permit ip ...`, and the ASA's `access-list NAME [line N] extended permit ip ...`. */
const takeNumberedEntry = (to: Building, line: Line): void => {
  const at = line.words.findIndex((w, i) => i >= 2 && (is(w, 'permit') || is(w, 'deny')));
  if (at < 0 || at > 5 || is(line.words[2], 'remark')) return;
  takeEntry(to, listNamed(to, line.words[1]?.text ?? '', line), line, at);
};

const listNamed = (to: Building, name: string, line: Line): BuildingList => {
  const list = to.lists.get(name) ?? { name, line: line.number, entries: [], issues: [] };
  to.lists.set(name, list);
  return list;
};

const takeEntry = (to: Building, list: BuildingList, line: Line, at: number): void => {
  const read = readEntry(line, at, { masks: to.dialect === 'ios' ? 'wildcard' : 'subnet', objects: to.objects });
  if ('issue' in read) list.issues.push(read.issue);
  else {
    list.entries.push(read.entry);
    list.issues.push(...read.issues);
  }
};

const beginObject =
  (to: Building, name: string): Block =>
  (line) => {
    const address = addressOf(line.words[1]);
    const mask = addressBytes(line.words[2]?.text ?? '');
    const range: AddressRange | undefined =
      address && is(line.words[0], 'host')
        ? hostRange(address)
        : address && mask && is(line.words[0], 'subnet')
          ? maskedRange(address, mask)
          : undefined;
    if (range) to.objects.set(name, range);
    return range !== undefined || is(line.words[0], 'description');
  };

const finished = (to: Building): DevicePolicy => ({
  dialect: to.dialect,
  hostname: to.hostname,
  version: to.version,
  isakmp: policiesOf(to),
  identity: to.identity,
  isakmpOptions: to.isakmpOptions,
  keys: to.holders,
  profiles: to.profiles,
  transformSets: [...to.sets.values()],
  maps: mapsOf(to),
  accessLists: [...to.lists.values()].map(({ name, entries, line }) => ({ name, entries, line })),
  interfaces: to.interfaces.map(({ name, addresses, cryptoMap, nameif, line }) => ({
    name,
    addresses,
    cryptoMap: cryptoMap ?? to.appliedTo.get(nameif ?? name) ?? null,
    line,
  })),
  ipsecLifetime: to.ipsecLifetime,
});

const attributes: readonly PhaseOneAttribute[] = ['encryption', 'hash', 'authentication', 'group', 'lifetimeSeconds'];

const policiesOf = (to: Building): readonly IsakmpPolicy[] => {
  const defaults = to.dialect === 'ios' ? iosDefaults : asaDefaults;
  const all = ['keyBits', ...attributes] as const;
  if (to.policies.size === 0) {
    return to.dialect === 'ios' ? iosDefaultPolicies.map((p) => ({ ...p, defaulted: all, line: null })) : [];
  }
  return [...to.policies.values()]
    .sort((a, b) => a.priority - b.priority)
    .map(({ priority, line, given }) => ({
      ...defaults,
      ...given,
      priority,
      defaulted: attributes.filter((name) => given[name] === undefined),
      line,
    }));
};

/** In the order of the maps, each by sequence; an entry that leads to a dynamic map stands for all entries of that. */
const mapsOf = (to: Building): DevicePolicy['maps'] => {
  const place = new Map([...new Set([...to.maps.values()].map((m) => m.map))].map((name, i) => [name, i]));
  const entries = [...to.maps.values()].sort((a, b) => (place.get(a.map) ?? 0) - (place.get(b.map) ?? 0) || a.sequence - b.sequence);
  const dynamic = new Map<string, CryptoMapEntry[]>();
  for (const entry of [...to.dynamicMaps.values()].sort((a, b) => a.sequence - b.sequence)) {
    const same = dynamic.get(entry.map);
    if (same) same.push(entry);
    else dynamic.set(entry.map, [entry]);
  }
  const told = new Set<string>();
  return entries.flatMap((entry) => {
    const through = entry.dynamicMap !== null && !told.has(entry.dynamicMap) ? dynamic.get(entry.dynamicMap) : undefined;
    if (!through || entry.dynamicMap === null) return [entry];
    told.add(entry.dynamicMap);
    return through.map((d) => ({ ...d, map: entry.map, sequence: entry.sequence, dynamicMap: entry.dynamicMap }));
  });
};
