/** Measures of the page that a drawing needs to know: the size of an element, and whether there is room for the relaxed layout. */
import { type RefObject, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Size of the element that the ref holds now: it may be another one after any drawing. */
export function useSize(ref: RefObject<Element | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const watched = useRef<{ readonly element: Element; readonly observer: ResizeObserver } | null>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (watched.current?.element === element) return;
    watched.current?.observer.disconnect();
    watched.current = null;
    if (element === null) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize((old) => (old.width === width && old.height === height ? old : { width, height }));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    watched.current = { element, observer };
    measure();
  });
  useLayoutEffect(() => () => watched.current?.observer.disconnect(), []);
  return size;
}

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => window.matchMedia(query).matches,
  );
}

/** From here on the ladder has a column of its own, rows are relaxed, and there is room for both kinds of bytes. */
export const useWide = (): boolean => useMedia('(min-width: 1900px)');
/** From here on the keys have a column of their own as well. */
export const useVast = (): boolean => useMedia('(min-width: 2200px)');
export const useNarrow = (): boolean => useMedia('(max-width: 1200px)');
