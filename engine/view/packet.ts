/** One event's packet as a tree whose every field knows its octets, with what was opened under what was closed, and the proofs beside the hashes. */

import { toHex } from '../bytes/hex.ts';
import type { BufferName } from '../bytes/span.ts';
import type { Issue, TreeNode } from '../bytes/tree.ts';
import { exchangeTypes } from '../registry/exchange-type.ts';
import { payloadTypes } from '../registry/payload-type.ts';
import type { Replay } from '../replay/replay.ts';
import { algorithmsOf } from '../state/ike/suite.ts';
import type { Association } from '../state/ipsec/association.ts';
import { expectedIcvOf } from '../state/ipsec/expected-icv.ts';
import { openPacket } from '../state/ipsec/open.ts';
import { get } from '../state/persistent-map.ts';
import type { Authenticator, Seen } from '../state/seen.ts';
import type { State } from '../state/state.ts';
import { spiText } from '../values/spi.ts';
import type { Payload } from '../wire/payload-chain.ts';
import { innerPacket } from './inner.ts';
import type { BufferView, MissingKey, PacketNode, PacketView, Place, Proof } from './models.ts';
import { missingKey } from './overview.ts';
import { cipherName, counted, cut } from './words.ts';

/** A tree under construction: names are made unique among siblings when ids are given. */
interface Draft {
  name: string;
  value: string | null;
  place: Place;
  rfc: string | null;
  mark: PacketNode['mark'];
  proof: Proof | null;
  key: string | null;
  children: Draft[];
}

const draft = (node: TreeNode, buffer?: BufferName): Draft => ({
  name: node.name,
  value: node.value ?? null,
  place: buffer ? { ...node.span, buffer } : node.span,
  rfc: node.rfc ?? null,
  mark: null,
  proof: null,
  key: null,
  children: (node.children ?? []).map((c) => draft(c, buffer)),
});

const finish = (drafts: readonly Draft[], parent: string): PacketNode[] => {
  const counts = new Map<string, number>();
  return drafts.map((d) => {
    const n = (counts.get(d.name) ?? 0) + 1;
    counts.set(d.name, n);
    const id = `${parent}${d.name}${n > 1 ? `#${n}` : ''}`;
    return { ...d, id, children: finish(d.children, `${id}/`) };
  });
};

const same = (a: Place, b: Place): boolean => a.buffer === b.buffer && a.start === b.start && a.end === b.end;

/** The deepest node that holds a place. */
const nodeAt = (drafts: readonly Draft[], place: Place): Draft | undefined => {
  for (const d of drafts) {
    const below = nodeAt(d.children, place);
    if (below) return below;
    if (d.place.buffer === place.buffer && d.place.start <= place.start && place.end <= d.place.end) return d;
  }
  return undefined;
};

const verdictMarks = {
  equal: { tone: 'good', text: 'verified', title: 'Equal when recomputed.' },
  differs: { tone: 'bad', text: 'differs', title: 'Recomputed, it is another value.' },
  unknown: { tone: 'note', text: 'not checked', title: 'A value that goes into it is not known.' },
} as const;

export const proofView = (a: Authenticator): Proof => ({
  name: a.name,
  verdict: a.verdict,
  formula: a.formula,
  rfc: a.rfc,
  keyedWith: a.keyedWith,
  inputs: a.inputs.map((i) => ({
    name: i.name,
    hex: i.secret ? null : toHex(i.bytes),
    length: i.bytes.length,
    event: i.event,
    place: i.place,
  })),
  expected: a.expected ? toHex(a.expected) : null,
  seen: toHex(a.seen),
});

const markIssues = (drafts: readonly Draft[], issues: readonly Issue[]): void => {
  for (const issue of issues) {
    const node = nodeAt(drafts, issue.span);
    const text = issue.code.replaceAll('-', ' ');
    if (node && !node.mark) node.mark = { tone: issue.blame === 'unassigned' ? 'note' : 'warning', text, title: issue.message };
  }
};

const markProofs = (drafts: readonly Draft[], authenticators: readonly Authenticator[]): void => {
  for (const a of authenticators) {
    const node = nodeAt(drafts, a.place);
    if (!node) continue;
    node.name = a.name;
    node.mark = verdictMarks[a.verdict];
    node.proof = proofView(a);
    node.key = a.name;
  }
};

