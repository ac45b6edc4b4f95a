/** Is there a NAT between the two, and before whom? Recomputes NAT-D hashes from the addresses of the capture, RFC 3947 3.2. */

import { equalOctets } from '../../bytes/octets.ts';
import { hashOfPhaseOne } from '../../crypto/prf.ts';
import { hashLength } from '../../crypto/provider.ts';
import { addressBytes } from '../../values/ip-address.ts';
import type { Packet } from '../../wire/packet.ts';
import type { Payload } from '../../wire/payload-chain.ts';
import type { Context } from '../context.ts';
import { other, type Side } from '../fact.ts';
import type { Negotiation } from '../state.ts';
import { cookieOctets } from './cookie-octets.ts';

/** The number that drafts 04 to 08 of NAT traversal gave the payload; GDOI has it now, whose payload is of another length. */
const draftType = 15;

const hashesIn = (payloads: readonly Payload[], octets: number): Uint8Array[] =>
  payloads.flatMap(({ type, content }) =>
    content.kind === 'natDiscovery' || (type === draftType && content.kind === 'unknown' && content.data.length === octets)
      ? [content.data]
      : [],
  );

/**
 * The first NAT-D payload hashes the end it is sent to, the others the sender's own. As the capture stands somewhere between the two, a
 * hash that does not match says that the end has another address where the message was made than where it was seen.
 */
export const natOf = (ctx: Context, n: Negotiation, speaker: Side, payloads: readonly Payload[], packet: Packet): Negotiation => {
  const hash = n.suite?.hash == null ? undefined : hashOfPhaseOne(n.suite.hash);
  const hashes = hash ? hashesIn(payloads, hashLength[hash]) : [];
  const { src, dst, sport, dport } = packet;
  const [destination, ...sources] = hashes;
  if (!destination || sources.length === 0 || !hash || !n.responderCookie || !src || !dst || sport === null || dport === null) return n;
  const cookies = [cookieOctets(n.initiatorCookie), cookieOctets(n.responderCookie)];
  const of = (address: string, port: number): Uint8Array =>
    ctx.crypto.hash(hash, ...cookies, addressBytes(address) ?? new Uint8Array(), Uint8Array.of(port >> 8, port & 255));
  const source = of(src, sport);
  return {
    ...n,
    nat: {
      ...n.nat,
      [speaker]: !sources.some((s) => equalOctets(s, source)) || n.nat[speaker] === true,
      [other(speaker)]: !equalOctets(destination, of(dst, dport)) || n.nat[other(speaker)] === true,
    },
  };
};
