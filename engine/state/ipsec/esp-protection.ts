/** Checking and opening an ESP packet, RFC 4303 2 and 3.4.4: first the ICV over the ciphertext, then the cipher. */
import { type EspCipher, ivOctets } from '../../crypto/cipher.ts';
import { type IntegrityName, icv, integrities } from '../../crypto/integrity.ts';
import type { Crypto } from '../../crypto/provider.ts';

/** SPI and sequence number, RFC 4303 2.1 and 2.2. */
const headerOctets = 8;
/** Pad length and next header, RFC 4303 2.5 and 2.6. */
const trailerOctets = 2;

/** A range of octets in the packet's buffer; `end` is one past the last. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The inside of an ESP packet, RFC 4303 2. */
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

/** The ICV that `bytes[start, end)`, SPI to ICV, ought to end with; `undefined` where it is too short to have one. */
export const expectedIcv = (
  crypto: Crypto,
  integrity: IntegrityName,
  key: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
): Uint8Array | undefined => {
  const covered = end - integrities[integrity].icvOctets;
  return covered < start + headerOctets || end > bytes.length ? undefined : icv(crypto, integrity, key, bytes.subarray(start, covered));
};

/** Whether the packet `bytes[start, end)`, SPI to ICV, ends with the ICV that it ought to. */
export const verifyIcv = (
  crypto: Crypto,
  integrity: IntegrityName,
  key: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean => {
  const expected = expectedIcv(crypto, integrity, key, bytes, start, end);
  if (expected === undefined) return false;
  const at = end - expected.length;
  return expected.every((octet, i) => bytes[at + i] === octet);
};

/**
 * Opens the packet `bytes[start, end)`, SPI to ICV, without looking at the ICV, of which there are `icvLength` octets.
 * `undefined` where the lengths do not fit the cipher: no room for IV and trailer, no whole blocks, another key length.
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
  const closed = bytes.subarray(ciphertext.start, ciphertext.end);
  const plain = cipher === 'null' ? closed : crypto.decryptCbc(cipher, encKey, bytes.subarray(iv.start, iv.end), closed);
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
