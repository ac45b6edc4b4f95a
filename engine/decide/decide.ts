/** What we owe, by the state alone: asked again after every event until nothing is owed. Never looks at an event, a clock or a socket. */
import { notifyTypesV1 } from '../registry/notify-type.ts';
import { nameOf } from '../registry/registry.ts';
import type { Context } from '../state/context.ts';
import type { Side } from '../state/fact.ts';
import { get, values } from '../state/persistent-map.ts';
import type { Negotiation } from '../state/state.ts';
import type { IpAddress } from '../values/ip-address.ts';
import { messageId } from '../values/message-id.ts';
import { alarmAt, alarmsOf } from './alarms.ts';
import { isKept } from './attend.ts';
import { asCookie, responderCookie } from './chance.ts';
import { arePingsAnswered, oweTraffic, pingDeadlines, pingFailure } from './esp/owe.ts';
import { oweLife } from './ikev1/informational.ts';
import { flowText } from './ikev1/life.ts';
import { beginPhaseOne, cookieOfRequest, isEstablished, owePhaseOne, phaseOneFailure } from './ikev1/phase1.ts';
import { exchangeFor, oweAnswer, oweQuickModes, wantedFlows } from './ikev1/quick-mode.ts';
import { oweStanding, standingDeadlines } from './ikev1/standing.ts';
import { mayHaveTraffic, oweTransaction, transactionFailure } from './ikev1/transaction.ts';
import { isDropped } from './initial-contact.ts';
import type { Intent } from './intent.ts';
import { lineOf } from './lines.ts';
import type { Plan } from './plan.ts';
import { conversationKey, conversationOf, sideOf, type Taking } from './taking.ts';
import { type Deadline, deadlines, hasGivenUp } from './timers.ts';

/** A request to set up what is configured for a peer: `connect 198.51.100.1`. */
export const connectRequest = (peer: IpAddress): string => `connect ${peer}`;
/** A request to take leave: deletes for all that stands. */
export const leaveRequest = 'leave';

interface Wish {
  readonly event: number;
  readonly peer: IpAddress;
}

const wishesOf = (t: Taking): readonly Wish[] =>
  t.requests.flatMap(({ event, means }) => (means?.ask === 'connect' ? [{ event, peer: means.peer }] : []));

const isLeaving = (t: Taking): boolean => t.requests.some((r) => r.request === leaveRequest);

const negotiationOf = (t: Taking, wish: Wish): Negotiation | undefined => {
  const cookie = cookieOfRequest(t, wish.event);
  return cookie === null ? undefined : get(t.state.negotiations, cookie);
};

/**
 * One round: at most one draw or message, which changes what is owed. It is about the negotiation that is first on the agenda; when nothing is
 * owed to it, its timers as they should be now, and rest. With an empty agenda, what is owed to nobody alone. Empty: all is quiet.
 */
export const decide = (ctx: Context, t: Taking, plan: Plan): readonly Intent[] => {
  const [id] = t.agenda;
  if (id === undefined) return atLarge(ctx, t, plan);
  const n = get(t.state.negotiations, id);
  const owed = n ? owedTo(ctx, t, plan, n) : null;
  if (owed && owed.do !== 'Failed') return [owed];
  return [
    ...timerChanges(t, id, n ? [...deadlines(t, plan, n), ...standingDeadlines(t, plan, id)] : []),
    ...told(t, owed),
    { do: 'Rest', negotiation: id },
  ];
};

const owedTo = (ctx: Context, t: Taking, plan: Plan, n: Negotiation): Intent | null => {
  const side = sideOf(n, plan.local);
  const leaving = isLeaving(t);
  const own = side && isOurs(t, n, side) ? (repetition(t, plan, n) ?? (leaving ? null : inTurn(t, n, next(ctx, t, plan, n, side)))) : null;
  return own ?? oweStanding(ctx, t, plan, n.id, leaving);
};

/** Packets inside tunnels, and requests that have led to nothing yet; then what has become of all of them. */
const atLarge = (ctx: Context, t: Taking, plan: Plan): readonly Intent[] => {
  if (isLeaving(t)) return [];
  const packet = oweTraffic(ctx, t, plan);
  if (packet) return [packet];
  let failed: Intent | null = null;
  for (const wish of wishesOf(t)) {
    const owed = negotiationOf(t, wish) ? null : beginPhaseOne(t, plan, wish.event, wish.peer);
    if (owed && owed.do !== 'Failed') return [owed];
    failed ??= owed;
  }
  return [...timerChanges(t, null, pingDeadlines(t, plan)), ...told(t, failed ?? verdictOf(t, plan))];
};

/** An observer guesses at negotiations that it saw no beginning of, or that share a cookie. We take part in those that we or a peer began before us. */
const isOurs = (t: Taking, n: Negotiation, side: Side): boolean =>
  n.version === 1 &&
  (n.mode === 'main' || n.mode === 'aggressive') &&
  n.ended === null &&
  !isDropped(t, n.id) &&
  n.rolesKnown &&
  (side === 'responder' ? hasOurCookie(t, n) : isKept(t, n.id));

