/** An ESP or AH packet as part of the packet tree: header, IV, what was opened with its trailer, and the ICV recomputed. RFC 4303 2, RFC 4302 2. */
import { toHex } from '../../bytes/hex.ts';
import type { TreeNode } from '../../bytes/tree.ts';
import type { Replay } from '../../replay/replay.ts';
import type { Association } from '../../state/ipsec/association.ts';
import { uncheckedBecause } from '../../state/ipsec/authenticate.ts';
import type { OpenedEsp, Range } from '../../state/ipsec/esp-protection.ts';
import { expectedIcvOf } from '../../state/ipsec/expected-icv.ts';
import { openPacket } from '../../state/ipsec/open.ts';
import type { IpsecSeen, Seen } from '../../state/seen.ts';
import { spiText } from '../../values/spi.ts';
import type { AhHeader } from '../../wire/ah.ts';
import { addHeader } from '../../wire/header.ts';
import { protocolText } from '../../wire/ip.ts';
import { ipCompOctets, ipCompProtocol, ipCompRows } from '../../wire/ipcomp.ts';
import { type Packet, readInside } from '../../wire/packet.ts';
import type { BufferView, PacketNode, Place, Proof } from '../models.ts';
import { encryptionOf, integrityOf } from '../records/names.ts';
import { counted } from '../words.ts';
import { type Draft, draft, leaf, markIssues, type Parts, verdictMarks } from './draft.ts';

const icvMark = (ipsec: IpsecSeen, a: Association, packet: Packet): PacketNode['mark'] => {
  if (ipsec.authenticated !== null) return ipsec.authenticated ? verdictMarks.equal : verdictMarks.differs;
  const why = uncheckedBecause(a, packet);
  return why === null ? verdictMarks.unknown : { ...verdictMarks.unknown, title: `Not checked: ${why}.` };
};

const dummy = 59;

/** Octets behind the packet inside hide how long it is: RFC 4303 2.7. */
const named = (node: TreeNode, last: boolean): Draft =>
  last && node.name === 'Padding' ? { ...draft(node), name: 'TFC padding', rfc: 'RFC 4303 2.7' } : draft(node);

/** The payload: a packet, a compressed one, a dummy, or plain octets. */
const payloadOf = (packet: Packet, opened: OpenedEsp, length: number): Draft[] => {
  const octets = opened.plain.subarray(0, length);
  const inside = (start: number, end: number): Place => ({ buffer: 'decrypted', start, end });
  if (opened.nextHeader === dummy) return [leaf('Dummy payload', inside(0, length), counted(length, 'octet'), 'RFC 4303 2.6')];
  if (opened.nextHeader === ipCompProtocol && length >= ipCompOctets) {
    const nodes: TreeNode[] = [];
    addHeader({ bytes: octets, buffer: 'decrypted', cut: false, nodes, issues: [] }, 'IPComp', 'RFC 3173 3', 0, ipCompRows);
    const rest = leaf('Compressed payload', inside(ipCompOctets, length), counted(length - ipCompOctets, 'octet'), 'RFC 3173 2');
    return [...nodes.map((node) => draft(node)), rest];
  }
  const inner = readInside(packet, 'decrypted', octets, 0, length, opened.nextHeader, true);
  if (!inner.nodes.some((node) => node.children))
    return [leaf('Payload data', inside(0, length), counted(length, 'octet'), 'RFC 4303 2.3')];
  return inner.nodes.map((node, i) => named(node, i === inner.nodes.length - 1));
};

/** What the cipher gave, as children of the ciphertext: what is inside, then the trailer of RFC 4303 2.4 to 2.6. */
const insideOf = (packet: Packet, opened: OpenedEsp): Draft[] => {
  const inside = (start: number, end: number): Place => ({ buffer: 'decrypted', start, end });
  const length = opened.payloadLength ?? opened.plain.length;
  const trailer = length + opened.padLength;
  return [
    ...(length > 0 ? payloadOf(packet, opened, length) : []),
    ...(opened.padLength > 0
      ? [leaf('ESP padding', inside(length, trailer), toHex(opened.plain.subarray(length, trailer)), 'RFC 4303 2.4')]
      : []),
    leaf('Pad length', inside(trailer, trailer + 1), String(opened.padLength), 'RFC 4303 2.5'),
    leaf('Next header', inside(trailer + 1, trailer + 2), protocolText(opened.nextHeader), 'RFC 4303 2.6'),
  ];
};

/** What the ICV is made over, and how. */
const formulaOf = (a: Association): string => {
  if (a.protocol === 'ah') return `${integrityOf(a) ?? 'MAC'} over the IP packet, what may change on its way as zeros`;
  const separate = a.suite?.authentication ?? null;
  return separate === null
    ? `tag of ${encryptionOf(a) ?? 'the cipher'} over SPI, sequence number and ciphertext`
    : `${integrityOf(a) ?? 'MAC'} over SPI to next header, cut`;
};

