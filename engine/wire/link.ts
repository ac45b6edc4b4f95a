/** Link-layer headers of captures: Ethernet with VLAN tags and PPPoE (RFC 2516), Linux cooked, BSD loopback, PPP (RFC 1661), raw IP. */
import { span } from '../bytes/span.ts';
import type { Row, Sink } from './header.ts';
import { addHeader, malformed, say8, say16, say32, sayHex16, sayHex32, truncated, word16, word32 } from './header.ts';

/** Where the link layer ends. `version` 0: what follows is not IP, or the header is broken. */
export interface Link {
  readonly version: 4 | 6 | 0;
  readonly at: number;
  /** Where the link layer's own length says that the packet ends; the frame's end where it has none. */
  readonly end: number;
}

/** Reads the header that a LINKTYPE_ number calls for. */
export const readLink = (sink: Sink, linkType: number): Link => {
  switch (linkType) {
    case 1:
      return readEthernet(sink, 0, sink.bytes.length);
    case 0:
    case 108:
      return readLoopback(sink);
    case 9:
      return readPpp(sink, 0, sink.bytes.length, true);
    case 113:
      return readCooked(sink);
    case 276:
      return readCooked2(sink);
    case 12:
    case 14:
    case 101:
    case 228:
    case 229:
      return readRaw(sink);
    default: {
      const end = sink.bytes.length;
      sink.issues.push({
        blame: 'unassigned',
        code: 'link-type',
        message: `Link type ${linkType} is not one that is read here`,
        span: span(sink.buffer, 0, end),
      });
      return { version: 0, at: 0, end };
    }
  }
};

const sayMac = (b: Uint8Array, at: number): string =>
  Array.from(b.subarray(at, at + 6), (octet) => octet.toString(16).padStart(2, '0')).join(':');

const etherTypes: Readonly<Record<number, string>> = {
  2048: 'IPv4',
  2054: 'ARP',
  33024: '802.1Q',
  34525: 'IPv6',
  34915: 'PPPoE discovery',
  34916: 'PPPoE session',
  34984: '802.1ad',
};

export const sayEtherType = (b: Uint8Array, at: number): string => {
  const type = word16(b, at);
  if (type < 0x600) return `${type} octets`;
  const name = etherTypes[type];
  return name ? `${name} (${sayHex16(b, at)})` : sayHex16(b, at);
};

const ethernetRows: readonly Row[] = [
  ['Destination', 6, sayMac],
  ['Source', 6, sayMac],
  ['Type', 2, sayEtherType],
];

/** The frame at `at`: that of the capture, or one inside a tunnel. */
export const readEthernet = (sink: Sink, at: number, end: number): Link => {
  if (end - at < 14) return broken(sink, 'An Ethernet header', 14, at, end);
  addHeader(sink, 'Ethernet', undefined, at, ethernetRows);
  return afterEtherType(sink, at + 12, end);
};

const tagRows: readonly Row[] = [
  ['Priority and VLAN', 2, (b, at) => `priority ${word16(b, at) >> 13}, VLAN ${word16(b, at) & 0xfff}`],
  ['Type', 2, sayEtherType],
];

/** What follows the two octets of type at `typeAt`, through any number of VLAN tags. */
const afterEtherType = (sink: Sink, typeAt: number, end: number): Link => {
  for (let at = typeAt + 2; ; at += 4) {
    switch (word16(sink.bytes, at - 2)) {
      case 0x0800:
        return { version: 4, at, end };
      case 0x86dd:
        return { version: 6, at, end };
      case 0x8864:
        return readPppoe(sink, at, end);
      case 0x8100:
      case 0x88a8:
      case 0x9100:
      case 0x9200:
        if (end - at < 4) return broken(sink, 'A VLAN tag', 4, at, end);
        addHeader(sink, 'VLAN tag', undefined, at, tagRows);
        break;
      default:
        return { version: 0, at, end };
    }
  }
};

const pppoeRows: readonly Row[] = [
  ['Version and type', 1, (b, at) => `${(b[at] ?? 0) >> 4}, ${(b[at] ?? 0) & 15}`],
  ['Code', 1, say8],
  ['Session ID', 2, sayHex16],
  ['Length', 2, say16],
];

/** RFC 2516 4. */
const readPppoe = (sink: Sink, at: number, end: number): Link => {
  if (end - at < 8) return broken(sink, 'A PPPoE header with its PPP protocol', 8, at, end);
  addHeader(sink, 'PPPoE session', 'RFC 2516 4', at, pppoeRows);
  const length = word16(sink.bytes, at + 4);
  const start = at + 6;
  if (length > end - start) truncated(sink, 'The PPPoE payload', length, start, end);
  return readPpp(sink, start, Math.min(end, start + length), false);
};

const pppProtocols: Readonly<Record<number, string>> = { 33: 'IPv4', 87: 'IPv6', 49185: 'LCP', 32801: 'IPCP', 32855: 'IPV6CP' };

