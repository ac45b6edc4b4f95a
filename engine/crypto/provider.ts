/**
 * The crypto port: the few primitives that the core asks for. Synchronous, total for well-sized input, without chance.
 * Providers are passed in; one suite of published vectors runs over every provider in every runtime.
 */
import type { Certificates } from './certificate.ts';

export type HashName = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** Ciphers in CBC mode; block and key sizes stand in `blockLength` and `keyLengths`. */
export type CbcCipher = 'des-cbc' | '3des-cbc' | 'aes-cbc' | 'blowfish-cbc' | 'cast-128-cbc' | 'camellia-cbc';

/** Combined modes, with nonces of 12 octets. AES-CCM is made of the others, see `ccm.ts`. */
export type AeadCipher = 'aes-gcm' | 'chacha20-poly1305';

export interface OpenedAead {
  /** Given even where the tag is wrong: it may be what somebody wants to look at. */
  readonly plain: Uint8Array;
  readonly authentic: boolean;
}

export interface SealedAead {
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

export interface Crypto {
  /** Names the provider and its runtime, for reports: `node:crypto, OpenSSL 3.0.19`. */
  readonly name: string;
  hash(name: HashName, ...parts: readonly Uint8Array[]): Uint8Array;
  /** RFC 2104. A provider may keep what it prepared for a key: keys are recognised by identity, so pass the same array again. */
  hmac(name: HashName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
  /** Without padding. `data` is a whole number of blocks and `key` and `iv` have the cipher's sizes; else `undefined`. */
  decryptCbc(cipher: CbcCipher, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array | undefined;
  encryptCbc(cipher: CbcCipher, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array | undefined;
  /** AES in counter mode, which is its own inverse. `counter` is the first block that is encrypted, 16 octets; else `undefined`. */
  aesCtr(key: Uint8Array, counter: Uint8Array, data: Uint8Array): Uint8Array | undefined;
  /** A tag of 8, 12 or 16 octets (ChaCha20-Poly1305: 16) and a nonce of 12; else, and for another key length, `undefined`. */
  openAead(
    cipher: AeadCipher,
    key: Uint8Array,
    nonce: Uint8Array,
    associated: Uint8Array,
    ciphertext: Uint8Array,
    tag: Uint8Array,
  ): OpenedAead | undefined;
  /** The tag is whole, 16 octets: a shorter one is its beginning. */
  sealAead(cipher: AeadCipher, key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array): SealedAead | undefined;
  /**
   * RSA over the octets as they are, with the padding of PKCS #1 v1.5 (block type 1, RFC 8017 9.2 without its DigestInfo): RFC 2409 5.1. `key` is PEM
   * or DER; `undefined` where it is no RSA key, or too short for the octets.
   */
  signRsa(key: Uint8Array, octets: Uint8Array): Uint8Array | undefined;
  /**
   * `base` to the power of `exponent`, modulo an odd prime: in time that does not depend on the exponent's bits, and fast. `undefined` where the
   * runtime has no such thing: then `modular.ts` does it.
   */
  power?(base: bigint, exponent: Uint8Array, modulus: bigint): bigint | undefined;
  readonly certificates: Certificates;
}

/** Octets of the hash value. */
export const hashLength: Readonly<Record<HashName, number>> = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 };

export const blockLength: Readonly<Record<CbcCipher, number>> = {
  'des-cbc': 8,
  '3des-cbc': 8,
  'aes-cbc': 16,
  'blowfish-cbc': 8,
  'cast-128-cbc': 8,
  'camellia-cbc': 16,
};

const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Octets that a key may have. RFC 2451 2.2 for Blowfish and CAST-128. */
export const keyLengths: Readonly<Record<CbcCipher | AeadCipher | 'aes', readonly number[]>> = {
  'des-cbc': [8],
  '3des-cbc': [24],
  aes: [16, 24, 32],
  'aes-cbc': [16, 24, 32],
  'aes-gcm': [16, 24, 32],
  'camellia-cbc': [16, 24, 32],
  'blowfish-cbc': range(5, 56),
  'cast-128-cbc': range(5, 16),
  'chacha20-poly1305': [32],
};
