/** Rows of cells as aligned lines, a screenful at a time, so that a long answer begins at once. */
import { harmless, type Paint, type Style } from './paint.ts';

export interface Cell {
  readonly text: string;
  readonly style?: Style;
  /** Numbers stand to the right. */
  readonly right?: boolean;
}

export type Row = readonly (Cell | string)[];

/** Rows that are measured together; later ones widen a column, never narrow it. */
const together = 500;

const cell = (given: Cell | string): Cell =>
  typeof given === 'string' ? { text: harmless(given) } : { ...given, text: harmless(given.text) };

/** Columns are two spaces apart; the last one is as long as it is. */
export function* aligned(rows: Iterable<Row>, paint: Paint): Generator<string> {
  const widths: number[] = [];
  let waiting: (readonly Cell[])[] = [];
  const flush = function* (): Generator<string> {
    for (const row of waiting) {
      for (const [i, { text }] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, text.length);
    }
    for (const row of waiting) yield line(row, widths, paint);
    waiting = [];
  };
  for (const row of rows) {
    waiting.push(row.map(cell));
    if (waiting.length === together) yield* flush();
  }
  yield* flush();
}

const line = (row: readonly Cell[], widths: readonly number[], paint: Paint): string => {
  const last = row.findLastIndex((c) => c.text !== '');
  return row
    .slice(0, last + 1)
    .map(({ text, style = 'plain', right = false }, i) => {
      const gap = ' '.repeat(Math.max(0, (widths[i] ?? 0) - text.length));
      const shown = paint(text, style);
      return right ? gap + shown : i === last ? shown : shown + gap;
    })
    .join('  ');
};
