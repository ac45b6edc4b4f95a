/** Which packets came on each SA, packed: some twenty octets a packet, so that charts and films need not fold the log again. RFC 4303 3.4.3. */
import type { IpsecSeen } from '../state/seen.ts';

/** What became of a packet. `late`: new, yet behind the highest number. `badIcv` counts before anything else: it moves no window. */
export type PacketVerdict = 'new' | 'late' | 'replayed' | 'old' | 'badIcv';
const verdicts: readonly PacketVerdict[] = ['new', 'late', 'replayed', 'old', 'badIcv'];

/** The packets of one SA in the order in which they came; the arrays may be longer than `count`. */
export interface Traffic {
  /** Key into `State.associations`. */
  readonly association: string;
  count: number;
  events: Uint32Array;
  /** Sequence numbers; beyond 2^53, where no SA of this world comes, they would be rounded. */
  sequences: Float64Array;
  /** The highest number that was accepted so far, this packet included: never falls. 0 before the first. */
  highest: Float64Array;
  verdicts: Uint8Array;
}

/** By key into `State.associations`, in the order of their first packets. */
export type TrafficIndex = Map<string, Traffic>;

const firstRoom = 64;

const newTraffic = (association: string): Traffic => ({
  association,
  count: 0,
  events: new Uint32Array(firstRoom),
  sequences: new Float64Array(firstRoom),
  highest: new Float64Array(firstRoom),
  verdicts: new Uint8Array(firstRoom),
});

const grown = <T extends Uint32Array | Float64Array | Uint8Array>(full: T, empty: T): T => {
  empty.set(full);
  return empty;
};

const makeRoom = (t: Traffic): void => {
  if (t.count < t.events.length) return;
  const room = t.count * 2;
  t.events = grown(t.events, new Uint32Array(room));
  t.sequences = grown(t.sequences, new Float64Array(room));
  t.highest = grown(t.highest, new Float64Array(room));
  t.verdicts = grown(t.verdicts, new Uint8Array(room));
};

const judged = (seen: IpsecSeen, behind: boolean): PacketVerdict => {
  if (seen.authenticated === false) return 'badIcv';
  if (seen.replay === 'replayed' || seen.replay === 'old') return seen.replay;
  return behind ? 'late' : 'new';
};

/** Adds a packet; the arrays are the index's own, filled in place while the log is folded for the first time. */
export const addToTraffic = (index: TrafficIndex, event: number, seen: IpsecSeen): void => {
  let t = index.get(seen.association);
  if (!t) {
    t = newTraffic(seen.association);
    index.set(seen.association, t);
  }
  makeRoom(t);
  const sequence = Number(seen.sequence);
  const before = t.count === 0 ? 0 : (t.highest[t.count - 1] ?? 0);
  const verdict = judged(seen, sequence < before);
  t.events[t.count] = event;
  t.sequences[t.count] = sequence;
  t.highest[t.count] = verdict === 'new' ? sequence : before;
  t.verdicts[t.count] = verdicts.indexOf(verdict);
  t.count++;
};

/** Reckoned once for each SA of which packets were seen at several places. */
const firstsKnown = new WeakMap<Traffic, ReadonlyMap<number, number>>();

/** The event at which a number came first. */
export const firstEventOf = (t: Traffic, sequence: bigint): number | undefined => {
  let firsts = firstsKnown.get(t);
  if (!firsts) {
    const made = new Map<number, number>();
    for (let i = t.count - 1; i >= 0; i--) made.set(t.sequences[i] ?? 0, t.events[i] ?? 0);
    firsts = made;
    firstsKnown.set(t, firsts);
  }
  return firsts.get(Number(sequence));
};

/** One packet of an SA; `at` counts from 0. */
export const verdictAt = (t: Traffic, at: number): PacketVerdict => verdicts[t.verdicts[at] ?? 0] ?? 'new';

/** How many packets of the SA came up to an event, itself included. */
export const packetsUpTo = (t: Traffic, event: number): number => countWhile(t.count, (i) => (t.events[i] ?? 0) <= event);

/** How many of `count` things, from the first on, fit; those that fit stand before those that do not. */
export const countWhile = (count: number, fits: (i: number) => boolean): number => {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Numbers that never came, between two that did. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** Of the packet that went past it first, from 0. */
  readonly passedAt: number;
}

/** Reckoned once for each SA. */
const gapsKnown = new WeakMap<Traffic, readonly Gap[]>();

/** Numbers that never came between the lowest and the highest that did, ascending; costs a sort the first time. */
export const gapsOf = (t: Traffic): readonly Gap[] => {
  const known = gapsKnown.get(t);
  if (known) return known;
  const came = new Float64Array(t.count);
  let n = 0;
  for (let i = 0; i < t.count; i++) if (verdictAt(t, i) !== 'badIcv') came[n++] = t.sequences[i] ?? 0;
  const sorted = came.subarray(0, n).sort();
  const gaps: Gap[] = [];
  for (let i = 1; i < n; i++) {
    const from = (sorted[i - 1] ?? 0) + 1;
    const to = (sorted[i] ?? 0) - 1;
    if (from <= to) gaps.push({ from, to, passedAt: countWhile(t.count, (k) => (t.highest[k] ?? 0) <= to) });
  }
  gapsKnown.set(t, gaps);
  return gaps;
};

/** Whether a number never came, though a higher one did. */
export const isLost = (t: Traffic, n: number): boolean => {
  const gaps = gapsOf(t);
  const at = countWhile(gaps.length, (i) => (gaps[i]?.to ?? 0) < n);
  return (gaps[at]?.from ?? Number.POSITIVE_INFINITY) <= n;
};
