/** IP packets in place: addresses, what they carry, then the checksums; down through tunnels, AH, and errors that quote a packet. */
import { type Sink, word16, word32 } from '../wire/header.ts';
import { type Ip, readIp } from '../wire/ip.ts';
import { overUdp, readTcp, readUdp } from '../wire/transport.ts';
import { readTunnel, readUdpTunnel } from '../wire/tunnel.ts';
import { redactIcmp } from './icmp.ts';
import { redactIke } from './ike.ts';
import { redactLink } from './link.ts';
import type { Ends } from './nat-hash.ts';
import { blankOut, put16, renameAddress, setChecksum, sumOf } from './octets.ts';
import { type Around, blankRest, deeper, pseudoHeader, type Walk } from './walk.ts';

/** Tunnels in tunnels, and quotes in quotes: what is deeper is blanked. */
const deepest = 8;

/** The packet at `at`; octets behind it are padding of the link. */
export const redactIp = (walk: Walk, version: 4 | 6 | 0, at: number, end: number): void => {
  const { sink, depth } = walk;
  const ip = version === 0 || depth > deepest ? null : readIp(sink, version, at, end);
  if (!ip) {
    blankRest(walk, at, end);
    return;
  }
  const { bytes } = sink;
  bytes.fill(0, ip.end, end);
  const { fragment } = ip;
  if (!fragment || (sink.cut && !fragment.whole && fragment.offset === 0)) redactProtocol(walk, ip, ip.protocol, ip.at, ip.end);
  else if (!fragment.whole || sink.buffer !== 'wire') blankRest(walk, ip.at, ip.end);
  else {
    const { headerStart, headerEnd, nextHeaderAt, offset, more, id } = fragment;
    const header = { bytes: bytes.slice(headerStart, headerEnd), nextHeaderAt: nextHeaderAt - headerStart, nextHeader: ip.protocol };
    const key = { version: ip.version, src: ip.src, dst: ip.dst, protocol: ip.version === 4 ? ip.protocol : 0, id };
    walk.pieces.fragment(key, header, more, { bytes, at: ip.at, end: ip.end, offset }, (datagram) => {
      const whole: Sink = { ...sink, bytes: datagram, buffer: 'datagram', cut: false, issues: [] };
      redactIp(deeper({ ...walk, sink: whole }), ip.version, 0, datagram.length);
    });
  }
  redactHeader(walk, ip);
};

/** Addresses, options, and the checksum of the header. */
const redactHeader = ({ sink: { bytes }, redaction: { renaming } }: Walk, ip: Ip): void => {
  const { start, at } = ip;
  if (ip.version === 4) {
    renameAddress(renaming, bytes, start + 12, 4);
    renameAddress(renaming, bytes, start + 16, 4);
    // Routes are recorded in options; one that does nothing takes their place.
    bytes.fill(1, start + 20, at);
    setChecksum(bytes, start + 10, start, at);
    return;
  }
  renameAddress(renaming, bytes, start + 8, 16);
  renameAddress(renaming, bytes, start + 24, 16);
  redactExtensions(bytes, start, at);
};

const fragmentHeader = 44;
/** Routing headers and options may name addresses: they become zeros, with padding options where there have to be options, RFC 8200 4.2. */
const redactExtensions = (bytes: Uint8Array, start: number, end: number): void => {
  let type = bytes[start + 6] ?? 0;
  for (let at = start + 40; at + 8 <= end; ) {
    const octets = type === fragmentHeader ? 8 : 8 * (1 + (bytes[at + 1] ?? 0));
    const stop = Math.min(end, at + octets);
    if (type !== fragmentHeader) {
      const hasOptions = type === 0 || type === 60;
      for (let i = at + (hasOptions ? 2 : 4); i < stop; i++) bytes[i] = 0;
    }
    type = bytes[at] ?? 0;
    at = stop;
  }
};

