/** Tunnels that a packet of ours may travel in: GRE (RFC 2784, 2890), GTP-U (3GPP TS 29.281), VXLAN (RFC 7348). IP in IP needs no header of its own. */
import type { Row, Sink } from './header.ts';
import { addHeader, say8, say16, say32, sayHex16, word16, word32 } from './header.ts';
import { type Link, readEthernet, sayEtherType } from './link.ts';
import type { Transport } from './transport.ts';

/** Where the packet inside begins, and what the tunnel is called. `version` 0: what is inside is not IP. */
export interface Tunnel extends Link {
  readonly name: string;
}

/** What an IP protocol number carries as a tunnel; `null` for protocols that are none, and for headers that are not as they ought to be. */
export const readTunnel = (sink: Sink, protocol: number, outer: 4 | 6, at: number, end: number): Tunnel | null => {
  switch (protocol) {
    case 4:
      return { name: outer === 4 ? 'IP in IP' : '4in6', version: 4, at, end };
    case 41:
      return { name: outer === 4 ? '6in4' : 'IPv6 in IPv6', version: 6, at, end };
    case 47:
      return readGre(sink, at, end);
    default:
      return null;
  }
};

/** A tunnel over UDP, known by its port and proven by its header. */
export const readUdpTunnel = (sink: Sink, { sport, dport, at, end }: Transport): Tunnel | null => {
  if (dport === 2152 || sport === 2152) return readGtp(sink, at, end);
  // 8472 is what Linux used before a number was assigned.
  return dport === 4789 || dport === 8472 ? readVxlan(sink, at, end) : null;
};

/** RFC 2784 2.1: checksum present; RFC 2890 2: key and sequence number present. All other flags have to be 0, the version too. */
const [withChecksum, withKey, withSequence] = [0x8000, 0x2000, 0x1000];
const lawfulFlags = withChecksum | withKey | withSequence;
const transparentEthernet = 0x6558;

const readGre = (sink: Sink, at: number, end: number): Tunnel | null => {
  if (end - at < 4) return null;
  const flags = word16(sink.bytes, at);
  if ((flags & ~lawfulFlags) !== 0) return null;
  const optional = (bit: number): number => ((flags & bit) === 0 ? 0 : 4);
  const rows: readonly Row[] = [
    ['Flags and version', 2, sayHex16],
    ['Protocol type', 2, sayEtherType],
    ['Checksum and reserved', optional(withChecksum), (b, o) => sayHex16(b, o)],
    ['Key', optional(withKey), say32],
    ['Sequence number', optional(withSequence), say32],
  ];
  const inside = at + rows.reduce((sum, [, octets]) => sum + octets, 0);
  if (inside > end) return null;
  addHeader(sink, 'GRE', 'RFC 2784 2', at, rows);
  const type = word16(sink.bytes, at + 2);
  if (type === transparentEthernet) return { name: 'GRE', ...readEthernet(sink, inside, end) };
  return { name: 'GRE', version: type === 0x0800 ? 4 : type === 0x86dd ? 6 : 0, at: inside, end };
};

const userData = 255;

/** TS 29.281 5.1: version 1, protocol type 1; sequence number, N-PDU number and extension headers where one of three flags asks for them. */
const readGtp = (sink: Sink, at: number, end: number): Tunnel | null => {
  const { bytes } = sink;
  const first = bytes[at] ?? 0;
  if (end - at < 8 || (first & 0xf0) !== 0x30 || bytes[at + 1] !== userData) return null;
  const stop = at + 8 + word16(bytes, at + 2);
  let inside = (first & 7) === 0 ? at + 8 : at + 12;
  if (inside > end || stop > end || inside > stop) return null;
  // Extension headers: their length in units of 4 octets, at their end the type of the next.
  let next = (first & 4) === 0 ? 0 : (bytes[at + 11] ?? 0);
  while (next !== 0) {
    const octets = 4 * (bytes[inside] ?? 0);
    if (octets === 0 || inside + octets > stop) return null;
    inside += octets;
    next = bytes[inside - 1] ?? 0;
  }
  const version = (bytes[inside] ?? 0) >> 4;
  if (inside >= stop || (version !== 4 && version !== 6)) return null;
  addHeader(sink, 'GTP-U', '3GPP TS 29.281 5.1', at, [
    ['Version and flags', 1, (b, o) => `version ${(b[o] ?? 0) >> 5}, flags ${(b[o] ?? 0) & 7}`],
    ['Message type', 1, say8],
    ['Length', 2, say16],
    ['Tunnel endpoint identifier', 4, say32],
    ['Sequence number, extension headers', inside - at - 8],
  ]);
  return { name: 'GTP-U', version, at: inside, end: stop };
};

/** RFC 7348 5: one flag, the network identifier, and nothing else. */
const readVxlan = (sink: Sink, at: number, end: number): Tunnel | null => {
  const { bytes } = sink;
  if (end - at < 8 || word32(bytes, at) !== 0x0800_0000 || bytes[at + 7] !== 0) return null;
  addHeader(sink, 'VXLAN', 'RFC 7348 5', at, [
    ['Flags', 1, say8],
    ['Reserved', 3],
    ['Network identifier', 3, (b, o) => String(word32(b, o) >>> 8)],
    ['Reserved', 1],
  ]);
  return { name: 'VXLAN', ...readEthernet(sink, at + 8, end) };
};
