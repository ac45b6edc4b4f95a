/** From a captured frame or a received datagram to the IKE message, ESP or AH packet in it: the layers of RFC 791, 8200, 768 and 3948. */
import type { BufferName, Span } from '../bytes/span.ts';
import { span } from '../bytes/span.ts';
import type { Issue, TreeNode } from '../bytes/tree.ts';
import type { Datagram } from '../values/datagram.ts';
import type { IpAddress } from '../values/ip-address.ts';
import type { Sink } from './header.ts';
import { addLeaf, malformed } from './header.ts';
import { type IcmpError, readIcmpError } from './icmp.ts';
import type { Fragment, Ip } from './ip.ts';
import { readIp } from './ip.ts';
import type { Joined, Reassembly } from './ip-reassembly.ts';
import { addFragment } from './ip-reassembly.ts';
import { readLink } from './link.ts';
import type { Transport } from './transport.ts';
import { overUdp, readTcp, readUdp } from './transport.ts';

/** What a datagram carried, with the addresses that it travelled under. */
export interface Packet {
  readonly src: IpAddress | null;
  readonly dst: IpAddress | null;
  readonly sport: number | null;
  readonly dport: number | null;
  /** `ip` for ESP and AH straight in IP; `null` for anything else that is neither UDP nor TCP. */
  readonly transport: 'udp' | 'tcp' | 'ip' | null;
  readonly carried: 'ike' | 'esp' | 'ah' | 'nat-keepalive' | 'fragment' | 'other';
  readonly nonEspMarker: boolean;
  readonly udpEncap: boolean;
  /** The octets that `content` refers to: the frame, or the datagram put together from fragments. */
  readonly bytes: Uint8Array;
  /** The IKE message (behind its marker), the ESP or AH packet; whatever was not understood otherwise. */
  readonly content: Span;
  /**
   * Link, network and transport headers, then the leaf `Payload` for `content`, then `Padding` where octets follow it. At the
   * frame that completes a datagram the frame's own come first, its part as the leaf `Fragment`; those of the datagram follow,
   * in the buffer `datagram`. Empty unless detail was asked for.
   */
  readonly nodes: readonly TreeNode[];
  readonly issues: readonly Issue[];
  /** The capture kept less of the frame than was on the wire. */
  readonly cut: boolean;
  /** Time to live, or hop limit. */
  readonly ttl: number | null;
  /** The ICMP error that it is, with the packet quoted in it. */
  readonly icmp: IcmpError | null;
}

/** The packet, and the fragments that wait for others after it. */
export interface PacketRead {
  readonly packet: Packet;
  readonly pending: Reassembly;
}

/** Total and bounded for any octets. Without `detail` no tree is built and no octet copied, except to put fragments together. */
export const readPacket = (datagram: Datagram, pending: Reassembly, detail: boolean): PacketRead => {
  const nodes: TreeNode[] | null = detail ? [] : null;
  const issues: Issue[] = [];
  if (datagram.form === 'udp') {
    const { bytes, src, dst, sport, dport } = datagram;
    const sink: Sink = { bytes, buffer: 'wire', cut: false, nodes, issues };
    return { packet: ofUdp(sink, src, dst, null, { sport, dport, at: 0, end: bytes.length }), pending };
  }
  const { bytes, linkType, wireLength } = datagram;
  const sink: Sink = { bytes, buffer: 'wire', cut: bytes.length < wireLength, nodes, issues };
  const link = readLink(sink, linkType);
  const ip = link.version === 0 ? null : readIp(sink, link.version, link.at, link.end);
  if (!ip) return { packet: packetOf(sink, null, 'other', null, null, link.at, link.end, false), pending };
  if (ip.fragment && !isCutBeginning(sink, ip.fragment)) return ofFragment(sink, ip, ip.fragment, pending);
  return { packet: ofIp(sink, ip), pending };
};

/** The first fragment where the capture cut it: nothing will ever complete it, so what it begins is shown at once. */
const isCutBeginning = (sink: Sink, fragment: Fragment): boolean => sink.cut && !fragment.whole && fragment.offset === 0;

const ofIp = (sink: Sink, ip: Ip): Packet => {
  switch (ip.protocol) {
    case 17: {
      const udp = readUdp(sink, ip.at, ip.end);
      return udp ? ofUdp(sink, ip.src, ip.dst, ip.ttl, udp) : packetOf(sink, ip, 'other', 'udp', null, ip.at, ip.end, false);
    }
    case 6: {
      const tcp = readTcp(sink, ip.at, ip.end);
      return packetOf(sink, ip, 'other', 'tcp', tcp, tcp ? tcp.at : ip.at, ip.end, false);
    }
    case 50:
      return packetOf(sink, ip, 'esp', 'ip', null, ip.at, ip.end, false);
    case 51:
      return packetOf(sink, ip, 'ah', 'ip', null, ip.at, ip.end, false);
    case 1:
    case 58: {
      const packet = packetOf(sink, ip, 'other', null, null, ip.at, ip.end, false);
      const icmp = (ip.protocol === 1) === (ip.version === 4) ? readIcmpError(sink, ip.version, ip.at, ip.end) : null;
      return icmp ? { ...packet, icmp } : packet;
    }
    default:
      return packetOf(sink, ip, 'other', null, null, ip.at, ip.end, false);
  }
};

