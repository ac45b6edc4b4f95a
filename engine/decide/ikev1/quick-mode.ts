/** What we owe in quick mode, RFC 2409 5.5: as the side that asks, one exchange for each flow; as the side that is asked, an answer or a refusal. */
import { publicValue, publicValueFault } from '../../crypto/dh.ts';
import { dhGroup } from '../../crypto/groups.ts';
import type { AddressRange, Flow } from '../../event/policy.ts';
import type { Context } from '../../state/context.ts';
import { other, type Side } from '../../state/fact.ts';
import { covers, matchFlow, mirrored, offersOfProposals, phaseTwoDifferences } from '../../state/ike/ipsec-match.ts';
import { algorithmsOf, lifetimes } from '../../state/ike/suite.ts';
import { hash1, hash2, hash3 } from '../../state/ikev1/authentication.ts';
import { valuesOf } from '../../state/ikev1/derive.ts';
import type { QuickMode } from '../../state/ikev1/quick-mode.ts';
import { get } from '../../state/persistent-map.ts';
import { exchangeKey, type Negotiation } from '../../state/state.ts';
import { addressBytes, type IpAddress, ipv4 } from '../../values/ip-address.ts';
import type { MessageId } from '../../values/message-id.ts';
import { type PayloadToWrite, writeChain } from '../../wire/payload-chain.ts';
import type { Proposal, Transform } from '../../wire/proposal.ts';
import { asMessageId, asSpi, dhPrivateValue, drawnOr, messageIdOf, nonceOf, spiOf } from '../chance.ts';
import type { Intent } from '../intent.ts';
import { type Plan, type Tunnel, tunnelsFor } from '../plan.ts';
import { conversationKey, type Identification, type Taking } from '../taking.ts';
import { exchange, firstIv, hashPayload, informational, sealedMessage, toPeer } from './message.ts';
import { innerAddress } from './mode-config.ts';
import { isNatDetected } from './nat.ts';
import {
  chosen,
  esp,
  espSets,
  identification,
  isExtended,
  keyExchange,
  nonce,
  notification,
  phaseTwoOffer,
  rangeIdentity,
  rangeOf,
  responderLifetime,
  securityAssociation,
} from './payloads.ts';

const noProposalChosen = 14;
/** RFC 2407 4.5: where nobody names a lifetime. */
const usualSeconds = 28_800;
const invalidId = 18;

/** One flow that is to be protected. */
export interface WantedFlow {
  readonly tunnel: Tunnel;
  readonly flow: Flow;
  /** Names the exchange among those of its negotiation. */
  readonly number: number;
}

/** All of them: each is an exchange of its own. */
export const wantedFlows = (plan: Plan, peer: IpAddress): readonly WantedFlow[] =>
  tunnelsFor(plan, peer)
    .flatMap((tunnel) => tunnel.flows.filter((f) => f.action === 'permit').map((flow) => ({ tunnel, flow })))
    .map((wanted, number) => ({ ...wanted, number }));

/** Message ID of the exchange for a wanted flow, once it was drawn; and the exchange, once it was begun. */
export const exchangeFor = (t: Taking, n: Negotiation, { number }: WantedFlow): QuickMode | undefined => {
  const octets = get(t.drawn, messageIdOf(`${n.id} quick ${number}`).purpose);
  const e = octets && get(n.exchanges, exchangeKey('quick', asMessageId(octets)));
  return e?.kind === 'quick' ? e : undefined;
};

/** QM1 of the first flow that nobody asked for yet; one after the other, so that a refusal is told apart. */
export const oweQuickModes = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side): Intent | null => {
  for (const wanted of wantedFlows(plan, n[other(side)].address)) {
    const q = exchangeFor(t, n, wanted);
    if (!q) return askFor(ctx, t, plan, n, side, wanted);
    if (q.result !== 'complete') return null;
  }
  return null;
};

/** QM2 and QM3 of quick modes that are under way. */
export const oweAnswer = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side): Intent | null => {
  for (const id of n.openQuickModes) {
    const q = get(n.exchanges, exchangeKey('quick', id));
    if (q?.kind !== 'quick' || q.result !== null) continue;
    const owed =
      q.begunBy === side
        ? q.messages === 2 && q.answered.length > 0
          ? confirm(ctx, plan, n, side, q)
          : null
        : q.messages === 1 && q.offered.length > 0
          ? answer(ctx, t, plan, n, side, q)
          : null;
    if (owed) return owed;
  }
  return null;
};

