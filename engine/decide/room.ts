/**
 * How much we keep of whom. Peers that have proven nothing share a number of places (RFC 2408 2.5.3 leaves it to us): when it is reached, the
 * oldest is forgotten, with all that it brought. Messages that changed nothing, and negotiations that ended, are kept for a while too and no
 * longer. A rule of events alone, so that a log forgets in the same places when it is driven again.
 */
import type { Event } from '../event/event.ts';
import { erase, eraseCookie, newKeys, tracesBetween } from '../state/forget.ts';
import { get, isPersistentMap, type PersistentMap, set, without } from '../state/persistent-map.ts';
import type { Seen } from '../state/seen.ts';
import { alarmsOf, disarm } from './alarms.ts';
import { isKept, unbelieved } from './attend.ts';
import { isLeanedOn } from './lines.ts';
import type { Account, Left, Memory, Standing } from './memory.ts';
import type { Plan } from './plan.ts';
import { put, take } from './queue.ts';
import { conversationKey, conversationOf, type Taking } from './taking.ts';

/** Events of one negotiation before its peer has proven anything: phase 1 takes six messages, some of them more than once. */
const mostUnproven = 64;
const mostEnded = 64;

/** Settles what an event left behind, and forgets whom there is no room for. */
export const keepInMind = (plan: Plan, before: Taking, after: Taking, event: Event, seen: Seen): Taking => {
  const about = subjectOf(after, event, seen);
  const left = leftBy(before, after, about);
  const isReceived = event.kind === 'DatagramSeen' && event.via === 'received';
  const n = about === null ? undefined : get(after.state.negotiations, about);
  if (!n) return isReceived ? withStray(plan, after, left) : after;
  const account = get(after.memory.accounts, n.id);
  const was = account?.standing ?? null;
  if ((was === 'kept' || was === 'ended') && isReceived && !tellsAnything(seen)) return withStray(plan, after, left);
  const spoke = conversationOf(before, conversationKey(n.id, 0)).sent !== null;
  const standing: Standing = n.ended
    ? 'ended'
    : isKept(after, n.id)
      ? 'kept'
      : was === 'answered' || (isReceived && spoke && seen.transitions.length > 0)
        ? 'answered'
        : 'asked';
  const pile = left.traces.length + left.own.length === 0 ? (account?.pile ?? null) : { left, below: account?.pile ?? null };
  const next: Account = { standing, cookie: n.initiatorCookie, pile, events: (account?.events ?? 0) + 1 };
  const t: Taking = { ...after, memory: withAccount(after.memory, n.id, next) };
  const isTooMuch = standing !== 'kept' && standing !== 'ended' && next.events > mostUnproven;
  return makeRoom(plan, withDropped(before, isTooMuch ? forget(t, n.id) : t));
};

/** Whom the peer has let go of is as good as ended. */
const withDropped = (before: Taking, t: Taking): Taking => {
  let { memory } = t;
  for (const id of before.dropped === t.dropped ? [] : newKeys(before.dropped, t.dropped)) {
    const account = get(memory.accounts, id);
    if (account) memory = withAccount(memory, id, { ...account, standing: 'ended' });
  }
  return memory === t.memory ? t : { ...t, memory };
};

/** A negotiation, by what a message shows or chance is drawn for. */
const subjectOf = (t: Taking, event: Event, seen: Seen): string | null => {
  if (event.kind === 'EntropyDrawn') return event.purpose.split(' ').find((word) => get(t.state.negotiations, word) !== undefined) ?? null;
  if (event.kind !== 'DatagramSeen') return null;
  return seen.ike?.negotiation ?? (seen.ipsec && get(t.state.associations, seen.ipsec.association)?.negotiation) ?? null;
};

/** An encrypted message that nothing opens moves those who watch, since it may be right; it tells us nothing. */
const tellsAnything = ({ ike, ipsec, transitions }: Seen): boolean =>
  ipsec?.authenticated === true ||
  (ike !== null && ike.closed === null && (transitions.length > 0 || ike.authenticators.some((a) => a.verdict === 'equal')));

const leftBy = (before: Taking, after: Taking, about: string | null): Left => ({
  traces: tracesBetween(before.state, after.state, about),
  own: changedTables(before, after).flatMap(([table, was, is]) => newKeys(was, is).map((key) => ({ table, key }))),
});

const isTable = (value: unknown): value is PersistentMap<unknown> => typeof value === 'object' && value !== null && isPersistentMap(value);

