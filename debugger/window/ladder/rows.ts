/** Ladder rows as they were fetched, page by page: which row is where, and which group a row belongs to. */
import type { LadderRow } from '../../protocol/protocol.ts';
import { rowsInPage } from '../stream/state.ts';
import type { WriteTime, Written } from '../stream/times.ts';

/** What is written for its moment; heads, and what was given, have none. */
export const timeIn = (row: LadderRow | null, write: WriteTime): Written =>
  row !== null && 'at' in row ? write(row.at, row.before) : noTime;

const noTime: Written = { text: '', title: '' };

export type Pages = ReadonlyMap<number, readonly LadderRow[]>;

export const rowAt = (pages: Pages, row: number): LadderRow | null => pages.get(Math.floor(row / rowsInPage))?.[row % rowsInPage] ?? null;

/** Whether an event stands in a row, or is folded into it. Group heads are no event of their own. */
export const standsIn = (row: LadderRow, event: number): boolean =>
  row.kind === 'fold' ? event >= row.event && event <= row.last : row.kind !== 'group' && row.event === event;

/** The number of the row of an event, among what was fetched. */
export function rowOfEvent(pages: Pages, event: number): number | null {
  for (const [page, rows] of pages) {
    const found = rows.findIndex((row) => standsIn(row, event));
    if (found >= 0) return page * rowsInPage + found;
  }
  return null;
}

/** The head of the group in which a row stands, looking up as far as rows were fetched; `null` for a head itself. */
export function groupOver(pages: Pages, row: number): Extract<LadderRow, { kind: 'group' }> | null {
  for (let above = row; above >= 0; above -= 1) {
    const found = rowAt(pages, above);
    if (found === null) return null;
    if (found.kind === 'group') return above === row ? null : found;
  }
  return null;
}

/** A row as a screen reader says it. */
export function spoken(row: LadderRow, time: string): string {
  switch (row.kind) {
    case 'given':
      return `${row.event}, ${row.label}, ${row.detail}`;
    case 'group':
      return [row.label, row.code].filter(Boolean).join(' ');
    case 'fold': {
      const ways = `${row.initiator} from the initiator, ${row.responder} from the responder`;
      return [`${row.event} to ${row.last}`, row.label, row.detail, ways, row.note, 'folded'].filter(Boolean).join(', ');
    }
    case 'message': {
      const way = row.side === null ? null : row.side === 'initiator' ? 'initiator to responder' : 'responder to initiator';
      const now = [row.initiatorState, row.responderState].filter((state) => state !== null).join(' and ');
      const lock = row.lock === 'sealed' ? 'not decrypted' : null;
      const when = /^[+-]/.test(time) ? `${time.replace('+', 'plus ').replace('-', 'minus ')} seconds` : time;
      return [`${row.event}`, when, way, row.label, row.detail, lock, row.note, now === '' ? null : `now ${now}`]
        .filter(Boolean)
        .join(', ');
    }
  }
}

/** Width of a figure at 11 px. */
const figure = 7;

/** Widths in pixels of the index and the time column, for the longest of what is shown: figures are all of one width. */
export function columnWidths(lastIndex: number, times: readonly string[]): { readonly index: number; readonly time: number } {
  const longest = Math.max(6, ...times.map((time) => time.length));
  return { index: Math.max(36, 16 + figure * String(lastIndex).length), time: Math.max(56, 14 + figure * longest) };
}
