/** From a datagram to what it changes: IKE by its cookies and version, ESP and AH by their SPI. */
import { toHex } from '../bytes/hex.ts';
import { span } from '../bytes/span.ts';
import type { DatagramSeen } from '../event/event.ts';
import { exchangeName } from '../registry/exchange-type.ts';
import { noCookie } from '../values/cookie.ts';
import { word32 } from '../wire/header.ts';
import type { IkeMessage } from '../wire/ike-message.ts';
import { readIke } from '../wire/ike-message.ts';
import { type Packet, readPacket } from '../wire/packet.ts';
import type { Claim, Context } from './context.ts';
import type { Side } from './fact.ts';
import { found } from './finding.ts';
import { addIkeFragment } from './ike/fragments.ts';
import { alsoBetween, beginNegotiation, findNegotiation, keepNegotiation, onPath, type Path, speakerOf } from './ikev1/negotiation.ts';
import { type Observed, observeIkev1 } from './ikev1/observe.ts';
import { beforeUnread } from './ikev1/unread.ts';
import { type Association, associationKey } from './ipsec/association.ts';
import { insideOf, isLookedInto } from './ipsec/inside.ts';
import { observeIpsec } from './ipsec/observe.ts';
import { isSpiGiven } from './ipsec/supplied.ts';
import { get, set } from './persistent-map.ts';
import { isAssumed, proveSide } from './prove.ts';
import { meetShown, metBetween } from './report/meeting.ts';
import { packetsOf, untold } from './report/sources.ts';
import { type IkeSeen, nothingSeen, type Reassembled, type Seen } from './seen.ts';
import { type Place, placeOf, sight } from './sightings.ts';
import type { Negotiation, State } from './state.ts';

/** One step of the fold: the next state, and what the event showed. */
export interface Step {
  readonly state: State;
  readonly seen: Seen;
}

const claimed = (state: State, claims: readonly Claim[]): State => {
  if (claims.length === 0) return state;
  let findings = state.findings;
  for (const claim of claims) findings = found(findings, claim, state.index);
  return { ...state, findings };
};

/** Equal octets in one direction are one message, whatever the ports: the key names both. RFC 2408 5.1. */
const messageKey = (path: Path, digest: string): string => `${path.src} ${path.dst} ${digest}`;

const digestOf = (ctx: Context, { bytes, content }: Pick<Packet, 'bytes' | 'content'>): string =>
  toHex(ctx.crypto.hash('sha1', bytes.subarray(content.start, content.end)));

/** Who speaks first, where no negotiation is known yet. In IKEv2 a flag says whether the sender is the original initiator, RFC 7296 3.1. */
const firstSpeaker = (message: IkeMessage): Side => {
  const { header } = message;
  if (header.major === 2) return (header.flags & 0x08) !== 0 ? 'initiator' : 'responder';
  // RFC 2408 4.5: an SA payload with a responder cookie beside it is the answer.
  const answersOffer =
    header.responderCookie !== noCookie && header.messageId === 0 && message.payloads[0]?.content.kind === 'securityAssociation';
  return answersOffer ? 'responder' : 'initiator';
};

/** A message that moves nothing. */
const unmoved = (state: State, negotiation: Negotiation, ike: IkeSeen): Observed => ({
  negotiation,
  transitions: [],
  authenticators: [],
  claims: [],
  associations: state.associations,
  ike,
});

const ikev2 = (state: State, n: Negotiation, speaker: Side, message: IkeMessage): Observed =>
  unmoved(state, n, {
    message,
    negotiation: n.id,
    side: speaker,
    label: exchangeName(2, message.header.exchangeType),
    retransmissionOf: null,
    reassembled: null,
    opened: null,
    payloads: message.payloads,
    closed: message.payloads.some((p) => p.type === 46 || p.type === 53) ? 'IKEv2 is not opened yet' : null,
    authenticators: [],
  });

/** A part of a message, as long as others are missing; or one that completes what was seen before. */
const partSeen = (state: State, n: Negotiation, speaker: Side, message: IkeMessage, reassembled: Reassembled | null): Observed =>
  unmoved(state, n, {
    message,
    negotiation: n.id,
    side: speaker,
    label: 'FRAG',
    retransmissionOf: null,
    reassembled,
    opened: null,
    payloads: reassembled?.message.payloads ?? message.payloads,
    closed: reassembled?.message.encrypted ? 'it repeats an earlier message, which shows what is inside' : null,
    authenticators: [],
  });

interface Assembled {
  readonly observed: Observed;
  /** Key under which the whole message is known from now on. */
  readonly key: string | null;
}

