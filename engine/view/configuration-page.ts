/** Two configurations held against each other without a packet: their matrices, and in words what else would stand between them. */
import type { DevicePolicy } from '../event/policy.ts';
import { accessEntryLine } from '../event/policy-lines.ts';
import { type ConfigurationMatch, type Ends, matchConfigurations } from '../state/ike/configuration-match.ts';
import type { FlowMatch } from '../state/ike/ipsec-match.ts';
import type { PolicyMatrixView, RemedyView } from './models.ts';
import { policyMatrix } from './policy-matrix.ts';
import { transformMatrix } from './transform-matrix.ts';

/** One thing that a negotiation between the two would meet, in the order in which it would. */
export interface ConfigurationCheck {
  readonly name: 'policies' | 'initiator-key' | 'responder-key' | 'crypto-maps' | 'transform-sets' | 'access-lists';
  readonly verdict: 'agree' | 'differ' | 'unknown';
  readonly text: string;
  /** Empty where nothing has to change. */
  readonly remedies: readonly RemedyView[];
  readonly rfc: string;
}

export interface ConfigurationPage {
  readonly title: string;
  readonly checks: readonly ConfigurationCheck[];
  readonly phaseOne: PolicyMatrixView | null;
  readonly phaseTwo: PolicyMatrixView | null;
}

/** Names are those of the devices, where their configurations have any. */
export const configurationPage = (initiator: DevicePolicy, responder: DevicePolicy, ends: Ends = {}): ConfigurationPage => {
  const match = matchConfigurations(initiator, responder, ends);
  const names = { offers: initiator.hostname ?? 'initiator', decides: responder.hostname ?? 'responder', dialect: responder.dialect };
  const phaseOne = policyMatrix({
    ...names,
    offered: match.offers.map((attributes, i) => ({ number: i + 1, attributes })),
    policies: match.policies,
    checks: [],
  });
  const phaseTwo = transformMatrix({
    ...names,
    offered: match.transformOffers,
    sets: match.transformPolicies.map((attributes, i) => ({
      name: match.entries.responder?.transformSets[i] ?? `set ${i + 1}`,
      attributes,
    })),
  });
  const checks = [
    policies(match, phaseOne),
    key('initiator-key', match.keys.initiator, names.offers, names.decides),
    key('responder-key', match.keys.responder, names.decides, names.offers),
    maps(match, names, initiator.maps.length > 0 && responder.maps.length > 0),
    transformSets(match, phaseTwo),
    accessLists(match, names.decides, responder),
  ];
  const differing = checks.filter((c) => c.verdict === 'differ');
  const [first] = differing;
  const title = first === undefined ? 'These two would agree' : `A tunnel between these two would fail: ${first.text}`;
  return { title, checks, phaseOne: phaseOne ?? null, phaseTwo: phaseTwo ?? null };
};

const nothingToDo: readonly RemedyView[] = [];

const policies = (match: ConfigurationMatch, matrix: PolicyMatrixView | undefined): ConfigurationCheck => {
  const common = { name: 'policies', rfc: 'RFC 2409, 5' } as const;
  if (!matrix) return { ...common, verdict: 'unknown', text: 'No ISAKMP policy stands in one of them.', remedies: nothingToDo };
  if (match.phaseOne.accepted) return { ...common, verdict: 'agree', text: `${matrix.title}.`, remedies: nothingToDo };
  const [best] = match.phaseOneRemedies;
  const remedies = best ? (matrix.cells[best.policy]?.[best.offer]?.remedies ?? nothingToDo) : nothingToDo;
  return { ...common, verdict: 'differ', text: `${matrix.title}.`, remedies };
};

const key = (name: ConfigurationCheck['name'], has: boolean | null, whose: string, peer: string): ConfigurationCheck => {
  const rfc = 'RFC 2409, 5.4';
  if (has === null)
    return { name, verdict: 'unknown', text: `Whether ${whose} has a key for ${peer} cannot be told.`, remedies: nothingToDo, rfc };
  if (has)
    return {
      name,
      verdict: 'agree',
      text: `${whose} has a pre-shared key for ${peer}. Whether it is the same one is not compared.`,
      remedies: nothingToDo,
      rfc,
    };
  return { name, verdict: 'differ', text: `${whose} has no pre-shared key for ${peer}.`, remedies: nothingToDo, rfc };
};

const maps = (
  { entries }: ConfigurationMatch,
  { offers, decides }: { offers: string; decides: string },
  areGiven: boolean,
): ConfigurationCheck => {
  const missing = [entries.initiator ? '' : offers, entries.responder ? '' : decides].filter((n) => n !== '');
  const common = { name: 'crypto-maps', remedies: nothingToDo, rfc: 'RFC 2409, 5.5' } as const;
  if (missing.length === 0) {
    const [ours, theirs] = [entries.initiator, entries.responder].map((e) => `${e?.map} ${e?.sequence}`);
    return { ...common, verdict: 'agree', text: `Crypto map ${ours} of ${offers} meets ${theirs} of ${decides}.` };
  }
  if (!areGiven) return { ...common, verdict: 'unknown', text: 'No crypto map stands in one of them.' };
  return { ...common, verdict: 'differ', text: `No crypto map of ${missing.join(' and ')} names the other end.` };
};

const transformSets = (match: ConfigurationMatch, matrix: PolicyMatrixView | undefined): ConfigurationCheck => {
  const common = { name: 'transform-sets', rfc: 'RFC 2409, 5.5' } as const;
  if (!matrix) return { ...common, verdict: 'unknown', text: 'One of them has no transform set for the other.', remedies: nothingToDo };
  if (match.phaseTwo?.accepted) return { ...common, verdict: 'agree', text: `${matrix.title}.`, remedies: nothingToDo };
  const cells = matrix.cells.flat();
  const fewest = Math.min(...cells.map((c) => c.remedies[0]?.attributes ?? Number.POSITIVE_INFINITY));
  return {
    ...common,
    verdict: 'differ',
    text: `${matrix.title}.`,
    remedies: cells.find((c) => c.remedies[0]?.attributes === fewest)?.remedies ?? nothingToDo,
  };
};

const accessLists = ({ flows, flowRemedy }: ConfigurationMatch, device: string, responder: DevicePolicy): ConfigurationCheck => {
  const common = { name: 'access-lists', rfc: 'RFC 2409, 5.5' } as const;
  if (flows.length === 0)
    return { ...common, verdict: 'unknown', text: 'No access list of a crypto map stands in one of them.', remedies: nothingToDo };
  const off = flows.filter((f) => f.verdict === 'wider' || f.verdict === 'different');
  const narrow = flows.filter((f) => f.verdict === 'narrower').length;
  const [first] = off;
  if (!first) {
    const note =
      narrow === 0
        ? 'The access lists mirror each other.'
        : `${narrow} of ${flows.length} flows are narrower than the other list: Cisco's responder takes them, others may not.`;
    return { ...common, verdict: 'agree', text: note, remedies: nothingToDo };
  }
  return {
    ...common,
    verdict: 'differ',
    text: `${off.length} of ${flows.length} flows of the initiator's list are not permitted by ${device}: ${flowText(first, responder)}.`,
    remedies: [
      { title: 'Smallest change', detail: `Mirror the initiator's list at ${device}.`, attributes: off.length, device, lines: flowRemedy },
    ],
  };
};

const flowText = ({ offered }: FlowMatch, { dialect }: DevicePolicy): string => accessEntryLine({ action: 'permit', ...offered }, dialect);
