import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inferredHigh, proveSequence, sequenceCandidates } from './esn.ts';

const half = 2n ** 32n;
const at = (high: number, low: number): bigint => BigInt(high) * half + BigInt(low);

describe('the upper half, RFC 4303 App. A2.2', () => {
  test.each([
    // Case A, the window within one turn: from its lower edge on in this turn, below it in the next.
    ['A: ahead', at(5, 1000), 64, 5000, 5],
    ['A: at the lower edge', at(5, 1000), 64, 937, 5],
    ['A: below the lower edge', at(5, 1000), 64, 936, 6],
    ['A: Tl = W - 1', at(5, 63), 64, 0, 5],
    // Case B, the window began in the turn before.
    ['B: this turn', at(5, 10), 64, 11, 5],
    ['B: 0 of this turn', at(5, 10), 64, 0, 5],
    ['B: at the lower edge', at(5, 10), 64, 2 ** 32 - 53, 4],
    ['B: below the lower edge', at(5, 10), 64, 2 ** 32 - 54, 5],
    ['B: before the first turn', at(0, 10), 64, 2 ** 32 - 1, undefined],
    ['the last turn has none after it', at(2 ** 32 - 1, 1000), 64, 1, undefined],
  ] as const)('%s', (_, highest, size, low, expected) => {
    expect(inferredHigh(highest, size, low)).toBe(expected);
  });

  test('any number within the window, or less than a turn ahead, gets its own upper half', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 2n ** 40n }),
        fc.integer({ min: 1, max: 4096 }),
        fc.bigInt({ min: -4095n, max: half - 4097n }),
        (highest, size, away) => {
          const n = highest + away;
          if (n < 0n || away <= -BigInt(size)) return;
          expect(inferredHigh(highest, size, Number(n % half))).toBe(Number(n / half));
        },
      ),
    );
  });
});

test('without any packet before it, the first turn is all there is to try', () => {
  expect(sequenceCandidates(null, 64, 7)).toEqual([7n]);
  expect(proveSequence(null, 64, 7, () => false)).toEqual({ sequence: 7n, proven: false, inferred: 7n });
});

test('candidates are at most four, each once, the inferred first', () => {
  expect(sequenceCandidates(at(5, 1000), 64, 5000)).toEqual([at(5, 5000), at(6, 5000), at(4, 5000)]);
  expect(sequenceCandidates(at(0, 10), 64, 11)).toEqual([at(0, 11), at(1, 11)]);
});

test('the ICV decides, and what a receiver would have taken is told apart', () => {
  const under = (right: number) => proveSequence(at(5, 1000), 64, 5000, (high) => high === right);
  expect(under(5)).toEqual({ sequence: at(5, 5000), proven: true, inferred: at(5, 5000) });
  expect(under(6)).toEqual({ sequence: at(6, 5000), proven: true, inferred: at(5, 5000) });
  expect(under(9)).toEqual({ sequence: at(5, 5000), proven: false, inferred: at(5, 5000) });
  expect(proveSequence(at(5, 1000), 64, 5000, () => null)).toEqual({ sequence: at(5, 5000), proven: null, inferred: at(5, 5000) });
});
