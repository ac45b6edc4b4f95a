/** What a message of the two RSA encryption methods says under the receiver's public key, where its private key was given. RFC 2409 5.2 and 5.3. */
import { type RsaPrivateKey, rsaPrivateKey } from '../../crypto/key.ts';
import type { Payload } from '../../wire/payload-chain.ts';
import type { Context } from '../context.ts';
import { other, type Side } from '../fact.ts';
import type { MethodFamily } from '../ike/authentication-method.ts';
import { cookieOctets } from '../ike/cookie-octets.ts';
import { algorithmsOf, type Phase1Suite } from '../ike/suite.ts';
import type { KnownSecret, Negotiation } from '../state.ts';
import { privateKeyOf } from './derive.ts';
import { openRevisedBodies, openRsaBody, revisedKey } from './rsa-encryption.ts';

/** Bodies as they were before encryption; `null` where they are not there, or do not open. */
export interface PlainBodies {
  readonly keyExchange: Uint8Array | null;
  readonly nonce: Uint8Array | null;
  readonly identification: Uint8Array | null;
}

const nonceType = 10;
const keyExchangeType = 4;
const identificationType = 5;
const certificateType = 6;

/** Reading a private key costs more than using the result again. */
const parsed = new WeakMap<Uint8Array, RsaPrivateKey | null>();
const keyIn = (octets: Uint8Array): RsaPrivateKey | null => {
  let key = parsed.get(octets);
  if (key === undefined) {
    key = rsaPrivateKey(octets) ?? null;
    parsed.set(octets, key);
  }
  return key;
};

/** The keys are those of who receives the message. `suite` is what was chosen, or the one thing that is offered. */
export const openEncryptedBodies = (
  ctx: Context,
  secrets: readonly KnownSecret[],
  n: Negotiation,
  suite: Phase1Suite,
  family: MethodFamily,
  speaker: Side,
  payloads: readonly Payload[],
  bytes: Uint8Array,
): PlainBodies => {
  const keys = privateKeyOf(secrets, n, other(speaker)).flatMap((octets) => keyIn(octets) ?? []);
  const body = (type: number): Uint8Array | null => {
    const p = payloads.find((q) => q.type === type);
    return p ? bytes.slice(p.body.start, p.body.end) : null;
  };
  const rsa = (octets: Uint8Array | null): Uint8Array | null => {
    for (const key of keys) {
      const opened = octets && openRsaBody(key, octets);
      if (opened) return opened;
    }
    return null;
  };
  const nonce = rsa(body(nonceType));
  if (family === 'rsaEncryption') return { keyExchange: body(keyExchangeType), nonce, identification: rsa(body(identificationType)) };
  const algorithms = algorithmsOf(suite);
  const cookie = speaker === 'initiator' ? n.initiatorCookie : n.responderCookie;
  if (!algorithms || !nonce || !cookie) return { keyExchange: null, nonce, identification: null };
  const key = revisedKey(ctx.crypto, algorithms.hash, nonce, cookieOctets(cookie), algorithms.keyOctets);
  const at = payloads.findIndex((p) => p.type === nonceType);
  const sealed = payloads.slice(at + 1).filter((p) => [keyExchangeType, identificationType, certificateType].includes(p.type));
  const opened = openRevisedBodies(
    ctx.crypto,
    algorithms.cipher,
    key,
    sealed.map((p) => bytes.subarray(p.body.start, p.body.end)),
  );
  const of = (type: number): Uint8Array | null => opened[sealed.findIndex((p) => p.type === type)]?.body ?? null;
  return { keyExchange: of(keyExchangeType), nonce, identification: of(identificationType) };
};