/** What an IP header, an AH header or an ESP packet without encryption carries. */
export const redactProtocol = (walk: Walk, ip: Around, protocol: number, at: number, end: number): void => {
  const known = protocols[protocol];
  const tunnel = known || walk.depth >= deepest ? null : readTunnel(walk.sink, protocol, ip.version, at, end);
  if (known) known(walk, ip, at, end);
  else if (tunnel) redactTunnel(walk, protocol, at, tunnel.at, tunnel.end, tunnel.version);
  else blankRest(walk, at, end);
};

const gre = 47;
const transparentEthernet = 0x6558;
const checksumPresent = 0x8000;

/** `at` is where the tunnel's header begins, `inside` where the packet in it does. */
const redactTunnel = (walk: Walk, protocol: number, at: number, inside: number, end: number, version: 4 | 6 | 0): void => {
  const { bytes } = walk.sink;
  const flags = protocol === gre ? word16(bytes, at) : 0;
  if (protocol === gre && word16(bytes, at + 2) === transparentEthernet) redactLink(deeper(walk), 1, at + greOctets(flags), end);
  else redactIp(deeper(walk), version, inside, end);
  if ((flags & checksumPresent) !== 0) setChecksum(bytes, at + 4, at, end);
};

/** RFC 2784 2.1, RFC 2890 2: four octets each for checksum, key and sequence number. */
const greOctets = (flags: number): number => [checksumPresent, 0x2000, 0x1000].reduce((sum, bit) => sum + (flags & bit ? 4 : 0), 4);

const redactUdp = (walk: Walk, ip: Around, at: number, end: number): void => {
  const { sink, redaction } = walk;
  const { bytes } = sink;
  const udp = readUdp(sink, at, end);
  if (!udp) {
    bytes.fill(0, Math.min(at + 6, end), end);
    return;
  }
  const { sport, dport } = udp;
  redactDatagram(walk, { src: ip.src, dst: ip.dst, sport, dport }, udp.at, udp.end, at + 6);
  blankOut(bytes, udp.end, end);
  const whole = !sink.cut && (word16(bytes, at + 4) === udp.end - at || word16(bytes, at + 4) === 0);
  if (word16(bytes, at + 6) === 0) return;
  if (!whole) {
    put16(bytes, at + 6, 0);
    return;
  }
  setChecksum(bytes, at + 6, at, udp.end, pseudoHeader(redaction, ip, 17, udp.end - at));
  // RFC 768: zero means that nobody computed one.
  if (word16(bytes, at + 6) === 0) put16(bytes, at + 6, 0xffff);
};

/** The data of a UDP datagram: of a frame, or as a socket handed it over. `sumAt` is where its checksum stands. */
export const redactDatagram = (walk: Walk, ends: Ends, at: number, end: number, sumAt = -1): void => {
  const { sink, redaction, pieces } = walk;
  const { bytes } = sink;
  const what = overUdp(sink, { ...ends, at, end });
  if (what === 'esp') redactEsp(walk, at, end);
  if (what === 'nat-keepalive' || what === 'esp') return;
  if (what === 'ike' || what === 'marked-ike') {
    const part = redactIke(redaction, bytes, what === 'ike' ? at : at + 4, end, ends);
    if (part && (sink.buffer !== 'wire' || sink.cut)) blankOut(bytes, part.at, part.end);
    else if (part) {
      pieces.part(part, `${ends.src} ${ends.dst}`, bytes, sumAt, (message) => {
        redactIke(redaction, message, 0, message.length, ends);
      });
    }
    return;
  }
  const tunnel = walk.depth < deepest ? readUdpTunnel(sink, { ...ends, at, end }) : null;
  if (!tunnel) {
    blankRest(walk, at, end);
    return;
  }
  if (tunnel.name === 'VXLAN') {
    redactLink(deeper(walk), 1, at + 8, end);
    return;
  }
  // Sequence numbers and extension headers of GTP-U stay, what it carries does not.
  redactIp(deeper(walk), tunnel.version, tunnel.at, tunnel.end);
  blankOut(bytes, tunnel.end, end);
};

