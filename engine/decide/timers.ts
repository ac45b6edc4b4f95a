/** What we wait for, and how long: a message that wants an answer is sent again with growing pauses. RFC 2408 5.1. */
import { get } from '../state/persistent-map.ts';
import { exchangeKey, type Negotiation } from '../state/state.ts';
import { type Timestamp, timestamp } from '../values/timestamp.ts';
import { isPast } from './ikev1/life.ts';
import { isEstablished } from './ikev1/phase1.ts';
import { gatewayOwesSince } from './ikev1/xauth.ts';
import type { Plan } from './plan.ts';
import { messagesPassed } from './progress.ts';
import { conversationKey, conversationOf, retransmissionTimer, sideOf, type Taking } from './taking.ts';
import { isOpen, transactionsOf } from './transactions.ts';

export interface Deadline {
  readonly timer: string;
  readonly at: Timestamp;
  readonly why: string;
}

/** Messages of phase 1 that wait for an answer; the responder repeats only when it is asked. */
const waiting: ReadonlySet<string> = new Set(['MM1', 'MM3', 'MM5', 'AM1']);

/** Conversations of a negotiation in which it is the peer's turn. */
const waitingIn = (t: Taking, plan: Plan, n: Negotiation): readonly number[] => {
  const side = sideOf(n, plan.local);
  if (!side || n.ended) return [];
  const phase1 = side === 'initiator' && waiting.has(get(t.progress, n.id) ?? '') ? [0] : [];
  const quick = n.openQuickModes.filter((id) => {
    const q = get(n.exchanges, exchangeKey('quick', id));
    return q?.kind === 'quick' && q.result === null && q.messages === (q.begunBy === side ? 1 : 2);
  });
  const questions = transactionsOf(t.transactions, n.id).filter(isOpen);
  return [...phase1, ...quick, ...questions.map((x) => x.messageId)];
};

const nanosecondsInMillisecond = 1_000_000n;

/** The pause after so many repetitions. */
const pauseAfter = ({ patience: { firstMilliseconds, factor } }: Plan, repeats: number): bigint =>
  BigInt(Math.round(firstMilliseconds * factor ** repeats)) * nanosecondsInMillisecond;

/** Every deadline of a negotiation that should be armed now. */
export const deadlines = (t: Taking, plan: Plan, n: Negotiation): readonly Deadline[] => {
  const answers = waitingIn(t, plan, n).flatMap((id): Deadline[] => {
    const key = conversationKey(n.id, id);
    const { sent, repeats } = conversationOf(t, key);
    if (!sent || sent.at === null || repeats > plan.patience.tries) return [];
    const at = timestamp(sent.at + pauseAfter(plan, repeats));
    return [{ timer: retransmissionTimer(key), at, why: `no answer for the ${ordinal(repeats + 1)} time` }];
  });
  const at = gatewayDeadline(t, plan, n);
  if (at === null || isPast(t, at)) return answers;
  return [...answers, { timer: `gateway ${n.id}`, at, why: 'the gateway is to ask for the user' }];
};

/** A client of XAUTH has nothing to say again, so that its wait for the gateway has an end of its own: after as long as all repetitions take. */
const gatewayDeadline = (t: Taking, plan: Plan, n: Negotiation): Timestamp | null => {
  const side = sideOf(n, plan.local);
  const since = side && !n.ended && isEstablished(t, n, side) ? gatewayOwesSince(t, plan, n) : null;
  if (since === null) return null;
  const pauses = Array.from({ length: plan.patience.tries + 1 }, (_, repeats) => pauseAfter(plan, repeats));
  return timestamp(pauses.reduce((sum, pause) => sum + pause, since));
};

const ordinal = (n: number): string => ['first', 'second', 'third', 'fourth', 'fifth'][n - 1] ?? `${n}th`;

/** Why nothing more is to be expected of a negotiation; `null` while there is hope. */
export const hasGivenUp = (t: Taking, plan: Plan, n: Negotiation): string | null => {
  const { tries } = plan.patience;
  const gateway = gatewayDeadline(t, plan, n);
  if (gateway !== null && isPast(t, gateway)) return 'the gateway asks for no user, or does not decide';
  const lost = waitingIn(t, plan, n).find((id) => conversationOf(t, conversationKey(n.id, id)).repeats > tries);
  if (lost === undefined) return null;
  if (transactionsOf(t.transactions, n.id).some((x) => x.messageId === lost)) return 'the peer stopped answering in a transaction exchange';
  const passed = messagesPassed(n, get(t.progress, n.id) ?? null);
  return passed <= 1 ? 'no answer came' : `the peer stopped answering after message ${passed} of phase 1`;
};
