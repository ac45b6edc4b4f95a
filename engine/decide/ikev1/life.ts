/** How long SAs live: when each is renewed, and when it is at its end. RFC 2409 App. A, RFC 2407 4.5, RFC 4301 4.4.2.1. */
import { toHex } from '../../bytes/hex.ts';
import { phaseOneDifferences } from '../../state/ike/policy-match.ts';
import type { Association } from '../../state/ipsec/association.ts';
import { get } from '../../state/persistent-map.ts';
import type { Negotiation } from '../../state/state.ts';
import { type Timestamp, timestamp } from '../../values/timestamp.ts';
import { asMessageId, messageIdOf } from '../chance.ts';
import type { Line, Pair, Stood } from '../lines.ts';
import { quickModeOf } from '../lines.ts';
import type { Plan } from '../plan.ts';
import { conversationKey, sideOf, type Taking } from '../taking.ts';
import { cookieOfRequest } from './phase1.ts';

/** RFC 2407 4.5: what holds where nobody names a lifetime; of ISAKMP SAs the same. */
const usualSeconds = 28_800;
/** Packets on their way still need the old SA. */
const overlapSeconds = 5;
const kilobyte = 1024;
const nanosecondsInSecond = 1e9;

export const after = (from: Timestamp | null, seconds: number): Timestamp | null =>
  from === null ? null : timestamp(from + BigInt(Math.round(seconds * nanosecondsInSecond)));

export const isPast = (t: Taking, at: Timestamp | null): boolean => at !== null && t.state.now !== null && at <= t.state.now;

/** A lifetime of zero is none. */
const limit = (said: number | null): number | null => (said === 0 ? null : said);

/** Whoever began renews first; the other end, where that did not happen, halfway between then and the end. RFC 2409 5.5 lets either begin. */
const shareOf = ({ rekeyAt }: Plan, ours: boolean): number | null => (rekeyAt === null ? null : ours ? rekeyAt : (1 + rekeyAt) / 2);

export interface Life {
  /** When it is to be renewed; `null`: never. */
  readonly renewAt: Timestamp | null;
  readonly endAt: Timestamp | null;
  readonly isDue: boolean;
  readonly isOver: boolean;
}

const lifeOf = (t: Taking, from: Timestamp | null, seconds: number | null, share: number | null, used: number | null): Life => {
  const renewAt = seconds === null || share === null ? null : after(from, seconds * share);
  const endAt = seconds === null ? null : after(from, seconds);
  return {
    renewAt,
    endAt,
    isDue: isPast(t, renewAt) || (used !== null && share !== null && used >= share),
    isOver: isPast(t, endAt) || (used !== null && used >= 1),
  };
};

/** Of kilobytes, the share that the busier direction has used up. */
const usedOf = (both: readonly Association[]): number | null => {
  const shares = both.flatMap((a) => {
    const kilobytes = limit(a.lifetimeKilobytes);
    return kilobytes === null ? [] : [a.bytes / (kilobytes * kilobyte)];
  });
  return shares.length === 0 ? null : Math.max(...shares);
};

export const lifeOfPair = (t: Taking, plan: Plan, pair: Pair): Life => {
  const both = [pair.inbound, pair.outbound].flatMap((key) => get(t.state.associations, key) ?? []);
  return lifeOf(t, pair.at, limit(both[0]?.lifetimeSeconds ?? usualSeconds), shareOf(plan, pair.ours), usedOf(both));
};

const agreedSeconds = (n: Negotiation): number => n.suite?.lifetimeSeconds ?? usualSeconds;

/** What our policy has instead, where an initiator's offer is longer; `null` where it is not. */
export const ownSeconds = (plan: Plan, n: Negotiation): number | null => {
  const { suite } = n;
  const policy = suite && plan.policies.find((p) => phaseOneDifferences(p, suite).length === 0);
  return policy && policy.lifetimeSeconds !== null && policy.lifetimeSeconds < agreedSeconds(n) ? limit(policy.lifetimeSeconds) : null;
};

/** RFC 2407 4.6.3.1: what the responder says it will apply goes before what was agreed. Only who began an ISAKMP SA renews it. */
export const lifeOfIsakmp = (t: Taking, plan: Plan, n: Negotiation, stood: Stood): Life => {
  const seconds = limit(Math.min(agreedSeconds(n), limit(n.responderLifetime?.seconds ?? null) ?? agreedSeconds(n)));
  return lifeOf(t, stood.at, seconds, sideOf(n, plan.local) === 'initiator' ? plan.rekeyAt : null, null);
};

