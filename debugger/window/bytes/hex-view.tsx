/** One buffer as hex and text. The selection, what carries it and what is under the pointer are shapes behind the text. */
import { useEffect, useRef, useState } from 'react';
import type { BufferView, PacketNode } from '../../protocol/protocol.ts';
import { hexOf, offset } from '../design/cut.ts';
import { useSize, useWide } from '../design/size.ts';
import { useRows } from '../design/use-rows.ts';
import { nodeHolding } from '../packet/path.ts';
import { useDispatch } from '../stream/store.ts';
import { HexRow } from './hex-row.tsx';
import { type HexLayout, layoutFor, octetAt, outline, paddingX, type Range, rowCount } from './layout.ts';

interface HexViewProps {
  readonly buffer: BufferView;
  readonly nodes: readonly PacketNode[];
  readonly selected: Range | null;
  readonly carrying: Range | null;
  readonly hovered: Range | null;
  /** Octets that somebody marked by hand, by pointer or keyboard. */
  readonly onMark: (range: Range | null) => void;
}

export function HexView({ buffer, nodes, selected, carrying, hovered, onMark }: HexViewProps) {
  const dispatch = useDispatch();
  const { bytes, name } = buffer;
  const [cursor, setCursor] = useState(selected?.start ?? 0);
  const anchor = useRef<number | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const layout = layoutFor(useSize(place).width, useWide() ? 24 : 20);
  const count = rowCount(layout, bytes.length);
  const shown = selected ?? carrying;
  const { ref, visible, onScroll } = useRows(count, layout.rowHeight, shown ? Math.floor(shown.start / layout.perRow) : null, 2);
  useEffect(() => setCursor(shown?.start ?? 0), [shown?.start]);

  const octetUnder = (event: React.MouseEvent): number | null => {
    const box = event.currentTarget.getBoundingClientRect();
    return octetAt(layout, bytes.length, event.clientX - box.left - paddingX, event.clientY - box.top);
  };
  const pick = (octet: number) => {
    const node = nodeHolding(nodes, name, octet);
    if (node) dispatch({ type: 'selectNode', node: node.id, show: name });
  };
  const mark = (from: number, to: number) => onMark({ start: Math.min(from, to), end: Math.max(from, to) + 1 });

  const onPointer = (event: React.MouseEvent) => {
    const octet = octetUnder(event);
    if (event.buttons === 1 && anchor.current !== null && octet !== null && octet !== anchor.current) mark(anchor.current, octet);
    const node = octet === null ? null : nodeHolding(nodes, name, octet);
    dispatch({ type: 'hover', node: node?.id ?? null, key: node?.key ?? null });
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 'c' && selected) {
      void navigator.clipboard.writeText(hexOf(bytes.subarray(selected.start, selected.end)));
      dispatch({ type: 'notice', text: `Copied ${selected.end - selected.start} octets as hex.` });
      return;
    }
    const to = cursorAfter(event.key, cursor, layout, bytes.length);
    if (to === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (event.shiftKey) {
      anchor.current ??= cursor;
      mark(anchor.current, to);
    } else {
      anchor.current = null;
      pick(to);
    }
    // The selection puts the cursor to its first octet: the one that was reached is put back after it.
    requestAnimationFrame(() => setCursor(to));
  };

  const rows = Array.from({ length: Math.max(0, visible.to - visible.from) }, (_, index) => visible.from + index);
  const cursorId = `octet-${name}-${cursor}`;
  return (
    <div className="hex" ref={place}>
      <div
        ref={ref}
        className="scroll hex-rows"
        role="grid"
        data-cells
        data-first
        aria-label={`Bytes, ${buffer.label}`}
        aria-rowcount={count}
        aria-activedescendant={bytes.length > 0 ? cursorId : undefined}
        tabIndex={0}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
      >
        <div
          className="hex-sheet"
          role="presentation"
          style={{ height: visible.total }}
          onMouseMove={onPointer}
          onMouseLeave={() => dispatch({ type: 'hover', node: null, key: null })}
          onMouseDown={(event) => {
            const octet = octetUnder(event);
            anchor.current = octet;
            onMark(null);
            if (octet !== null) pick(octet);
          }}
        >
          <svg className="hex-shapes" width="100%" height={visible.total} aria-hidden="true">
            {(['hex', 'text'] as const).map((part) => (
              <g key={part} transform={`translate(${paddingX} 0)`}>
                {carrying ? <path d={outline(layout, carrying, part, visible)} className="carrying" /> : null}
                {selected ? <path d={outline(layout, selected, part, visible)} className="selected" /> : null}
                {hovered ? <path d={outline(layout, hovered, part, visible)} className="pointed" /> : null}
              </g>
            ))}
          </svg>
          <div className="hex-text" role="presentation" style={{ transform: `translateY(${visible.top}px)` }}>
            {rows.map((row) => (
              <HexRow key={row} row={row} buffer={buffer} layout={layout} lit={selected}>
                {Math.floor(cursor / layout.perRow) === row && cursor < bytes.length ? (
                  <span id={cursorId} role="gridcell" className="hidden-words">
                    offset {offset(cursor)}, {offset(bytes[cursor] ?? 0).slice(2)}, {nodeHolding(nodes, name, cursor)?.name ?? 'no field'}
                  </span>
                ) : null}
              </HexRow>
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

function cursorAfter(key: string, at: number, { perRow }: HexLayout, length: number): number | null {
  const moves: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: perRow, ArrowUp: -perRow };
  const move = moves[key];
  if (key === 'Home') return at - (at % perRow);
  if (key === 'End') return Math.min(length - 1, at - (at % perRow) + perRow - 1);
  if (move === undefined || length === 0) return null;
  const to = at + move;
  return to < 0 || to >= length ? at : to;
}
