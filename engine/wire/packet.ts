/** From a captured frame or a received datagram to the IKE message, ESP or AH packet in it: the layers of RFC 791, 8200, 768 and 3948. */
import type { BufferName, Span } from '../bytes/span.ts';
import { span } from '../bytes/span.ts';
import type { Issue, TreeNode } from '../bytes/tree.ts';
import type { Datagram } from '../values/datagram.ts';
import type { IpAddress } from '../values/ip-address.ts';
import type { Sink } from './header.ts';
import { addLeaf, malformed, word32 } from './header.ts';
import { type IcmpError, readIcmpError } from './icmp.ts';
import type { Fragment, Ip } from './ip.ts';
import { readIp } from './ip.ts';
import type { Joined, Reassembly } from './ip-reassembly.ts';
import { addFragment, noFragments } from './ip-reassembly.ts';
import { readLink } from './link.ts';
import { addSegment, type Framed } from './tcp-encapsulation.ts';
import type { Segment, Transport } from './transport.ts';
import { overUdp, readTcp, readUdp } from './transport.ts';
import { readTunnel, readUdpTunnel, type Tunnel } from './tunnel.ts';

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
  /** Where in `bytes` the IP header stands that it travelled under; `null` where only addresses are known. */
  readonly ip: number | null;
  /** The tunnels that it travelled in, the outermost first: `GRE`, `GTP-U > IP in IP`; `null` for none. */
  readonly carrier: string | null;
  /** Ends and time to live of those tunnels: one packet on two stretches of its way differs in these alone. `null` for none. */
  readonly outside: string | null;
}

/** The packet, and the parts that wait for others after it. */
export interface PacketRead {
  readonly packet: Packet;
  readonly pending: Reassembly;
  /** Packets beyond the first, where a TCP segment completes several. */
  readonly more: readonly Packet[];
}

/** How a packet came to where it is read: what waits for its parts, and the tunnels gone through. */
interface Way {
  readonly pending: Reassembly;
  readonly carrier: string | null;
  readonly outside: string | null;
  readonly depth: number;
}

/** Tunnels in tunnels end somewhere, for us too. */
const deepest = 4;
const noMore: readonly Packet[] = [];
const single = (packet: Packet, { pending }: Way): PacketRead => ({ packet, pending, more: noMore });

/** Total and bounded for any octets. Without `detail` no tree is built and no octet copied, except to put parts together. */
export const readPacket = (datagram: Datagram, pending: Reassembly, detail: boolean): PacketRead => {
  const nodes: TreeNode[] | null = detail ? [] : null;
  const issues: Issue[] = [];
  const way: Way = { pending, carrier: null, outside: null, depth: 0 };
  if (datagram.form === 'udp') {
    const { bytes, src, dst, sport, dport } = datagram;
    const sink: Sink = { bytes, buffer: 'wire', cut: false, nodes, issues };
    return ofUdp(sink, { src, dst, ttl: null, start: null, version: 4 }, { sport, dport, at: 0, end: bytes.length }, way);
  }
  const { bytes, linkType, wireLength } = datagram;
  const sink: Sink = { bytes, buffer: 'wire', cut: bytes.length < wireLength, nodes, issues };
  const link = readLink(sink, linkType);
  return ofLink(sink, link.version, link.at, link.end, null, way);
};

/**
 * What an opened ESP packet or an AH header carries: `nextHeader` says what `bytes[start, end)` is. In transport mode it travels under the addresses
 * of `outer`, and where it stands in the same buffer, under its IP header.
 */
export const readInside = (
  outer: Packet,
  buffer: BufferName,
  bytes: Uint8Array,
  start: number,
  end: number,
  nextHeader: number,
  detail: boolean,
): Packet => {
  const sink: Sink = { bytes, buffer, cut: outer.cut, nodes: detail ? [] : null, issues: [] };
  const way: Way = { pending: noFragments, carrier: null, outside: null, depth: 0 };
  const version = nextHeader === 4 ? 4 : nextHeader === 41 ? 6 : 0;
  if (version !== 0) return ofLink(sink, version, start, end, null, way).packet;
  const { src, dst, ttl } = outer;
  const around = bytes === outer.bytes && outer.carried === 'ah' && nextHeader === 50 ? outer.ip : null;
  if (src === null || dst === null) return packetOf(sink, null, 'other', null, null, start, end, way);
  const ends: Ends = { src, dst, ttl, start: around, version: src.includes(':') ? 6 : 4 };
  return ofProtocol(sink, ends, nextHeader, start, end, way).packet;
};

