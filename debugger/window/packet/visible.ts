/** The packet tree as the flat list of lines that are seen, with what a line needs to be drawn and spoken. */
import type { PacketNode } from '../../protocol/protocol.ts';
import { isEnvelope, lineage } from './path.ts';

export interface TreeLine {
  readonly node: PacketNode;
  /** From 0. */
  readonly depth: number;
  readonly open: boolean;
  /** Holds the selected node, or is it. */
  readonly onPath: boolean;
  /** From 1, among its siblings. */
  readonly position: number;
  readonly siblings: number;
}

/** Open of itself: whatever holds groups and not only plain fields, the layers around the message apart. */
const opensItself = (node: PacketNode): boolean => !isEnvelope(node) && node.children.some(({ children }) => children.length > 0);

export function visibleLines(
  nodes: readonly PacketNode[],
  folds: ReadonlyMap<string, boolean>,
  selected: string | null,
): readonly TreeLine[] {
  const path = new Set(lineage(nodes, selected).map(({ id }) => id));
  const lines: TreeLine[] = [];
  const add = (children: readonly PacketNode[], depth: number) => {
    for (const [index, node] of children.entries()) {
      const onPath = path.has(node.id);
      const open = node.children.length > 0 && (folds.get(node.id) ?? ((onPath && node.id !== selected) || opensItself(node)));
      lines.push({ node, depth, open, onPath, position: index + 1, siblings: children.length });
      if (open) add(node.children, depth + 1);
    }
  };
  add(nodes, 0);
  return lines;
}

/** The line that a key of the tree pattern leads to from `index`; `null` where it folds or unfolds instead, or leads nowhere. */
export function lineAfterKey(lines: readonly TreeLine[], index: number, key: string): number | null {
  const line = lines[index];
  switch (key) {
    case 'ArrowDown':
      return Math.min(lines.length - 1, index + 1);
    case 'ArrowUp':
      return Math.max(0, index - 1);
    case 'Home':
      return 0;
    case 'End':
      return lines.length - 1;
    case 'ArrowRight':
      return line?.open ? index + 1 : null;
    case 'ArrowLeft': {
      if (line === undefined || line.open || line.depth === 0) return null;
      return lines.findLastIndex(({ depth }, above) => above < index && depth < line.depth);
    }
    default:
      return null;
  }
}