const redactTcp = (walk: Walk, ip: Around, at: number, end: number): void => {
  const { sink, redaction, pieces } = walk;
  const { bytes } = sink;
  const tcp = readTcp(sink, at, end);
  if (!tcp) {
    // Ports and sequence number, as an ICMP error quotes them.
    blankOut(bytes, Math.min(end, at + 8), end);
    return;
  }
  const { src, dst } = ip;
  const ends: Ends = { src, dst, sport: tcp.sport, dport: tcp.dport };
  const ours =
    !sink.cut &&
    sink.buffer === 'wire' &&
    pieces.segment({ ...tcp, src, dst, bytes, sumAt: at + 16 }, (start, stop) => {
      if (stop - start >= 4 && word32(bytes, start) === 0) redactIke(redaction, bytes, start + 4, stop, ends);
    });
  if (!ours) blankRest(walk, tcp.at, tcp.end);
  bytes.fill(1, at + 20, tcp.at);
  if (sink.cut) put16(bytes, at + 16, 0);
  else setChecksum(bytes, at + 16, at, end, pseudoHeader(redaction, ip, 6, end - at));
};

/**
 * ESP stays as it is, unless it does not encrypt (RFC 2410): then a packet stands behind the SPI and the sequence number, and proves itself by
 * its checksum or its length.
 */
const redactEsp = (walk: Walk, at: number, end: number): void => {
  const { bytes } = walk.sink;
  const inside = at + 8;
  const version = (bytes[inside] ?? 0) >> 4;
  const left = end - inside;
  if (version === 4 && left >= 20) {
    const header = ((bytes[inside] ?? 0) & 15) * 4;
    const total = word16(bytes, inside + 2);
    const sound = header >= 20 && total >= header && total <= left && sumOf(bytes, inside, inside + header) === 0xffff;
    if (sound) redactIp(deeper(walk), 4, inside, inside + total);
  } else if (version === 6 && left >= 40) {
    const total = 40 + word16(bytes, inside + 4);
    if (total <= left && endsPacket(bytes, inside + total, end, 41)) redactIp(deeper(walk), 6, inside, inside + total);
  }
};

const icvOctets = [0, 8, 12, 16, 20, 24, 32];
/** Whether padding, its length, `next` and an ICV of a usual length fill `bytes[at, end)`, RFC 4303 2. */
const endsPacket = (bytes: Uint8Array, at: number, end: number, next: number): boolean =>
  icvOctets.some((icv) => at + 2 + icv <= end && bytes[end - icv - 1] === next && bytes[end - icv - 2] === end - icv - 2 - at);

/** RFC 4302 2: what follows the header is in the clear. */
const redactAh = (walk: Walk, ip: Around, at: number, end: number): void => {
  const { bytes } = walk.sink;
  if (end - at < 12) return;
  // A length that is less than the fixed part is a lie.
  const inside = Math.min(end, at + Math.max(12, 4 * ((bytes[at + 1] ?? 0) + 2)));
  const next = bytes[at] ?? 0;
  if (next === 4 || next === 41) redactIp(deeper(walk), next === 4 ? 4 : 6, inside, end);
  else if (walk.depth < deepest) redactProtocol(deeper(walk), ip, next, inside, end);
  else blankRest(walk, inside, end);
};

const protocols: Readonly<Record<number, (walk: Walk, ip: Around, at: number, end: number) => void>> = {
  1: (walk, ip, at, end) => redactIcmp(walk, ip, 1, at, end),
  6: redactTcp,
  17: redactUdp,
  50: (walk, _, at, end) => redactEsp(walk, at, end),
  51: redactAh,
  58: (walk, ip, at, end) => redactIcmp(walk, ip, 58, at, end),
};
