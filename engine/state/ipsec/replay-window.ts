/** The anti-replay window of a receiver, RFC 4303 3.4.3 and App. A2: which sequence numbers came, near the highest. */
import type { SequenceNumber } from '../../values/sequence-number.ts';

/** Immutable. A new window has seen nothing; its highest is 0, which no packet of an SA bears. */
export interface ReplayWindow {
  /** How many numbers it covers, the highest among them: 1 to 4096. */
  readonly size: number;
  /** The highest number that was marked. */
  readonly highest: bigint;
  /** Bit n stands for the number `highest - n`. */
  readonly seen: bigint;
}

/** What a window says of a number. `old`: left of the window, so nobody can tell. `replayed`: it was marked before. */
export type Judgement = 'new' | 'old' | 'replayed';

const largestSize = 4096;

/** Sizes outside 1 to 4096 are brought into that range. */
export const replayWindow = (size: number): ReplayWindow => ({
  size: Math.min(Math.max(Math.trunc(size) || 1, 1), largestSize),
  highest: 0n,
  seen: 0n,
});

/** 0 is `old` always: RFC 4303 2.2 lets an SA begin with 1. */
export const judge = (window: ReplayWindow, n: SequenceNumber): Judgement => {
  if (n > window.highest) return 'new';
  const behind = window.highest - n;
  if (n === 0n || behind >= BigInt(window.size)) return 'old';
  return (window.seen >> behind) & 1n ? 'replayed' : 'new';
};

/** The window after a packet whose ICV is right, or cannot be checked. A number that is not `new` leaves it as it is. */
export const mark = (window: ReplayWindow, n: SequenceNumber): ReplayWindow => {
  if (judge(window, n) !== 'new') return window;
  if (n <= window.highest) return { ...window, seen: window.seen | (1n << (window.highest - n)) };
  const ahead = n - window.highest;
  // A jump past the whole window forgets all: shifting by it would make a number of 2^64 bits.
  const kept = ahead >= BigInt(window.size) ? 0n : BigInt.asUintN(window.size, window.seen << ahead);
  return { ...window, highest: n, seen: kept | 1n };
};

/** The window as hex, newest bit last: four numbers a digit, as many digits as the size takes. */
export const windowText = (window: ReplayWindow): string => window.seen.toString(16).padStart(Math.ceil(window.size / 4), '0');
