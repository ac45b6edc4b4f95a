import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linePath, nearest, placeLabels, scale } from './scale.ts';

test('to pixels and back', () => {
  const x = scale(10, 20, 100, 300);
  expect(x.of(15)).toBe(200);
  expect(x.back(250)).toBe(17.5);
  expect(scale(4, 4, 0, 10).of(4)).toBe(0);
  expect(scale(0, 1, 5, 5).back(5)).toBe(0);
});

test('a column of one value is a point of the line, of two an upright stroke', () => {
  const same = scale(0, 1, 0, 1);
  const points = [
    { x: 1, low: 2, high: 2 },
    { x: 2, low: 3, high: 5 },
  ];
  expect(linePath(points, same, same)).toBe('M1.0 2.0L2.0 3.0V5.0');
});

test('the nearest within reach', () => {
  const spots = [
    { x: 0, y: 0, event: 1 },
    { x: 10, y: 0, event: 2 },
  ];
  expect(nearest(spots, 7, 0, 5)).toMatchObject({ event: 2 });
  expect(nearest(spots, 5, 0, 100)).toMatchObject({ event: 1 });
  expect(nearest(spots, 50, 50, 5)).toBeNull();
});

describe('names of lines', () => {
  const bounds = { left: 0, right: 1000, top: 0, bottom: 200 };
  const spots = fc.array(fc.record({ x: fc.integer({ min: 0, max: 1000 }), y: fc.integer({ min: 0, max: 200 }) }), { maxLength: 30 });

  test('lie inside, on no line and on no other name', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ text: fc.string({ maxLength: 40 }), spots }), { maxLength: 6 }), (lines) => {
        const boxes = placeLabels(lines, bounds).flatMap((label) =>
          label ? [{ left: label.anchor === 'start' ? label.x : label.x - label.width, width: label.width, y: label.y }] : [],
        );
        for (const box of boxes) {
          expect(box.left).toBeGreaterThanOrEqual(0);
          expect(box.left + box.width).toBeLessThanOrEqual(1000);
          for (const { x, y } of lines.flatMap((line) => line.spots))
            expect(x > box.left && x < box.left + box.width && y > box.y - 12 && y < box.y + 4).toBe(false);
          for (const other of boxes)
            if (other !== box)
              expect(other.left < box.left + box.width && other.left + other.width > box.left && Math.abs(other.y - box.y) < 16).toBe(
                false,
              );
        }
      }),
    );
  });
});
