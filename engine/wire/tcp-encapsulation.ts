/** IKE and ESP in a TCP stream, RFC 8229: segments put in order, the stream cut at its length fields. Plain data, bounded. */
import type { IpAddress } from '../values/ip-address.ts';
import { word16, word32 } from './header.ts';
import { looksLikeIke } from './ike-header.ts';

/** One direction of a TCP connection that carries our messages. */
export interface Stream {
  readonly src: IpAddress;
  readonly dst: IpAddress;
  readonly sport: number;
  readonly dport: number;
  /** Sequence number of the octet that comes next. */
  readonly next: number;
  /** The beginning of a message of which the rest is yet to come, in pieces. */
  readonly held: readonly Uint8Array[];
  readonly heldOctets: number;
  /** Octets from the beginning of what is held until something can be read. */
  readonly needed: number;
  /** Segments that came before their turn. */
  readonly ahead: readonly Ahead[];
}

interface Ahead {
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** Connections that are followed, the oldest first; a new one drops the oldest beyond 64. */
export type Streams = readonly Stream[];

/** What one TCP segment brought. */
export interface SegmentSeen extends Pick<Stream, 'src' | 'dst' | 'sport' | 'dport'> {
  readonly sequence: number;
  readonly flags: number;
  /** The data is `bytes[at, end)`. */
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly end: number;
}

/** An IKE message with its marker, or an ESP packet: `bytes[start, end)` behind the length field. */
export interface Framed {
  readonly bytes: Uint8Array;
  /** Where its length field stands. */
  readonly lengthAt: number;
  readonly start: number;
  readonly end: number;
}

export interface StreamRead {
  readonly streams: Streams;
  /** Messages that this segment completes, in order. */
  readonly messages: readonly Framed[];
  /** The segment belongs to a stream of ours, and holds some of it. */
  readonly ours: boolean;
  /** Octets of the stream prefix at its beginning: 6 or 0. */
  readonly prefix: number;
}

/** RFC 8229 4: what the side that opened the connection sends first. */
const prefixText = Uint8Array.from('IKETCP', (c) => c.charCodeAt(0));
const lengthOctets = 2;
const [fin, syn, reset] = [1, 2, 4];

const mostStreams = 64;
const mostAhead = 64;
const mostAheadOctets = 262_144;
const mostPieces = 1024;

/** Adds a segment to its stream, or begins one where the data proves it. Work is linear in the octets that are held and that came. */
export const addSegment = (streams: Streams, segment: SegmentSeen): StreamRead => {
  const index = streams.findIndex((s) => isOf(s, segment));
  const known = streams[index];
  const { flags } = segment;
  // A new connection between the same ports, or the end of one.
  if ((flags & (syn | reset)) !== 0) return nothing(known ? streams.toSpliced(index, 1) : streams);
  if (segment.at >= segment.end) return nothing(known && (flags & fin) !== 0 ? streams.toSpliced(index, 1) : streams);
  // Behind what is known already it is the first segment again.
  const again = known !== undefined && distance(segment.sequence, known.next) < 0;
  const prefix = !again && hasPrefix(segment) ? prefixText.length : 0;
  if (prefix > 0) return take(streams, index, begun(segment), segment, prefix);
  if (known) return take(streams, index, known, segment, 0);
  return beginsMessage(streams, segment) ? take(streams, -1, begun(segment), segment, 0) : nothing(streams);
};

const nothing = (streams: Streams): StreamRead => ({ streams, messages: [], ours: false, prefix: 0 });

const isOf = (s: Stream, { src, dst, sport, dport }: SegmentSeen): boolean =>
  s.sport === sport && s.dport === dport && s.src === src && s.dst === dst;

const hasPrefix = ({ bytes, at, end }: SegmentSeen): boolean =>
  end - at >= prefixText.length && prefixText.every((octet, i) => bytes[at + i] === octet);

const begun = ({ src, dst, sport, dport, sequence }: SegmentSeen): Stream => ({
  src,
  dst,
  sport,
  dport,
  next: sequence,
  held: [],
  heldOctets: 0,
  needed: lengthOctets,
  ahead: [],
});

/**
 * Whether a stream whose beginning was not seen shows one of our messages here: an IKE header that proves itself, or, where the other direction is
 * ours, a length field that fits the segment.
 */
const beginsMessage = (streams: Streams, { src, dst, sport, dport, bytes, at, end }: SegmentSeen): boolean => {
  const length = word16(bytes, at);
  if (end - at < lengthOctets + 4 || length < lengthOctets + 4) return false;
  const answers = streams.some((s) => s.sport === dport && s.dport === sport && s.src === dst && s.dst === src);
  if (sport !== 4500 && dport !== 4500 && !answers) return false;
  const stop = at + length;
  if (word32(bytes, at + lengthOctets) === 0) return looksLikeIke(bytes, at + lengthOctets + 4, Math.min(stop, end), stop > end);
  return answers && stop <= end && length >= lengthOctets + 8;
};

const distance = (a: number, b: number): number => (a - b) | 0;

const take = (streams: Streams, index: number, stream: Stream, segment: SegmentSeen, prefix: number): StreamRead => {
  const { bytes, end, flags } = segment;
  const others = index < 0 ? streams.slice(1 - mostStreams) : streams.toSpliced(index, 1);
  const sequence = (segment.sequence + prefix) >>> 0;
  const at = segment.at + prefix;
  const early = distance(sequence, prefix > 0 ? sequence : stream.next);
  if (early > 0) return { ...keepAhead(others, stream, { sequence, bytes: bytes.slice(at, end) }), prefix };
  // What came before is left out: a retransmission of TCP's own.
  const from = at - early;
  if (from >= end) return { streams: [...others, prefix > 0 ? { ...stream, next: sequence } : stream], messages: [], ours: true, prefix };
  const messages: Framed[] = [];
  let now = feed({ ...stream, next: (sequence - early) >>> 0 }, bytes, from, end, messages);
  // Those that waited for these octets, as far as they follow without a gap.
  for (let turn = 0; now && turn < mostAhead; turn++) {
    const { next, ahead } = now;
    const ready = ahead.find((a) => distance(a.sequence, next) <= 0);
    if (!ready) break;
    now = { ...now, ahead: ahead.filter((a) => a !== ready) };
    const skip = -distance(ready.sequence, next);
    if (skip < ready.bytes.length) now = feed(now, ready.bytes, skip, ready.bytes.length, messages);
  }
  const ended = (flags & fin) !== 0;
  return { streams: now && !ended ? [...others, now] : others, messages, ours: true, prefix };
};

const keepAhead = (others: Streams, stream: Stream, early: Ahead): Omit<StreamRead, 'prefix'> => {
  const kept = stream.ahead.some((a) => a.sequence === early.sequence) ? stream.ahead : [...stream.ahead, early];
  // More than this never comes out of order: the stream was lost, and is found again where a message proves itself.
  const octets = kept.reduce((sum, a) => sum + a.bytes.length, 0);
  return {
    streams: kept.length > mostAhead || octets > mostAheadOctets ? others : [...others, { ...stream, ahead: kept }],
    messages: [],
    ours: true,
  };
};

/** Adds `bytes[at, end)`, the octets that are due. `null`: a length field that cannot be, so the stream is none of ours. */
const feed = (stream: Stream, bytes: Uint8Array, at: number, end: number, messages: Framed[]): Stream | null => {
  const next = (stream.next + end - at) >>> 0;
  const total = stream.heldOctets + end - at;
  if (total < stream.needed) {
    if (stream.held.length >= mostPieces) return null;
    return { ...stream, next, held: [...stream.held, bytes.slice(at, end)], heldOctets: total };
  }
  const whole = stream.heldOctets === 0 ? bytes : joined(stream.held, bytes, at, end, total);
  let from = stream.heldOctets === 0 ? at : 0;
  const stop = stream.heldOctets === 0 ? end : total;
  while (stop - from >= lengthOctets) {
    const length = word16(whole, from);
    if (length < lengthOctets) return null;
    if (stop - from < length) break;
    messages.push({ bytes: whole, lengthAt: from, start: from + lengthOctets, end: from + length });
    from += length;
  }
  const left = stop - from;
  const needed = left >= lengthOctets ? word16(whole, from) : lengthOctets;
  return { ...stream, next, held: left > 0 ? [whole.slice(from, stop)] : [], heldOctets: left, needed };
};

const joined = (held: readonly Uint8Array[], bytes: Uint8Array, at: number, end: number, total: number): Uint8Array => {
  const out = new Uint8Array(total);
  let to = 0;
  for (const piece of held) {
    out.set(piece, to);
    to += piece.length;
  }
  out.set(bytes.subarray(at, end), to);
  return out;
};