/** RFC 2408 2.5.3: whoever begins with a cookie for us in its message has it from nowhere, and an answer with ours would belong to another negotiation. */
const hasOurCookie = (t: Taking, n: Negotiation): boolean => {
  const drawn = get(t.drawn, responderCookie(n.id).purpose);
  return n.responderCookie === null || (drawn !== undefined && n.responderCookie === asCookie(drawn));
};

/**
 * In every exchange it is our turn once after each message that took it on, and to begin with. Whatever a peer manages to make of the state, we do
 * not talk to ourselves.
 */
const inTurn = (t: Taking, n: Negotiation, owed: Intent | null): Intent | null => {
  if (owed?.do !== 'SendMessage') return owed;
  const { sent, received } = conversationOf(t, conversationKey(n.id, owed.exchange));
  return sent === null || (received !== null && received > sent.event) ? owed : null;
};

const next = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side): Intent | null => {
  if (!isEstablished(t, n, side)) return owePhaseOne(ctx, t, plan, n, side);
  const asked = wishesOf(t).some((wish) => cookieOfRequest(t, wish.event) === n.initiatorCookie);
  const owed = oweLife(ctx, t, plan, n, side) ?? oweTransaction(ctx, t, plan, n, side);
  if (owed || !mayHaveTraffic(t, plan, n)) return owed;
  return oweAnswer(ctx, t, plan, n, side) ?? (asked ? oweQuickModes(ctx, t, plan, n, side) : null);
};

/** Our last message once more, octet for octet: RFC 2408 5.1. */
const repetition = (t: Taking, plan: Plan, n: Negotiation): Intent | null => {
  for (const id of get(t.resends, n.id) ?? []) {
    const { sent, repeats } = conversationOf(t, conversationKey(n.id, id));
    if (sent && repeats <= plan.patience.tries)
      return { do: 'SendMessage', exchange: messageId(id), why: 'the same once more', datagram: sent.datagram };
  }
  return null;
};

/** `of`: the negotiation whose timers they are, `null` for those of none. */
function* timerChanges(t: Taking, of: string | null, wanted: readonly Deadline[]): Generator<Intent> {
  for (const { timer, at, why } of wanted) if (alarmAt(t.armed, timer) !== at) yield { do: 'ArmTimer', timer, at, of, why };
  for (const timer of alarmsOf(t.armed, of)) if (!wanted.some((w) => w.timer === timer)) yield { do: 'CancelTimer', timer };
}

/** What has become of the requests: told when it changes. */
const told = (t: Taking, verdict: Intent | null): readonly Intent[] => (verdict && verdictText(verdict) !== t.verdict ? [verdict] : []);

export const verdictText = (verdict: Intent): string => (verdict.do === 'Failed' ? `failed: ${verdict.why}` : verdict.do);

const verdictOf = (t: Taking, plan: Plan): Intent | null => {
  const wishes = wishesOf(t);
  if (wishes.length === 0 || isLeaving(t)) return null;
  let done = true;
  for (const wish of wishes) {
    const n = negotiationOf(t, wish);
    const stands = n !== undefined && isStanding(t, plan, n, wish.peer);
    const why = n && !stands && (failureOf(t, plan, latestOf(t, n)) ?? lossOf(t, plan, n, wish.peer));
    if (why) return { do: 'Failed', negotiation: n.id, why };
    done &&= stands;
  }
  const why = done ? pingFailure(t, plan) : null;
  if (why !== null) return { do: 'Failed', negotiation: null, why };
  return done && arePingsAnswered(t) ? { do: 'Done' } : null;
};

/** Whether all its traffic is protected, be it by SAs that took the place of the first. */
const isStanding = (t: Taking, plan: Plan, n: Negotiation, peer: IpAddress): boolean => {
  const standing = lineOf(t.lines, n.id)?.pairs.map((pair) => flowText(t, pair)) ?? [];
  return wantedFlows(plan, peer).every((flow) => {
    const q = exchangeFor(t, n, flow);
    return q?.result === 'complete' && standing.includes(flowText(t, { negotiation: n.id, exchange: q.messageId, ours: true }));
  });
};

/** The ISAKMP SA that took its place, or itself. */
const latestOf = (t: Taking, n: Negotiation): Negotiation => get(t.state.negotiations, lineOf(t.lines, n.id)?.newest ?? n.id) ?? n;

const lossOf = (t: Taking, plan: Plan, n: Negotiation, peer: IpAddress): string | null =>
  wantedFlows(plan, peer).every((flow) => exchangeFor(t, n, flow)?.result === 'complete') ? 'IPsec SAs that stood are gone' : null;

const failureOf = (t: Taking, plan: Plan, n: Negotiation): string | null => {
  if (n.ended) return `the ISAKMP SA was ${n.ended.why}`;
  const unproven = phaseOneFailure(t, plan, n) ?? transactionFailure(t, plan, n);
  if (unproven) return unproven;
  const refused = values(n.exchanges).find((e) => e.kind === 'quick' && e.result !== null && e.result !== 'complete');
  if (refused) return `the peer refuses the quick mode: ${refused.result}`;
  const notify = get(t.refusals, n.id);
  if (notify !== undefined && !isEstablished(t, n, 'initiator')) {
    return `the peer refuses: ${nameOf(notifyTypesV1, notify) ?? notify} (in phase 1 nothing proves who said so)`;
  }
  return hasGivenUp(t, plan, n);
};
