/** One row of the hex view. */
import { memo, type ReactNode } from 'react';
import type { BufferView } from '../../protocol/protocol.ts';
import { offset } from '../design/cut.ts';
import { type HexLayout, hexWidth, offsetWidth, type Range, textGap } from './layout.ts';
import { type Run, runsOf } from './runs.ts';

interface HexRowProps {
  readonly row: number;
  readonly buffer: BufferView;
  readonly layout: HexLayout;
  readonly lit: Range | null;
  /** The cell with the cursor, for a screen reader. */
  readonly children: ReactNode;
}

export const HexRow = memo(function HexRow({ row, buffer, layout, lit, children }: HexRowProps) {
  const { hex, text } = runsOf(buffer.bytes, row, layout, lit);
  const start = row * layout.perRow;
  const names = buffer.tags.filter((tag) => tag.start >= start && tag.start < start + layout.perRow).map(({ label }) => label);
  return (
    <div className="hex-row" role="row" aria-rowindex={row + 1} style={{ height: layout.rowHeight }}>
      <span className="at" role="rowheader" style={{ width: offsetWidth }}>
        {offset(start)}
      </span>
      <span className="octets" role="gridcell" style={{ width: hexWidth(layout) }}>
        {runs(hex)}
      </span>
      <span className="characters" role="gridcell" style={{ marginLeft: textGap }}>
        {runs(text)}
      </span>
      {names.length > 0 ? (
        <span className="tag" role="gridcell" title={names.join(', ')}>
          {names.join(', ')}
        </span>
      ) : null}
      {children}
    </div>
  );
});

const runs = (all: readonly Run[]): ReactNode =>
  all.map(({ look, text }, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a run has no name but its place
    <span key={index} className={look === 'plain' ? undefined : look}>
      {text}
    </span>
  ));
