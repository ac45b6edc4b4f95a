/** What goes down through the layers of a packet, and what all of them need: blanks, and the sum over addresses. RFC 768, RFC 8200 8.1. */
import { addressBytes, type IpAddress } from '../values/ip-address.ts';
import type { Sink } from '../wire/header.ts';
import type { Ip } from '../wire/ip.ts';
import { blankOut, sumOf } from './octets.ts';
import type { Pieces } from './pieces.ts';
import type { Redaction } from './renaming.ts';

/** A buffer on its way through the layers. */
export interface Walk {
  readonly redaction: Redaction;
  readonly pieces: Pieces;
  /** What the readers of the wire want: the same buffer, which changes while it is read. */
  readonly sink: Sink;
  readonly depth: number;
  /** Redacts the IP packet at a place: what carries one does not know how. */
  readonly packet: (walk: Walk, version: 4 | 6 | 0, at: number, end: number) => void;
}

export const deeper = (walk: Walk): Walk => ({ ...walk, depth: walk.depth + 1 });

export const blankRest = ({ redaction, sink }: Walk, at: number, end: number): void => {
  if (at >= end) return;
  blankOut(sink.bytes, at, end);
  redaction.count('otherPacket');
};

/** The IP header around: its addresses are read before they are replaced. */
export type Around = Pick<Ip, 'version' | 'src' | 'dst'>;

/** RFC 768, RFC 8200 8.1: of the addresses that stand there now. */
export const pseudoHeader = ({ renaming }: Redaction, { src, dst }: Around, protocol: number, length: number): number => {
  const of = (address: IpAddress): Uint8Array => addressBytes(renaming.address(address)) ?? new Uint8Array(0);
  const [from, to] = [of(src), of(dst)];
  return sumOf(to, 0, to.length, sumOf(from, 0, from.length, protocol + (length >>> 16) + (length & 0xffff)));
};
