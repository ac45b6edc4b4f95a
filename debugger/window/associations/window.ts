/** The replay window as it is drawn: cells of one size, grouped by eight, with what each of them means. */

export type CellState = 'seen' | 'missing' | 'before';

export interface WindowCell {
  readonly state: CellState;
  /** Sequence number, in decimal. */
  readonly number: string;
}

/** Cells from the oldest to the newest; `end` is the number of the last one. Numbers may exceed what a double holds. */
export function windowCells(window: string, end: string): readonly WindowCell[] {
  const last = /^\d+$/.test(end) ? BigInt(end) : 0n;
  return Array.from(window, (sign, index): WindowCell => {
    const number = last - BigInt(window.length - 1 - index);
    return { state: sign === '1' ? 'seen' : sign === '0' ? 'missing' : 'before', number: number > 0n ? `${number}` : '' };
  });
}

/** What the picture says, in words. */
export function windowSentence(window: string, end: string): string {
  const cells = windowCells(window, end);
  const seen = cells.filter(({ state }) => state === 'seen').length;
  const missing = cells.filter(({ state }) => state === 'missing');
  if (seen === 0) return `Replay window of ${cells.length}: nothing was received yet.`;
  const gaps =
    missing.length === 0
      ? 'none missing'
      : `missing: ${missing
          .slice(0, 8)
          .map(({ number }) => number)
          .join(', ')}${missing.length > 8 ? ' and more' : ''}`;
  return `Replay window of ${cells.length}, up to number ${end}: ${seen} seen, ${gaps}.`;
}
