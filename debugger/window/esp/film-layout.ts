/** Where the cells of the film stand: numbers share one axis over all rows, so that the window is seen to slide. */
import type { EspFilm, FilmRow } from '../../protocol/protocol.ts';

export const rowHeight = 12;

export interface FilmLayout {
  readonly width: number;
  readonly top: number;
  readonly cell: number;
  /** Right end of the column of sequence numbers. */
  readonly numbersEnd: number;
  /** Where a row's words begin. */
  readonly words: number;
  /** The numbers that are drawn: from, to. */
  readonly first: number;
  readonly last: number;
  /** Left edge of a number's cell; `null` where it is not drawn. */
  readonly xOf: (number: number) => number | null;
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
}

const largestCell = 9;
const smallestCell = 5;
const room = 168;
const columnsBefore = 112;

const endOf = ({ first, cells }: FilmRow): number => first + cells.length - 1;

export function filmLayout(film: EspFilm, width: number): FilmLayout {
  const { rows, current } = film;
  const digits = Math.max(4, ...rows.map(({ sequence }) => String(sequence).length));
  const numbersEnd = 56 + digits * 7 + 14;
  const start = Math.max(columnsBefore, numbersEnd + 14);
  const ends = rows.map(endOf);
  const lowest = Math.min(...rows.map(({ first }) => first), Number.POSITIVE_INFINITY);
  const wanted = Math.max(...ends, 0) - lowest + 1;
  const space = Math.max(100, width - start - room);
  const cell = Math.max(smallestCell, Math.min(largestCell, Math.floor(space / Math.max(1, wanted))));
  const most = Math.floor(space / cell);
  const fits = wanted <= most;
  // A jump of the numbers leaves no room for all: what is around the present row counts most.
  const here = rows[current ?? rows.length - 1];
  const last = fits ? Math.max(...ends, 0) : Math.min(Math.max(...ends), (here ? endOf(here) : 0) + Math.floor(most / 4));
  const first = fits ? lowest : last - most + 1;
  const xOf = (n: number): number | null => (n < first || n > last ? null : start + (n - first) * cell);
  const widest = Math.max(start, ...rows.map((row) => (xOf(Math.min(last, endOf(row))) ?? start) + cell));
  const step = digits > 6 ? 20 : 10;
  const ticks: FilmLayout['ticks'][number][] = [];
  for (let n = Math.ceil(first / step) * step; rows.length > 0 && n <= last; n += step) {
    const x = xOf(n);
    if (x !== null && n > 0) ticks.push({ x: x + cell / 2, label: String(n) });
  }
  return { width, top: 26, cell, numbersEnd, words: widest + 14, first, last, xOf, ticks };
}

/** Left edges of the cells of a row that have this sign. */
export function runsOf({ first, cells }: FilmRow, sign: string, layout: FilmLayout): number[] {
  const edges: number[] = [];
  for (let at = cells.indexOf(sign); at >= 0; at = cells.indexOf(sign, at + 1)) {
    const x = layout.xOf(first + at);
    if (x !== null) edges.push(x);
  }
  return edges;
}
