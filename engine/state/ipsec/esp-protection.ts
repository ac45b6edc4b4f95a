/** Checking and opening an ESP packet, RFC 4303 2 and 3.4.4: first the ICV over the ciphertext, then the cipher; combined modes do both at once. */
import { joined, standsAt } from '../../bytes/octets.ts';
import { openCcm } from '../../crypto/ccm.ts';
import { type EspCipher, isCombined, ivOctets, saltOctets } from '../../crypto/cipher.ts';
import { type IntegrityName, icv, integrities } from '../../crypto/integrity.ts';
import type { Crypto } from '../../crypto/provider.ts';
import { saltedKey } from '../../crypto/salted-key.ts';
import type { EspAlgorithms, EspKeys } from './esp-algorithms.ts';
import { combinedAt, headerOctets, openCombined, sealParts, word } from './esp-combined.ts';

/** Pad length and next header, RFC 4303 2.5 and 2.6. */
const trailerOctets = 2;

/** A range of octets in the packet's buffer; `end` is one past the last. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface OpenedEsp {
  /** Where the IV stands; empty for NULL. */
  readonly iv: Range;
  /** Where the ciphertext stands, between IV and ICV. */
  readonly ciphertext: Range;
  readonly icv: Range;
  /** Payload, padding, pad length, next header. */
  readonly plain: Uint8Array;
  readonly padLength: number;
  readonly nextHeader: number;
  /** Octets of `plain` before the padding. `undefined` where the pad length claims more than there is: a wrong key, most likely. */
  readonly payloadLength: number | undefined;
  /** The padding is 1, 2, 3 ... as RFC 4303 2.4 has it; nearly never so under a wrong key. True of no padding. */
  readonly paddingAsExpected: boolean;
}

/**
 * Whether the packet `bytes[start, end)`, SPI to ICV, ends with the ICV that it ought to, under whatever algorithms. `sequenceHigh` is the upper half
 * of an extended sequence number, `null` where the SA has none. `null` where a key is missing or of another length than the algorithm's, and where
 * nothing authenticates. A packet too short for an ICV does not have the right one.
 */
export const verifyEsp = (
  crypto: Crypto,
  algorithms: EspAlgorithms,
  keys: EspKeys,
  bytes: Uint8Array,
  start: number,
  end: number,
  sequenceHigh: number | null = null,
): boolean | null => {
  const { transform, integrity } = algorithms;
  if (!transform || !isCombined(transform.cipher)) {
    if (!integrity || integrities[integrity].by === 'unchecked' || keys.integrity?.length !== integrities[integrity].keyOctets) return null;
    return verifyIcv(crypto, integrity, keys.integrity, bytes, start, end, sequenceHigh);
  }
  if (keys.encryption?.length !== transform.keyOctets) return null;
  return openCombined(crypto, transform, keys.encryption, bytes, start, end, sequenceHigh)?.authentic ?? false;
};

/** The ICV that a packet ought to end with; arguments as in `verifyEsp`. `undefined` where it is not known or the packet too short to have one. */
export const expectedEspIcv = (
  crypto: Crypto,
  algorithms: EspAlgorithms,
  keys: EspKeys,
  bytes: Uint8Array,
  start: number,
  end: number,
  sequenceHigh: number | null = null,
): Uint8Array | undefined => {
  const { transform, integrity } = algorithms;
  if (!transform || !isCombined(transform.cipher)) {
    if (!integrity || keys.integrity?.length !== integrities[integrity].keyOctets) return undefined;
    return expectedIcv(crypto, integrity, keys.integrity, bytes, start, end, sequenceHigh);
  }
  if (keys.encryption?.length !== transform.keyOctets) return undefined;
  const opened = openCombined(crypto, transform, keys.encryption, bytes, start, end, sequenceHigh);
  const parts = opened && combinedAt(transform, keys.encryption, bytes, start, end, sequenceHigh);
  return parts && sealParts(crypto, parts, opened.plain)?.tag.subarray(0, transform.icvOctets);
};

