import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bounded, keptPlace } from './use-pan-zoom.ts';

test('what is under the pointer stays under it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 5000 }),
      fc.integer({ min: 0, max: 1000 }),
      fc.double({ min: 0.3, max: 2.5, noNaN: true }),
      fc.double({ min: 0.3, max: 2.5, noNaN: true }),
      (scroll, at, before, after) => {
        const next = keptPlace(scroll, at, before, after);
        expect((next + at) / after).toBeCloseTo((scroll + at) / before, 6);
      },
    ),
  );
});

test('never so small that nothing is seen, nor so large', () => {
  expect(bounded(0.01)).toBe(0.3);
  expect(bounded(99)).toBe(2.5);
});
