/** The small key graph: columns by rank, boxes of a line, curves between them, all within the width of its panel. */
import type { KeyNode } from '../../protocol/protocol.ts';
import { boxesOf, edgesOf, type KeyBox, reduced } from './graph.ts';

export interface SmallBox {
  readonly box: KeyBox;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface SmallEdge {
  readonly from: string;
  readonly to: string;
  readonly path: string;
}

export interface SmallLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly SmallBox[];
  readonly edges: readonly SmallEdge[];
}

const boxHeight = 22;
/** A proof says below its name how it is made. */
const proofHeight = 34;
const pitch = 27;
/** Inter at 11 px, medium: an average that is rather too wide than too narrow. */
const characterWidth = 6.3;
const padding = 14;
const leastGap = 12;

export const smallLabel = ({ nodes }: KeyBox): string => nodes.map(({ label }) => label).join(', ');

export function smallLayout(nodes: readonly KeyNode[], width: number): SmallLayout {
  const all = boxesOf(nodes);
  const proofs = all.filter(({ group }) => group === 'proof');
  const inColumns = all.filter(({ group }) => group !== 'proof');
  // What comes from another group is an input here, whatever its rank there.
  const group = inColumns.at(-1)?.group;
  const least = Math.min(...inColumns.filter((box) => box.group === group).map(({ rank }) => rank));
  const columnOf = (box: KeyBox) => (box.group === group ? box.rank : least);
  const ranks = [...new Set(inColumns.map(columnOf))].sort((a, b) => a - b);
  const columns = ranks.map((rank) =>
    inColumns
      .filter((box) => columnOf(box) === rank)
      .sort((a, b) => Number(a.group === group) - Number(b.group === group) || a.row - b.row),
  );
  const wishes = columns.map((column) => Math.max(0, ...column.map((box) => smallLabel(box).length * characterWidth + padding)));
  const gaps = Math.max(0, columns.length - 1);
  const wished = wishes.reduce((sum, wish) => sum + wish, 0);
  const scale = Math.min(1, (width - gaps * leastGap) / Math.max(1, wished));
  const gap = gaps === 0 ? 0 : Math.min(44, (width - wished * scale) / gaps);
  const tallest = Math.max(0, ...columns.map(({ length }) => length));
  const columnsHeight = tallest * pitch - (pitch - boxHeight);

  const placed: SmallBox[] = [];
  let x = 0;
  for (const [index, column] of columns.entries()) {
    const boxWidth = (wishes[index] ?? 0) * scale;
    const step = column.length > 1 ? (columnsHeight - boxHeight) / (column.length - 1) : 0;
    const first = column.length > 1 ? 0 : (columnsHeight - boxHeight) / 2;
    for (const [row, box] of column.entries()) {
      placed.push({ box, label: cutToFit(smallLabel(box), boxWidth), x, y: first + row * step, width: boxWidth, height: boxHeight });
    }
    x += boxWidth + gap;
  }
  const proofTop = columns.length === 0 ? 0 : columnsHeight + 8;
  const proofWidth = Math.min(width, 150, (width - (proofs.length - 1) * leastGap) / Math.max(1, proofs.length));
  for (const [index, box] of proofs.entries()) {
    // One proof stands below what keys it; several share the width.
    const source = placed.find((small) => small.box.nodes.some(({ id }) => id === box.nodes[0]?.from[0]));
    const wish = proofs.length === 1 && source ? source.x + source.width / 2 - proofWidth / 2 : index * (proofWidth + leastGap);
    const left = Math.max(0, Math.min(width - proofWidth, wish));
    placed.push({ box, label: cutToFit(smallLabel(box), proofWidth), x: left, y: proofTop, width: proofWidth, height: proofHeight });
  }
  const byBox = new Map(placed.map((small) => [small.box, small]));
  const edges = reduced(edgesOf(all)).flatMap(({ from, to }): SmallEdge[] => {
    const a = byBox.get(from);
    const b = byBox.get(to);
    return a && b ? [{ from: from.id, to: to.id, path: curve(a, b, placed) }] : [];
  });
  return { width, height: proofs.length > 0 ? proofTop + proofHeight : Math.max(0, columnsHeight), boxes: placed, edges };
}

export function cutToFit(label: string, width: number): string {
  const room = Math.floor((width - 6) / characterWidth);
  return label.length <= room ? label : `${label.slice(0, Math.max(1, room - 1))}…`;
}

function curve(a: SmallBox, b: SmallBox, placed: readonly SmallBox[]): string {
  const middle = (box: SmallBox) => box.y + box.height / 2;
  if (b.x >= a.x + a.width) {
    const bend = Math.min(24, (b.x - a.x - a.width) / 2);
    const turn = b.x - bend;
    return `M${a.x + a.width} ${middle(a)}H${turn - bend}C${turn} ${middle(a)} ${turn} ${middle(b)} ${b.x} ${middle(b)}`;
  }
  // Straight down, or up in the same column; beside the column where another box of it is in between.
  const between = placed.some((other) => other !== a && other !== b && other.x === a.x && other.y > a.y && other.y < b.y);
  const beside = a.x - 6;
  if (between && beside >= b.x && beside <= b.x + b.width)
    return `M${a.x} ${middle(a)}Q${beside} ${middle(a)} ${beside} ${middle(a) + 6}V${b.y}`;
  const down = b.y > a.y;
  const x = Math.max(a.x, Math.min(a.x + a.width / 2, b.x + b.width - 16));
  return `M${x} ${down ? a.y + a.height : a.y}V${down ? b.y : b.y + b.height}`;
}