/** A quick mode that we are to begin. */
export interface Asking {
  readonly tunnel: Tunnel;
  /** Ours, then the peer's; none: the peers' own addresses. */
  readonly identities: readonly Identification[];
  /** Names the exchange among the chance of its negotiation. */
  readonly name: string;
}

const askFor = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side, { tunnel, flow, number }: WantedFlow): Intent | null => {
  const identities = [
    rangeIdentity(sourceOf(t, plan, n, flow), flow.protocol, flow.sourcePort),
    rangeIdentity(flow.destination, flow.protocol, flow.destinationPort),
  ];
  return ask(ctx, t, plan, n, side, { tunnel, identities, name: `${n.id} quick ${number}` });
};

/** QM1. */
export const ask = (
  ctx: Context,
  t: Taking,
  plan: Plan,
  n: Negotiation,
  side: Side,
  { tunnel, identities, name }: Asking,
): Intent | null => {
  const sets = espSets(tunnel.transformSets);
  if (sets.length === 0) return { do: 'Failed', negotiation: n.id, why: 'no transform set with ESP alone is configured' };
  const first = drawnOr(t, messageIdOf(name));
  if (!first.ok) return first.intent;
  const id = asMessageId(first.values[0]);
  const conversation = conversationKey(n.id, id);
  const drawn = drawnOr(t, spiOf(conversation), nonceOf(conversation));
  if (!drawn.ok) return drawn.intent;
  const [spi, nonceValue] = drawn.values;
  const kept = publicValueFor(ctx, t, n, id, tunnel.pfsGroup);
  if (!kept.ok) return kept.intent;
  const terms = { ...tunnel, udp: isNatDetected(n), esn: plan.esn };
  const rest: PayloadToWrite[] = [
    securityAssociation(phaseTwoOffer(sets, asSpi(spi), terms)),
    nonce(nonceValue),
    ...kept.payloads,
    ...identities.map(identification),
  ];
  const algorithms = algorithmsOf(n.suite);
  const key = valuesOf(n, side).skeyidA?.value;
  if (!algorithms || !key) return null;
  const hash = hash1(ctx.crypto, algorithms.hash, key, id, writeChain(rest));
  const bytes = sealedMessage(ctx, n, side, firstIv(ctx, n, id), exchange.quick, id, [hashPayload(hash), ...rest]);
  return (
    bytes && { do: 'SendMessage', exchange: id, why: 'QM1: the traffic and how to protect it', datagram: toPeer(n, side, plan, bytes) }
  );
};

type Public = { readonly ok: true; readonly payloads: readonly PayloadToWrite[] } | { readonly ok: false; readonly intent: Intent };

const publicValueFor = (ctx: Context, t: Taking, n: Negotiation, id: MessageId, group: number | null): Public => {
  if (group === null) return { ok: true, payloads: [] };
  const drawn = drawnOr(t, dhPrivateValue(n.initiatorCookie, group, id));
  if (!drawn.ok) return drawn;
  const value = publicValue(group, drawn.values[0], ctx.crypto);
  if (!value) return { ok: false, intent: { do: 'Failed', negotiation: n.id, why: `group ${group} is none that we can compute in` } };
  return { ok: true, payloads: [keyExchange(value)] };
};

/** RFC 4303 2.2.1: extended sequence numbers are for those who agreed on them. */
const takable = ({ esn }: Plan, proposals: readonly Proposal[]): readonly Proposal[] =>
  proposals.map((p) => ({ ...p, transforms: p.transforms.filter((transform) => esn || !isExtended(transform)) }));

