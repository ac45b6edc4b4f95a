/** Where events stand on the scrubber, and which marks stand so close that they become one. */

/** Pixels between two marks below which they would touch. */
const touching = 11;
/** Width of a figure beside a mark. */
const figure = 8;

/** Each event has a slot of equal width and stands in its middle. */
export const slotWidth = (width: number, last: number): number => width / (last + 1);
export const xOf = (event: number, width: number, last: number): number => (event + 0.5) * slotWidth(width, last);

/** The event whose slot holds a place; places beyond the ends belong to the first and the last. */
export const eventAt = (x: number, width: number, last: number): number =>
  width <= 0 ? 0 : Math.max(0, Math.min(last, Math.floor(x / slotWidth(width, last))));

export interface Bar {
  readonly x: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
}

const widestBar = 9;
const leastHeight = 3;

/** A bar of events from, to: narrow in a wide slot, as wide as its slot where there are many. `full` is the height of the tallest. */
export function barOf(from: number, to: number, height: number, width: number, last: number, base: number, full: number): Bar {
  const left = from * slotWidth(width, last);
  const room = (to - from + 1) * slotWidth(width, last);
  const barWidth = Math.max(1, Math.min(widestBar, room - 1));
  const tall = Math.max(leastHeight, Math.max(0, Math.min(1, height)) * full);
  return { x: left + (room - barWidth) / 2, width: barWidth, top: base - tall, height: tall };
}

export interface Placed {
  readonly event: number;
}

export interface Cluster<M extends Placed> {
  readonly x: number;
  /** Ascending by event, at least one. */
  readonly marks: readonly M[];
}

/** Marks from left to right; those that would touch are one, standing where the first of them does. */
export function clusters<M extends Placed>(marks: readonly M[], width: number, last: number): readonly Cluster<M>[] {
  const found: { x: number; marks: M[] }[] = [];
  for (const mark of [...marks].sort((a, b) => a.event - b.event)) {
    const x = xOf(mark.event, width, last);
    const before = found.at(-1);
    // Where there are several, their number stands beside the mark.
    const room = before && before.marks.length > 1 ? touching + figure * String(before.marks.length).length : touching;
    if (before && x - before.x < room) before.marks.push(mark);
    else found.push({ x, marks: [mark] });
  }
  return found;
}
