/** Where octets stand in the hex view: columns, rows, the octet under a point, and the outline of a range as one shape. */

export interface HexLayout {
  readonly perRow: 8 | 16;
  readonly rowHeight: number;
}

/** Half-open range of octets. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Pixels. A cell is two digits and the space after them: the text is one run whose word spacing makes up the difference. */
export const cell = 20;
/** Between groups of four: one more space. */
export const groupGap = 5.6;
export const character = 8;
export const offsetWidth = 32;
export const textGap = 12;
export const paddingX = 12;
const group = 4;
const corner = 4;

/** Left edge of the cell in a column, from the left edge of column 0. */
export const cellX = (column: number): number => column * cell + Math.floor(column / group) * groupGap;
export const hexWidth = ({ perRow }: HexLayout): number => cellX(perRow - 1) + cell;
/** Left edge of the text part. */
export const textX = (layout: HexLayout): number => offsetWidth + hexWidth(layout) + textGap;
export const fullWidth = (layout: HexLayout): number => textX(layout) + layout.perRow * character;

/** Sixteen a row where they fit with names beside them, else eight. */
export const layoutFor = (width: number, rowHeight: number): HexLayout => {
  const sixteen: HexLayout = { perRow: 16, rowHeight };
  return width >= fullWidth(sixteen) + 2 * paddingX + 56 ? sixteen : { perRow: 8, rowHeight };
};

export const rowCount = ({ perRow }: HexLayout, length: number): number => Math.ceil(length / perRow);

/** The octet at a point of the grid, in the hex part or the text part; `null` beside them. `x` from the left edge of the offsets. */
export function octetAt(layout: HexLayout, length: number, x: number, y: number): number | null {
  const row = Math.floor(y / layout.rowHeight);
  const column = columnAt(layout, x);
  if (row < 0 || column === null) return null;
  const octet = row * layout.perRow + column;
  return octet < length ? octet : null;
}

function columnAt(layout: HexLayout, x: number): number | null {
  const inHex = x - offsetWidth;
  if (inHex >= 0 && inHex < hexWidth(layout)) {
    for (let column = layout.perRow - 1; column >= 0; column -= 1) if (inHex >= cellX(column)) return column;
  }
  const inText = x - textX(layout);
  return inText >= 0 && inText < layout.perRow * character ? Math.floor(inText / character) : null;
}

interface Strip {
  readonly top: number;
  readonly left: number;
  readonly right: number;
}

/** SVG path data around the octets of a range, in the hex part or in the text part, clipped to rows from, up to. Empty for an empty range. */
export function outline(
  layout: HexLayout,
  range: Range,
  part: 'hex' | 'text',
  rows: { readonly from: number; readonly to: number },
): string {
  const { perRow, rowHeight } = layout;
  const start = Math.max(range.start, rows.from * perRow);
  const end = Math.min(range.end, rows.to * perRow);
  const strips: Strip[] = [];
  for (let row = Math.floor(start / perRow); start < end && row * perRow < end; row += 1) {
    const first = Math.max(0, start - row * perRow);
    const last = Math.min(perRow, end - row * perRow) - 1;
    const [left, right] =
      part === 'hex'
        ? [offsetWidth + cellX(first), offsetWidth + cellX(last) + cell]
        : [textX(layout) + first * character, textX(layout) + (last + 1) * character];
    strips.push({ top: row * rowHeight, left, right });
  }
  return shapes(strips)
    .map((shape) => rounded(corners(shape, rowHeight)))
    .join('');
}

/** Strips that lie on each other are one shape. */
function shapes(strips: readonly Strip[]): Strip[][] {
  const all: Strip[][] = [];
  for (const strip of strips) {
    const above = all.at(-1)?.at(-1);
    if (above !== undefined && strip.left < above.right && above.left < strip.right) all.at(-1)?.push(strip);
    else all.push([strip]);
  }
  return all;
}

type Point = readonly [number, number];

/** Clockwise: down the right edges, up the left ones. */
function corners(strips: readonly Strip[], height: number): Point[] {
  const right = strips.flatMap(({ right: x, top }): Point[] => [
    [x, top],
    [x, top + height],
  ]);
  const left = strips.toReversed().flatMap(({ left: x, top }): Point[] => [
    [x, top + height],
    [x, top],
  ]);
  const points = [...right, ...left];
  return points.filter((point, index) => {
    const before = points.at(index - 1);
    const next = points[(index + 1) % points.length];
    if (before === undefined || next === undefined) return true;
    const same = point[0] === next[0] && point[1] === next[1];
    const straight = (before[0] === point[0] && point[0] === next[0]) || (before[1] === point[1] && point[1] === next[1]);
    return !same && !straight;
  });
}

function rounded(points: readonly Point[]): string {
  const parts = points.map((point, index) => {
    const before = points.at(index - 1) ?? point;
    const next = points[(index + 1) % points.length] ?? point;
    const [ax, ay] = towards(point, before);
    const [bx, by] = towards(point, next);
    return `${index === 0 ? 'M' : 'L'}${ax} ${ay}Q${point[0]} ${point[1]} ${bx} ${by}`;
  });
  return parts.length === 0 ? '' : `${parts.join('')}Z`;
}

/** A point on the way from a corner to its neighbour, as far as the corner is round. */
function towards([x, y]: Point, [otherX, otherY]: Point): Point {
  const length = Math.hypot(otherX - x, otherY - y);
  const part = length === 0 ? 0 : Math.min(corner, length / 2) / length;
  const round = (n: number) => Math.round(n * 10) / 10;
  return [round(x + (otherX - x) * part), round(y + (otherY - y) * part)];
}

/** The octets of the buffer that carries a range: whole cipher blocks. */
export const blocksUnder = (range: Range, { start, block }: { readonly start: number; readonly block: number }): Range => ({
  start: start + Math.floor(range.start / block) * block,
  end: start + Math.ceil(range.end / block) * block,
});
