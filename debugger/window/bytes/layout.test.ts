import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blocksUnder, cell, cellX, character, type HexLayout, layoutFor, octetAt, offsetWidth, outline, textX } from './layout.ts';

const eight: HexLayout = { perRow: 8, rowHeight: 20 };
const all = { from: 0, to: 1000 };

test('sixteen a row where they fit', () => {
  expect(layoutFor(336, 20).perRow).toBe(8);
  expect(layoutFor(700, 20).perRow).toBe(16);
});

describe('the octet under a point', () => {
  test('is found again from the middle of its cell, in both parts', () => {
    const octets = fc.record({ perRow: fc.constantFrom<8 | 16>(8, 16), octet: fc.nat(5000), rowHeight: fc.constantFrom(20, 24) });
    fc.assert(
      fc.property(octets, ({ perRow, octet, rowHeight }) => {
        const layout = { perRow, rowHeight };
        const column = octet % perRow;
        const y = Math.floor(octet / perRow) * rowHeight + rowHeight / 2;
        expect(octetAt(layout, 6000, offsetWidth + cellX(column) + cell / 2, y)).toBe(octet);
        expect(octetAt(layout, 6000, textX(layout) + (column + 0.5) * character, y)).toBe(octet);
      }),
    );
  });

  test('is none beside the octets and after the last', () => {
    expect(octetAt(eight, 72, 4, 10)).toBeNull();
    expect(octetAt(eight, 72, 2000, 10)).toBeNull();
    expect(octetAt(eight, 72, 100, -1)).toBeNull();
    expect(octetAt(eight, 3, offsetWidth + cellX(4), 10)).toBeNull();
  });
});

describe('the outline of a range', () => {
  const shapesIn = (path: string) => path.split('Z').length - 1;

  test('is one shape where rows touch, two where they do not', () => {
    expect(shapesIn(outline(eight, { start: 16, end: 36 }, 'hex', all))).toBe(1);
    expect(shapesIn(outline(eight, { start: 4, end: 20 }, 'hex', all))).toBe(1);
    expect(shapesIn(outline(eight, { start: 6, end: 10 }, 'hex', all))).toBe(2);
  });

  test('is a rectangle with four round corners in one row', () => {
    const path = outline(eight, { start: 0, end: 8 }, 'text', all);
    expect(path.match(/Q/g)).toHaveLength(4);
  });

  test('is empty for no octets, and for octets that are not seen', () => {
    expect(outline(eight, { start: 4, end: 4 }, 'hex', all)).toBe('');
    expect(outline(eight, { start: 0, end: 8 }, 'hex', { from: 5, to: 9 })).toBe('');
  });

  test('is a line that is whole for any range', () => {
    fc.assert(
      fc.property(fc.nat(400), fc.nat(400), (a, b) => {
        const path = outline(eight, { start: Math.min(a, b), end: Math.max(a, b) }, 'hex', all);
        expect(path).not.toContain('NaN');
        expect(shapesIn(path)).toBe((path.match(/M/g) ?? []).length);
      }),
    );
  });
});

test('cipher blocks that carry a range are whole: HASH_I of MM5 lies in blocks 3 to 5 of nine', () => {
  // 20 octets from 16 in blocks of eight, the first of them at 70: octets 86 to 109.
  expect(blocksUnder({ start: 16, end: 36 }, { start: 70, block: 8 })).toEqual({ start: 86, end: 110 });
});
