/** IPv4 and IPv6 headers with options and extension headers, RFC 791 3.1 and RFC 8200 3 and 4. */
import { toHex } from '../bytes/hex.ts';
import type { IpAddress } from '../values/ip-address.ts';
import { ipv4, ipv6 } from '../values/ip-address.ts';
import type { Row, Sink } from './header.ts';
import { addHeader, malformed, say8, say16, sayHex16, sayHex32, truncated, word16, word32 } from './header.ts';

/** What the IP header says, and where what it carries stands: `at` to `end`. */
export interface Ip {
  readonly version: 4 | 6;
  /** Where the header begins. */
  readonly start: number;
  readonly src: IpAddress;
  readonly dst: IpAddress;
  readonly ttl: number;
  /** The protocol carried, behind all extension headers; -1 where the lengths are such that nothing can be said. */
  readonly protocol: number;
  readonly at: number;
  readonly end: number;
  /** `null` for a datagram that is whole. */
  readonly fragment: Fragment | null;
}

export interface Fragment {
  readonly id: number;
  /** In octets. */
  readonly offset: number;
  readonly more: boolean;
  /** The headers that every fragment repeats: what the datagram will begin with. */
  readonly headerStart: number;
  readonly headerEnd: number;
  /** Where in the buffer the number stands that names what follows those headers. */
  readonly nextHeaderAt: number;
  /** All octets that the header promises are there. */
  readonly whole: boolean;
}

/** `null` where the header is broken: then an issue says why, or the frame was cut. */
export const readIp = (sink: Sink, version: 4 | 6, at: number, end: number): Ip | null =>
  version === 4 ? readIpv4(sink, at, end) : readIpv6(sink, at, end);

/** IANA protocol numbers that captures of this kind meet. */
const protocols: Readonly<Record<number, string>> = {
  0: 'Hop-by-hop options',
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPv4',
  6: 'TCP',
  17: 'UDP',
  41: 'IPv6',
  43: 'Routing',
  44: 'Fragment',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  58: 'ICMPv6',
  59: 'No next header',
  60: 'Destination options',
  89: 'OSPF',
  108: 'IPComp',
  112: 'VRRP',
  132: 'SCTP',
};

/** `UDP (17)`, or the number alone. */
export const protocolText = (n: number): string => {
  const name = protocols[n];
  return name ? `${name} (${n})` : String(n);
};

export const sayProtocol = (b: Uint8Array, at: number): string => protocolText(b[at] ?? 0);

const ipv4Rows: readonly Row[] = [
  ['Version and header length', 1, (b, at) => `${(b[at] ?? 0) >> 4}, ${((b[at] ?? 0) & 15) * 4} octets`],
  ['Type of service', 1, say8],
  ['Total length', 2, say16],
  ['Identification', 2, sayHex16],
  ['Flags and fragment offset', 2, (b, at) => sayFragment(word16(b, at))],
  ['Time to live', 1, say8],
  ['Protocol', 1, sayProtocol],
  ['Header checksum', 2, sayHex16],
  ['Source address', 4, ipv4],
  ['Destination address', 4, ipv4],
];

const sayFragment = (word: number): string => {
  const flags = [word & 0x4000 ? "don't fragment" : '', word & 0x2000 ? 'more fragments' : ''].filter((f) => f !== '');
  return [...flags, `offset ${(word & 0x1fff) * 8}`].join(', ');
};

const readIpv4 = (sink: Sink, at: number, end: number): Ip | null => {
  const { bytes } = sink;
  if (end - at < 20) return truncated(sink, 'An IPv4 header', 20, at, end);
  const first = bytes[at] ?? 0;
  if (first >> 4 !== 4) return malformed(sink, 'ip-version', `An IPv4 header with version ${first >> 4}`, at, at + 1);
  const headerLength = (first & 15) * 4;
  if (headerLength < 20) {
    return malformed(sink, 'header-length', `An IPv4 header of ${headerLength} octets: 20 are the least`, at, at + 1);
  }
  if (headerLength > end - at) return truncated(sink, 'The IPv4 header', headerLength, at, end);
  if (sink.nodes) {
    const rows: readonly Row[] = [...ipv4Rows, ['Options', headerLength - 20, (b, o) => toHex(b.subarray(o, o + headerLength - 20))]];
    addHeader(sink, 'IPv4', 'RFC 791 3.1', at, rows);
  }
  // A total length of 0 is what a capture shows where the network card was left to cut the packet into segments.
  const total = word16(bytes, at + 2) || end - at;
  const word = word16(bytes, at + 6);
  const payload = at + headerLength;
  const whole = total <= end - at;
  if (!whole) truncated(sink, 'The IPv4 datagram', total, at, end);
  const sound = total >= headerLength;
  if (!sound) malformed(sink, 'total-length', `IPv4 total length ${total} is less than the header's ${headerLength}`, at + 2, at + 4);
  return {
    version: 4,
    start: at,
    src: ipv4(bytes, at + 12),
    dst: ipv4(bytes, at + 16),
    ttl: bytes[at + 8] ?? 0,
    protocol: sound ? (bytes[at + 9] ?? 0) : -1,
    at: payload,
    end: sound && whole ? at + total : end,
    fragment:
      (word & 0x3fff) === 0 || !sound
        ? null
        : {
            id: word16(bytes, at + 4),
            offset: (word & 0x1fff) * 8,
            more: (word & 0x2000) !== 0,
            headerStart: at,
            headerEnd: payload,
            nextHeaderAt: at + 9,
            whole,
          },
  };
};