/** Which value of the keys view a payload's body is. */
const keyOf = (payload: Payload, label: string, messageIdHex: string): string | null => {
  const suffix = label.startsWith('QM') ? ` ${messageIdHex}` : '';
  const first = label === 'MM3' || label === 'QM1';
  if (payload.content.kind === 'nonce') return `${first ? 'Ni_b' : 'Nr_b'}${suffix}`;
  if (payload.content.kind === 'keyExchange') return `${first ? 'g^xi' : 'g^xr'}${suffix}`;
  return null;
};

const linkKeys = (drafts: readonly Draft[], payloads: readonly Payload[], label: string, messageId: number): void => {
  for (const p of payloads) {
    const key = keyOf(p, label, messageId.toString(16).padStart(8, '0'));
    if (key === null) continue;
    const whole = drafts.find((d) => same(d.place, p.span));
    const body = whole?.children.find((d) => same(d.place, p.body));
    if (body) body.key = key;
    else if (whole) whole.key = key;
  }
};

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

interface Parts {
  readonly drafts: Draft[];
  readonly buffers: BufferView[];
  readonly missing: MissingKey | null;
  readonly words: string;
}

const payloadTags = (payloads: readonly Payload[], major: number): BufferView['tags'] =>
  payloads.map((p) => ({ start: p.span.start, end: p.span.end, label: payloadTypes(major).get(p.type)?.short ?? String(p.type) }));

const ikeParts = (replay: Replay, state: State, seen: Seen): Parts | null => {
  const { ike } = seen;
  if (!ike) return null;
  const { message, opened } = ike;
  const { header } = message;
  const n = get(state.negotiations, ike.negotiation);
  const nodes = message.nodes.map((node) => draft(node));
  const head = nodes[0];
  if (head) {
    const exchange = exchangeTypes(header.major).get(header.exchangeType)?.short ?? `exchange ${header.exchangeType}`;
    head.value = message.encrypted ? `${exchange}, encrypted` : exchange;
  }
  const buffers: BufferView[] = [];
  const sealed = message.encrypted;
  if (opened && sealed && n?.suite) {
    const body = nodes.find((d) => same(d.place, sealed));
    if (body) {
      body.value = `${cipherName(n.suite)}, IV ${cut(toHex(opened.iv.value), 4, 4)}`;
      body.children = opened.chain.nodes.map((node) => draft(node));
      linkKeys(body.children, opened.chain.payloads, ike.label, header.messageId);
    }
    const tags = payloadTags(opened.chain.payloads, header.major);
    const padding = opened.chain.padding;
    buffers.push({
      name: 'decrypted',
      label: 'Decrypted',
      title: `${opened.bytes.length} B decrypted with Ka`,
      bytes: opened.bytes,
      tags: padding ? [...tags, { start: padding.start, end: padding.end, label: 'pad' }] : tags,
      carriedBy: { buffer: sealed.buffer, start: sealed.start, block: algorithmsOf(n.suite)?.block ?? 1 },
    });
  } else if (sealed && ike.closed) {
    const body = nodes.find((d) => same(d.place, sealed));
    if (body) body.mark = { tone: 'note', text: 'closed', title: `Closed: ${ike.closed}.` };
  }
  linkKeys(nodes, message.payloads, ike.label, header.messageId);
  markProofs(nodes, ike.authenticators);
  markIssues(nodes, [...message.issues, ...(opened?.chain.issues ?? [])]);
  return {
    drafts: nodes,
    buffers,
    missing: sealed && !opened && n ? missingKey(get(replay.final.negotiations, n.id) ?? n) : null,
    words: `${header.length} B`,
  };
};

const leaf = (name: string, place: Place, value: string | null, rfc: string): Draft => ({
  name,
  value,
  place,
  rfc,
  mark: null,
  proof: null,
  key: null,
  children: [],
});

const icvMark = (authenticated: boolean | null): PacketNode['mark'] =>
  authenticated === null ? verdictMarks.unknown : authenticated ? verdictMarks.equal : verdictMarks.differs;

