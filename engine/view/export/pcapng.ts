/** A log's packets as pcapng (draft-ietf-opsawg-pcapng), for Wireshark and its like. Frames and times alone: no key is ever written. */
import type { DatagramSeen } from '../../event/event.ts';
import type { Log } from '../../log/log.ts';
import { addressBytes } from '../../values/ip-address.ts';

/** LINKTYPE_RAW: the packet begins with its IP header. */
const rawIp = 101;
/** The draft's 4.2: no limit of length. */
const noLimit = 0;
const ifTsresol = 9;
const nanoseconds = 9;
const ifName = 2;

/**
 * Blocks in order: a section header, an interface for each kind of link and vantage point before its first packet, the packets. What
 * a socket handed over without its headers gets an IP and a UDP header, without the checksum of the latter. A packet without a time stands at 0.
 */
export function* pcapng(log: Log): Generator<Uint8Array> {
  // Byte-order magic, version 1.0, a length that is not known.
  yield block(0x0a0d0d0a, u32(0x1a2b3c4d), u16(1), u16(0), u32(0xffffffff), u32(0xffffffff));
  const interfaces = new Map<string, number>();
  for (const event of log.happened) {
    if (event.kind !== 'DatagramSeen') continue;
    const { linkType, bytes, wireLength } = frameOf(event);
    const name = nameOf(log, event);
    const key = `${linkType} ${name}`;
    let number = interfaces.get(key);
    if (number === undefined) {
      number = interfaces.size;
      interfaces.set(key, number);
      const options = [option(ifName, new TextEncoder().encode(name)), option(ifTsresol, Uint8Array.of(nanoseconds)), u32(0)];
      yield block(1, u16(linkType), u16(0), u32(noLimit), ...options);
    }
    const at = event.at === null || event.at < 0n ? 0n : (event.at as bigint);
    const time = [u32(Number((at >> 32n) & 0xffffffffn)), u32(Number(at & 0xffffffffn))];
    yield block(6, u32(number), ...time, u32(bytes.length), u32(wireLength), padded(bytes));
  }
}

const nameOf = (log: Log, { origin, via }: DatagramSeen): string => origin.vantage ?? log.inputs[origin.input]?.name ?? via;

interface Frame {
  readonly linkType: number;
  readonly bytes: Uint8Array;
  readonly wireLength: number;
}

const frameOf = ({ datagram }: DatagramSeen): Frame => {
  if (datagram.form === 'frame') return datagram;
  const src = addressBytes(datagram.src) ?? new Uint8Array(4);
  const dst = addressBytes(datagram.dst) ?? new Uint8Array(src.length);
  const length = 8 + datagram.bytes.length;
  const udp = joined([be16(datagram.sport), be16(datagram.dport), be16(length), be16(0), datagram.bytes]);
  // RFC 791 3.1, RFC 8200 3: no options, a hop limit of 64, UDP (17).
  const ip =
    src.length === 4
      ? [Uint8Array.of(0x45, 0), be16(20 + length), Uint8Array.of(0, 0, 0, 0, 64, 17, 0, 0), src, dst]
      : [Uint8Array.of(0x60, 0, 0, 0), be16(length), Uint8Array.of(17, 64), src, dst];
  const header = joined(ip);
  if (src.length === 4) header.set(be16(headerChecksum(header)), 10);
  const bytes = joined([header, udp]);
  return { linkType: rawIp, bytes, wireLength: bytes.length };
};

/** RFC 791 3.1: the ones' complement of the sum of all 16-bit words. */
const headerChecksum = (header: Uint8Array): number => {
  let sum = 0;
  for (let i = 0; i < header.length; i += 2) sum += ((header[i] ?? 0) << 8) | (header[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
};

const u16 = (n: number): Uint8Array => Uint8Array.of(n & 255, n >>> 8);
const u32 = (n: number): Uint8Array => Uint8Array.of(n & 255, (n >>> 8) & 255, (n >>> 16) & 255, n >>> 24);
const be16 = (n: number): Uint8Array => Uint8Array.of((n >>> 8) & 255, n & 255);

/** Up to the next multiple of four octets. */
const padded = (b: Uint8Array): Uint8Array => (b.length % 4 === 0 ? b : joined([b, new Uint8Array(4 - (b.length % 4))]));

const option = (code: number, value: Uint8Array): Uint8Array => joined([u16(code), u16(value.length), padded(value)]);

/** Type, length, body, length again, little-endian. */
const block = (type: number, ...body: readonly Uint8Array[]): Uint8Array => {
  const length = u32(12 + body.reduce((n, part) => n + part.length, 0));
  return joined([u32(type), length, ...body, length]);
};

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};
