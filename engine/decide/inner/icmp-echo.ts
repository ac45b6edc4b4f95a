/** Echo and echo reply, RFC 792: what a ping asks with, and what we answer. */
import { checksum, type InnerPacket, protocol, word16 } from './ipv4.ts';

const [echoReply, echo] = [0, 8];
const headerOctets = 8;

export interface Echo {
  readonly asks: boolean;
  readonly identifier: number;
  readonly sequence: number;
}

/** `null` for other messages, and for one whose checksum is wrong. */
export const readEcho = ({ protocol: carried, payload }: InnerPacket): Echo | null => {
  const type = payload[0];
  if (carried !== protocol.icmp || payload.length < headerOctets || payload[1] !== 0 || checksum(payload) !== 0) return null;
  if (type !== echo && type !== echoReply) return null;
  return { asks: type === echo, identifier: word16(payload, 4), sequence: word16(payload, 6) };
};

const summed = (message: Uint8Array): Uint8Array => {
  const sum = checksum(message);
  message.set([sum >> 8, sum & 255], 2);
  return message;
};

/** As many octets as `ping` sends. */
const dataOctets = 56;

export const echoRequest = (identifier: number, sequence: number): Uint8Array => {
  const message = new Uint8Array(headerOctets + dataOctets);
  message.set([echo, 0, 0, 0, identifier >> 8, identifier & 255, sequence >> 8, sequence & 255]);
  for (let i = 0; i < dataOctets; i++) message[headerOctets + i] = i;
  return summed(message);
};

/** The answer: the same back, RFC 792. */
export const echoAnswer = (asked: InnerPacket): InnerPacket => {
  const message = asked.payload.slice();
  message.set([echoReply, 0, 0, 0]);
  return { src: asked.dst, dst: asked.src, protocol: protocol.icmp, payload: summed(message) };
};
