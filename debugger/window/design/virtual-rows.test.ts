import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { highest, scrollTo, visibleRows } from './virtual-rows.ts';

const listOf = fc.record({
  count: fc.integer({ min: 1, max: 20_000_000 }),
  height: fc.constantFrom(20, 24, 28, 32),
  view: fc.integer({ min: 100, max: 1400 }),
});

describe('rows that are seen', () => {
  test('stand at their own place while the list is short', () => {
    expect(visibleRows({ count: 100, height: 24, view: 240, scroll: 480 })).toEqual({ from: 16, to: 34, top: 384, total: 2400 });
  });

  test('fill the view wherever the bar stands, however long the list', () => {
    fc.assert(
      fc.property(listOf, fc.double({ min: 0, max: 1, noNaN: true }), ({ count, height, view }, share) => {
        const total = Math.min(count * height, highest);
        const scroll = Math.max(0, total - view) * share;
        const visible = visibleRows({ count, height, view, scroll });
        expect(visible.total).toBeLessThanOrEqual(highest);
        expect(visible.top).toBeLessThanOrEqual(scroll + 1e-6);
        const bottom = visible.top + (visible.to - visible.from) * height;
        expect(bottom).toBeGreaterThanOrEqual(Math.min(scroll + view, total) - 1e-6);
        expect(visible.to - visible.from).toBeLessThan(view / height + 12);
      }),
    );
  });
});

describe('bringing a row into view', () => {
  test('leaves alone what is seen', () => {
    const rows = { count: 100, height: 24, view: 240, scroll: 480 };
    expect(scrollTo(24, rows)).toBe(480);
    expect(scrollTo(0, rows)).toBe(0);
    expect(scrollTo(40, rows)).toBe(42 * 24 - 240);
    expect(scrollTo(99, rows)).toBe(2400 - 240);
  });

  test('shows the row, however long the list', () => {
    fc.assert(
      fc.property(listOf, fc.double({ min: 0, max: 0.999, noNaN: true }), ({ count, height, view }, share) => {
        const row = Math.floor(count * share);
        const scroll = scrollTo(row, { count, height, view, scroll: 0 });
        const visible = visibleRows({ count, height, view, scroll });
        expect(row).toBeGreaterThanOrEqual(visible.from);
        expect(row).toBeLessThan(visible.to);
      }),
    );
  });
});
