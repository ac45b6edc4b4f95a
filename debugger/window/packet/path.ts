/** Paths in the packet tree: finding a node, what is above it, and which node to take when a step brings another packet. */
import type { BufferName, PacketNode, PacketView } from '../../protocol/protocol.ts';

/** The nodes from the root down to `id`, the last one being it; empty where the tree has no such node. */
export function lineage(nodes: readonly PacketNode[], id: string | null): readonly PacketNode[] {
  if (id === null) return [];
  for (const node of nodes) {
    if (node.id === id) return [node];
    const below = lineage(node.children, id);
    if (below.length > 0) return [node, ...below];
  }
  return [];
}

export const nodeAt = (nodes: readonly PacketNode[], id: string | null): PacketNode | null => lineage(nodes, id).at(-1) ?? null;

/** Every node, parents before children. */
export function* everyNode(nodes: readonly PacketNode[]): Generator<PacketNode> {
  for (const node of nodes) {
    yield node;
    yield* everyNode(node.children);
  }
}

/** The smallest node that holds an octet, the first of several equals. */
export function nodeHolding(nodes: readonly PacketNode[], buffer: BufferName, offset: number): PacketNode | null {
  let best: PacketNode | null = null;
  const size = ({ place }: PacketNode) => place.end - place.start;
  for (const node of everyNode(nodes)) {
    const { place } = node;
    if (place.buffer !== buffer || offset < place.start || offset >= place.end) continue;
    if (best === null || size(node) <= size(best)) best = node;
  }
  return best;
}

/** The first field that feeds or shows a value of the keys view. */
export function nodeOfKey(nodes: readonly PacketNode[], key: string | null): PacketNode | null {
  if (key === null) return null;
  for (const node of everyNode(nodes)) if (node.key === key) return node;
  return null;
}

/**
 * The node to select in a packet: the path that somebody chose, if the packet has it; else what is marked, the worst first; else the
 * first payload.
 */
export function pathIn(packet: PacketView | null, chosen: string | null): string | null {
  if (packet === null) return null;
  if (nodeAt(packet.nodes, chosen) !== null) return chosen;
  return (mostMarked(packet.nodes) ?? firstPayload(packet.nodes))?.id ?? null;
}

const rank = { bad: 3, warning: 2, good: 1, note: 0 } as const;

function mostMarked(nodes: readonly PacketNode[]): PacketNode | null {
  let best: PacketNode | null = null;
  const weight = ({ mark }: PacketNode) => (mark ? rank[mark.tone] : -1);
  for (const node of everyNode(nodes)) {
    if (node.mark === null || node.mark.tone === 'note') continue;
    // A parent may repeat the mark of what is inside it: the deeper one is meant.
    const inside = best !== null && node.id.startsWith(`${best.id}/`);
    if (best === null || weight(node) > weight(best) || (inside && weight(node) === weight(best))) best = node;
  }
  return best;
}

/** Layers around the message: what carried it, and its own header. */
export const isEnvelope = ({ name }: PacketNode): boolean => envelope.test(name);
const envelope = /^(frame|ethernet|linux|vlan|ppp|loopback|ip|udp|tcp|non-esp)|header$/i;

function firstPayload(nodes: readonly PacketNode[]): PacketNode | null {
  for (const node of everyNode(nodes)) if (node.place.buffer === 'decrypted') return node;
  const last = nodes.findLastIndex(isEnvelope);
  return nodes[last + 1] ?? nodes[last] ?? null;
}
