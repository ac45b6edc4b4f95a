/** The ladder for paper: its rows with long runs folded, up to as many as a picture can hold, and a head wherever the negotiation changes. */
import type { Replay } from '../../replay/replay.ts';
import { ladderRowCount, ladderRows } from '../ladder.ts';
import type { LadderRow, Overview } from '../models.ts';
import { counted } from '../words.ts';

/** Rows of a picture at most: beyond, browsers and Mermaid give up. */
const most = 2000;

/** `between`: the ends of the negotiation that the rows after it belong to. `more`: rows that were left out. */
export type LadderLine =
  | Exclude<LadderRow, { kind: 'given' }>
  | { readonly kind: 'between'; readonly label: string }
  | { readonly kind: 'more'; readonly label: string };

export const ladderLines = (replay: Replay, { negotiations }: Overview): readonly LadderLine[] => {
  const folding = new Set<number>();
  const total = ladderRowCount(replay, folding);
  const rows = ladderRows(replay, 0, Math.min(total, most), folding);
  const lines: LadderLine[] = [];
  let current: string | null = null;
  rows.forEach((row, i) => {
    if (row.kind === 'given') return;
    const next = row.kind === 'group' ? rows[i + 1] : row;
    const about = next?.kind === 'message' ? next.negotiation : null;
    if (about !== null && about !== current) {
      current = about;
      const n = negotiations.find(({ id }) => id === about);
      if (n && negotiations.length > 1) lines.push({ kind: 'between', label: `${n.label}: ${n.initiator} to ${n.responder}` });
    }
    lines.push(row);
  });
  if (total > most) lines.push({ kind: 'more', label: `${counted(total - most, 'further row')} not drawn` });
  return lines;
};
