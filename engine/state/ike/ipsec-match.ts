/** Quick mode's offer held against transform sets and access lists, RFC 2409 5.5: protection first, then PFS, then whose traffic it is. */
import type { AccessEntry, AddressRange, CryptoMapEntry, Flow, TransformSet } from '../../event/policy.ts';
import { addressBytes } from '../../values/ip-address.ts';
import type { Proposal, Transform } from '../../wire/proposal.ts';
import { type Difference, type Match, matchAll } from './policy-match.ts';
import { attributeOf } from './suite.ts';

/** One protection as a whole. Numbers of RFC 2407 4.4 and 4.5; `mode` 1 is tunnel, 2 transport, 0 where nobody says. */
export interface PhaseTwoAttributes {
  readonly esp: number | null;
  readonly keyBits: number | null;
  readonly espAuthentication: number | null;
  readonly ah: number | null;
  readonly ipcomp: number | null;
  readonly mode: number;
  /** `null` without PFS. */
  readonly pfsGroup: number | null;
}
export type PhaseTwoAttribute = keyof PhaseTwoAttributes;

const order: readonly PhaseTwoAttribute[] = ['ah', 'esp', 'keyBits', 'espAuthentication', 'ipcomp', 'mode', 'pfsGroup'];

/** A policy that names no group takes any PFS that is offered, and none; one that names a group wants that group. */
export const matchPhaseTwo = (
  policies: readonly PhaseTwoAttributes[],
  offers: readonly PhaseTwoAttributes[],
  first: 'policies' | 'offers' = 'offers',
): Match<PhaseTwoAttribute> => matchAll(policies, offers, phaseTwoDifferences, first);

export const phaseTwoDifferences = (policy: PhaseTwoAttributes, offer: PhaseTwoAttributes): readonly Difference<PhaseTwoAttribute>[] =>
  order.flatMap((attribute) => {
    const [offered, wanted] = [offer[attribute], policy[attribute]];
    return offered === wanted || indifferent(attribute, offered, wanted) ? [] : [{ attribute, offered, wanted }];
  });

const indifferent = (attribute: PhaseTwoAttribute, offered: number | null, wanted: number | null): boolean => {
  if (attribute === 'pfsGroup') return wanted === null;
  if (attribute === 'mode') return offered === 0 || wanted === 0;
  // A cipher of fixed length names none, and the difference of the ciphers is told already.
  return attribute === 'keyBits' && (offered === null || wanted === null);
};

/** What a map entry offers or takes, set by set in its order. Sets that are not defined are left out. */
export const mapAttributes = (entry: CryptoMapEntry, sets: readonly TransformSet[]): readonly PhaseTwoAttributes[] =>
  entry.transformSets.flatMap((name) => {
    const set = sets.find((s) => s.name === name);
    if (!set) return [];
    const { esp, keyBits, espAuthentication, ah, ipcomp, mode } = set;
    return [{ esp, keyBits, espAuthentication, ah, ipcomp, mode: mode === 'transport' ? 2 : 1, pfsGroup: entry.pfsGroup }];
  });

/** Most combinations of transforms that are looked at; real offers have a dozen. */
const mostOffers = 256;

/** The offers of an SA payload: proposals of one number belong together, each transform of them is a choice. */
export const offersOfProposals = (proposals: readonly Proposal[]): readonly PhaseTwoAttributes[] => {
  const numbers = [...new Set(proposals.map((p) => p.number))];
  const offers: PhaseTwoAttributes[] = [];
  for (const number of numbers) {
    let combined: readonly PhaseTwoAttributes[] = [nothing];
    for (const proposal of proposals.filter((p) => p.number === number)) {
      combined = combined.flatMap((so) => proposal.transforms.map((t) => withTransform(so, proposal.protocolId, t))).slice(0, mostOffers);
    }
    offers.push(...combined.slice(0, mostOffers - offers.length));
    if (offers.length >= mostOffers) break;
  }
  return offers;
};

const nothing: PhaseTwoAttributes = { esp: null, keyBits: null, espAuthentication: null, ah: null, ipcomp: null, mode: 0, pfsGroup: null };

/** Modes of NAT traversal are those without it: RFC 3947 5.1 and its drafts. */
const plainMode = (mode: number | null): number => {
  if (mode === 3 || mode === 61_443) return 1;
  return mode === 4 || mode === 61_444 ? 2 : (mode ?? 0);
};

const withTransform = (so: PhaseTwoAttributes, protocol: number, { id, attributes }: Transform): PhaseTwoAttributes => {
  const common = { ...so, mode: plainMode(attributeOf(attributes, 4)) || so.mode, pfsGroup: attributeOf(attributes, 3) ?? so.pfsGroup };
  if (protocol === 2) return { ...common, ah: id };
  if (protocol === 3) return { ...common, esp: id, keyBits: attributeOf(attributes, 6), espAuthentication: attributeOf(attributes, 5) };
  return protocol === 4 ? { ...common, ipcomp: id } : common;
};

/**
 * How an offered flow stands to what an access list permits, seen from the responder. `equal`: the entries mirror each other.
 * `narrower`: inside of what the list permits, which IOS takes and many others refuse. `wider`, `different`: refused.
 */
export type FlowVerdict = 'equal' | 'narrower' | 'wider' | 'different';

export interface FlowMatch {
  readonly offered: Flow;
  readonly verdict: FlowVerdict;
  /** The entry that comes nearest. */
  readonly entry: AccessEntry | null;
}

/** The same flow seen from the other end. */
export const mirrored = (flow: Flow): Flow => ({
  protocol: flow.protocol,
  source: flow.destination,
  sourcePort: flow.destinationPort,
  destination: flow.source,
  destinationPort: flow.sourcePort,
});

/** `offered` as the initiator names it; `entries` as the responder's list has them, its own networks as source. */
export const matchFlow = (offered: Flow, entries: readonly AccessEntry[]): FlowMatch => {
  const ours = mirrored(offered);
  const rank: readonly FlowVerdict[] = ['equal', 'narrower', 'wider', 'different'];
  let best: FlowMatch = { offered, verdict: 'different', entry: null };
  for (const entry of entries) {
    if (entry.action !== 'permit') continue;
    const verdict = compareFlows(ours, entry);
    if (best.entry === null || rank.indexOf(verdict) < rank.indexOf(best.verdict)) best = { offered, verdict, entry };
    if (verdict === 'equal') break;
  }
  return best;
};

const compareFlows = (flow: Flow, entry: Flow): FlowVerdict => {
  const inside = contains(entry, flow);
  const around = contains(flow, entry);
  if (inside) return around ? 'equal' : 'narrower';
  return around ? 'wider' : 'different';
};

const contains = (outer: Flow, inner: Flow): boolean =>
  (outer.protocol === 0 || outer.protocol === inner.protocol) &&
  (outer.sourcePort === 0 || outer.sourcePort === inner.sourcePort) &&
  (outer.destinationPort === 0 || outer.destinationPort === inner.destinationPort) &&
  covers(outer.source, inner.source) &&
  covers(outer.destination, inner.destination);

/** Does every address of `inner` belong to `outer`? Masks are contiguous ones. */
export const covers = (outer: AddressRange, inner: AddressRange): boolean => {
  const [mask, network, innerMask, address] = [outer.mask, outer.address, inner.mask, inner.address].map(addressBytes);
  if (!mask || !network || !innerMask || !address || mask.length !== address.length) return false;
  return mask.every((bits, i) => (bits & (innerMask[i] ?? 0)) === bits && (bits & (address[i] ?? 0)) === (bits & (network[i] ?? 0)));
};