/** The first transform of the peer's offer that one of our sets accepts, with its proposal. */
const choose = (
  tunnel: Tunnel,
  proposals: readonly Proposal[],
): { proposal: Proposal; transform: Transform; group: number | null } | undefined => {
  const sets = espSets(tunnel.transformSets).map((s) => ({
    ...s,
    mode: s.mode === 'transport' ? 2 : 1,
    pfsGroup: tunnel.pfsGroup,
  }));
  for (const proposal of proposals) {
    // Protocols of one number belong together: ESP with AH is more than a set with ESP alone says.
    if (proposal.protocolId !== esp || proposals.some((p) => p !== proposal && p.number === proposal.number)) continue;
    for (const transform of proposal.transforms) {
      const [offer] = offersOfProposals([{ ...proposal, transforms: [transform] }]);
      if (offer && sets.some((set) => phaseTwoDifferences(set, offer).length === 0)) return { proposal, transform, group: offer.pfsGroup };
    }
  }
  return undefined;
};

/** A client that was given an inner address speaks for that alone, draft-dukes-ike-mode-cfg-02 4. */
const sourceOf = (t: Taking, plan: Plan, n: Negotiation, flow: Flow): AddressRange => {
  const inner = plan.configuring?.role === 'client' ? innerAddress(t, plan, n) : null;
  return inner === null ? flow.source : hostRange(inner);
};

/** What an access list of ours permits; for a client, who may come from anywhere, what goes between its inner address and us. */
const permits = (t: Taking, plan: Plan, n: Negotiation, tunnel: Tunnel, flow: Flow): boolean => {
  const { verdict } = matchFlow(flow, tunnel.flows);
  if (plan.configuring?.role !== 'server' || tunnel.peer !== null) return verdict === 'equal' || verdict === 'narrower';
  const inner = innerAddress(t, plan, n);
  if (inner === null || !covers(hostRange(inner), flow.source)) return false;
  return isAnywhere(flow.destination) || tunnel.flows.some((f) => f.action === 'permit' && covers(f.source, flow.destination));
};

/** The tunnel for traffic that was agreed on before; `named`: the identities as `by` named them. */
export const tunnelOf = (
  t: Taking,
  plan: Plan,
  n: Negotiation,
  by: Side,
  side: Side,
  named: readonly Identification[],
): Tunnel | undefined => {
  const tunnels = tunnelsFor(plan, n[other(side)].address);
  const flow = offeredFlow(n, by, named);
  const theirs = flow && by === side ? mirrored(flow) : flow;
  return (theirs && tunnels.find((tunnel) => permits(t, plan, n, tunnel, theirs))) ?? tunnels[0];
};

const isAnywhere = ({ mask }: AddressRange): boolean => addressBytes(mask)?.every((octet) => octet === 0) === true;

const hostRange = (address: IpAddress): AddressRange => ({
  address,
  mask: ipv4(new Uint8Array(4).fill(255), 0),
});

/** The offered flow as the side that asks names it; without identities it is the peers' own addresses, RFC 2409 5.5. */
const offeredFlow = (n: Negotiation, by: Side, named: readonly Identification[]): Flow | null => {
  const [idCi, idCr] = named;
  if (!idCi || !idCr) {
    const [source, destination] = [n[by].address, n[other(by)].address];
    if (addressBytes(source)?.length !== 4) return null;
    return { protocol: 0, source: hostRange(source), sourcePort: 0, destination: hostRange(destination), destinationPort: 0 };
  }
  const [source, destination] = [rangeOf(idCi), rangeOf(idCr)];
  return source && destination
    ? { protocol: idCi.protocolId, source, sourcePort: idCi.port, destination, destinationPort: idCr.port }
    : null;
};

