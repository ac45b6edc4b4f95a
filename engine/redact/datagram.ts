/** One datagram of the log, as a frame of a capture or as a socket handed it over: a changed copy, of the same length. */
import type { Datagram } from '../values/datagram.ts';
import type { Sink } from '../wire/header.ts';
import { redactLink } from './link.ts';
import { redactDatagram, redactIp } from './packet.ts';
import type { Pieces } from './pieces.ts';
import type { Redaction } from './renaming.ts';
import type { Walk } from './walk.ts';

/** The copy may change until `pieces.finish`: parts of messages are redacted when the last of them is there. */
export const redactedDatagram = (redaction: Redaction, pieces: Pieces, datagram: Datagram): Datagram => {
  const bytes = datagram.bytes.slice();
  const cut = datagram.form === 'frame' && bytes.length < datagram.wireLength;
  const sink: Sink = { bytes, buffer: 'wire', cut, nodes: null, issues: [] };
  const walk: Walk = { redaction, pieces, sink, depth: 0, packet: redactIp };
  if (datagram.form === 'frame') {
    redactLink(walk, datagram.linkType, 0, bytes.length);
    return { ...datagram, bytes };
  }
  const { src, dst, sport, dport } = datagram;
  redactDatagram(walk, { src, dst, sport, dport }, 0, bytes.length);
  const { address } = redaction.renaming;
  return { ...datagram, src: address(src), dst: address(dst), bytes };
};