/** What a message brings: at once, or with the part that completes it. RFC 2408 5.1 for one that repeats an earlier one in other parts. */
const observeAny = (
  ctx: Context,
  state: State,
  n: Negotiation,
  speaker: Side,
  packet: Packet,
  message: IkeMessage,
  path: Path,
): Assembled => {
  const { header, payloads } = message;
  if (header.major === 2) return { observed: ikev2(state, n, speaker, message), key: null };
  const [part] = payloads;
  if (part?.content.kind !== 'fragment') return { observed: observeIkev1(ctx, state, n, speaker, packet, message), key: null };
  const { open, joined } = addIkeFragment(n.fragments, speaker, header.messageId, part.content, state.index, header);
  const kept: Negotiation = { ...n, fragments: open };
  const bytes = joined?.bytes ?? new Uint8Array();
  const inner = joined ? readIke(bytes, 0, bytes.length, 'reassembled') : undefined;
  if (!joined || !inner) return { observed: partSeen(state, kept, speaker, message, null), key: null };
  const whole: Packet = { ...packet, bytes, content: span('reassembled', 0, bytes.length) };
  const key = messageKey(path, digestOf(ctx, whole));
  const repeats = get(state.messages, key) ?? null;
  const reassembled: Reassembled = { message: inner, bytes, events: joined.events, repeats };
  // A part within a part is lawful nowhere.
  const odd = inner.payloads[0]?.content.kind === 'fragment';
  if (repeats !== null || odd) return { observed: partSeen(state, kept, speaker, message, reassembled), key };
  const observed = observeIkev1(ctx, state, kept, speaker, whole, inner);
  return { observed: { ...observed, ike: { ...observed.ike, message, reassembled } }, key };
};

const repeatedMessage = (message: IkeMessage, of: Pick<IkeSeen, 'negotiation' | 'side'>, retransmissionOf: number | null): IkeSeen => ({
  message,
  ...of,
  label: '',
  retransmissionOf,
  reassembled: null,
  opened: null,
  payloads: message.payloads,
  closed: message.encrypted ? 'it repeats an earlier message, which shows what is inside' : null,
  authenticators: [],
});

const quickMode = 32;

const ofIke = (ctx: Context, before: State, packet: Packet, place: Place): Step | null => {
  const { src, dst, sport, dport } = packet;
  const message = readIke(packet.bytes, packet.content.start, packet.content.end, packet.content.buffer);
  if (!message || !src || !dst) return null;
  const path: Path = { src, dst, sport, dport };
  const digest = digestOf(ctx, packet);
  const looked = get(before.copies, digest);
  const { copies, of } = sight(looked, place, before.index);
  const seenAs = of !== null && looked ? get(before.negotiations, looked.negotiation) : undefined;
  const known = seenAs ?? findNegotiation(before, message.header, path);
  const begun = known ?? beginNegotiation(before, message.header, path, firstSpeaker(message));
  const state: State = { ...before, copies: set(before.copies, digest, { ...copies, negotiation: begun.id }) };
  const key = messageKey(path, digest);
  const earlier = get(state.messages, key);
  const speaker = known ? speakerOf(known, path) : firstSpeaker(message);
  const again = { negotiation: begun.id, side: speaker };
  // Another look at it: nothing has happened, not even a move to other addresses, where a NAT stands between the two places.
  if (seenAs)
    return {
      state: alsoBetween(state, seenAs, path),
      seen: { ...nothingSeen, packet, ike: repeatedMessage(message, again, null), sightingOf: of },
    };
  const n = onPath(begun, message.header, path, speaker, state.index);
  const isRepeated = earlier !== undefined && known !== undefined;
  const asNew = isRepeated ? beforeUnread(n, message, speaker) : n;
  const read = asNew && observeAny(ctx, state, asNew, speaker, packet, message, path);
  if (!read || (isRepeated && read.observed.ike.opened === null))
    return { state: keepNegotiation(state, n), seen: { ...nothingSeen, packet, ike: repeatedMessage(message, again, earlier ?? null) } };
  const { observed: outcome, key: wholeKey } = read;
  const proves = provesReceipt(outcome);
  const proven = proves ? proveSide(outcome.negotiation, speaker, outcome.transitions) : outcome.negotiation;
  const seenOnce = set(state.messages, key, state.index);
  const messages = wholeKey === null || get(seenOnce, wholeKey) !== undefined ? seenOnce : set(seenOnce, wholeKey, state.index);
  const alone = keepNegotiation({ ...state, associations: outcome.associations, messages }, proven);
  const kept = meetShown(alone, n.id, message.header.exchangeType === quickMode ? message.header.messageId : null);
  return {
    state: claimed(kept, outcome.claims),
    seen: {
      ...nothingSeen,
      packet,
      ike: outcome.ike,
      transitions: untold(get(before.negotiations, n.id), outcome.transitions),
      proofs: proves ? [{ negotiation: n.id, side: speaker }] : [],
      ...metBetween(alone, kept),
    },
  };
};

/**
 * Whether a message shows that its sender received what was sent to it. Not so one that repeats in other octets what was said before: it moves
 * nothing. Nor one whose hash is wrong and that is not believed.
 */
const provesReceipt = (outcome: Observed): boolean => {
  if (outcome.transitions.length > 0) return true;
  const { message, authenticators } = outcome.ike;
  const type = message.header.exchangeType;
  const answers = message.header.major === 1 && (type === 2 || type === 32);
  return !answers && !authenticators.some((a) => a.verdict === 'differs');
};