const answer = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side, q: QuickMode): Intent | null => {
  const conversation = conversationKey(n.id, q.messageId);
  const named = get(t.identities, conversation) ?? [];
  const flow = offeredFlow(n, q.begunBy, named);
  const fitting = flow ? tunnelsFor(plan, n[q.begunBy].address).filter((tunnel) => permits(t, plan, n, tunnel, flow)) : [];
  if (fitting.length === 0) return refuse(ctx, t, plan, n, side, q, invalidId);
  const proposals = takable(plan, q.offered[0] ?? []);
  const taken = fitting.flatMap((tunnel) => {
    const choice = choose(tunnel, proposals);
    return choice ? [{ ...choice, tunnel }] : [];
  })[0];
  const fits = taken && (taken.group === null) === (q.gxi === null) && (taken.group === null || dhGroup(taken.group));
  if (!taken || !fits || (taken.group !== null && q.gxi && publicValueFault(taken.group, q.gxi.value) !== null)) {
    return refuse(ctx, t, plan, n, side, q, noProposalChosen);
  }
  const drawn = drawnOr(t, spiOf(conversation), nonceOf(conversation));
  if (!drawn.ok) return drawn.intent;
  const [spi, nonceValue] = drawn.values;
  const kept = publicValueFor(ctx, t, n, q.messageId, taken.group);
  if (!kept.ok) return kept.intent;
  const rest: PayloadToWrite[] = [
    securityAssociation([chosen(taken.proposal, taken.transform, asSpi(spi))]),
    nonce(nonceValue),
    ...kept.payloads,
    ...named.map(identification),
    ...shorterLife(taken.tunnel, taken.transform, asSpi(spi)),
  ];
  const algorithms = algorithmsOf(n.suite);
  const key = valuesOf(n, side).skeyidA?.value;
  if (!algorithms || !key || !q.nonceI) return null;
  const hash = hash2(ctx.crypto, algorithms.hash, key, q.messageId, q.nonceI.value, writeChain(rest));
  const iv = q.iv.next?.value ?? null;
  const bytes = sealedMessage(ctx, n, side, iv, exchange.quick, q.messageId, [hashPayload(hash), ...rest]);
  return (
    bytes && { do: 'SendMessage', exchange: q.messageId, why: 'QM2: what we take of the offer', datagram: toPeer(n, side, plan, bytes) }
  );
};

/** RFC 2407 4.5.4: what is offered is taken, and where we let it live shorter we say so. */
const shorterLife = (tunnel: Tunnel, { attributes }: Transform, spi: Uint8Array): readonly PayloadToWrite[] => {
  const offered = lifetimes(attributes, 1, 2);
  const shorter = (own: number | null, its: number | null): number | null =>
    own !== null && own > 0 && (its === null || own < its) ? own : null;
  const seconds = shorter(tunnel.lifetimeSeconds, offered.seconds ?? usualSeconds);
  const kilobytes = shorter(tunnel.lifetimeKilobytes, offered.kilobytes);
  return seconds === null && kilobytes === null ? [] : [responderLifetime(spi, seconds, kilobytes)];
};

/** RFC 2409 5.7 and RFC 2408 3.14: told under the keys of phase 1, in an exchange of its own. */
const refuse = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side, q: QuickMode, notifyType: number): Intent | null => {
  const drawn = drawnOr(t, messageIdOf(`${n.id} refusal ${q.messageId}`));
  if (!drawn.ok) return drawn.intent;
  const id = asMessageId(drawn.values[0]);
  if (get(n.exchanges, exchangeKey('informational', id))) return null;
  const spi = q.offered[0]?.[0]?.spi ?? new Uint8Array(0);
  const bytes = informational(ctx, n, side, id, [notification(esp, notifyType, spi)]);
  return bytes && { do: 'SendMessage', exchange: id, why: 'we cannot take this quick mode', datagram: toPeer(n, side, plan, bytes) };
};

/** RFC 2408 4.2: an answer is one of the things that were asked for, or it is none. */
const confirm = (ctx: Context, plan: Plan, n: Negotiation, side: Side, q: QuickMode): Intent | null => {
  const asked = tunnelsFor(plan, n[other(side)].address);
  const isOffered = asked.some((tunnel) => choose(tunnel, takable(plan, q.answered[0] ?? [])) !== undefined);
  const algorithms = algorithmsOf(n.suite);
  const key = valuesOf(n, side).skeyidA?.value;
  if (!isOffered || !algorithms || !key || !q.nonceI || !q.nonceR) return null;
  const { pfsGroup, gxi, gxr } = q;
  if (gxi && (!gxr || pfsGroup === null || publicValueFault(pfsGroup, gxr.value) !== null)) return null;
  const hash = hash3(ctx.crypto, algorithms.hash, key, q.messageId, q.nonceI.value, q.nonceR.value);
  const bytes = sealedMessage(ctx, n, side, q.iv.next?.value ?? null, exchange.quick, q.messageId, [hashPayload(hash)]);
  return bytes && { do: 'SendMessage', exchange: q.messageId, why: 'QM3: that we live', datagram: toPeer(n, side, plan, bytes) };
};
