/** ICMP errors and the packet that each quotes: RFC 792 and RFC 1191 4 for IPv4, RFC 4443 3 for IPv6. */
import type { IpAddress } from '../values/ip-address.ts';
import { type Sink, word16, word32 } from './header.ts';
import { readIp } from './ip.ts';

/** An ICMP error, and as much of the packet that caused it as it quotes: its addresses, and ports or SPI where eight octets of it are there. */
export interface IcmpError {
  readonly version: 4 | 6;
  readonly type: number;
  readonly code: number;
  /** What is wrong, in the words of the RFC: `port unreachable`. */
  readonly name: string;
  /** Largest packet of the next hop, in octets, where the error is about that. */
  readonly mtu: number | null;
  readonly quoted: {
    readonly src: IpAddress;
    readonly dst: IpAddress;
    /** IP protocol: 17 UDP, 50 ESP. */
    readonly protocol: number;
    readonly sport: number | null;
    readonly dport: number | null;
    readonly spi: number | null;
    /** Where it stands in the buffer of the packet. */
    readonly start: number;
    readonly end: number;
  };
}

const unreachable: Readonly<Record<number, string>> = {
  0: 'network unreachable',
  1: 'host unreachable',
  2: 'protocol unreachable',
  3: 'port unreachable',
  4: 'fragmentation needed',
  9: 'network prohibited',
  10: 'host prohibited',
  13: 'filtered by a router',
};
const unreachable6: Readonly<Record<number, string>> = {
  0: 'no route',
  1: 'prohibited by a router',
  3: 'address unreachable',
  4: 'port unreachable',
};

const nameOfError = (version: 4 | 6, type: number, code: number): string | undefined => {
  if (version === 4) {
    if (type === 3) return unreachable[code] ?? `unreachable, code ${code}`;
    if (type === 4) return 'source quench';
    if (type === 11) return code === 0 ? 'time to live exceeded' : 'reassembly time exceeded';
    return type === 12 ? 'parameter problem' : undefined;
  }
  if (type === 1) return unreachable6[code] ?? `unreachable, code ${code}`;
  if (type === 2) return 'packet too big';
  if (type === 3) return code === 0 ? 'hop limit exceeded' : 'reassembly time exceeded';
  return type === 4 ? 'parameter problem' : undefined;
};

const icmpOctets = 8;

/** The error that begins at `at`; `null` for messages that are none, and where too little of the quoted packet is there. */
export const readIcmpError = (sink: Sink, version: 4 | 6, at: number, end: number): IcmpError | null => {
  const { bytes } = sink;
  const inside = at + icmpOctets;
  if (end - inside < 20) return null;
  const [type, code] = [bytes[at] ?? 0, bytes[at + 1] ?? 0];
  const name = nameOfError(version, type, code);
  if (name === undefined) return null;
  // What is quoted is cut off as a rule: its lengths speak of the whole, and nothing about that is malformed.
  const ip = readIp({ ...sink, cut: true, nodes: null, issues: [] }, version, inside, end);
  if (!ip || ip.fragment?.offset) return null;
  const { src, dst, protocol } = ip;
  const has = (octets: number): boolean => end - ip.at >= octets;
  const ported = (protocol === 17 || protocol === 6) && has(4);
  const encapsulated = protocol === 50 ? ip.at : protocol === 51 ? ip.at + 4 : -1;
  return {
    version,
    type,
    code,
    name,
    mtu: mtuOf(bytes, version, type, code, at),
    quoted: {
      src,
      dst,
      protocol,
      sport: ported ? word16(bytes, ip.at) : null,
      dport: ported ? word16(bytes, ip.at + 2) : null,
      spi: encapsulated >= 0 && end - encapsulated >= 4 ? word32(bytes, encapsulated) : null,
      start: inside,
      end,
    },
  };
};

const mtuOf = (bytes: Uint8Array, version: 4 | 6, type: number, code: number, at: number): number | null => {
  if (version === 6) return type === 2 ? word32(bytes, at + 4) : null;
  // Routers older than RFC 1191 leave it 0.
  return type === 3 && code === 4 ? word16(bytes, at + 6) || null : null;
};