const sayPppProtocol = (b: Uint8Array, at: number): string => {
  const protocol = ((b[at] ?? 0) & 1) === 1 ? (b[at] ?? 0) : word16(b, at);
  const text = `0x${protocol.toString(16).padStart(4, '0')}`;
  const name = pppProtocols[protocol];
  return name ? `${name} (${text})` : text;
};

/** RFC 1661 2. On a serial line (`hdlc`) an address and control field may stand before it (RFC 1662 3.1). */
const readPpp = (sink: Sink, start: number, end: number, hdlc: boolean): Link => {
  const framed = hdlc && word16(sink.bytes, start) === 0xff03 && end - start >= 2;
  const at = framed ? start + 2 : start;
  if (at >= end) return broken(sink, 'A PPP protocol field', 1, at, end);
  // An odd first octet is a whole protocol number, its upper octet of zeros left away (RFC 1661 6.5).
  const octets = ((sink.bytes[at] ?? 0) & 1) === 1 ? 1 : 2;
  if (end - at < octets) return broken(sink, 'A PPP protocol field', octets, at, end);
  const protocol = octets === 1 ? (sink.bytes[at] ?? 0) : word16(sink.bytes, at);
  if (sink.nodes) {
    const row: Row = ['Protocol', octets, sayPppProtocol];
    addHeader(sink, 'PPP', 'RFC 1661 2', start, framed ? [['Address and control', 2, sayHex16], row] : [row]);
  }
  return { version: protocol === 0x21 ? 4 : protocol === 0x57 ? 6 : 0, at: at + octets, end };
};

const cookedTypes = ['to us', 'broadcast', 'multicast', 'to somebody else', 'from us'];

const cookedRows: readonly Row[] = [
  ['Packet type', 2, (b, at) => cookedTypes[word16(b, at)] ?? say16(b, at)],
  ['Link-layer device type', 2, say16],
  ['Address length', 2, say16],
  ['Address', 8, sayMac],
  ['Protocol', 2, sayEtherType],
];

const readCooked = (sink: Sink): Link => {
  const end = sink.bytes.length;
  if (end < 16) return broken(sink, 'A Linux cooked header', 16, 0, end);
  addHeader(sink, 'Linux cooked capture', undefined, 0, cookedRows);
  return afterEtherType(sink, 14, end);
};

const cooked2Rows: readonly Row[] = [
  ['Protocol', 2, sayEtherType],
  ['Reserved', 2, sayHex16],
  ['Interface index', 4, say32],
  ['Link-layer device type', 2, say16],
  ['Packet type', 1, (b, at) => cookedTypes[b[at] ?? 0] ?? say8(b, at)],
  ['Address length', 1, say8],
  ['Address', 8, sayMac],
];

const readCooked2 = (sink: Sink): Link => {
  const end = sink.bytes.length;
  if (end < 20) return broken(sink, 'A Linux cooked header, version 2', 20, 0, end);
  addHeader(sink, 'Linux cooked capture v2', undefined, 0, cooked2Rows);
  const protocol = word16(sink.bytes, 0);
  // The protocol stands first here, so a VLAN tag after the header brings its own type, as in Ethernet.
  if (protocol === 0x8100 || protocol === 0x88a8 || protocol === 0x9100) {
    if (end < 24) return broken(sink, 'A VLAN tag', 4, 20, end);
    addHeader(sink, 'VLAN tag', undefined, 20, tagRows);
    return afterEtherType(sink, 22, end);
  }
  if (protocol === 0x8864) return readPppoe(sink, 20, end);
  return { version: protocol === 0x0800 ? 4 : protocol === 0x86dd ? 6 : 0, at: 20, end };
};

/** Address families as the BSDs, Darwin and Linux number them: IPv4 is 2 everywhere. */
const families: Readonly<Record<number, 4 | 6>> = { 2: 4, 10: 6, 24: 6, 28: 6, 30: 6 };

const readLoopback = (sink: Sink): Link => {
  const end = sink.bytes.length;
  if (end < 4) return broken(sink, 'A loopback header', 4, 0, end);
  addHeader(sink, 'BSD loopback', undefined, 0, [['Address family', 4, sayHex32]]);
  // The family stands in the byte order of the machine that captured; no family needs more than 16 bits.
  const big = word32(sink.bytes, 0);
  const family = big > 0xffff ? (((big & 0xff) << 8) | ((big >>> 8) & 0xff)) * 0x10000 + (((big >>> 16) & 0xff) << 8) + (big >>> 24) : big;
  return { version: families[family] ?? 0, at: 4, end };
};

const readRaw = (sink: Sink): Link => {
  const end = sink.bytes.length;
  const version = (sink.bytes[0] ?? 0) >> 4;
  if (version === 4 || version === 6) return { version, at: 0, end };
  malformed(sink, 'ip-version', `Raw IP begins with version ${version}, neither 4 nor 6`, 0, Math.min(1, end));
  return { version: 0, at: 0, end };
};

const broken = (sink: Sink, what: string, need: number, at: number, end: number): Link => {
  truncated(sink, what, need, at, end);
  return { version: 0, at, end };
};
