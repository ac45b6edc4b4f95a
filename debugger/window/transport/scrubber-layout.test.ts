import fc from 'fast-check';
import { expect, test } from 'vitest';
import { barOf, clusters, eventAt, xOf } from './scrubber-layout.ts';

test('an event is found again where it stands', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(100_000), fc.integer({ min: 50, max: 3000 }), (a, b, width) => {
      const [event, last] = [Math.min(a, b), Math.max(a, b)];
      expect(Math.abs(eventAt(xOf(event, width, last), width, last) - event)).toBeLessThanOrEqual(1);
    }),
  );
  expect(eventAt(-5, 800, 19)).toBe(0);
  expect(eventAt(9999, 800, 19)).toBe(19);
  expect(eventAt(10, 0, 19)).toBe(0);
});

test('bars are narrow in wide slots, and fill theirs where there are many', () => {
  expect(barOf(5, 5, 1, 1000, 19, 32, 23)).toEqual({ x: 270.5, width: 9, top: 9, height: 23 });
  expect(barOf(0, 99, 0.5, 100, 9999, 32, 20).width).toBe(1);
  expect(barOf(0, 0, 0, 1000, 19, 32, 23).height).toBe(3);
});

test('marks that would touch are one', () => {
  const marks = [{ event: 3 }, { event: 1 }, { event: 2 }, { event: 90 }];
  expect(clusters(marks, 400, 99).map(({ marks: here }) => here.map(({ event }) => event))).toEqual([[1, 2, 3], [90]]);
  expect(clusters(marks, 4000, 99)).toHaveLength(4);
  // At 8 pixels an event: 1 and 2 are one, and 3 would lie on their number.
  expect(clusters(marks, 800, 99).map(({ marks: here }) => here.map(({ event }) => event))).toEqual([[1, 2, 3], [90]]);
});
