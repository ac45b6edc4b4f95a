/** A scroller with virtual rows: what it shows now, and how to bring a row into view. */
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { useSize } from './size.ts';
import { scrollTo, type Visible, visibleRows } from './virtual-rows.ts';

export interface RowScroller {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly visible: Visible;
  /** Room that the scroll bar takes, so that a head above can leave it free as well. */
  readonly barWidth: number;
  /** To be called when the scroller was scrolled. */
  readonly onScroll: () => void;
}

/**
 * Keeps row `current` in view whenever it changes; `null` leaves the place alone. `anchor` names what stands in that row: with it, rows that
 * come or go elsewhere move nothing.
 */
export function useRows(count: number, height: number, current: number | null, margin = 1, anchor?: string): RowScroller {
  const shown = useRef('');
  const ref = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState(0);
  const { height: view, width } = useSize(ref);
  const rows = { count, height, view, scroll };
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolling by hand must not bring the current row back
  useLayoutEffect(() => {
    const scroller = ref.current;
    if (scroller === null || current === null || view === 0) return;
    const key = `${anchor ?? `${current} of ${count}`} ${view} ${height}`;
    if (shown.current === key) return;
    shown.current = key;
    const place = scrollTo(current, { ...rows, scroll: scroller.scrollTop }, margin);
    if (place !== scroller.scrollTop) scroller.scrollTop = place;
    setScroll(scroller.scrollTop);
  }, [current, view, height, count, anchor]);
  const barWidth = ref.current ? ref.current.offsetWidth - width : 0;
  return { ref, visible: visibleRows(rows), barWidth, onScroll: () => setScroll(ref.current?.scrollTop ?? 0) };
}
