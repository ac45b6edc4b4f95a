/** Timers that are armed, with whom they belong to and which is first: a heap beside a table, so that neither grows the work of the other. */
import { emptyMap, entries, get, type PersistentMap, set, without } from '../state/persistent-map.ts';
import type { Timestamp } from '../values/timestamp.ts';

export interface Alarm {
  readonly timer: string;
  readonly at: Timestamp;
  /** Negotiation that it belongs to; `null` for one of ours alone. */
  readonly of: string | null;
}

/** A leftist heap: the first is on top, and two are merged along their short right sides. */
interface Heap {
  readonly top: Alarm;
  readonly rank: number;
  readonly left: Heap | null;
  readonly right: Heap | null;
}

export interface Alarms {
  readonly byTimer: PersistentMap<Alarm>;
  /** Names of timers, by negotiation; those of nobody under an empty name. */
  readonly byOwner: PersistentMap<readonly string[]>;
  /** Holds what was replaced or cancelled too, until it is on top or there is too much of it. */
  readonly heap: Heap | null;
  readonly heaped: number;
}

export const noAlarms: Alarms = { byTimer: emptyMap, byOwner: emptyMap, heap: null, heaped: 0 };

/** Names of the timers that belong to a negotiation, or to none. */
export const alarmsOf = (alarms: Alarms, of: string | null): readonly string[] => get(alarms.byOwner, of ?? '') ?? [];

export const alarmAt = (alarms: Alarms, timer: string): Timestamp | null => get(alarms.byTimer, timer)?.at ?? null;

export const arm = (alarms: Alarms, alarm: Alarm): Alarms => {
  const { byTimer, byOwner, heap, heaped } = disarm(alarms, alarm.timer);
  const owner = alarm.of ?? '';
  return tidy({
    byTimer: set(byTimer, alarm.timer, alarm),
    byOwner: set(byOwner, owner, [...(get(byOwner, owner) ?? []), alarm.timer]),
    heap: merge(heap, { top: alarm, rank: 1, left: null, right: null }),
    heaped: heaped + 1,
  });
};

export const disarm = (alarms: Alarms, timer: string): Alarms => {
  const alarm = get(alarms.byTimer, timer);
  if (!alarm) return alarms;
  const owner = alarm.of ?? '';
  const others = (get(alarms.byOwner, owner) ?? []).filter((name) => name !== timer);
  const byOwner = others.length > 0 ? set(alarms.byOwner, owner, others) : without(alarms.byOwner, owner);
  return tidy({ ...alarms, byTimer: without(alarms.byTimer, timer), byOwner });
};

/** The alarm that goes off first; of two at one time the one whose name is first. */
export const firstAlarm = ({ heap }: Alarms): Alarm | null => heap?.top ?? null;

const isBefore = (a: Alarm, b: Alarm): boolean => a.at < b.at || (a.at === b.at && a.timer < b.timer);

const merge = (a: Heap | null, b: Heap | null): Heap | null => {
  if (!a || !b) return a ?? b;
  const [first, second] = isBefore(b.top, a.top) ? [b, a] : [a, b];
  const [one, two] = [first.left, merge(first.right, second)];
  const [left, right] = (one?.rank ?? 0) >= (two?.rank ?? 0) ? [one, two] : [two, one];
  return { top: first.top, rank: (right?.rank ?? 0) + 1, left, right };
};

/** Of no use on top; and at most as much of no use below as of use. */
const tidy = (alarms: Alarms): Alarms => {
  let { heap, heaped } = alarms;
  if (heaped > 2 * alarms.byTimer.size + few) {
    heap = null;
    for (const [, top] of entries(alarms.byTimer)) heap = merge(heap, { top, rank: 1, left: null, right: null });
    heaped = alarms.byTimer.size;
  }
  while (heap && get(alarms.byTimer, heap.top.timer) !== heap.top) {
    heap = merge(heap.left, heap.right);
    heaped -= 1;
  }
  return { ...alarms, heap, heaped };
};

const few = 64;