/** An IP packet at `at`, of the capture's link or inside a tunnel. `around`: the packet of the tunnel, where that is all there is. */
const ofLink = (sink: Sink, version: 4 | 6 | 0, at: number, end: number, around: Ends | null, way: Way): PacketRead => {
  const ip = version === 0 ? null : readIp(sink, version, at, end);
  if (!ip) return single(packetOf(sink, around, 'other', null, null, at, end, way), way);
  if (ip.fragment && !isCutBeginning(sink, ip.fragment)) return ofFragment(sink, ip, ip.fragment, way);
  return ofProtocol(sink, ip, ip.protocol, ip.at, ip.end, way);
};

/** The first fragment where the capture cut it: nothing will ever complete it, so what it begins is shown at once. */
const isCutBeginning = (sink: Sink, fragment: Fragment): boolean => sink.cut && !fragment.whole && fragment.offset === 0;

const ofProtocol = (sink: Sink, ends: Ends, protocol: number, at: number, end: number, way: Way): PacketRead => {
  switch (protocol) {
    case 17: {
      const udp = readUdp(sink, at, end);
      return udp ? ofUdp(sink, ends, udp, way) : single(packetOf(sink, ends, 'other', 'udp', null, at, end, way), way);
    }
    case 6: {
      const tcp = readTcp(sink, at, end);
      return tcp ? ofTcp(sink, ends, tcp, way) : single(packetOf(sink, ends, 'other', 'tcp', null, at, end, way), way);
    }
    case 50:
      return single(packetOf(sink, ends, 'esp', 'ip', null, at, end, way), way);
    case 51:
      return single(packetOf(sink, ends, 'ah', 'ip', null, at, end, way), way);
    case 1:
    case 58: {
      const packet = packetOf(sink, ends, 'other', null, null, at, end, way);
      const icmp = (protocol === 1) === (ends.version === 4) ? readIcmpError(sink, ends.version, at, end) : null;
      return single(icmp ? { ...packet, icmp } : packet, way);
    }
    default: {
      const tunnel = way.depth < deepest ? readTunnel(sink, protocol, ends.version, at, end) : null;
      return tunnel ? ofTunnel(sink, ends, tunnel, way) : single(packetOf(sink, ends, 'other', null, null, at, end, way), way);
    }
  }
};

/** What the tunnel carries is the packet, whatever it is; where it is no IP, the tunnel's own ends are all that is known. */
const ofTunnel = (sink: Sink, ends: Ends, tunnel: Tunnel, { pending, carrier, outside, depth }: Way): PacketRead => {
  const { src, dst, ttl } = ends;
  const way: Way = {
    pending,
    carrier: carrier === null ? tunnel.name : `${carrier} > ${tunnel.name}`,
    outside: `${outside === null ? '' : `${outside}, `}${src} ${dst} ${ttl}`,
    depth: depth + 1,
  };
  return ofLink(sink, tunnel.version, tunnel.at, tunnel.end, ends, way);
};

const ofUdp = (sink: Sink, ends: Ends, udp: Transport, way: Way): PacketRead => {
  const what = overUdp(sink, udp);
  if (what === 'other' && way.depth < deepest) {
    const tunnel = readUdpTunnel(sink, udp);
    if (tunnel) return ofTunnel(sink, ends, tunnel, way);
  }
  const marked = what === 'marked-ike';
  const at = marked ? udp.at + 4 : udp.at;
  if (marked) addLeaf(sink, 'Non-ESP marker', udp.at, at, 'RFC 3948 2.2');
  return single(packetOf(sink, ends, marked ? 'ike' : what, 'udp', udp, at, udp.end, way, marked), way);
};

