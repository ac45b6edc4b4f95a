/** Puts IKEv1 messages together: header, payloads, padding, encryption, and the way they go. RFC 2408 3.1, RFC 2409 App. B, RFC 3948 2.2. */
import type { Context } from '../../state/context.ts';
import { other, type Side } from '../../state/fact.ts';
import { algorithmsOf } from '../../state/ike/suite.ts';
import { hash1 } from '../../state/ikev1/authentication.ts';
import { valuesOf } from '../../state/ikev1/derive.ts';
import { exchangeIv, sealMessage } from '../../state/ikev1/protection.ts';
import type { Negotiation } from '../../state/state.ts';
import { type Cookie, noCookie } from '../../values/cookie.ts';
import { type MessageId, messageId } from '../../values/message-id.ts';
import { flagsV1 } from '../../wire/ike-header.ts';
import { writeIke } from '../../wire/ike-message.ts';
import { type PayloadToWrite, writeChain } from '../../wire/payload-chain.ts';
import type { UdpDatagram } from '../intent.ts';
import type { Plan } from '../plan.ts';

export const exchange = { main: 2, aggressive: 4, informational: 5, transaction: 6, quick: 32 } as const;
/** All of phase 1 goes under this message ID, RFC 2408 3.1. */
export const phase1 = messageId(0);

interface Head {
  readonly initiatorCookie: Cookie;
  readonly responderCookie: Cookie;
  readonly exchangeType: number;
  readonly messageId: MessageId;
  readonly flags: number;
}

const written = (head: Head, first: number, body: Uint8Array): Uint8Array =>
  writeIke({ ...head, major: 1, minor: 0, nextPayload: first }, body);

/** A message in the clear. */
export const clearMessage = (
  initiatorCookie: Cookie,
  responderCookie: Cookie | null,
  payloads: readonly PayloadToWrite[],
  exchangeType: number = exchange.main,
  id: MessageId = messageId(0),
): Uint8Array =>
  written(
    { initiatorCookie, responderCookie: responderCookie ?? noCookie, exchangeType, messageId: id, flags: 0 },
    payloads[0]?.type ?? 0,
    writeChain(payloads),
  );

/** An encrypted message; `null` where key or IV are not known. */
export const sealedMessage = (
  ctx: Context,
  n: Negotiation,
  side: Side,
  iv: Uint8Array | null,
  exchangeType: number,
  id: MessageId,
  payloads: readonly PayloadToWrite[],
): Uint8Array | null => {
  const algorithms = algorithmsOf(n.suite);
  const key = valuesOf(n, side).encryptionKey?.value;
  if (!algorithms || !key || !iv || !n.responderCookie) return null;
  const body = sealMessage(ctx.crypto, algorithms.cipher, key, iv, writeChain(payloads));
  const head = { initiatorCookie: n.initiatorCookie, responderCookie: n.responderCookie, exchangeType, messageId: id };
  return body ? written({ ...head, flags: flagsV1.encryption }, payloads[0]?.type ?? 0, body) : null;
};

/** The first IV of an exchange after phase 1. */
export const firstIv = (ctx: Context, n: Negotiation, id: MessageId): Uint8Array | null => {
  const algorithms = algorithmsOf(n.suite);
  const last = n.iv.next?.value;
  return algorithms && last ? exchangeIv(ctx.crypto, algorithms.hash, last, id, algorithms.block) : null;
};

export const hashPayload = (data: Uint8Array): PayloadToWrite => ({ type: 8, content: { kind: 'hash', data } });

/** An informational message under HASH(1), RFC 2409 5.7. */
export const informational = (
  ctx: Context,
  n: Negotiation,
  side: Side,
  id: MessageId,
  payloads: readonly PayloadToWrite[],
): Uint8Array | null => {
  const algorithms = algorithmsOf(n.suite);
  const key = valuesOf(n, side).skeyidA?.value;
  if (!algorithms || !key) return null;
  const hash = hash1(ctx.crypto, algorithms.hash, key, id, writeChain(payloads));
  return sealedMessage(ctx, n, side, firstIv(ctx, n, id), exchange.informational, id, [hashPayload(hash), ...payloads]);
};

/** Zeros where ESP has its SPI: RFC 3948 2.2. */
const nonEspMarker = new Uint8Array(4);

/** A message on its way to the peer, from and to the ports of the latest message, or with `float` on those of NAT traversal. */
export const toPeer = (n: Negotiation, side: Side, plan: Plan, message: Uint8Array, float = false): UdpDatagram => {
  const [own, peer] = [n[side], n[other(side)]];
  const sport = float ? plan.natPort : (own.port ?? plan.port);
  const dport = float ? plan.natPort : (peer.port ?? plan.port);
  return {
    form: 'udp',
    src: plan.local,
    sport,
    dst: peer.address,
    dport,
    bytes: sport === plan.natPort ? Uint8Array.of(...nonEspMarker, ...message) : message,
  };
};
