/** The ladder with all of its rows, out of sight: for a picture of more than the panel shows. */
import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import type { LadderRow } from '../../protocol/protocol.ts';
import { useTimes } from '../stream/times.ts';
import { LadderRowView } from './row.tsx';
import { columnWidths, standsIn, timeIn } from './rows.ts';

/** Rows that one picture holds: more would be a picture that nobody can look at. */
export const mostDrawn = 400;

export interface Sheet {
  readonly rows: readonly LadderRow[];
  /** Called once it is laid out. */
  readonly drawn: (element: HTMLElement) => void;
}

interface WholeLadderProps {
  readonly sheet: Sheet;
  readonly roomy: boolean;
  readonly event: number;
  readonly width: number;
  readonly children: ReactNode;
}

export function WholeLadder({ sheet, roomy, event, width, children }: WholeLadderProps) {
  const ref = useRef<HTMLDivElement>(null);
  const write = useTimes();
  useEffect(() => {
    if (ref.current !== null) sheet.drawn(ref.current);
  }, [sheet]);
  const last = sheet.rows.reduce((most, row) => Math.max(most, row.kind === 'fold' ? row.last : row.event), 0);
  const widths = columnWidths(
    last,
    sheet.rows.map((row) => timeIn(row, write).text),
  );
  return createPortal(
    <div
      ref={ref}
      className={`ladder whole-ladder${roomy ? ' roomy' : ''}`}
      aria-hidden="true"
      style={{ width, '--index': `${widths.index}px`, '--time': `${widths.time}px` } as CSSProperties}
    >
      {children}
      {sheet.rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows keep their order
        <LadderRowView key={index} row={row} time={timeIn(row, write)} current={standsIn(row, event)} future={row.event > event} />
      ))}
    </div>,
    document.body,
  );
}