const ofTcp = (sink: Sink, ends: Ends, tcp: Segment, way: Way): PacketRead => {
  const { bytes } = sink;
  const { streams } = way.pending;
  const { src, dst } = ends;
  // Whoever looks into streams that are none of ours pays for them: a frame that was cut cannot be followed.
  const read = sink.cut ? null : addSegment(streams, { ...tcp, src, dst, bytes });
  if (!read) return single(packetOf(sink, ends, 'other', 'tcp', tcp, tcp.at, tcp.end, way), way);
  const after: Way = read.streams === streams ? way : { ...way, pending: { ...way.pending, streams: read.streams } };
  const data = tcp.at + read.prefix;
  if (read.prefix > 0) addLeaf(sink, 'Stream prefix', tcp.at, data, 'RFC 8229 4');
  const [first, ...others] = read.messages;
  if (!first) return single(packetOf(sink, ends, read.ours ? 'fragment' : 'other', 'tcp', tcp, data, tcp.end, after), after);
  const here = first.bytes === bytes;
  if (here && first.lengthAt > data) addLeaf(sink, 'Segment', data, first.lengthAt);
  if (!here) {
    addLeaf(sink, 'Segment', data, tcp.end);
    if (tcp.end < bytes.length) addLeaf(sink, 'Padding', tcp.end, bytes.length);
  }
  const whole: Sink = here ? sink : { ...sink, bytes: first.bytes, buffer: 'datagram' };
  if (!here && first.lengthAt > 0) addLeaf(whole, 'Segment', 0, first.lengthAt);
  const packet = ofFramed(whole, ends, tcp, first, after);
  const more = others.map((message) => {
    const part: Sink = { ...sink, bytes: message.bytes, buffer: message.bytes === bytes ? sink.buffer : 'datagram', nodes: null };
    return ofFramed(part, ends, tcp, message, after);
  });
  return { packet, pending: after.pending, more };
};

/** RFC 8229 3: behind the length, four octets of zeros mark IKE; all else is ESP. */
const ofFramed = (sink: Sink, ends: Ends, tcp: Segment, { bytes, lengthAt, start, end }: Framed, way: Way): Packet => {
  addLeaf(sink, 'Length', lengthAt, start, 'RFC 8229 3');
  // The IP header around it is that of a segment, not of the message.
  const under: Ends = { ...ends, start: null };
  const marked = end - start >= 4 && word32(bytes, start) === 0;
  if (marked) addLeaf(sink, 'Non-ESP marker', start, start + 4, 'RFC 8229 3.1');
  const what = marked ? 'ike' : end - start >= 8 ? 'esp' : end - start === 1 && bytes[start] === 0xff ? 'nat-keepalive' : 'other';
  return packetOf(sink, under, what, 'tcp', tcp, marked ? start + 4 : start, end, way, marked);
};

/** Keeps the part; where it was the last that was missing, reads the whole datagram in its stead. */
const ofFragment = (sink: Sink, ip: Ip, fragment: Fragment, way: Way): PacketRead => {
  // A fragment of fragments is lawful nowhere; it is shown, not followed.
  const followed = fragment.whole && sink.buffer === 'wire';
  const joined = followed ? join(sink.bytes, ip, fragment, way.pending) : null;
  if (joined?.problem) malformed(sink, joined.problem, problems[joined.problem], ip.at, ip.end);
  const after: Way = joined ? { ...way, pending: joined.reassembly } : way;
  if (!joined?.datagram) return single(packetOf(sink, ip, 'fragment', null, null, ip.at, ip.end, way), after);
  addLeaf(sink, 'Fragment', ip.at, ip.end);
  if (ip.end < sink.bytes.length) addLeaf(sink, 'Padding', ip.end, sink.bytes.length);
  const whole: Sink = { bytes: joined.datagram, buffer: 'datagram', cut: false, nodes: sink.nodes, issues: sink.issues };
  return ofLink(whole, ip.version, 0, joined.datagram.length, ip, after);
};

const problems = {
  'fragment-length': 'A fragment with more to follow carries a length that is not a multiple of 8, or nothing at all',
  'fragment-too-far': 'With this fragment the datagram would be longer than 65535 octets',
  'fragment-overlap': 'This fragment contradicts earlier ones with the same identification; they are dropped and it begins anew',
  'fragment-flood': 'More parts of one datagram than any usual path makes of it; those before this one are dropped',
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

/** The IP header around a packet; `start` is `null` where there is none of its own in the buffer. */
type Ends = Pick<Ip, 'src' | 'dst' | 'version'> & { readonly ttl: number | null; readonly start: number | null };

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
  way: Way,
  nonEspMarker = false,
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
    ip: ends ? ends.start : null,
    carrier: way.carrier,
    outside: way.outside,
  };
};
