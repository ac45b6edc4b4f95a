/** UDP's echo service, RFC 862, with the header of RFC 768. */
import { addressBytes } from '../../values/ip-address.ts';
import { checksum, type InnerPacket, protocol, word16 } from './ipv4.ts';

export const echoPort = 7;
const headerOctets = 8;

/** RFC 768: addresses, protocol and length are summed too, so that a datagram that strayed is noticed. */
const sumOf = ({ src, dst }: InnerPacket, datagram: Uint8Array): number => {
  const none = new Uint8Array(0);
  const pseudo = Uint8Array.of(0, protocol.udp, datagram.length >> 8, datagram.length & 255);
  return checksum(addressBytes(src) ?? none, addressBytes(dst) ?? none, pseudo, datagram);
};

/** `null` for what is not addressed to the service. From its own port nothing is echoed: two of us would never stop. */
export const udpEcho = (asked: InnerPacket): InnerPacket | null => {
  const { src, dst, payload } = asked;
  const length = word16(payload, 4);
  if (asked.protocol !== protocol.udp || payload.length < headerOctets || length < headerOctets || length > payload.length) return null;
  const [from, to] = [word16(payload, 0), word16(payload, 2)];
  const datagram = payload.slice(0, length);
  const unsummed = word16(payload, 6) === 0;
  if (to !== echoPort || from === echoPort || (!unsummed && sumOf(asked, datagram) !== 0)) return null;
  const back: InnerPacket = { src: dst, dst: src, protocol: protocol.udp, payload: datagram };
  datagram.set([to >> 8, to & 255, from >> 8, from & 255, length >> 8, length & 255, 0, 0]);
  // A sum of 0 is sent as all ones: 0 says that there is none.
  const sum = sumOf(back, datagram) || 0xffff;
  datagram.set([sum >> 8, sum & 255], 6);
  return back;
};
