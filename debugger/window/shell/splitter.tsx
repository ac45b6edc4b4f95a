/** The line between two panels: dragged with the pointer, moved with the arrows, put back with a double click. */
import type { KeyboardEvent, PointerEvent } from 'react';

interface SplitterProps {
  readonly name: string;
  /** Where the line stands in the grid. */
  readonly area: string;
  readonly upright: boolean;
  /** What the size is now, in the unit of `least` and `most`. */
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  /** From a move of the pointer, in pixels, to a change of the size. */
  readonly perPixel: number;
  readonly onChange: (value: number) => void;
  readonly onReset: () => void;
}

export function Splitter({ name, area, upright, value, least, most, step, perPixel, onChange, onReset }: SplitterProps) {
  const set = (wish: number) => onChange(Math.max(least, Math.min(most, wish)));
  const onPointerDown = (down: PointerEvent<HTMLDivElement>) => {
    const line = down.currentTarget;
    const start = upright ? down.clientX : down.clientY;
    line.setPointerCapture(down.pointerId);
    const move = (moved: globalThis.PointerEvent) => set(value + ((upright ? moved.clientX : moved.clientY) - start) * perPixel);
    const up = () => {
      line.removeEventListener('pointermove', move);
      line.removeEventListener('pointerup', up);
      line.removeEventListener('pointercancel', up);
    };
    line.addEventListener('pointermove', move);
    line.addEventListener('pointerup', up);
    line.addEventListener('pointercancel', up);
  };
  const onKeyDown = (pressed: KeyboardEvent) => {
    const towards = upright ? { ArrowLeft: -1, ArrowRight: 1 } : { ArrowUp: -1, ArrowDown: 1 };
    const sign = (towards as Readonly<Record<string, number>>)[pressed.key];
    if (pressed.key === 'Enter') onReset();
    else if (sign !== undefined) set(value + sign * step * Math.sign(perPixel));
    else return;
    pressed.preventDefault();
  };
  return (
    <div
      className={`splitter ${upright ? 'upright' : 'level'}`}
      style={{ gridArea: area }}
      role="separator"
      aria-orientation={upright ? 'vertical' : 'horizontal'}
      aria-label={name}
      aria-valuenow={Math.round(value)}
      aria-valuemin={Math.round(least)}
      aria-valuemax={Math.round(most)}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      onDoubleClick={onReset}
    />
  );
}
