/** UDP and TCP headers, RFC 768 and RFC 9293 3.1, and what a UDP datagram carries for us, RFC 3948 2. */
import { toHex } from '../bytes/hex.ts';
import type { Row, Sink } from './header.ts';
import { addHeader, malformed, say16, say32, sayHex16, truncated, word16, word32 } from './header.ts';
import { looksLikeIke } from './ike-header.ts';

/** Ports, and where the data stands. */
export interface Transport {
  readonly sport: number;
  readonly dport: number;
  readonly at: number;
  readonly end: number;
}

const udpRows: readonly Row[] = [
  ['Source port', 2, say16],
  ['Destination port', 2, say16],
  ['Length', 2, say16],
  ['Checksum', 2, sayHex16],
];

/** `null` where fewer than 8 octets are there. */
export const readUdp = (sink: Sink, at: number, end: number): Transport | null => {
  if (end - at < 8) return truncated(sink, 'A UDP header', 8, at, end);
  addHeader(sink, 'UDP', 'RFC 768', at, udpRows);
  const length = word16(sink.bytes, at + 4);
  let stop = end;
  // Length 0 is a jumbogram (RFC 2675), or a packet left to the network card: IP knows the end.
  if (length > 0 && length < 8) malformed(sink, 'udp-length', `UDP length ${length}: the header alone has 8 octets`, at + 4, at + 6);
  else if (length > end - at) truncated(sink, 'The UDP datagram', length, at, end);
  else if (length >= 8) stop = at + length;
  return { sport: word16(sink.bytes, at), dport: word16(sink.bytes, at + 2), at: at + 8, end: stop };
};

const tcpRows: readonly Row[] = [
  ['Source port', 2, say16],
  ['Destination port', 2, say16],
  ['Sequence number', 4, say32],
  ['Acknowledgment number', 4, say32],
  ['Data offset and flags', 2, sayHex16],
  ['Window', 2, say16],
  ['Checksum', 2, sayHex16],
  ['Urgent pointer', 2, say16],
];

/** A TCP segment: where its data stands in the stream. */
export interface Segment extends Transport {
  readonly sequence: number;
  readonly flags: number;
}

/** `null` where the header is not whole. */
export const readTcp = (sink: Sink, at: number, end: number): Segment | null => {
  const octets = end - at < 20 ? 20 : ((sink.bytes[at + 12] ?? 0) >> 4) * 4;
  if (end - at < octets) return truncated(sink, 'A TCP header', octets, at, end);
  if (octets < 20) return malformed(sink, 'header-length', `A TCP header of ${octets} octets: 20 are the least`, at + 12, at + 13);
  if (sink.nodes) {
    const rows: readonly Row[] = [...tcpRows, ['Options', octets - 20, (b, o) => toHex(b.subarray(o, o + octets - 20))]];
    addHeader(sink, 'TCP', 'RFC 9293 3.1', at, rows);
  }
  const { bytes } = sink;
  const [sequence, flags] = [word32(bytes, at + 4), bytes[at + 13] ?? 0];
  return { sport: word16(bytes, at), dport: word16(bytes, at + 2), at: at + octets, end, sequence, flags };
};

export type OverUdp = 'ike' | 'marked-ike' | 'esp' | 'nat-keepalive' | 'other';

/**
 * What the data of a UDP datagram is. The destination port decides before the source port, since a NAT may give a client any
 * source port; on other ports only a header that proves itself makes an IKE message.
 */
export const overUdp = ({ bytes, cut }: Sink, { sport, dport, at, end }: Transport): OverUdp => {
  const port = dport === 500 || dport === 4500 ? dport : sport === 500 || sport === 4500 ? sport : 0;
  // Of a frame that was cut nobody knows whether its one octet was the only one.
  if (port !== 0 && end - at === 1 && bytes[at] === 0xff && !cut) return 'nat-keepalive';
  const marked = end - at >= 4 && word32(bytes, at) === 0;
  // RFC 3948 2.2: on port 4500 a zero first word means that IKE follows; any other word is an ESP SPI.
  if (port === 4500) return marked ? 'marked-ike' : end - at >= 8 ? 'esp' : 'other';
  const markedIke = marked && !isIke(bytes, at, end, cut) && isIke(bytes, at + 4, end, cut);
  if (markedIke) return 'marked-ike';
  if (port === 500) return end > at ? 'ike' : 'other';
  return isIke(bytes, at, end, cut) ? 'ike' : 'other';
};

/** Two cheap looks, at the version and the length, spare almost all other traffic the reading of a header. */
export const isIke = (bytes: Uint8Array, at: number, end: number, cut: boolean): boolean => {
  if (end - at < 28) return false;
  const version = bytes[at + 17];
  if (version !== 0x10 && version !== 0x20) return false;
  return (cut || word32(bytes, at + 24) === end - at) && looksLikeIke(bytes, at, end, cut);
};
