import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EspFilm, FilmRow } from '../../protocol/protocol.ts';
import { filmLayout, runsOf } from './film-layout.ts';

const row = (event: number, first: number, cells: string, sequence = first + cells.length - 1): FilmRow => ({
  event,
  sequence,
  verdict: 'new',
  first,
  cells,
  text: '',
});
// Only rows and the present one decide where things stand.
const film = (rows: readonly FilmRow[], current: number | null = null): EspFilm => ({ rows, current }) as unknown as EspFilm;

test('numbers share one axis over all rows', () => {
  const layout = filmLayout(film([row(1, 1, '1'), row(2, 1, '11'), row(3, 1, '1x1')]), 1000);
  expect(layout).toMatchObject({ first: 1, last: 3, cell: 9 });
  expect((layout.xOf(3) ?? 0) - (layout.xOf(1) ?? 0)).toBe(18);
  expect(layout.xOf(4)).toBeNull();
  expect(runsOf(row(3, 1, '1x1'), '1', layout)).toEqual([layout.xOf(1), layout.xOf(3)]);
  expect(runsOf(row(3, 1, '1x1'), 'x', layout)).toEqual([layout.xOf(2)]);
});

test('no rows, no ticks', () => {
  expect(filmLayout(film([]), 800).ticks).toEqual([]);
});

test('what is drawn stays within the drawing, and the present packet is drawn, however far the numbers jump', () => {
  const steps = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(steps, fc.nat(), fc.integer({ min: 700, max: 2000 }), (jumps, pick, width) => {
      let highest = 0;
      const rows = jumps.map((jump, i) => {
        highest += jump;
        const first = Math.max(1, highest - 63);
        return row(i + 1, first, '1'.repeat(highest - first + 1));
      });
      const current = pick % rows.length;
      const layout = filmLayout(film(rows, current), width);
      expect(layout.xOf(rows[current]?.sequence ?? 0)).not.toBeNull();
      expect(layout.xOf(layout.last) ?? 0).toBeLessThan(width);
      for (const { x } of layout.ticks) expect(x).toBeLessThan(width);
    }),
  );
});
