/** From the engine's units to pixels, and which mark is nearest to the pointer. */

export interface Scale {
  readonly of: (value: number) => number;
  readonly back: (pixel: number) => number;
}

/** Linear; a scale without length sends everything to its beginning. */
export function scale(from: number, to: number, start: number, end: number): Scale {
  const span = to - from;
  return {
    of: (value) => (span === 0 ? start : start + ((value - from) / span) * (end - start)),
    back: (pixel) => (end === start ? from : from + ((pixel - start) / (end - start)) * span),
  };
}

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** The spot nearest to a place, if one is within `reach` pixels; the first of those that are equally near. */
export function nearest<T extends Spot>(spots: readonly T[], x: number, y: number, reach: number): T | null {
  let best: T | null = null;
  let least = reach;
  for (const spot of spots) {
    const distance = Math.hypot(spot.x - x, spot.y - y);
    if (distance < least || (distance === least && best === null)) [best, least] = [spot, distance];
  }
  return best;
}

const rounded = (n: number): string => n.toFixed(1);

/** One line through columns: to the least value of each, then up to its highest. */
export function linePath(
  points: readonly { readonly x: number; readonly low: number; readonly high: number }[],
  x: Scale,
  y: Scale,
): string {
  return points
    .map(({ x: at, low, high }, index) => {
      const px = rounded(x.of(at));
      const first = `${index === 0 ? 'M' : 'L'}${px} ${rounded(y.of(low))}`;
      return low === high ? first : `${first}V${rounded(y.of(high))}`;
    })
    .join('');
}

export interface LabelBox extends Spot {
  readonly anchor: 'start' | 'end';
  readonly width: number;
}

const labelHeight = 16;

/**
 * Where the name of each line stands: beside its middle or its end, where neither another name nor a line is. `lines` are the drawn points
 * of each, in pixels; a name that finds no place has none.
 */
export function placeLabels(
  lines: readonly { readonly text: string; readonly spots: readonly Spot[] }[],
  bounds: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number },
): readonly (LabelBox | null)[] {
  const all = lines.flatMap(({ spots }) => spots);
  const taken: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }[] = [];
  return lines.map(({ text, spots }) => {
    const width = text.length * 6.6 + 8;
    for (const share of [0.45, 0.6, 0.75, 0.3, 1, 0.15, 0]) {
      const spot = spots[Math.round((spots.length - 1) * share)];
      if (spot === undefined) return null;
      for (const [anchor, dx, dy] of [
        ['start', 14, 16],
        ['end', -10, -10],
        ['start', 0, -10],
        ['end', -14, -14],
      ] as const) {
        const [x, y] = [spot.x + dx, spot.y + dy];
        const left = anchor === 'start' ? x : x - width;
        const box = { left, right: left + width, top: y - labelHeight + 4, bottom: y + 4 };
        const inside = box.left >= bounds.left && box.right <= bounds.right && box.top >= bounds.top && box.bottom <= bounds.bottom;
        const free =
          inside &&
          !taken.some((t) => t.left < box.right && t.right > box.left && t.top < box.bottom && t.bottom > box.top) &&
          !all.some((s) => s.x > box.left - 2 && s.x < box.right + 2 && s.y > box.top - 2 && s.y < box.bottom + 2);
        if (!free) continue;
        taken.push(box);
        return { x, y, anchor, width };
      }
    }
    return null;
  });
}