const ofUdp = (sink: Sink, src: IpAddress, dst: IpAddress, ttl: number | null, udp: Transport): Packet => {
  const what = overUdp(sink, udp);
  const marked = what === 'marked-ike';
  const at = marked ? udp.at + 4 : udp.at;
  if (marked) addLeaf(sink, 'Non-ESP marker', udp.at, at, 'RFC 3948 2.2');
  return packetOf(sink, { src, dst, ttl }, marked ? 'ike' : what, 'udp', udp, at, udp.end, marked);
};

/** Keeps the part; where it was the last that was missing, reads the whole datagram in its stead. */
const ofFragment = (sink: Sink, ip: Ip, fragment: Fragment, pending: Reassembly): PacketRead => {
  const joined = fragment.whole ? join(sink.bytes, ip, fragment, pending) : null;
  if (joined?.problem) malformed(sink, joined.problem, problems[joined.problem], ip.at, ip.end);
  const after = joined ? joined.reassembly : pending;
  if (!joined?.datagram) return { packet: packetOf(sink, ip, 'fragment', null, null, ip.at, ip.end, false), pending: after };
  addLeaf(sink, 'Fragment', ip.at, ip.end);
  if (ip.end < sink.bytes.length) addLeaf(sink, 'Padding', ip.end, sink.bytes.length);
  const whole: Sink = { bytes: joined.datagram, buffer: 'datagram', cut: false, nodes: sink.nodes, issues: sink.issues };
  const inner = readIp(whole, ip.version, 0, joined.datagram.length);
  if (!inner) return { packet: packetOf(whole, ip, 'other', null, null, 0, joined.datagram.length, false), pending: after };
  // A fragment of fragments is lawful nowhere; it is shown, not followed.
  const packet = inner.fragment ? packetOf(whole, inner, 'fragment', null, null, inner.at, inner.end, false) : ofIp(whole, inner);
  return { packet, pending: after };
};

const problems = {
  'fragment-length': 'A fragment with more to follow carries a length that is not a multiple of 8, or nothing at all',
  'fragment-too-far': 'With this fragment the datagram would be longer than 65535 octets',
  'fragment-overlap': 'This fragment contradicts earlier ones with the same identification; they are dropped and it begins anew',
} as const;

const join = (bytes: Uint8Array, ip: Ip, fragment: Fragment, pending: Reassembly): Joined =>
  addFragment(pending, {
    key: { version: ip.version, src: ip.src, dst: ip.dst, protocol: ip.version === 4 ? ip.protocol : 0, id: fragment.id },
    header: {
      bytes: bytes.subarray(fragment.headerStart, fragment.headerEnd),
      nextHeaderAt: fragment.nextHeaderAt - fragment.headerStart,
      nextHeader: ip.protocol,
    },
    offset: fragment.offset,
    more: fragment.more,
    bytes: bytes.subarray(ip.at, ip.end),
  });

type Ends = Pick<Ip, 'src' | 'dst'> & { readonly ttl: number | null };

const noNodes: readonly TreeNode[] = [];
const noIssues: readonly Issue[] = [];

/** One literal for all packets, so that they share their shape; adds the leaves that complete the tiling. */
const packetOf = (
  sink: Sink,
  ends: Ends | null,
  carried: Packet['carried'],
  transport: Packet['transport'],
  ports: Transport | null,
  start: number,
  end: number,
  nonEspMarker: boolean,
): Packet => {
  const { bytes, buffer }: { bytes: Uint8Array; buffer: BufferName } = sink;
  addLeaf(sink, 'Payload', start, end);
  if (end < bytes.length) addLeaf(sink, 'Padding', end, bytes.length);
  return {
    src: ends ? ends.src : null,
    dst: ends ? ends.dst : null,
    sport: ports ? ports.sport : null,
    dport: ports ? ports.dport : null,
    transport,
    carried,
    nonEspMarker,
    udpEncap: carried === 'esp' && transport === 'udp',
    bytes,
    content: span(buffer, start, end),
    nodes: sink.nodes ?? noNodes,
    issues: sink.issues.length > 0 ? sink.issues : noIssues,
    cut: sink.cut,
    ttl: ends ? ends.ttl : null,
    icmp: null,
  };
};