/** The ICV of a separate integrity algorithm over `bytes[start, end)`, SPI to ICV; `undefined` where the packet is too short to have one. */
export const expectedIcv = (
  crypto: Crypto,
  integrity: IntegrityName,
  key: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
  sequenceHigh: number | null = null,
): Uint8Array | undefined => {
  const covered = end - integrities[integrity].icvOctets;
  if (start < 0 || covered < start + headerOctets || end > bytes.length) return undefined;
  const text = bytes.subarray(start, covered);
  // RFC 4303 2.2.1: the upper half is not sent; it goes into the ICV behind all the rest.
  return sequenceHigh === null ? icv(crypto, integrity, key, text) : icv(crypto, integrity, key, text, word(sequenceHigh));
};

/** Whether the packet ends with the ICV of a separate integrity algorithm. */
export const verifyIcv = (
  crypto: Crypto,
  integrity: IntegrityName,
  key: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
  sequenceHigh: number | null = null,
): boolean => {
  const expected = expectedIcv(crypto, integrity, key, bytes, start, end, sequenceHigh);
  if (expected === undefined) return false;
  return standsAt(bytes, end - expected.length, expected);
};

/**
 * Opens the packet `bytes[start, end)`, SPI to ICV, without looking at the ICV, of which there are `icvLength` octets. `encKey` ends with the salt
 * where the cipher has one. `undefined` where the lengths do not fit the cipher: no room for IV and trailer, no whole blocks, another key length.
 */
export const openEsp = (
  crypto: Crypto,
  cipher: EspCipher,
  encKey: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
  icvLength: number,
): OpenedEsp | undefined => {
  const iv = { start: start + headerOctets, end: start + headerOctets + ivOctets(cipher) };
  const ciphertext = { start: iv.end, end: end - icvLength };
  if (start < 0 || end > bytes.length || ciphertext.end - ciphertext.start < trailerOctets) return undefined;
  const plain = decrypt(crypto, cipher, encKey, bytes.subarray(iv.start, iv.end), bytes.subarray(ciphertext.start, ciphertext.end));
  if (plain === undefined) return undefined;
  const padLength = plain[plain.length - 2] ?? 0;
  const nextHeader = plain[plain.length - 1] ?? 0;
  const payloadLength = plain.length - trailerOctets - padLength;
  const fits = payloadLength >= 0;
  const padding = fits ? plain.subarray(payloadLength, payloadLength + padLength) : undefined;
  return {
    iv,
    ciphertext,
    icv: { start: ciphertext.end, end },
    plain,
    padLength,
    nextHeader,
    payloadLength: fits ? payloadLength : undefined,
    paddingAsExpected: padding?.every((octet, i) => octet === i + 1) ?? false,
  };
};

/** The cipher alone: where a combined mode opens without its tag being looked at, any tag will do. */
const decrypt = (crypto: Crypto, cipher: EspCipher, encKey: Uint8Array, iv: Uint8Array, closed: Uint8Array): Uint8Array | undefined => {
  if (cipher === 'null' || cipher === 'null-aes-gmac') return closed;
  const { key, salt } = saltedKey(encKey, saltOctets(cipher));
  const nonce = joined([salt, iv]);
  switch (cipher) {
    case 'aes-ctr':
      // RFC 3686 4: the counter begins with 1.
      return crypto.aesCtr(key, joined([nonce, word(1)]), closed);
    case 'aes-ccm':
      return openCcm(crypto, key, nonce, nothing, closed, anyTag)?.plain;
    case 'aes-gcm':
      // Block 1 masks the tag, so the text begins with block 2: NIST SP 800-38D 7.1.
      return crypto.aesCtr(key, joined([nonce, word(2)]), closed);
    case 'chacha20-poly1305':
      return crypto.openAead(cipher, key, nonce, nothing, closed, anyTag)?.plain;
    default:
      return crypto.decryptCbc(cipher, encKey, iv, closed);
  }
};

const nothing = new Uint8Array(0);
const anyTag = new Uint8Array(16);