const ipv6Rows: readonly Row[] = [
  ['Version, traffic class, flow label', 4, sayHex32],
  ['Payload length', 2, say16],
  ['Next header', 1, sayProtocol],
  ['Hop limit', 1, say8],
  ['Source address', 16, ipv6],
  ['Destination address', 16, ipv6],
];

const fragmentRows: readonly Row[] = [
  ['Next header', 1, sayProtocol],
  ['Reserved', 1, say8],
  ['Fragment offset and flag', 2, (b, at) => `offset ${word16(b, at) & 0xfff8}${word16(b, at) & 1 ? ', more fragments' : ''}`],
  ['Identification', 4, sayHex32],
];

/** Extension headers that tell their own length in units of 8 octets: options, routing, mobility, HIP, Shim6. */
const selfMeasured: ReadonlySet<number> = new Set([0, 43, 60, 135, 139, 140]);

const readIpv6 = (sink: Sink, at: number, end: number): Ip | null => {
  const { bytes } = sink;
  if (end - at < 40) return truncated(sink, 'An IPv6 header', 40, at, end);
  const version = (bytes[at] ?? 0) >> 4;
  if (version !== 6) return malformed(sink, 'ip-version', `An IPv6 header with version ${version}`, at, at + 1);
  addHeader(sink, 'IPv6', 'RFC 8200 3', at, ipv6Rows);
  // A payload length of 0 stands for a jumbogram (RFC 2675), or for a packet left to the network card: the frame knows its end.
  const length = word16(bytes, at + 4) || end - at - 40;
  const whole = length <= end - at - 40;
  if (!whole) truncated(sink, 'The IPv6 payload', length, at + 40, end);
  const stop = whole ? at + 40 + length : end;
  let nextHeaderAt = at + 6;
  let next = at + 40;
  let protocol = bytes[nextHeaderAt] ?? 0;
  let fragment: Fragment | null = null;
  while (fragment === null && (protocol === 44 || selfMeasured.has(protocol))) {
    const octets = stop - next < 8 ? 8 : protocol === 44 ? 8 : 8 * (1 + (bytes[next + 1] ?? 0));
    if (stop - next < octets) {
      truncated(sink, `The ${protocolText(protocol)} header`, octets, next, stop);
      protocol = -1;
      break;
    }
    if (protocol === 44) {
      addHeader(sink, 'Fragment', 'RFC 8200 4.5', next, fragmentRows);
      const word = word16(bytes, next + 2);
      // Offset 0 and no more to come: a whole datagram under a fragment header, read as it stands (RFC 6946).
      if ((word & 0xfff9) !== 0) {
        const [offset, more] = [word & 0xfff8, (word & 1) === 1];
        fragment = { id: word32(bytes, next + 4), offset, more, headerStart: at, headerEnd: next, nextHeaderAt, whole };
      }
    } else if (sink.nodes) {
      const rest: Row = ['Options and data', octets - 2, (b, o) => toHex(b.subarray(o, o + octets - 2))];
      addHeader(sink, protocols[protocol] ?? 'Extension header', 'RFC 8200 4', next, [
        ['Next header', 1, sayProtocol],
        ['Header length', 1, say8],
        rest,
      ]);
    }
    nextHeaderAt = next;
    protocol = bytes[next] ?? 0;
    next += octets;
  }
  return {
    version: 6,
    start: at,
    src: ipv6(bytes, at + 8),
    dst: ipv6(bytes, at + 24),
    ttl: bytes[at + 7] ?? 0,
    protocol,
    at: next,
    end: stop,
    fragment,
  };
};
