/** Frames and capture files by hand, from the format specifications, so that tests do not lean on the readers they test. */
import { addressBytes } from '../../engine/values/ip-address.ts';

export const octets = (...parts: readonly (number | string | Uint8Array)[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => {
      if (typeof part === 'number') return [part];
      if (typeof part !== 'string') return [...part];
      const hex = part.replace(/\s/g, '');
      return Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
    }),
  );

export const u16 = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 255);
export const u32 = (n: number): Uint8Array => Uint8Array.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);

const address = (text: string): Uint8Array => {
  const bytes = addressBytes(text);
  if (!bytes) throw new Error(`${text} is no address`);
  return bytes;
};

export const ethernet = (type: number, payload: Uint8Array, tags: readonly Uint8Array[] = []): Uint8Array =>
  octets('020000000001 020000000002', ...tags, u16(type), payload);

export const vlanTag = (tpid: number, id: number): Uint8Array => octets(u16(tpid), u16(id));

interface Ipv4Parts {
  readonly protocol: number;
  readonly payload: Uint8Array;
  readonly options?: Uint8Array;
  readonly id?: number;
  /** Flags and offset as the header has them. */
  readonly fragment?: number;
  readonly totalLength?: number;
  readonly src?: string;
  readonly dst?: string;
}

export const ipv4Packet = (p: Ipv4Parts): Uint8Array => {
  const options = p.options ?? new Uint8Array();
  const header = 20 + options.length;
  return octets(
    0x40 | (header / 4),
    0,
    u16(p.totalLength ?? header + p.payload.length),
    u16(p.id ?? 1),
    u16(p.fragment ?? 0),
    64,
    p.protocol,
    u16(0),
    address(p.src ?? '192.0.2.1'),
    address(p.dst ?? '198.51.100.1'),
    options,
    p.payload,
  );
};

/** `next` is the number in the IPv6 header; extension headers are part of `payload`. */
export const ipv6Packet = (next: number, payload: Uint8Array): Uint8Array =>
  octets(u32(0x6000_0000), u16(payload.length), next, 63, address('2001:db8::1'), address('2001:db8::2'), payload);

export const udp = (sport: number, dport: number, data: Uint8Array, length = 8 + data.length): Uint8Array =>
  octets(u16(sport), u16(dport), u16(length), u16(0), data);

export interface Recorded {
  readonly seconds: number;
  readonly fraction: number;
  readonly bytes: Uint8Array;
  readonly wireLength?: number;
}

/** Words of either byte order. */
const orders = {
  big: { u16, u32 },
  little: { u16: (n: number) => u16(n).reverse(), u32: (n: number) => u32(n).reverse() },
};
export type Order = keyof typeof orders;

export const pcapFile = (order: Order, magic: number, linkType: number, records: readonly Recorded[], snapLength = 65_535): Uint8Array => {
  const { u16: h, u32: w } = orders[order];
  const header = [w(magic), h(2), h(4), w(0), w(0), w(snapLength), w(linkType)];
  const body = records.flatMap((r) => [w(r.seconds), w(r.fraction), w(r.bytes.length), w(r.wireLength ?? r.bytes.length), r.bytes]);
  return octets(...header, ...body);
};

const padded = (bytes: Uint8Array): Uint8Array => octets(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));

/** Builders of pcapng blocks in one byte order. */
export const pcapng = (order: Order) => {
  const { u16: h, u32: w } = orders[order];
  const block = (type: number, ...body: readonly Uint8Array[]): Uint8Array => {
    const inside = padded(octets(...body));
    const length = w(inside.length + 12);
    return octets(w(type), length, inside, length);
  };
  const option = (code: number, value: Uint8Array): Uint8Array => octets(h(code), h(value.length), padded(value));
  const endOfOptions = option(0, new Uint8Array());
  return {
    block,
    section: () => block(0x0a0d0d0a, w(0x1a2b3c4d), h(1), h(0), w(0xffff_ffff), w(0xffff_ffff)),
    describe: (linkType: number, snapLength: number, ...options: readonly Uint8Array[]) =>
      block(1, h(linkType), h(0), w(snapLength), ...options, endOfOptions),
    name: (text: string) => option(2, new TextEncoder().encode(text)),
    resolution: (n: number) => option(9, Uint8Array.of(n)),
    offsetSeconds: (n: number) => option(14, order === 'big' ? octets(u32(0), u32(n)) : octets(u32(0), u32(n)).reverse()),
    enhanced: (iface: number, time: bigint, bytes: Uint8Array, wireLength = bytes.length) =>
      block(6, w(iface), w(Number(time >> 32n)), w(Number(time & 0xffff_ffffn)), w(bytes.length), w(wireLength), padded(bytes)),
    simple: (bytes: Uint8Array, wireLength = bytes.length) => block(3, w(wireLength), padded(bytes)),
    obsolete: (iface: number, time: bigint, bytes: Uint8Array) =>
      block(2, h(iface), h(0), w(Number(time >> 32n)), w(Number(time & 0xffff_ffffn)), w(bytes.length), w(bytes.length), padded(bytes)),
  };
};
