/** Makes an ESP packet, RFC 4303 2 and 3.3: padding, an IV that follows from the sequence number, the cipher, then the ICV over all of it. */
import { joined } from '../../bytes/octets.ts';
import { type CombinedCipher, type EspCipher, isCombined, ivOctets, saltOctets } from '../../crypto/cipher.ts';
import { icv, integrities } from '../../crypto/integrity.ts';
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
  const key = keyFor(algorithms, keys);
  if (!algorithms.transform || !key) return undefined;
  const { cipher } = algorithms.transform;
  const number = numberIn(ivOctets(cipher), what.sequence);
  if (!isCbc(cipher)) return sealUnderIv(crypto, algorithms, keys, what, number);
  // In one go: CBC under an IV of zeros makes of the number the IV, and of what follows what CBC under that IV makes of it.
  const closed = crypto.encryptCbc(cipher, key, new Uint8Array(number.length), joined([number, withTrailer(cipher, what)]));
  return closed && withIcv(crypto, algorithms, keys, what, joined([headerOf(what), closed]));
};

/** The same under an IV that somebody else chose. */
export const sealUnderIv = (
  crypto: Crypto,
  algorithms: EspAlgorithms,
  keys: EspKeys,
  what: ToSeal,
  iv: Uint8Array,
): Uint8Array | undefined => {
  const { transform, icvOctets } = algorithms;
  const key = keyFor(algorithms, keys);
  if (!transform || !key) return undefined;
  const { cipher } = transform;
  const [header, text] = [headerOf(what), withTrailer(cipher, what)];
  if (isCombined(cipher)) {
    const parts = combinedParts(transform, key, { header, iv, text, icv: new Uint8Array(icvOctets) }, highOf(what));
    const sealed = parts && sealParts(crypto, parts, parts.sealed);
    return sealed && joined([header, iv, cipher === 'null-aes-gmac' ? text : sealed.ciphertext, sealed.tag.subarray(0, icvOctets)]);
  }
  const closed = encrypt(crypto, cipher, key, iv, text);
  return closed && withIcv(crypto, algorithms, keys, what, joined([header, iv, closed]));
};

const keyFor = ({ transform }: EspAlgorithms, { encryption }: EspKeys): Uint8Array | undefined => {
  const key = encryption ?? nothing;
  return key.length === transform?.keyOctets ? key : undefined;
};

const headerOf = ({ spi, sequence }: ToSeal): Uint8Array => joined([word(spi), word(Number(BigInt.asUintN(32, sequence)))]);

const highOf = ({ esn, sequence }: ToSeal): number | null => (esn ? Number(sequence >> 32n) : null);

/** RFC 4303 2.8, where an algorithm of its own makes the ICV, or none is agreed. */
const withIcv = (crypto: Crypto, { integrity }: EspAlgorithms, keys: EspKeys, what: ToSeal, packet: Uint8Array): Uint8Array | undefined => {
  if (integrity === null) return packet;
  if (keys.integrity?.length !== integrities[integrity].keyOctets) return undefined;
  const high = highOf(what);
  const value = icv(crypto, integrity, keys.integrity, ...(high === null ? [packet] : [packet, word(high)]));
  return value && joined([packet, value]);
};

const nothing = new Uint8Array(0);

/** RFC 4303 2.4 and 2.5: so much padding, 1, 2, 3 ..., that pad length and next header end a block, of four octets at least. */
const withTrailer = (cipher: EspCipher, { payload, nextHeader }: ToSeal): Uint8Array => {
  const block = Math.max(isCbc(cipher) ? blockLength[cipher] : 0, leastBlock);
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
const numberIn = (length: number, sequence: SequenceNumber): Uint8Array => {
  const out = new Uint8Array(length);
  if (length >= 8) new DataView(out.buffer).setBigUint64(length - 8, sequence);
  return out;
};

const isCbc = (cipher: EspCipher): cipher is CbcCipher => cipher in blockLength;

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
