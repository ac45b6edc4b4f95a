/** A scroller whose content can be dragged and made larger or smaller: with the wheel and Ctrl around the pointer, or by steps. */
import { type PointerEvent, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';

export interface PanZoom {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly zoom: number;
  readonly zoomBy: (factor: number) => void;
  /** So that all of the content is seen, at full size at most. */
  readonly fit: () => void;
  readonly onPointerDown: (down: PointerEvent<HTMLElement>) => void;
}

const smallest = 0.3;
const largest = 2.5;
export const bounded = (zoom: number): number => Math.min(largest, Math.max(smallest, zoom));

/** Where to scroll so that what stands at `at` pixels in the view stays there. */
export const keptPlace = (scroll: number, at: number, before: number, after: number): number => ((scroll + at) / before) * after - at;

export function usePanZoom(): PanZoom {
  const ref = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState(1);
  const wanted = useRef<{ readonly left: number; readonly top: number } | null>(null);
  const latest = useRef(zoom);
  latest.current = zoom;

  const zoomAt = (factor: number, x: number, y: number) => {
    const scroller = ref.current;
    if (scroller === null) return;
    const next = bounded(latest.current * factor);
    wanted.current = {
      left: keptPlace(scroller.scrollLeft, x, latest.current, next),
      top: keptPlace(scroller.scrollTop, y, latest.current, next),
    };
    setZoom(next);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the place is set when another zoom was drawn
  useLayoutEffect(() => {
    if (wanted.current !== null) ref.current?.scrollTo(wanted.current);
    wanted.current = null;
  }, [zoom]);
  useEffect(() => {
    const scroller = ref.current;
    if (scroller === null) return;
    const onWheel = (turned: WheelEvent) => {
      if (!turned.ctrlKey && !turned.metaKey) return;
      turned.preventDefault(); // the page itself would be zoomed
      const at = scroller.getBoundingClientRect();
      zoomAt(Math.exp(-turned.deltaY / 400), turned.clientX - at.left, turned.clientY - at.top);
    };
    scroller.addEventListener('wheel', onWheel, { passive: false });
    return () => scroller.removeEventListener('wheel', onWheel);
  });

  const onPointerDown = (down: PointerEvent<HTMLElement>) => {
    const scroller = ref.current;
    if (scroller === null || down.button !== 0 || (down.target instanceof Element && down.target.closest('button, table'))) return;
    const start = { x: down.clientX + scroller.scrollLeft, y: down.clientY + scroller.scrollTop };
    const move = (moved: globalThis.PointerEvent) => scroller.scrollTo(start.x - moved.clientX, start.y - moved.clientY);
    const up = () => {
      scroller.classList.remove('dragged');
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', up);
      window.removeEventListener('pointercancel', up);
    };
    scroller.classList.add('dragged');
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', up);
    window.addEventListener('pointercancel', up);
  };
  const fit = () => {
    const scroller = ref.current;
    if (scroller === null) return;
    const { clientWidth, clientHeight, scrollWidth, scrollHeight } = scroller;
    const share = Math.min(clientWidth / scrollWidth, clientHeight / scrollHeight);
    setZoom(bounded(Math.min(1, latest.current * share)));
  };
  const zoomBy = (factor: number) => {
    const scroller = ref.current;
    if (scroller !== null) zoomAt(factor, scroller.clientWidth / 2, scroller.clientHeight / 2);
  };
  return { ref, zoom, zoomBy, fit, onPointerDown };
}
