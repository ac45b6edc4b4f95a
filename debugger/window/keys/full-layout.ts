/** The key graph at full size: a zone for each group, boxes in ranks, edges that turn at right angles. */
import type { KeyNode } from '../../protocol/protocol.ts';
import { boxesOf, edgesOf, type KeyBox } from './graph.ts';

export interface FullBox {
  readonly box: KeyBox;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface FullEdge {
  readonly from: KeyBox;
  readonly to: KeyBox;
  readonly path: string;
  /** Path of the arrowhead. */
  readonly head: string;
}

export interface Zone {
  readonly group: KeyNode['group'];
  readonly top: number;
  readonly height: number;
}

export interface FullLayout {
  readonly width: number;
  readonly height: number;
  readonly zones: readonly Zone[];
  readonly boxes: readonly FullBox[];
  readonly edges: readonly FullEdge[];
}

const boxWidth = 176;
const columnGap = 40;
const rowGap = 16;
const marginX = 24;
const zoneHead = 32;
const zoneFoot = 20;
const lineHeight = 20;
const corner = 8;
const order: readonly KeyNode['group'][] = ['phase1', 'iv', 'phase2', 'proof'];

/** Inputs have a line a value; what is derived has its formula and its value below the name. */
export const boxHeight = ({ nodes }: KeyBox): number =>
  nodes.length === 1 && (nodes[0]?.from.length ?? 0) > 0 ? 76 : nodes.length * lineHeight + 16;

export function fullLayout(nodes: readonly KeyNode[]): FullLayout {
  const all = boxesOf(nodes);
  const boxes: FullBox[] = [];
  const zones: Zone[] = [];
  let top = 0;
  for (const group of order) {
    const own = all.filter((box) => box.group === group);
    if (own.length === 0) continue;
    const least = Math.min(...own.map(({ rank }) => rank));
    const columns = new Map<number, KeyBox[]>();
    for (const box of own) columns.set(box.rank, [...(columns.get(box.rank) ?? []), box]);
    let lowest = 0;
    for (const [rank, column] of [...columns].sort(([a], [b]) => a - b)) {
      let y = top + zoneHead;
      for (const box of column.sort((a, b) => a.row - b.row)) {
        const height = boxHeight(box);
        // Level with what it is made from first, if there is room.
        const source = boxes.find((placed) => placed.box.group === group && placed.box.rank < rank && feeds(placed.box, box));
        if (source) y = Math.max(y, source.y + (source.height - height) / 2);
        boxes.push({ box, x: marginX + (rank - least) * (boxWidth + columnGap), y, width: boxWidth, height });
        y += height + rowGap;
      }
      lowest = Math.max(lowest, y - rowGap);
    }
    zones.push({ group, top, height: lowest + zoneFoot - top });
    top = lowest + zoneFoot;
  }
  return { width: Math.max(0, ...boxes.map(({ x, width }) => x + width)) + marginX, height: top, zones, boxes, edges: routes(all, boxes) };
}

/** Whether the first input of `to` is in `from`. */
const feeds = (from: KeyBox, to: KeyBox): boolean => from.nodes.some(({ id }) => id === to.nodes[0]?.from[0]);

function routes(all: readonly KeyBox[], placed: readonly FullBox[]): FullEdge[] {
  const byBox = new Map(placed.map((full) => [full.box, full]));
  const edges = edgesOf(all).flatMap(({ from, to }) => {
    const a = byBox.get(from);
    const b = byBox.get(to);
    return a && b ? [{ from, to, a, b }] : [];
  });
  return edges.map(({ from, to, a, b }) => {
    // Edges into one box arrive side by side, in the order of where they come from.
    const arriving = edges
      .filter((edge) => edge.b === b && !isVertical(edge.a, edge.b))
      .sort((one, other) => one.a.y - other.a.y || one.a.x - other.a.x);
    const place = arriving.findIndex((edge) => edge.a === a);
    const port = b.y + (b.height * (place + 1)) / (arriving.length + 1);
    const isFirst = !placed.some((other) => other.box.group === b.box.group && other.x === b.x && other.y < b.y);
    const route = isVertical(a, b)
      ? vertical(a, b)
      : a.box.group !== b.box.group && isFirst
        ? fromAbove(a, b, lane(a, placed))
        : sideways(a, b, port, lane(a, placed));
    return { from, to, ...route };
  });
}

/** In one column: straight down, or up, from edge to edge. */
const isVertical = (a: FullBox, b: FullBox): boolean => a.x === b.x;

function vertical(a: FullBox, b: FullBox): { path: string; head: string } {
  const x = a.x + 40;
  const down = b.y > a.y;
  const end = down ? b.y : b.y + b.height;
  const start = down ? a.y + a.height : a.y;
  return {
    path: `M${x} ${start}V${down ? end - 5 : end + 5}`,
    head: down ? `M${x - 4} ${end - 6}l4 6 4-6z` : `M${x - 4} ${end + 6}l4-6 4 6z`,
  };
}

/** Edges that leave boxes of one column turn at different places, so that they can be told apart. */
function lane(a: FullBox, placed: readonly FullBox[]): number {
  const column = placed.filter(({ x, box }) => x === a.x && box.group === a.box.group).sort((one, other) => one.y - other.y);
  const place = column.indexOf(a);
  return columnGap / 2 + (place - (column.length - 1) / 2) * Math.min(6, (columnGap - 20) / Math.max(1, column.length));
}

function sideways(a: FullBox, b: FullBox, port: number, turn: number): { path: string; head: string } {
  const startX = a.x + a.width;
  const startY = a.y + a.height / 2;
  const head = `M${b.x - 6} ${port - 4}l6 4-6 4z`;
  const end = b.x - 5;
  if (b.x > startX) {
    // A long way goes level in the gap before its target, so that it crosses no box on its own height.
    const x = b.x - a.x > boxWidth + columnGap ? b.x - columnGap + turn : startX + turn;
    return {
      path: bend([
        [startX, startY],
        [x, startY],
        [x, port],
        [end, port],
      ]),
      head,
    };
  }
  // Backwards, into a zone below: out to the right, down beside it, in from the left.
  const right = startX + turn;
  const between = b.y - rowGap / 2 - 4;
  const left = b.x - turn;
  return {
    path: bend([
      [startX, startY],
      [right, startY],
      [right, between],
      [left, between],
      [left, port],
      [end, port],
    ]),
    head,
  };
}

/** From another zone into the top of a box that has nothing above it. */
function fromAbove(a: FullBox, b: FullBox, turn: number): { path: string; head: string } {
  const startX = a.x + a.width;
  const startY = a.y + a.height / 2;
  const x = b.x + b.width - 32;
  const between = b.y - 10;
  const points: readonly Point[] = [
    [startX, startY],
    [startX + turn, startY],
    [startX + turn, between],
    [x, between],
    [x, b.y - 5],
  ];
  return { path: bend(points), head: `M${x - 4} ${b.y - 6}l4 6 4-6z` };
}

type Point = readonly [number, number];

/** A line through points, level and upright in turn, with round corners. */
function bend(points: readonly Point[]): string {
  return points
    .map(([x, y], index) => {
      const before = points[index - 1];
      const next = points[index + 1];
      if (before === undefined) return `M${x} ${y}`;
      if (next === undefined) return `L${x} ${y}`;
      const [ax, ay] = near([x, y], before);
      const [bx, by] = near([x, y], next);
      return `L${ax} ${ay}Q${x} ${y} ${bx} ${by}`;
    })
    .join('');
}

function near([x, y]: Point, [otherX, otherY]: Point): Point {
  const length = Math.hypot(otherX - x, otherY - y);
  const part = length === 0 ? 0 : Math.min(corner, length / 2) / length;
  return [x + (otherX - x) * part, y + (otherY - y) * part];
}
