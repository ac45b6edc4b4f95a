/** ICMP in place: errors quote a packet, RFC 792 and RFC 4443 3; neighbours name addresses, RFC 4861 4; all else is blanked behind its header. */
import type { Sink } from '../wire/header.ts';
import { put16, renameAddress, setChecksum } from './octets.ts';
import { type Around, blankRest, deeper, pseudoHeader, type Walk } from './walk.ts';

const header = 8;
/** Unreachable, source quench, redirect, time exceeded, parameter problem. */
const quoting4: ReadonlySet<number> = new Set([3, 4, 5, 11, 12]);
const quoting6: ReadonlySet<number> = new Set([1, 2, 3, 4]);
const redirect = 5;
/** How many addresses follow the header, by type: groups of listeners, neighbours, redirects. */
const addresses6: Readonly<Record<number, number>> = { 130: 1, 131: 1, 132: 1, 135: 1, 136: 1, 137: 2 };

/** `protocol` is 1 or 58. */
export const redactIcmp = (walk: Walk, ip: Around, protocol: number, at: number, end: number): void => {
  const { sink, redaction } = walk;
  const { bytes } = sink;
  const { renaming } = redaction;
  const type = bytes[at] ?? 0;
  const inside = Math.min(end, at + header);
  const six = protocol === 58;
  if ((six ? quoting6 : quoting4).has(type)) {
    if (!six && type === redirect) renameAddress(renaming, bytes, at + 4, 4, end);
    // What a quote lacks is nobody's fault, and its fragments belong to no datagram.
    const quote: Sink = { ...sink, cut: true, buffer: 'datagram', issues: [] };
    walk.packet(deeper({ ...walk, sink: quote }), six ? 6 : 4, inside, end);
  } else {
    const count = six ? (addresses6[type] ?? 0) : 0;
    for (let i = 0; i < count; i++) renameAddress(renaming, bytes, inside + 16 * i, 16, end);
    blankRest(walk, inside + 16 * count, end);
  }
  if (end - at < 4) return;
  if (sink.cut) put16(bytes, at + 2, 0);
  else setChecksum(bytes, at + 2, at, end, six ? pseudoHeader(redaction, ip, 58, end - at) : 0);
};
