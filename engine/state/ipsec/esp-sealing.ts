/** Makes an ESP packet, RFC 4303 2 and 3.3: padding, an IV that follows from the sequence number, the cipher, then the ICV over all of it. */
import { joined } from '../../bytes/octets.ts';
import { type CombinedCipher, type EspCipher, isCombined, ivOctets, saltOctets } from '../../crypto/cipher.ts';
import { integrities, icv as integrityValue } from '../../crypto/integrity.ts';
import { blockLength, type CbcCipher, type Crypto } from '../../crypto/provider.ts';
import { saltedKey } from '../../crypto/salted-key.ts';
import type { SequenceNumber } from '../../values/sequence-number.ts';
import type { Spi } from '../../values/spi.ts';
import type { EspAlgorithms, EspKeys } from './esp-algorithms.ts';
import { combinedParts, sealParts, word } from './esp-combined.ts';

export interface ToSeal {
  readonly spi: Spi;
  /** Under one key never the same twice: the IV is made of it, and counter modes fall with a repeated one. */
  readonly sequence: SequenceNumber;
  /** Whether the SA has extended numbers, RFC 4303 2.2.1: the upper half goes into the ICV alone. */
  readonly esn: boolean;
  readonly payload: Uint8Array;
  readonly nextHeader: number;
}

/** SPI to ICV. `undefined` where a key is missing or of another length than the algorithm's, and where we know no such algorithm. */
export const sealEsp = (crypto: Crypto, algorithms: EspAlgorithms, keys: EspKeys, what: ToSeal): Uint8Array | undefined => {
  const { transform } = algorithms;
  const key = keys.encryption ?? nothing;
  const iv = transform && key.length === transform.keyOctets ? ivFor(crypto, transform.cipher, key, what.sequence) : undefined;
  return iv && sealUnderIv(crypto, algorithms, keys, what, iv);
};

/** The same under an IV that somebody else chose. */
export const sealUnderIv = (
  crypto: Crypto,
  { transform, integrity, icvOctets }: EspAlgorithms,
  keys: EspKeys,
  what: ToSeal,
  iv: Uint8Array,
): Uint8Array | undefined => {
  const key = keys.encryption ?? nothing;
  if (!transform || key.length !== transform.keyOctets) return undefined;
  const { cipher } = transform;
  const high = what.esn ? Number(what.sequence >> 32n) : null;
  const header = joined([word(what.spi), word(Number(BigInt.asUintN(32, what.sequence)))]);
  const plain = withTrailer(cipher, what.payload, what.nextHeader);
  if (isCombined(cipher)) {
    // Taken apart as an observer would, who finds the plain text where the sealed one will stand.
    const draft = joined([header, iv, plain, new Uint8Array(icvOctets)]);
    const parts = combinedParts(transform, key, draft, 0, draft.length, high);
    const sealed = parts && sealParts(crypto, parts, parts.sealed);
    return sealed && joined([header, iv, cipher === 'null-aes-gmac' ? plain : sealed.ciphertext, sealed.tag.subarray(0, icvOctets)]);
  }
  const closed = encrypt(crypto, cipher, key, iv, plain);
  if (!closed) return undefined;
  const text = joined([header, iv, closed]);
  if (integrity === null) return text;
  if (keys.integrity?.length !== integrities[integrity].keyOctets) return undefined;
  const icv = integrityValue(crypto, integrity, keys.integrity, ...(high === null ? [text] : [text, word(high)]));
  return icv && joined([text, icv]);
};

const nothing = new Uint8Array(0);

/** RFC 4303 2.4 and 2.5: so much padding, 1, 2, 3 ..., that pad length and next header end a block, of four octets at least. */
const withTrailer = (cipher: EspCipher, payload: Uint8Array, nextHeader: number): Uint8Array => {
  const block = Math.max(cipher in blockLength ? blockLength[cipher as CbcCipher] : 0, leastBlock);
  const padLength = (block - ((payload.length + trailerOctets) % block)) % block;
  const out = new Uint8Array(payload.length + padLength + trailerOctets);
  out.set(payload);
  for (let i = 0; i < padLength; i++) out[payload.length + i] = i + 1;
  out[out.length - 2] = padLength;
  out[out.length - 1] = nextHeader;
  return out;
};

const leastBlock = 4;
const trailerOctets = 2;

/**
 * Nobody draws chance for each packet. Counter modes want a number that is never repeated (RFC 3686 3.1, RFC 4106 3.1), which is the sequence number.
 * CBC wants one that nobody can foretell (RFC 3602 3): the sequence number encrypted under the key of the SA, the first method of NIST SP 800-38A
 * App. C.
 */
const ivFor = (crypto: Crypto, cipher: EspCipher, key: Uint8Array, sequence: SequenceNumber): Uint8Array | undefined => {
  const octets = ivOctets(cipher);
  const number = new Uint8Array(octets);
  for (let i = octets - 1, n = sequence as bigint; i >= 0 && n > 0n; i--, n >>= 8n) number[i] = Number(n & 255n);
  return cipher in blockLength ? crypto.encryptCbc(cipher as CbcCipher, key, new Uint8Array(octets), number) : number;
};

/** The cipher alone, where an integrity algorithm of its own makes the ICV. */
const encrypt = (
  crypto: Crypto,
  cipher: Exclude<EspCipher, CombinedCipher>,
  encKey: Uint8Array,
  iv: Uint8Array,
  plain: Uint8Array,
): Uint8Array | undefined => {
  if (cipher === 'null') return plain;
  if (cipher !== 'aes-ctr') return crypto.encryptCbc(cipher, encKey, iv, plain);
  const { key, salt } = saltedKey(encKey, saltOctets(cipher));
  return crypto.aesCtr(key, joined([salt, iv, word(1)]), plain);
};