const espParts = (replay: Replay, event: number, association: Association | undefined, seen: Seen): Parts | null => {
  const { ipsec, packet } = seen;
  if (!ipsec || !packet) return null;
  const { header } = ipsec;
  const size = `${packet.content.end - packet.content.start} B`;
  if (!('encrypted' in header)) {
    const nodes = header.nodes.map((node) => draft(node));
    markIssues(nodes, header.issues);
    return { drafts: nodes, buffers: [], missing: null, words: size };
  }
  const opened = association ? openPacket(replay.context, association, packet) : null;
  const nodes = header.nodes.map((node) => draft(node));
  const { buffer } = packet.content;
  const place = (r: { start: number; end: number }): Place => ({ buffer, start: r.start, end: r.end });
  if (!opened || !association) {
    markIssues(nodes, header.issues);
    return { drafts: nodes, buffers: [], missing: null, words: size };
  }
  nodes.pop();
  if (opened.iv.end > opened.iv.start)
    nodes.push(leaf('IV', place(opened.iv), toHex(packet.bytes.subarray(opened.iv.start, opened.iv.end)), 'RFC 4303 2.3'));
  const body = leaf('Encrypted data', place(opened.ciphertext), counted(opened.plain.length, 'octet'), 'RFC 4303 2.3');
  const inner = innerPacket(opened, true);
  const length = opened.payloadLength ?? opened.plain.length;
  const inside = (start: number, end: number): Place => ({ buffer: 'decrypted', start, end });
  if (inner) body.children.push(...inner.nodes.map((node) => draft(node, 'decrypted')));
  else body.children.push(leaf('Payload data', inside(0, length), counted(length, 'octet'), 'RFC 4303 2.3'));
  const trailer = length + opened.padLength;
  if (opened.padLength > 0)
    body.children.push(leaf('ESP padding', inside(length, trailer), toHex(opened.plain.subarray(length, trailer)), 'RFC 4303 2.4'));
  body.children.push(leaf('Pad length', inside(trailer, trailer + 1), String(opened.padLength), 'RFC 4303 2.5'));
  body.children.push(leaf('Next header', inside(trailer + 1, trailer + 2), String(opened.nextHeader), 'RFC 4303 2.6'));
  nodes.push(body);
  if (opened.icv.end > opened.icv.start) {
    const octets = packet.bytes.subarray(opened.icv.start, opened.icv.end);
    const icv = leaf('ICV', place(opened.icv), toHex(octets), 'RFC 4303 2.8');
    icv.mark = icvMark(ipsec.authenticated);
    icv.key = `integrity key ${spiText(ipsec.spi)}`;
    const expected = expectedIcvOf(replay.context, association, packet);
    icv.proof = {
      name: 'ICV',
      verdict: ipsec.authenticated === null ? 'unknown' : ipsec.authenticated ? 'equal' : 'differs',
      formula: 'HMAC over SPI to next header, cut',
      rfc: 'RFC 4303 2.8',
      keyedWith: `integrity key ${spiText(ipsec.spi)}`,
      inputs: [
        {
          name: 'SPI to next header',
          hex: toHex(packet.bytes.subarray(packet.content.start, opened.icv.start)),
          length: opened.icv.start - packet.content.start,
          event,
          place: place({ start: packet.content.start, end: opened.icv.start }),
        },
      ],
      expected: expected ? toHex(expected) : null,
      seen: toHex(octets),
    };
    nodes.push(icv);
  }
  markIssues(nodes, header.issues);
  const tags = body.children.map((d) => ({ start: d.place.start, end: d.place.end, label: d.name }));
  return {
    drafts: nodes,
    buffers: [
      {
        name: 'decrypted',
        label: 'Decrypted',
        title: `${opened.plain.length} B decrypted with the key of ${spiText(ipsec.spi)}`,
        bytes: opened.plain,
        tags: tags.filter((t) => t.end > t.start),
        carriedBy: { buffer, start: opened.ciphertext.start, block: opened.iv.end - opened.iv.start || 1 },
      },
    ],
    missing: null,
    words: size,
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

/** `seen` was looked at with detail. `label`: `MM5`. */
export const packetView = (replay: Replay, event: number, state: State, seen: Seen, label: string): PacketView | null => {
  const { packet } = seen;
  const origin = replay.log.happened[event - 1];
  if (!packet || origin?.kind !== 'DatagramSeen') return null;
  const association = seen.ipsec ? get(state.associations, seen.ipsec.association) : undefined;
  const parts = ikeParts(replay, state, seen) ?? espParts(replay, event, association, seen);
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
