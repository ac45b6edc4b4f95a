/** What an ICMP error quotes, as far as it goes: the packet that it is about. RFC 792, RFC 1812 4.3.2.3, RFC 4443 2.4. */
import { spiText } from '../../values/spi.ts';
import { readAh } from '../../wire/ah.ts';
import { readEsp } from '../../wire/esp.ts';
import type { IcmpError } from '../../wire/icmp.ts';
import { readIke } from '../../wire/ike-message.ts';
import { noFragments } from '../../wire/ip-reassembly.ts';
import { type Packet, readPacket } from '../../wire/packet.ts';
import type { OtherRecord, QuoteRecord } from './message-record.ts';

/** LINKTYPE_RAW: what is quoted begins with an IP header. */
const rawIp = 101;

export const icmpFields = ({ bytes, icmp }: Packet): Pick<OtherRecord, 'icmp' | 'quotes'> => {
  if (!icmp) return {};
  const { type, code, name, mtu, quoted } = icmp;
  const inside = bytes.subarray(quoted.start, quoted.end);
  // Quoted packets are cut as a rule: so this one is read as one that was.
  const { packet } = readPacket({ form: 'frame', linkType: rawIp, bytes: inside, wireLength: inside.length + 1 }, noFragments, false);
  return { icmp: { type, code, name, mtu }, quotes: quoteOf(icmp, packet) };
};

const quoteOf = ({ quoted }: IcmpError, packet: Packet): QuoteRecord => {
  const { src, dst, sport, dport, spi } = quoted;
  const ends = { src, dst, ...(sport !== null && dport !== null ? { sport, dport } : {}) };
  const { carried, bytes, content } = packet;
  if (carried === 'ike') {
    const header = readIke(bytes, content.start, content.end, content.buffer)?.header;
    const named = header && { ispi: header.initiatorCookie, rspi: header.responderCookie, messageId: header.messageId };
    return { kind: 'ike', ...ends, ...named };
  }
  if (carried === 'esp' || carried === 'ah') {
    const header = carried === 'esp' ? readEsp(bytes, content, false) : readAh(bytes, content, false);
    const named = header
      ? { spi: spiText(header.spi), sequence: header.sequence }
      : spi === null
        ? {}
        : { spi: spi.toString(16).padStart(8, '0') };
    return { kind: carried, ...ends, ...named };
  }
  // Eight octets of a UDP datagram are its ports: on port 500 there is nothing else.
  if (sport === 500 || dport === 500) return { kind: 'ike', ...ends };
  return { kind: carried === 'nat-keepalive' ? carried : 'other', ...ends };
};
