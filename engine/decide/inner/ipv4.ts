/** Packets inside a tunnel: read as far as we answer them, and written. IPv4, RFC 791 3.1; the checksum of RFC 1071. */
import { joined } from '../../bytes/octets.ts';
import { addressBytes, type IpAddress } from '../../values/ip-address.ts';
import { readIp } from '../../wire/ip.ts';

/** Protocol numbers of those that we speak. */
export const protocol = { icmp: 1, ipInIp: 4, udp: 17 } as const;

/** A datagram without its header: in transport mode an SA carries it so. */
export interface InnerPacket {
  readonly src: IpAddress;
  readonly dst: IpAddress;
  readonly protocol: number;
  readonly payload: Uint8Array;
}

const headerOctets = 20;
const ttl = 64;
const dontFragment = 0x40;

export const word16 = (octets: Uint8Array, at: number): number => ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);

/** Ones' complement sum of 16-bit words: 0 over octets that hold their own right checksum. */
export const checksum = (...parts: readonly Uint8Array[]): number => {
  let sum = 0;
  for (const part of parts) for (let at = 0; at < part.length; at += 2) sum += word16(part, at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
};

/** `null` for anything else than one whole IPv4 datagram: fragments inside a tunnel are not put together. */
export const readInner = (bytes: Uint8Array): InnerPacket | null => {
  const ip = readIp({ bytes, buffer: 'decrypted', cut: false, nodes: null, issues: [] }, 4, 0, bytes.length);
  if (!ip || ip.fragment || ip.protocol < 0 || checksum(bytes.subarray(0, ip.at)) !== 0) return null;
  return { src: ip.src, dst: ip.dst, protocol: ip.protocol, payload: bytes.subarray(ip.at, ip.end) };
};

/** RFC 6864 4: who forbids fragments need not tell datagrams apart. `undefined` where an address is not of IPv4, or it would be too long. */
export const writeInner = (packet: InnerPacket): Uint8Array | undefined => {
  const [src, dst] = [addressBytes(packet.src), addressBytes(packet.dst)];
  const length = headerOctets + packet.payload.length;
  if (src?.length !== 4 || dst?.length !== 4 || length > 0xffff) return undefined;
  const header = Uint8Array.of(0x45, 0, length >> 8, length & 255, 0, 0, dontFragment, 0, ttl, packet.protocol, 0, 0, ...src, ...dst);
  const sum = checksum(header);
  header.set([sum >> 8, sum & 255], 10);
  return joined([header, packet.payload]);
};