const proofOf = (replay: Replay, event: number, a: Association, ipsec: IpsecSeen, packet: Packet, at: Range): Proof => {
  const { buffer, start, end } = packet.content;
  const expected = expectedIcvOf(replay.context, a, packet, ipsec.sequence);
  const covered = a.protocol === 'ah' ? { start: packet.ip ?? start, end } : { start, end: at.start };
  const upper = ipsec.sequence >> 32n;
  return {
    name: 'ICV',
    verdict: ipsec.authenticated === null ? 'unknown' : ipsec.authenticated ? 'equal' : 'differs',
    formula: formulaOf(a),
    rfc: a.protocol === 'ah' ? 'RFC 4302 3.3.3' : 'RFC 4303 2.8',
    keyedWith: keyNameOf(a, ipsec),
    inputs: [
      {
        name: a.protocol === 'ah' ? 'IP packet' : 'SPI to next header',
        hex: toHex(packet.bytes.subarray(covered.start, covered.end)),
        length: covered.end - covered.start,
        event,
        place: { buffer, ...covered },
      },
      ...(a.suite?.esn === true
        ? [{ name: 'upper half of the sequence number', hex: upper.toString(16).padStart(8, '0'), length: 4, event, place: null }]
        : []),
    ],
    expected: expected ? toHex(expected) : null,
    seen: toHex(packet.bytes.subarray(at.start, at.end)),
  };
};

/** Combined modes have one key for both. */
const keyNameOf = (a: Association, { spi }: IpsecSeen): string =>
  `${a.protocol === 'esp' && a.suite?.authentication === null ? 'encryption' : 'integrity'} key ${spiText(spi)}`;

const icvNode = (replay: Replay, event: number, a: Association, ipsec: IpsecSeen, packet: Packet, at: Range): Draft => ({
  ...leaf(
    'ICV',
    { buffer: packet.content.buffer, start: at.start, end: at.end },
    toHex(packet.bytes.subarray(at.start, at.end)),
    'RFC 4303 2.8',
  ),
  mark: icvMark(ipsec, a, packet),
  key: keyNameOf(a, ipsec),
  proof: proofOf(replay, event, a, ipsec, packet, at),
});

/** AH: its ICV with the proof, and the packet behind it, which stands in the clear. RFC 4302 2 and 3.1. */
const ahParts = (
  replay: Replay,
  event: number,
  a: Association | undefined,
  ipsec: IpsecSeen,
  packet: Packet,
  header: AhHeader,
): Draft[] => {
  const { icv, payload, nextHeader } = header;
  const behind = readInside(packet, payload.buffer, packet.bytes, payload.start, payload.end, nextHeader, true);
  // What stands behind the payload in the frame is shown there.
  const children = behind.nodes.filter((node) => node.span.end <= payload.end && node.span.buffer === payload.buffer);
  return header.nodes.map((node) => {
    const own = draft(node);
    if (node.name === 'Payload' && children.some((child) => child.children))
      return { ...own, children: children.map((child) => draft(child)) };
    if (node.name !== 'ICV' || !a || icv.end === icv.start) return own;
    return { ...own, mark: icvMark(ipsec, a, packet), key: keyNameOf(a, ipsec), proof: proofOf(replay, event, a, ipsec, packet, icv) };
  });
};

export const ipsecParts = (replay: Replay, event: number, association: Association | undefined, seen: Seen): Parts | null => {
  const { ipsec, packet } = seen;
  if (!ipsec || !packet) return null;
  const { header } = ipsec;
  const { buffer } = packet.content;
  const words = `${packet.content.end - packet.content.start} B`;
  if ('nextHeader' in header) {
    const drafts = ahParts(replay, event, association, ipsec, packet, header);
    markIssues(drafts, header.issues);
    return { drafts, buffers: [], missing: null, words };
  }
  const nodes = header.nodes.map((node) => draft(node));
  const opened = association ? openPacket(replay.context, association, packet) : null;
  if (!opened || !association) {
    markIssues(nodes, header.issues);
    return { drafts: nodes, buffers: [], missing: null, words };
  }
  const place = (r: Range): Place => ({ buffer, start: r.start, end: r.end });
  const { iv, ciphertext, icv, plain } = opened;
  nodes.pop();
  if (iv.end > iv.start) nodes.push(leaf('IV', place(iv), toHex(packet.bytes.subarray(iv.start, iv.end)), 'RFC 4303 2.3'));
  const children = insideOf(packet, opened);
  nodes.push({ ...leaf('Encrypted data', place(ciphertext), counted(plain.length, 'octet'), 'RFC 4303 2.3'), children });
  if (icv.end > icv.start) nodes.push(icvNode(replay, event, association, ipsec, packet, icv));
  markIssues(nodes, header.issues);
  const inside: BufferView = {
    name: 'decrypted',
    label: 'Decrypted',
    title: `${plain.length} B decrypted with the key of ${spiText(ipsec.spi)}`,
    bytes: plain,
    tags: children.map((d) => ({ start: d.place.start, end: d.place.end, label: d.name })).filter((t) => t.end > t.start),
    carriedBy: { buffer, start: ciphertext.start, block: iv.end - iv.start || 1 },
  };
  return { drafts: nodes, buffers: [inside], missing: null, words };
};
