/** What names a negotiation or an SA in a datagram, without decoding the rest: cookies and message ID (RFC 2408 3.1), SPI (RFC 4303 2.1, RFC 4302 2.4). */
import { reading } from '../bytes/field.ts';
import { type Cookie, noCookie } from '../values/cookie.ts';
import type { Datagram } from '../values/datagram.ts';
import { word32 } from './header.ts';
import { readIkeHeader } from './ike-header.ts';
import { noFragments } from './ip-reassembly.ts';
import { readPacket } from './packet.ts';

export interface IkeMarks {
  readonly cookies: readonly Cookie[];
  /** `null` in phase 1, where it is 0. */
  readonly messageId: number | null;
  /** Of ESP and AH. */
  readonly spi: number | null;
  /** Octets of an IKE message. */
  readonly length: number | null;
  readonly ends: readonly string[];
}

const none: IkeMarks = { cookies: [], messageId: null, spi: null, length: null, ends: [] };

/** Total for any datagram; IP fragments name nothing. */
export const readIkeMarks = (datagram: Datagram): IkeMarks => {
  const { packet } = readPacket(datagram, noFragments, false);
  const { bytes, content, carried } = packet;
  const ends = [packet.src, packet.dst].filter((end) => end !== null);
  if (carried === 'ike') {
    const header = readIkeHeader(reading(bytes, content.buffer, content.start, content.end));
    if (!header) return none;
    const cookies = [header.initiatorCookie, header.responderCookie].filter((c) => c !== noCookie);
    return { cookies, messageId: header.messageId || null, spi: null, length: content.end - content.start, ends };
  }
  const at = carried === 'esp' ? content.start : carried === 'ah' ? content.start + 4 : null;
  if (at === null || at + 4 > content.end) return none;
  return { ...none, spi: word32(bytes, at), ends };
};
