/** An ESP or AH packet as part of the packet tree: header, IV, what was opened with its trailer, and the ICV recomputed. RFC 4303 2, RFC 4302 2. */
import { toHex } from '../../bytes/hex.ts';
import type { Replay } from '../../replay/replay.ts';
import type { Association } from '../../state/ipsec/association.ts';
import type { OpenedEsp, Range } from '../../state/ipsec/esp-protection.ts';
import { expectedIcvOf } from '../../state/ipsec/expected-icv.ts';
import { openPacket } from '../../state/ipsec/open.ts';
import type { IpsecSeen, Seen } from '../../state/seen.ts';
import { spiText } from '../../values/spi.ts';
import type { Packet } from '../../wire/packet.ts';
import { innerPacket } from '../inner.ts';
import type { BufferView, PacketNode, Place } from '../models.ts';
import { counted } from '../words.ts';
import { type Draft, draft, leaf, markIssues, type Parts, verdictMarks } from './draft.ts';

const icvMark = (authenticated: boolean | null): PacketNode['mark'] =>
  authenticated === null ? verdictMarks.unknown : authenticated ? verdictMarks.equal : verdictMarks.differs;

/** What the cipher gave, as children of the ciphertext: the packet inside a tunnel, or plain octets, then the trailer of RFC 4303 2.4 to 2.6. */
const insideOf = (opened: OpenedEsp): Draft[] => {
  const inside = (start: number, end: number): Place => ({ buffer: 'decrypted', start, end });
  const inner = innerPacket(opened, true);
  const length = opened.payloadLength ?? opened.plain.length;
  const trailer = length + opened.padLength;
  return [
    ...(inner
      ? inner.nodes.map((node) => draft(node, 'decrypted'))
      : [leaf('Payload data', inside(0, length), counted(length, 'octet'), 'RFC 4303 2.3')]),
    ...(opened.padLength > 0
      ? [leaf('ESP padding', inside(length, trailer), toHex(opened.plain.subarray(length, trailer)), 'RFC 4303 2.4')]
      : []),
    leaf('Pad length', inside(trailer, trailer + 1), String(opened.padLength), 'RFC 4303 2.5'),
    leaf('Next header', inside(trailer + 1, trailer + 2), String(opened.nextHeader), 'RFC 4303 2.6'),
  ];
};

const icvNode = (replay: Replay, event: number, association: Association, ipsec: IpsecSeen, packet: Packet, at: Range): Draft => {
  const { buffer, start } = packet.content;
  const octets = packet.bytes.subarray(at.start, at.end);
  const expected = expectedIcvOf(replay.context, association, packet);
  const key = `integrity key ${spiText(ipsec.spi)}`;
  return {
    ...leaf('ICV', { buffer, start: at.start, end: at.end }, toHex(octets), 'RFC 4303 2.8'),
    mark: icvMark(ipsec.authenticated),
    key,
    proof: {
      name: 'ICV',
      verdict: ipsec.authenticated === null ? 'unknown' : ipsec.authenticated ? 'equal' : 'differs',
      formula: 'HMAC over SPI to next header, cut',
      rfc: 'RFC 4303 2.8',
      keyedWith: key,
      inputs: [
        {
          name: 'SPI to next header',
          hex: toHex(packet.bytes.subarray(start, at.start)),
          length: at.start - start,
          event,
          place: { buffer, start, end: at.start },
        },
      ],
      expected: expected ? toHex(expected) : null,
      seen: toHex(octets),
    },
  };
};

export const ipsecParts = (replay: Replay, event: number, association: Association | undefined, seen: Seen): Parts | null => {
  const { ipsec, packet } = seen;
  if (!ipsec || !packet) return null;
  const { header } = ipsec;
  const { buffer } = packet.content;
  const nodes = header.nodes.map((node) => draft(node));
  const opened = association && 'encrypted' in header ? openPacket(replay.context, association, packet) : null;
  const words = `${packet.content.end - packet.content.start} B`;
  if (!opened || !association) {
    markIssues(nodes, header.issues);
    return { drafts: nodes, buffers: [], missing: null, words };
  }
  const place = (r: Range): Place => ({ buffer, start: r.start, end: r.end });
  const { iv, ciphertext, icv, plain } = opened;
  nodes.pop();
  if (iv.end > iv.start) nodes.push(leaf('IV', place(iv), toHex(packet.bytes.subarray(iv.start, iv.end)), 'RFC 4303 2.3'));
  const children = insideOf(opened);
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
