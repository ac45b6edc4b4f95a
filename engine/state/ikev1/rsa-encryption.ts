/** The two modes that authenticate with RSA encryption: bodies that only the peer's private key opens. RFC 2409 5.2 and 5.3. */
import type { RsaPrivateKey } from '../../crypto/key.ts';
import { prf } from '../../crypto/prf.ts';
import { blockLength, type CbcCipher, type Crypto, type HashName } from '../../crypto/provider.ts';
import { decryptRsa } from '../../crypto/rsa.ts';
import { cipherKey } from './keys.ts';
import { lastBlock } from './protection.ts';

/**
 * The body of a Nonce or Identification payload, RFC 2409 5.2: PKCS #1 with the key of the side that receives it. `undefined` for a bad pad, another
 * length than the modulus's, and another key alike. A body longer than one block of RSA has no encoding in that RFC.
 */
export const openRsaBody = (key: RsaPrivateKey, body: Uint8Array): Uint8Array | undefined => decryptRsa(key, body);

/**
 * Ke_i or Ke_r of the revised mode, RFC 2409 5.3: from the sender's decrypted nonce and its own cookie, made into `octets` of key as Ka is made from
 * SKEYID_e.
 */
export const revisedKey = (crypto: Crypto, hash: HashName, nonce: Uint8Array, cookie: Uint8Array, octets: number): Uint8Array =>
  cipherKey(crypto, hash, prf(crypto, hash, nonce, cookie), octets);

export interface RevisedBody {
  /** The body without its padding. */
  readonly body: Uint8Array;
  /** What the padding says of itself is so: zeros, and as many as the last octet counts. Nearly never so under a wrong key. */
  readonly paddingAsExpected: boolean;
  /** IV of the next body of the same message. */
  readonly nextIv: Uint8Array;
}

/** The IV of the first body after the nonce. */
export const firstRevisedIv = (cipher: CbcCipher): Uint8Array => new Uint8Array(blockLength[cipher]);

/**
 * A body under Ke: CBC, chained over the payloads of one message in their order, RFC 2409 5.3. There is always padding: zeros, then an octet that counts
 * them. Some stacks count that octet too (the RFC before its errata can be read so); `paddingAsExpected` is true of both. Where the padding makes no
 * sense all of it is given as body. `undefined` where the octets are no whole number of blocks, or key or IV do not fit.
 */
export const openRevisedBody = (
  crypto: Crypto,
  cipher: CbcCipher,
  key: Uint8Array,
  iv: Uint8Array,
  body: Uint8Array,
): RevisedBody | undefined => {
  const plain = body.length === 0 ? undefined : crypto.decryptCbc(cipher, key, iv, body);
  if (!plain) return undefined;
  const nextIv = lastBlock(body, blockLength[cipher]);
  const end = paddingStart(plain, blockLength[cipher]);
  return { body: plain.slice(0, end ?? plain.length), paddingAsExpected: end !== undefined, nextIv };
};

/** Where the padding begins: `n` zeros and the octet n, or n - 1 zeros and the octet n. */
const paddingStart = (plain: Uint8Array, block: number): number | undefined => {
  const last = plain[plain.length - 1] ?? 0;
  const isPadding = (start: number): boolean =>
    start >= 0 && plain.length - start <= block && plain.subarray(start, -1).every((octet) => octet === 0);
  const excluding = plain.length - 1 - last;
  return isPadding(excluding) ? excluding : last > 0 && isPadding(excluding + 1) ? excluding + 1 : undefined;
};

/** The bodies of one message under Ke, in their order, from the first after the nonce. Stops at one that does not open. */
export const openRevisedBodies = (
  crypto: Crypto,
  cipher: CbcCipher,
  key: Uint8Array,
  bodies: readonly Uint8Array[],
): readonly RevisedBody[] => {
  const opened: RevisedBody[] = [];
  let iv = firstRevisedIv(cipher);
  for (const body of bodies) {
    const next = openRevisedBody(crypto, cipher, key, iv, body);
    if (!next) break;
    opened.push(next);
    iv = next.nextIv;
  }
  return opened;
};
