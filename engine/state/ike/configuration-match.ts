/** Two configurations held against each other, before a single packet: RFC 2409 5 and 5.5 in the order in which a negotiation meets them. */
import type { AccessEntry, AddressRange, CryptoMapEntry, DevicePolicy, Flow, IsakmpPolicy } from '../../event/policy.ts';
import { accessEntryLine } from '../../event/policy-lines.ts';
import { addressBytes, ipAddress, ipv4, ipv6 } from '../../values/ip-address.ts';
import {
  covers,
  type FlowMatch,
  mapAttributes,
  matchFlow,
  matchPhaseTwo,
  mirrored,
  type PhaseTwoAttribute,
  type PhaseTwoAttributes,
} from './ipsec-match.ts';
import { type Match, matchPhaseOne } from './policy-match.ts';
import { type ChangedLine, type Remedy, smallestChange } from './policy-remedy.ts';

export interface Ends {
  /** Address that each device uses; found from its interfaces where not given. */
  readonly initiator?: string;
  readonly responder?: string;
}

export interface ConfigurationMatch {
  readonly offers: readonly IsakmpPolicy[];
  readonly policies: readonly IsakmpPolicy[];
  readonly phaseOne: Match;
  /** Empty where phase 1 agrees. */
  readonly phaseOneRemedies: readonly Remedy[];
  /** Whether a pre-shared key for the other end stands in each configuration; `null` where its address is not known or no key is needed. */
  readonly keys: { readonly initiator: boolean | null; readonly responder: boolean | null };
  /** The crypto map entries for each other; `null` where none names the other end. */
  readonly entries: { readonly initiator: CryptoMapEntry | null; readonly responder: CryptoMapEntry | null };
  readonly transformOffers: readonly PhaseTwoAttributes[];
  readonly transformPolicies: readonly PhaseTwoAttributes[];
  readonly phaseTwo: Match<PhaseTwoAttribute> | null;
  /** Each permitted flow of the initiator's list against the responder's list. */
  readonly flows: readonly FlowMatch[];
  /** Lines for the responder's access list that would mirror the initiator's; empty where it does. */
  readonly flowRemedy: readonly ChangedLine[];
}

/** Most flows of a list that are compared: each is held against each of the other list. */
const mostFlows = 512;
/** Most policies of each end: an SA payload has room for 255 transforms. */
const mostPolicies = 255;

export const matchConfigurations = (initiator: DevicePolicy, responder: DevicePolicy, ends: Ends = {}): ConfigurationMatch => {
  const policies = responder.isakmp.slice(0, mostPolicies);
  const offers = initiator.isakmp.slice(0, mostPolicies);
  const phaseOne = matchPhaseOne(policies, offers);
  const addresses = { initiator: addressesOf(initiator, ends.initiator), responder: addressesOf(responder, ends.responder) };
  const entries = {
    initiator: entryFor(initiator, addresses.responder),
    responder: entryFor(responder, addresses.initiator),
  };
  const transformOffers = entries.initiator ? mapAttributes(entries.initiator, initiator.transformSets) : [];
  const transformPolicies = entries.responder ? mapAttributes(entries.responder, responder.transformSets) : [];
  const theirs = listOf(responder, entries.responder).slice(0, mostFlows);
  const flows = listOf(initiator, entries.initiator)
    .filter((entry) => entry.action === 'permit')
    .slice(0, mostFlows)
    .map((entry) => matchFlow(entry, theirs));
  const used = phaseOne.accepted ? policies[phaseOne.accepted.policy] : undefined;
  const needsKey = used === undefined || used.authentication === 1;
  return {
    offers,
    policies,
    phaseOne,
    phaseOneRemedies: smallestChange(phaseOne, policies, offers, responder.dialect),
    keys: {
      initiator: needsKey ? hasKey(initiator, addresses.responder) : null,
      responder: needsKey ? hasKey(responder, addresses.initiator) : null,
    },
    entries,
    transformOffers,
    transformPolicies,
    phaseTwo: entries.initiator && entries.responder ? matchPhaseTwo(transformPolicies, transformOffers) : null,
    flows,
    flowRemedy: flows.flatMap((flow) => mirrorLines(flow, responder)),
  };
};

/** What a device is reached at: the addresses of the interfaces that carry a crypto map, or the one that was given. */
const addressesOf = (device: DevicePolicy, given: string | undefined): readonly string[] => {
  const plain = given === undefined ? undefined : ipAddress(given);
  if (plain) return [plain];
  return device.interfaces.filter((i) => i.cryptoMap !== null).flatMap((i) => i.addresses.map((a) => a.address));
};

/** The first entry, by sequence, that names one of the peer's addresses; a dynamic one takes any peer. */
const entryFor = (device: DevicePolicy, peer: readonly string[]): CryptoMapEntry | null => {
  const applied = new Set(device.interfaces.flatMap((i) => (i.cryptoMap === null ? [] : [i.cryptoMap])));
  const usable = device.maps.filter((m) => m.kind !== 'gdoi' && (applied.size === 0 || applied.has(m.map)));
  const named = usable.find((m) => m.peers.some((p) => peer.includes(ipAddress(p) ?? p)));
  if (named) return named;
  const dynamic = usable.find((m) => m.kind === 'dynamic' && m.peers.length === 0);
  // With one entry and no addresses to go by there is nothing to choose.
  return dynamic ?? (peer.length === 0 && usable.length === 1 ? (usable[0] ?? null) : null);
};

const listOf = (device: DevicePolicy, entry: CryptoMapEntry | null): readonly AccessEntry[] =>
  device.accessLists.find((list) => list.name === entry?.accessList)?.entries ?? [];

const hasKey = (device: DevicePolicy, peer: readonly string[]): boolean | null => {
  if (peer.length === 0) return null;
  return peer.some((address) => {
    const host = hostOf(address);
    return host !== undefined && device.keys.some((k) => typeof k.peer !== 'string' && covers(k.peer, host));
  });
};

const hostOf = (text: string): AddressRange | undefined => {
  const address = ipAddress(text);
  const octets = address && addressBytes(address)?.fill(255);
  return address && octets && { address, mask: octets.length === 4 ? ipv4(octets, 0) : ipv6(octets, 0) };
};

const mirrorLines = ({ offered, verdict, entry }: FlowMatch, responder: DevicePolicy): readonly ChangedLine[] => {
  if (verdict === 'equal' || verdict === 'narrower') return [];
  const wanted: Flow = mirrored(offered);
  const add: ChangedLine = { sign: '+', text: accessEntryLine({ action: 'permit', ...wanted }, responder.dialect) };
  return verdict === 'wider' && entry ? [{ sign: '-', text: accessEntryLine(entry, responder.dialect) }, add] : [add];
};
