/** Datagrams put together from IP fragments, RFC 791 3.2 and RFC 8200 4.5: plain data, bounded, and never from parts that contradict. */
import type { IpAddress } from '../values/ip-address.ts';
import type { Streams } from './tcp-encapsulation.ts';

/** What waits for its other parts. */
export interface Reassembly {
  /** Datagrams of which parts are missing, oldest first. Never more than 64: a new one drops the oldest. */
  readonly pending: readonly PendingDatagram[];
  /** TCP streams that carry messages of ours. */
  readonly streams: Streams;
}

export const noFragments: Reassembly = { pending: [], streams: [] };

/** What makes fragments belong together. IPv6 has no `protocol` in the key, so it is 0 there. */
export interface FragmentKey {
  readonly version: 4 | 6;
  readonly src: IpAddress;
  readonly dst: IpAddress;
  readonly protocol: number;
  readonly id: number;
}

export interface PendingDatagram extends FragmentKey {
  /** The headers of the fragment at offset 0; `null` until it came. */
  readonly header: FragmentHeader | null;
  /** Octets to be put together; `null` until the last fragment came. */
  readonly length: number | null;
  /** By offset, without overlap. */
  readonly parts: readonly Part[];
  /** Octets in `parts`. */
  readonly held: number;
}

export interface FragmentHeader {
  readonly bytes: Uint8Array;
  /** Where in `bytes` the number of what follows stands, and that number. */
  readonly nextHeaderAt: number;
  readonly nextHeader: number;
}

interface Part {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface Piece {
  readonly key: FragmentKey;
  readonly header: FragmentHeader;
  readonly offset: number;
  readonly more: boolean;
  readonly bytes: Uint8Array;
}

export interface Joined {
  readonly reassembly: Reassembly;
  /** The whole datagram, from its IP header, when this was the piece that was missing. */
  readonly datagram: Uint8Array | null;
  /** Why this piece does not fit, for an issue. */
  readonly problem: 'fragment-length' | 'fragment-too-far' | 'fragment-overlap' | 'fragment-flood' | null;
}

const mostDatagrams = 64;
/** Parts of one datagram, each of which is compared with the others. The largest datagram over the smallest usual path, 576 octets, has 120. */
const mostParts = 256;
/** The length fields of both versions have 16 bits. */
const mostOctets = 65_535;

/** Adds one fragment. An exact repetition changes nothing; a contradiction throws the old parts away and begins anew with this one. */
export const addFragment = (reassembly: Reassembly, piece: Piece): Joined => {
  const { bytes, offset, more, key } = piece;
  // All fragments but the last carry whole units of 8 octets, else nothing could follow them.
  if (bytes.length === 0 || (more && bytes.length % 8 !== 0)) return { reassembly, datagram: null, problem: 'fragment-length' };
  if (offset + bytes.length + piece.header.bytes.length > mostOctets) return { reassembly, datagram: null, problem: 'fragment-too-far' };
  const at = reassembly.pending.findIndex((p) => sameKey(p, key));
  const known = reassembly.pending[at];
  const others = known ? reassembly.pending.toSpliced(at, 1) : reassembly.pending.slice(1 - mostDatagrams);
  const begun: PendingDatagram = known ?? { ...key, header: null, length: null, parts: [], held: 0 };
  if (isRepetition(begun, piece)) return { reassembly, datagram: null, problem: null };
  const fits = begun.parts.length < mostParts ? withPiece(begun, piece) : undefined;
  // Overlapping parts are an attack (RFC 5722), or the identification came round again: either way the old parts are worth nothing.
  const next = fits ?? withPiece({ ...key, header: null, length: null, parts: [], held: 0 }, piece) ?? begun;
  const problem = fits ? null : begun.parts.length < mostParts ? 'fragment-overlap' : 'fragment-flood';
  if (next.header === null || next.length !== next.held)
    return { reassembly: { ...reassembly, pending: [...others, next] }, datagram: null, problem };
  const datagram = join(next.version, next.header, next.length, next.parts);
  return datagram
    ? { reassembly: { ...reassembly, pending: others }, datagram, problem }
    : { reassembly: { ...reassembly, pending: others }, datagram: null, problem: 'fragment-too-far' };
};

const sameKey = (a: FragmentKey, b: FragmentKey): boolean =>
  a.id === b.id && a.version === b.version && a.protocol === b.protocol && a.src === b.src && a.dst === b.dst;

const isRepetition = (known: PendingDatagram, piece: Piece): boolean => {
  const same = known.parts.find((p) => p.offset === piece.offset);
  return same !== undefined && same.bytes.length === piece.bytes.length && same.bytes.every((octet, i) => octet === piece.bytes[i]);
};

/** `undefined` where the piece overlaps a part, or where the two disagree on the length. */
const withPiece = (known: PendingDatagram, piece: Piece): PendingDatagram | undefined => {
  const end = piece.offset + piece.bytes.length;
  const length = piece.more ? known.length : end;
  if (known.length !== null && length !== known.length) return undefined;
  const after = known.parts.findIndex((p) => p.offset >= piece.offset);
  const index = after < 0 ? known.parts.length : after;
  const before = known.parts[index - 1];
  const behind = known.parts[index];
  const last = known.parts.at(-1);
  if (before && before.offset + before.bytes.length > piece.offset) return undefined;
  if (behind && behind.offset < end) return undefined;
  if (length !== null && (end > length || (last && last.offset + last.bytes.length > length))) return undefined;
  return {
    ...known,
    header: piece.offset === 0 ? piece.header : known.header,
    length,
    parts: known.parts.toSpliced(index, 0, { offset: piece.offset, bytes: piece.bytes }),
    held: known.held + piece.bytes.length,
  };
};

/** The datagram as it was before it was cut: one header whose lengths, flags and checksum fit the whole. */
const join = (version: 4 | 6, header: FragmentHeader, length: number, parts: readonly Part[]): Uint8Array | undefined => {
  const size = header.bytes.length;
  const named = version === 4 ? size + length : size - 40 + length;
  if (named > mostOctets) return undefined;
  const out = new Uint8Array(size + length);
  out.set(header.bytes);
  for (const part of parts) out.set(part.bytes, size + part.offset);
  out[header.nextHeaderAt] = header.nextHeader;
  const lengthAt = version === 4 ? 2 : 4;
  out[lengthAt] = named >> 8;
  out[lengthAt + 1] = named & 255;
  if (version === 4) {
    out[6] = (out[6] ?? 0) & 0x40;
    out[7] = 0;
    setChecksum(out, size);
  }
  return out;
};

const setChecksum = (datagram: Uint8Array, headerLength: number): void => {
  datagram[10] = 0;
  datagram[11] = 0;
  let sum = 0;
  for (let i = 0; i < headerLength; i += 2) sum += ((datagram[i] ?? 0) << 8) | (datagram[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  const check = ~sum & 0xffff;
  datagram[10] = check >> 8;
  datagram[11] = check & 255;
};