export const negotiationOf = (t: Taking, stood: Stood): Negotiation | undefined => get(t.state.negotiations, stood.negotiation);

/** The ISAKMP SA that carries what there is to say now: the newest. */
export const carrierOf = (t: Taking, plan: Plan, line: Line): { readonly n: Negotiation; readonly stood: Stood } | null => {
  for (const stood of line.isakmp.toReversed()) {
    const n = negotiationOf(t, stood);
    if (n && !lifeOfIsakmp(t, plan, n, stood).isOver) return { n, stood };
  }
  return null;
};

/** Names a renewal among the chance of the ISAKMP SA that carries it. */
export const renewalOf = (carrier: string, { negotiation, exchange }: Pair): string =>
  `${carrier} instead of ${conversationKey(negotiation, exchange)}`;

/** The request, so to speak, that makes the ISAKMP SA after this one. */
export const succession = (negotiation: string): string => `after ${negotiation}`;

/** The pair that we made to take the place of this one. Looked for by who can have carried it, of whom there are few, and not by all pairs. */
export const replacementOf = (t: Taking, line: Line, pair: Pair): Pair | undefined => {
  for (const carrier of line.members) {
    const drawn = get(t.drawn, messageIdOf(renewalOf(carrier, pair)).purpose);
    const exchange = drawn && asMessageId(drawn);
    const found = drawn && line.pairs.find((p) => p.negotiation === carrier && p.exchange === exchange);
    if (found) return found;
  }
  return undefined;
};

/** The ISAKMP SA that we made to take the place of this one. */
export const successorOf = (t: Taking, line: Line, stood: Stood): Stood | undefined => {
  const cookie = cookieOfRequest(t, succession(stood.negotiation));
  return cookie === null ? undefined : line.isakmp.find((s) => s.negotiation === cookie);
};

/** When what has been replaced has to go. */
export const overlapEnd = (replacement: Stood | undefined): Timestamp | null =>
  replacement ? after(replacement.at, overlapSeconds) : null;

/** The traffic of a pair, as we see it. */
export const flowText = (t: Taking, pair: Pick<Pair, 'negotiation' | 'exchange' | 'ours'>): string => {
  const named = get(t.identities, conversationKey(pair.negotiation, pair.exchange)) ?? [];
  const texts = named.map(({ idType, protocolId, port, data }) => `${idType} ${protocolId} ${port} ${data.join('.')}`);
  return (pair.ours ? texts : texts.toReversed()).join(' to ');
};

/** Of two ends that began at one time each sees another order; nonces are the same to both. RFC 7296 2.8.1 has the idea. */
const lotOf = (t: Taking, pair: Pair): string => {
  const n = negotiationOf(t, pair);
  const q = n && quickModeOf(n, pair.exchange);
  const nonces = [q?.nonceI, q?.nonceR].map((nonce) => (nonce ? toHex(nonce.value) : ''));
  return nonces.sort()[0] ?? '';
};

/** Of those that protect the same traffic one is renewed, the newest. Of some made at one time it is one that both ends name alike. */
export const isKeptUp = (t: Taking, plan: Plan, line: Line, pair: Pair): boolean => {
  const flow = flowText(t, pair);
  const seconds = get(t.state.associations, pair.inbound)?.lifetimeSeconds ?? usualSeconds;
  const oneTime = BigInt(Math.round(((seconds * (1 - (plan.rekeyAt ?? 1))) / 2) * nanosecondsInSecond));
  const isOfOurs = (rival: Pair): boolean => replacementOf(t, line, rival) === pair;
  return !line.pairs.some((rival) => {
    if (rival === pair || flowText(t, rival) !== flow || isOfOurs(rival)) return false;
    if (replacementOf(t, line, pair) === rival) return true;
    const younger = (rival.at ?? 0n) - (pair.at ?? 0n);
    return younger > oneTime || (younger >= -oneTime && lotOf(t, rival) > lotOf(t, pair));
  });
};

/** Of several ISAKMP SAs the newest is renewed. */
export const isNewest = (line: Line, stood: Stood): boolean => line.isakmp.every((s) => s.event <= stood.event);
