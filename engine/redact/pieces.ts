/** Messages that travelled in pieces: redacted when they are whole, and written back into the packets that brought them. */
import { joined } from '../bytes/octets.ts';
import { addFragment, type FragmentHeader, type FragmentKey, noFragments, type Reassembly } from '../wire/ip-reassembly.ts';
import { addSegment, type SegmentSeen, type Streams } from '../wire/tcp-encapsulation.ts';
import { isSealed, type Part } from './ike.ts';
import { blankOut, changeSummed } from './octets.ts';

/** Octets of a packet that wait for others: `bytes[at, end)`, which stand at `offset` of the whole. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly end: number;
  readonly offset: number;
  /** Octets at its beginning that tell nothing: a UDP header, or all of an ESP packet. */
  readonly harmless: number;
  /** Where the checksum over it stands, which has to follow; -1 for none. */
  readonly sumAt: number;
}

const espProtocol = 50;
const udpOctets = 8;

export interface Pieces {
  /** An IP fragment. `whole` redacts the datagram, from its IP header, when this was the piece that was missing. */
  readonly fragment: (
    key: FragmentKey,
    header: FragmentHeader,
    more: boolean,
    piece: Pick<Piece, 'bytes' | 'at' | 'end' | 'offset'>,
    whole: (datagram: Uint8Array) => void,
  ) => void;
  /** A segment of TCP; `false` where it belongs to no stream of ours. `whole` redacts a message that it holds all of. */
  readonly segment: (segment: SegmentSeen & { readonly sumAt: number }, whole: (start: number, end: number) => void) => boolean;
  /** A part of an IKE message. `whole` redacts the message, where it is one in the clear. */
  readonly part: (part: Part, way: string, bytes: Uint8Array, sumAt: number, whole: (message: Uint8Array) => void) => void;
  /** Blanks all that never became whole: nobody knows what it says. */
  readonly finish: () => void;
}

export const newPieces = (): Pieces => {
  let reassembly: Reassembly = noFragments;
  let streams: Streams = [];
  const waiting = new Map<string, Piece[]>();
  const orphans: Piece[] = [];
  const add = (key: string, piece: Piece): Piece[] => {
    const pieces = waiting.get(key) ?? [];
    pieces.push(piece);
    waiting.set(key, pieces);
    return pieces;
  };
  const orphan = (key: string): void => {
    for (const piece of waiting.get(key) ?? []) orphans.push(piece);
    waiting.delete(key);
  };

  const fragment: Pieces['fragment'] = (key, header, more, piece, whole) => {
    const name = `ip ${key.version} ${key.src} ${key.dst} ${key.protocol} ${key.id}`;
    const { bytes, at, end, offset } = piece;
    // Copies: what is kept is read when the packets are changed already.
    const joining = addFragment(reassembly, {
      key,
      header: { ...header, bytes: header.bytes.slice() },
      offset,
      more,
      bytes: bytes.slice(at, end),
    });
    ({ reassembly } = joining);
    if (joining.problem) orphan(name);
    const harmless = header.nextHeader === espProtocol ? end - at : offset === 0 && header.nextHeader === 17 ? udpOctets : 0;
    const pieces = add(name, { ...piece, harmless, sumAt: -1 });
    if (!joining.datagram) return;
    const { datagram } = joining;
    whole(datagram);
    for (const p of pieces)
      p.bytes.set(datagram.subarray(header.bytes.length + p.offset, header.bytes.length + p.offset + p.end - p.at), p.at);
    waiting.delete(name);
  };

  const segment: Pieces['segment'] = (seen, whole) => {
    const bytes = seen.bytes.slice();
    const read = addSegment(streams, { ...seen, bytes });
    ({ streams } = read);
    if (!read.ours) return false;
    const name = `tcp ${seen.src} ${seen.dst} ${seen.sport} ${seen.dport}`;
    const here = read.messages.every((message) => message.bytes === bytes);
    const last = read.messages.at(-1);
    if (last && here) {
      for (const { start, end } of read.messages) whole(start, end);
      if (last.end < seen.end) add(name, { bytes: seen.bytes, at: last.end, end: seen.end, offset: 0, harmless: 0, sumAt: seen.sumAt });
      return true;
    }
    add(name, { bytes: seen.bytes, at: seen.at + read.prefix, end: seen.end, offset: 0, harmless: 0, sumAt: seen.sumAt });
    if (!last) return true;
    // Over several segments: left as it is where it is encrypted, else nothing of it can be kept.
    const sealed = read.messages.every((m) => !isMarked(m.bytes, m.start) || isSealed(m.bytes, m.start + 4, m.end));
    if (!sealed) orphan(name);
    waiting.delete(name);
    return true;
  };

  const part: Pieces['part'] = ({ key, number, last, at, end }, way, bytes, sumAt, whole) => {
    const name = `ike ${way} ${key}`;
    const pieces = add(name, { bytes, at, end, offset: last ? -number : number, harmless: 0, sumAt });
    // A sender may use one ID for all messages: the newest of each number counts.
    const newest = new Map(pieces.map((p) => [Math.abs(p.offset), p]));
    const total = pieces.findLast((p) => p.offset < 0);
    const wanted = total ? Array.from({ length: -total.offset }, (_, i) => newest.get(i + 1)) : [undefined];
    const there = wanted.filter((p) => p !== undefined);
    if (number === 0 || there.length < wanted.length) return;
    const message = joined(there.map((p) => p.bytes.slice(p.at, p.end)));
    if (!isSealed(message, 0, message.length)) {
      const redacted = message.slice();
      whole(redacted);
      let from = 0;
      for (const p of there) {
        const octets = redacted.subarray(from, from + p.end - p.at);
        changeSummed(p.bytes, p.sumAt, p.at, p.end, () => p.bytes.set(octets, p.at));
        from += octets.length;
      }
    }
    waiting.delete(name);
    for (const p of pieces) if (!there.includes(p)) orphans.push(p);
  };

  const finish = (): void => {
    for (const { bytes, at, end, harmless, sumAt } of [...orphans, ...[...waiting.values()].flat()]) {
      changeSummed(bytes, sumAt, at, end, () => blankOut(bytes, at + harmless, end));
      // The checksum of a datagram of which parts are missing.
      if (harmless === udpOctets && end - at >= udpOctets) bytes.fill(0, at + 6, at + 8);
    }
    waiting.clear();
    orphans.length = 0;
  };

  return { fragment, segment, part, finish };
};

const isMarked = (bytes: Uint8Array, at: number): boolean => bytes.subarray(at, at + 4).every((octet) => octet === 0);