/** Whatever table somebody adds to what we remember: what a negotiation brings there goes with it. */
const changedTables = (before: Taking, after: Taking): readonly Changed[] => {
  const changed: Changed[] = [];
  for (const name in after) {
    const [was, is] = [before[name as keyof Taking], after[name as keyof Taking]];
    if (was !== is && isTable(was) && isTable(is) && !settledOtherwise.has(name)) changed.push([name, was, is]);
  }
  return changed;
};
type Changed = readonly [name: string, was: PersistentMap<unknown>, is: PersistentMap<unknown>];

/** Tables that one negotiation does not have to itself. */
const settledOtherwise: ReadonlySet<string> = new Set(['peers', 'withPeer', 'leases', 'resends']);

const withAccount = (m: Memory, id: string, account: Account): Memory => {
  const was = get(m.accounts, id)?.standing ?? null;
  const accounts = set(m.accounts, id, account);
  if (was === account.standing) return { ...m, accounts };
  const { standing, cookie } = account;
  const counts = { ...m.counts, [standing]: m.counts[standing] + 1, ...(was && { [was]: m.counts[was] - 1 }) };
  const order = standing === 'kept' ? m.order : { ...m.order, [standing]: put(m.order[standing], id) };
  return { ...m, accounts, counts, order, cookies: was ? m.cookies : set(m.cookies, cookie, (get(m.cookies, cookie) ?? 0) + 1) };
};

const withStray = (plan: Plan, t: Taking, left: Left): Taking => {
  if (left.traces.length + left.own.length === 0) return t;
  const strays = put(t.memory.strays, left);
  if (strays.items.size <= plan.mostHalfOpen) return { ...t, memory: { ...t.memory, strays } };
  const { item, rest } = take(strays);
  const kept: Taking = { ...t, memory: { ...t.memory, strays: rest } };
  return item ? cleared(kept, item) : kept;
};

const makeRoom = (plan: Plan, before: Taking): Taking => {
  let t = before;
  // Whoever is more gives way: a flood from nowhere leaves those alone that were reached, and these do not shut everybody else out.
  while (t.memory.counts.asked + t.memory.counts.answered > Math.max(plan.mostHalfOpen, 1))
    t = forgetOldest(t, t.memory.counts.asked >= t.memory.counts.answered ? 'asked' : 'answered');
  while (t.memory.counts.ended > mostEnded) t = forgetOldest(t, 'ended');
  return t;
};

const forgetOldest = (t: Taking, standing: Exclude<Standing, 'kept'>): Taking => {
  const { item, rest } = take(t.memory.order[standing]);
  // IPsec SAs may outlive the ISAKMP SA under which they were made: RFC 2408 3.15 deletes them by themselves.
  if (item !== undefined && standing === 'ended' && isLeanedOn(t.lines, item)) return spared(t, item, rest);
  const left: Taking = { ...t, memory: { ...t.memory, order: { ...t.memory.order, [standing]: rest } } };
  return item !== undefined && get(t.memory.accounts, item)?.standing === standing ? forget(left, item) : left;
};

/** Kept, and counted no more among those that are to go. */
const spared = (t: Taking, id: string, rest: Memory['order']['ended']): Taking => {
  const { order, counts, accounts } = t.memory;
  const account = get(accounts, id);
  if (!account) return t;
  const memory: Memory = {
    ...t.memory,
    order: { ...order, ended: rest },
    counts: { ...counts, ended: counts.ended - 1, kept: counts.kept + 1 },
    accounts: set(accounts, id, { ...account, standing: 'kept' }),
  };
  return { ...t, memory };
};

const forget = (before: Taking, id: string): Taking => {
  const account = get(before.memory.accounts, id);
  if (!account) return before;
  const { cookie, standing } = account;
  let t = unbelieved(before, id);
  for (let pile = account.pile; pile; pile = pile.below) t = cleared(t, pile.left);
  for (const timer of alarmsOf(t.armed, id)) t = { ...t, armed: disarm(t.armed, timer) };
  const others = (get(t.memory.cookies, cookie) ?? 1) - 1;
  return {
    ...t,
    resends: without(t.resends, id),
    state: others === 0 ? eraseCookie(t.state, cookie) : t.state,
    agenda: t.agenda.filter((of) => of !== id),
    memory: {
      ...t.memory,
      accounts: without(t.memory.accounts, id),
      counts: { ...t.memory.counts, [standing]: t.memory.counts[standing] - 1 },
      cookies: others === 0 ? without(t.memory.cookies, cookie) : set(t.memory.cookies, cookie, others),
    },
  };
};

const cleared = (t: Taking, { traces, own }: Left): Taking => {
  const tables: Record<string, PersistentMap<unknown>> = {};
  for (const { table, key } of own) {
    const map = tables[table] ?? t[table as keyof Taking];
    if (isTable(map)) tables[table] = without(map, key);
  }
  return { ...t, ...tables, state: erase(t.state, traces) };
};