const ofIpsec = (ctx: Context, before: State, packet: Packet, protocol: 'esp' | 'ah', place: Place, depth: number): Step => {
  const { ipsec, associations, claims, association } = observeIpsec(ctx, before, packet, protocol, place);
  const state: State = claimed({ ...before, associations }, claims);
  if (!ipsec || !association || ipsec.sighting) return { state, seen: { ...nothingSeen, packet, ipsec } };
  // Who protects packets with the new keys has come to the end of quick mode: what was assumed of that side is proven.
  const record = ipsec.authenticated === true && association.negotiation ? get(state.negotiations, association.negotiation) : undefined;
  const n = record && packetsOf(record);
  const { side } = association;
  const step: Step =
    n && side && isAssumed(n, side, association.exchange)
      ? {
          state: keepNegotiation(state, proveSide(n, side, [])),
          seen: { ...nothingSeen, packet, ipsec, proofs: [{ negotiation: n.id, side }] },
        }
      : { state, seen: { ...nothingSeen, packet, ipsec } };
  return depth < deepest && isLookedInto(association) ? lookInside(ctx, step, association, place, depth) : step;
};

/** Tunnels in tunnels end somewhere, for us too. */
const deepest = 4;

const ours: ReadonlySet<Packet['carried']> = new Set(['ike', 'esp', 'ah']);

/** A packet of ours inside another one of ours is a packet of its own: it has its SA, its window, its negotiation. */
const lookInside = (ctx: Context, step: Step, a: Association, place: Place, depth: number): Step => {
  const { packet, ipsec } = step.seen;
  if (!packet || !ipsec || ipsec.authenticated === false) return step;
  const inner = insideOf(ctx, a, packet, ipsec.authenticated);
  if (!inner || !ours.has(inner.carried)) return step;
  const nesting = a.nests
    ? step.state
    : { ...step.state, associations: set(step.state.associations, ipsec.association, { ...a, nests: true }) };
  return joined({ state: nesting, seen: step.seen }, ofPacket(ctx, nesting, inner, place, depth + 1), 1);
};

/** Two steps of one event; `deeper`: by how much the second packet stands inside the first. */
const joined = ({ seen }: Step, { state, seen: more }: Step, deeper: 0 | 1): Step => ({
  state,
  seen: {
    ...seen,
    transitions: more.transitions.length > 0 ? [...seen.transitions, ...more.transitions] : seen.transitions,
    proofs: more.proofs.length > 0 ? [...seen.proofs, ...more.proofs] : seen.proofs,
    further: [
      ...seen.further,
      { seen: more, nested: deeper },
      ...more.further.map(({ seen: s, nested }) => ({ seen: s, nested: nested + deeper })),
    ],
  },
});

/** ESP in UDP may be on any port that two ends agree on: it is known by an SPI that is known. RFC 3948 2.1. */
const asEncapsulated = (state: State, packet: Packet): Packet => {
  const { bytes, content, transport, dst } = packet;
  if (transport !== 'udp' || content.end - content.start < leastEsp || !dst) return packet;
  const spi = word32(bytes, content.start);
  if (spi < 256) return packet;
  const known = isSpiGiven(state.secrets, spi) || get(state.associations, associationKey('esp', dst, spi)) !== undefined;
  return known ? { ...packet, carried: 'esp', udpEncap: true } : packet;
};

/** SPI, sequence number, trailer. */
const leastEsp = 12;

/** Hands what a packet carries to those who know it. */
const ofPacket = (ctx: Context, state: State, packet: Packet, place: Place, depth: number): Step => {
  switch (packet.carried) {
    case 'ike':
      return ofIke(ctx, state, packet, place) ?? { state, seen: { ...nothingSeen, packet } };
    case 'esp':
    case 'ah':
      return ofIpsec(ctx, state, packet, packet.carried, place, depth);
    case 'other': {
      const found = asEncapsulated(state, packet);
      return found === packet ? { state, seen: { ...nothingSeen, packet } } : ofIpsec(ctx, state, found, 'esp', place, depth);
    }
    default:
      return { state, seen: { ...nothingSeen, packet } };
  }
};

/** Reads the frame and hands what it carries to those who know it. Total and bounded for any octets. */
export const routeDatagram = (given: Context, before: State, event: DatagramSeen): Step => {
  // Who watches a capture guesses at what two ends may have meant; who is one of them has agreed on it.
  const ctx: Context = event.via === 'capture' ? given : { ...given, agreedOnly: true };
  const { packet, pending, more } = readPacket(event.datagram, before.reassembly, ctx.detail);
  const state = pending === before.reassembly ? before : { ...before, reassembly: pending };
  let step = ofPacket(ctx, state, packet, placeOf(event, packet), 0);
  for (const next of more) step = joined(step, ofPacket(ctx, step.state, next, placeOf(event, next), 0), 0);
  return step;
};
