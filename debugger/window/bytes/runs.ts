/** A row of octets as text: one run of hex and one of characters, cut where the look changes. */
import type { HexLayout, Range } from './layout.ts';

export type Look = 'plain' | 'faint' | 'lit';

export interface Run {
  readonly look: Look;
  readonly text: string;
}

/** Printable ASCII as it is, all else as a dot. */
export const printable = (octet: number): string => (octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : '·');

const hexText = (octet: number, column: number, last: boolean): string =>
  octet.toString(16).padStart(2, '0') + (last ? '' : column % 4 === 3 ? '  ' : ' ');

/** `lit` octets stand on the selection, zeros and unprintable ones are faint. */
export function runsOf(
  bytes: Uint8Array,
  row: number,
  { perRow }: HexLayout,
  lit: Range | null,
): { readonly hex: readonly Run[]; readonly text: readonly Run[] } {
  const hex: Run[] = [];
  const text: Run[] = [];
  const start = row * perRow;
  const end = Math.min(bytes.length, start + perRow);
  for (let at = start; at < end; at += 1) {
    const octet = bytes[at] ?? 0;
    const isLit = lit !== null && at >= lit.start && at < lit.end;
    add(hex, isLit ? 'lit' : octet === 0 ? 'faint' : 'plain', hexText(octet, at - start, at + 1 === end));
    const shown = printable(octet);
    add(text, isLit ? 'lit' : shown === '·' ? 'faint' : 'plain', shown);
  }
  return { hex, text };
}

function add(runs: Run[], look: Look, text: string): void {
  const last = runs.at(-1);
  if (last?.look === look) runs[runs.length - 1] = { look, text: last.text + text };
  else runs.push({ look, text });
}
