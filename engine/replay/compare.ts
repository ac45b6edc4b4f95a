/** Which event of one log is which of another: equal events first, then, between those, events that play the same part. */
import type { Event } from '../event/event.ts';
import { digest } from '../event/json.ts';
import { eventsAt } from '../log/log.ts';
import type { Seen } from '../state/seen.ts';
import { type Replay, walk } from './replay.ts';

/** An event and its index; several share index 0. */
export interface Placed {
  readonly index: number;
  readonly event: Event;
}

/** Two events that belong together, or one that the other log lacks. `equal`: the same but perhaps for time and place in its input. */
export interface Pair {
  readonly a: Placed | null;
  readonly b: Placed | null;
  readonly equal: boolean;
}

/** Every event of both logs once, in the order of both. Costs a fold of each, and a digest an event. */
export function* pairEvents(a: Replay, b: Replay): Generator<Pair> {
  const ours = listed(a);
  const theirs = listed(b);
  for (const gap of matches(ours.digests, theirs.digests)) {
    // What stands between equal events: a message of the same name by the same side is that message, with other octets.
    const inner = matches(ours.parts.slice(gap.a, gap.untilA), theirs.parts.slice(gap.b, gap.untilB));
    for (const { a: i, untilA, b: j, untilB, matched } of inner) {
      for (let at = i; at < untilA; at++) yield pair(ours.placed[gap.a + at], undefined, false);
      for (let at = j; at < untilB; at++) yield pair(undefined, theirs.placed[gap.b + at], false);
      if (matched) yield pair(ours.placed[gap.a + untilA], theirs.placed[gap.b + untilB], false);
    }
    if (gap.matched) yield pair(ours.placed[gap.untilA], theirs.placed[gap.untilB], true);
  }
}

const pair = (a: Placed | undefined, b: Placed | undefined, equal: boolean): Pair => ({ a: a ?? null, b: b ?? null, equal });

interface Listed {
  readonly placed: readonly Placed[];
  readonly digests: readonly string[];
  readonly parts: readonly string[];
}

const listed = (replay: Replay): Listed => {
  const placed: Placed[] = [];
  const digests: string[] = [];
  const parts: string[] = [];
  for (const { index, seen } of walk(replay)) {
    for (const event of eventsAt(replay.log, index)) {
      placed.push({ index, event });
      digests.push(digest(replay.context.crypto, contentOf(event)));
      parts.push(partOf(event, seen));
    }
  }
  return { placed, digests, parts };
};

/** All of an event but its time, its place in an input, and the number under which its secret is filed. */
export const contentOf = (event: Event): Readonly<Record<string, unknown>> => {
  const { at: _, origin: __, ...content } = event;
  if (!('ref' in content)) return content;
  const { ref: ___, ...rest } = content;
  return rest;
};

/** What an event is among others: equal for the same step of two runs. */
const partOf = (event: Event, { ike, ipsec, packet }: Seen): string => {
  switch (event.kind) {
    case 'DatagramSeen':
      if (ike) return `ike ${ike.side} ${ike.label}`;
      return `${ipsec ? ipsec.protocol : (packet?.carried ?? 'unread')} ${packet?.src ?? ''} ${packet?.dst ?? ''}`;
    case 'TimerFired':
      return `timer ${event.timer}`;
    case 'EntropyDrawn':
      return `entropy ${event.purpose}`;
    case 'SecretLearned':
      return `secret ${event.about.what}`;
    case 'DeviceReported':
      // Numbers, cookies and SPIs differ from run to run.
      return `line ${event.text.replace(/\b(0x)?[\da-f]*\d[\da-f]*\b/gi, '')}`;
    default:
      return event.kind;
  }
};

/** A stretch without a match, and the match behind it; the last stretch has none. */
interface Gap {
  readonly a: number;
  readonly untilA: number;
  readonly b: number;
  readonly untilB: number;
  readonly matched: boolean;
}

/** How far the two may run apart before they meet again. The work grows with the first only. */
const reach = 256;
const farthest = 4096;

/** Matches in the order of both, always the nearest next: not the most there could be, in time that grows with the length alone. */
function* matches(a: readonly string[], b: readonly string[]): Generator<Gap> {
  const places = new Map<string, number[]>();
  b.forEach((key, at) => {
    const list = places.get(key);
    if (list) list.push(at);
    else places.set(key, [at]);
  });
  let from = { a: 0, b: 0 };
  let i = 0;
  while (i < a.length && from.b < b.length) {
    let best = { skip: Number.POSITIVE_INFINITY, a: 0, b: 0 };
    for (let x = i; x < Math.min(a.length, i + reach) && x - i < best.skip; x++) {
      const at = firstFrom(places.get(a[x] ?? '') ?? [], from.b);
      if (at !== undefined && at - from.b <= farthest && at - from.b + x - i < best.skip) {
        best = { skip: at - from.b + x - i, a: x, b: at };
      }
    }
    if (best.skip === Number.POSITIVE_INFINITY) {
      i += reach;
      continue;
    }
    yield { a: from.a, untilA: best.a, b: from.b, untilB: best.b, matched: true };
    from = { a: best.a + 1, b: best.b + 1 };
    i = from.a;
  }
  yield { a: from.a, untilA: a.length, b: from.b, untilB: b.length, matched: false };
}

/** The first of rising numbers that is not below `least`. */
const firstFrom = (rising: readonly number[], least: number): number | undefined => {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return rising[low];
};
