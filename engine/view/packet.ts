/** One event's packet as a tree whose every field knows its octets, with what was opened under what was closed, and the proofs beside the hashes. */
import type { BufferName } from '../bytes/span.ts';
import type { TreeNode } from '../bytes/tree.ts';
import type { DeviceReported } from '../event/event.ts';
import type { Replay } from '../replay/replay.ts';
import { get } from '../state/persistent-map.ts';
import type { Seen } from '../state/seen.ts';
import type { State } from '../state/state.ts';
import type { BufferView, PacketNode, PacketView } from './models.ts';
import { type Draft, draft, finish, markIssues } from './packet/draft.ts';
import { ikeParts } from './packet/ike.ts';
import { ipsecParts } from './packet/ipsec.ts';

/** Link, network and transport headers go under one node: most people look further in. */
const headersNode = (headers: readonly TreeNode[]): Draft | null => {
  const [first] = headers;
  const last = headers.at(-1);
  if (!first || !last) return null;
  return {
    name: 'Frame',
    value: headers
      .filter((h) => h.children)
      .map((h) => h.name)
      .join(', '),
    place: { buffer: first.span.buffer, start: first.span.start, end: last.span.end },
    rfc: null,
    mark: null,
    proof: null,
    key: null,
    children: headers.map((h) => draft(h)),
  };
};

const hasLeaves = (node: Draft): Draft[] => (node.children.length > 0 ? node.children : [node]);

/** Names beside the octets on the wire: one a header, then what is carried. */
const wireTags = (drafts: readonly Draft[], buffer: BufferName): BufferView['tags'] =>
  drafts
    .flatMap((d) => (d.name === 'Frame' ? hasLeaves(d) : [d]))
    .filter((d) => d.place.buffer === buffer && d.place.end > d.place.start)
    .map((d) => ({ start: d.place.start, end: d.place.end, label: d.name }));

const wireLabel: Readonly<Partial<Record<BufferName, string>>> = { wire: 'On the wire', datagram: 'Reassembled' };

/** A line of a log in place of a packet: its text, and the octets of it. */
const lineView = ({ line, text, recognised }: DeviceReported): PacketView => {
  const bytes = new TextEncoder().encode(text);
  const mark: PacketNode['mark'] =
    recognised === false ? { tone: 'note', text: 'not understood', title: 'No rule reads this line; it is kept as it stands.' } : null;
  const place = { buffer: 'text', start: 0, end: bytes.length } as const;
  return {
    title: `line ${line}`,
    nodes: [{ id: 'Line', name: 'Line', value: text, place, rfc: null, mark, proof: null, key: null, children: [] }],
    buffers: [{ name: 'text', label: 'Line', title: `${bytes.length} B of text`, bytes, tags: [], carriedBy: null }],
    missing: null,
  };
};

/** `seen` was looked at with detail. `label`: `MM5`. */
export const packetView = (replay: Replay, event: number, state: State, seen: Seen, label: string): PacketView | null => {
  const { packet } = seen;
  const origin = replay.log.happened[event - 1];
  if (origin?.kind === 'DeviceReported') return lineView(origin);
  if (!packet || origin?.kind !== 'DatagramSeen') return null;
  const association = seen.ipsec ? get(state.associations, seen.ipsec.association) : undefined;
  const parts = ikeParts(replay, state, seen) ?? ipsecParts(replay, event, association, seen);
  const carried = packet.nodes.findIndex((node) => node.name === 'Payload');
  const headers = headersNode(carried < 0 ? packet.nodes : packet.nodes.slice(0, carried));
  const rest = carried < 0 ? [] : packet.nodes.slice(carried + 1);
  const content = parts ? parts.drafts : packet.nodes.slice(Math.max(carried, 0), carried + 1).map((node) => draft(node));
  const drafts = [...(headers ? [headers] : []), ...content, ...rest.map((node) => draft(node))];
  markIssues(drafts, packet.issues);
  const { datagram } = origin;
  const wire: BufferView = {
    name: 'wire',
    label: 'On the wire',
    title: `${datagram.bytes.length} B on the wire${packet.cut ? ', cut by the snap length' : ''}`,
    bytes: datagram.bytes,
    tags: wireTags(drafts, 'wire'),
    carriedBy: null,
  };
  const whole: BufferView[] =
    packet.content.buffer === 'datagram'
      ? [
          {
            ...wire,
            name: 'datagram',
            label: wireLabel.datagram ?? '',
            title: `${packet.bytes.length} B put together from fragments`,
            bytes: packet.bytes,
            tags: wireTags(drafts, 'datagram'),
          },
        ]
      : [];
  const words = parts?.words ?? `${packet.content.end - packet.content.start} B`;
  return {
    title: `${origin.origin.number > 0 ? `frame ${origin.origin.number}, ` : ''}${label}, ${words}`,
    nodes: finish(drafts, ''),
    buffers: [...(parts?.buffers ?? []), ...whole, wire],
    missing: parts?.missing ?? null,
  };
};
