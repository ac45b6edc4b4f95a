/** Extended sequence numbers: which upper half belongs to the lower half that is sent. RFC 4303 2.2.1 and App. A2. */
import { type SequenceNumber, sequenceNumber } from '../../values/sequence-number.ts';

const half = 1n << 32n;
const lastHalf = half - 1n;

/**
 * The upper half that a receiver takes, from the highest number that it authenticated (T) and the size of its window (W): App. A2.2. `undefined`
 * where it would be -1: such a packet is older than the SA.
 */
export const inferredHigh = (highest: bigint, windowSize: number, low: number): number | undefined => {
  const [highT, lowT] = [highest >> 32n, highest & lastHalf];
  const bottom = lowT - BigInt(windowSize) + 1n;
  const n = BigInt(low);
  // Case A: the window lies within one turn of the lower half. Case B: it began in the turn before.
  const high = bottom >= 0n ? (n >= bottom ? highT : highT + 1n) : n >= bottom + half ? highT - 1n : highT;
  return high < 0n || high > lastHalf ? undefined : Number(high);
};

/**
 * Numbers that a packet may have, the inferred one first, then those of the turns about it, Th-1, Th, Th+1: who watches may have missed a turn, and
 * the ICV says which it was. `highest` is `null` before the first packet: then the SA is taken to be in its first turn.
 */
export const sequenceCandidates = (highest: bigint | null, windowSize: number, low: number): readonly SequenceNumber[] => {
  if (highest === null) return [sequenceNumber(BigInt(low))];
  const inferred = inferredHigh(highest, windowSize, low);
  const highT = Number(highest >> 32n);
  const highs = [inferred, highT, highT + 1, highT - 1].filter((n): n is number => n !== undefined && n >= 0 && n < 2 ** 32);
  return [...new Set(highs)].map((high) => sequenceNumber(BigInt(high) * half + BigInt(low)));
};

export interface ProvenSequence {
  readonly sequence: SequenceNumber;
  /** The ICV is right with it. `null`: nothing could be verified, so it is inferred only. `false`: right with none, and this is the inferred one. */
  readonly proven: boolean | null;
  /** What App. A2.2 infers; where `sequence` differs from it, a receiver would have dropped the packet. */
  readonly inferred: SequenceNumber | null;
}

/** Tries the candidates, at most four, with `verify`: the ICV under an upper half, `null` where it cannot be checked. */
export const proveSequence = (
  highest: bigint | null,
  windowSize: number,
  low: number,
  verify: (sequenceHigh: number) => boolean | null,
): ProvenSequence => {
  const candidates = sequenceCandidates(highest, windowSize, low);
  const [first] = candidates;
  const sequence = first ?? sequenceNumber(BigInt(low));
  const high = highest === null ? undefined : inferredHigh(highest, windowSize, low);
  const inferred = highest !== null && high === undefined ? null : sequence;
  let proven: boolean | null = false;
  for (const candidate of candidates) {
    const verdict = verify(Number(candidate >> 32n));
    if (verdict === true) return { sequence: candidate, proven: true, inferred };
    if (verdict === null) proven = null;
  }
  return { sequence, proven, inferred };
};
