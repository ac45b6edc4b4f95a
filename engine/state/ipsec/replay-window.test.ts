import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sequenceNumber } from '../../values/sequence-number.ts';
import { judge, mark, type ReplayWindow, replayWindow, windowText } from './replay-window.ts';

const after = (size: number, ...numbers: (number | bigint)[]): ReplayWindow =>
  numbers.reduce((window: ReplayWindow, n) => mark(window, sequenceNumber(n)), replayWindow(size));
const say = (window: ReplayWindow, n: number | bigint) => judge(window, sequenceNumber(n));

/** What the standard says, kept as a set: slow, and plain to see. RFC 4303 3.4.3. */
const model = (size: number) => {
  const came = new Set<bigint>();
  let highest = 0n;
  return {
    judge: (n: bigint) => (n === 0n || n + BigInt(size) <= highest ? 'old' : came.has(n) ? 'replayed' : 'new'),
    mark: (n: bigint) => {
      came.add(n);
      if (n > highest) highest = n;
    },
    text: () => {
      let bits = '';
      for (let behind = BigInt(size) - 1n; behind >= 0n; behind--) bits += came.has(highest - behind) ? '1' : '0';
      return BigInt(`0b${bits}`)
        .toString(16)
        .padStart(Math.ceil(size / 4), '0');
    },
  };
};

const near = fc.bigInt(0n, 200n);
const anywhere = fc.bigInt(0n, (1n << 64n) - 1n);
const byTheEdge = fc.bigInt((1n << 32n) - 100n, (1n << 32n) + 100n);

test.each([
  ['near numbers', near],
  ['numbers around 2^32', byTheEdge],
  ['any 64-bit numbers and near ones', fc.oneof(near, anywhere)],
])('agrees with a set that forgets nothing: %s', (_, numbers) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4096 }), fc.boolean(), fc.array(numbers, { maxLength: 120 }), (size, small, list) => {
      const width = small ? 1 + (size % 70) : size;
      const slow = model(width);
      let window = replayWindow(width);
      for (const n of list) {
        const verdict = judge(window, sequenceNumber(n));
        expect(verdict).toBe(slow.judge(n));
        window = mark(window, sequenceNumber(n));
        if (verdict === 'new') slow.mark(n);
      }
      expect(windowText(window)).toBe(slow.text());
    }),
  );
});

test('the bitmap of a kernel after sequence numbers 1 to 4', () => {
  // Linux 6.1 after the four pings of a recorded negotiation: replay-window 32, seq 0x4, bitmap 0x0000000f.
  expect(windowText(after(32, 1, 2, 3, 4))).toBe('0000000f');
});

test('the edges of a window of 64', () => {
  const window = after(64, 1, 64);
  expect([say(window, 0), say(window, 1), say(window, 2), say(window, 64), say(window, 65)]).toEqual([
    'old',
    'replayed',
    'new',
    'replayed',
    'new',
  ]);
  expect(say(after(64, 1, 65), 1)).toBe('old');
});

test('a jump of 2^64 costs nothing', () => {
  const window = after(4096, 1, (1n << 64n) - 1n);
  expect(window).toEqual({ size: 4096, highest: (1n << 64n) - 1n, seen: 1n });
});

test('marking what is not new changes nothing', () => {
  const window = after(64, 100);
  expect(mark(window, sequenceNumber(100))).toBe(window);
  expect(mark(window, sequenceNumber(1))).toBe(window);
});

test('sizes are brought into 1 to 4096', () => {
  expect([0, -1, 1, 4096, 5000, Number.NaN].map((size) => replayWindow(size).size)).toEqual([1, 1, 1, 4096, 4096, 1]);
});
