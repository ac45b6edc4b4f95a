/**
 * The crypto port: the few primitives that the core asks for. Synchronous, total for well-sized input, without chance.
 * Providers are passed in; one suite of published vectors runs over every provider in every runtime.
 */

/** RFC 1321 and FIPS 180-4. The same names serve for HMAC. */
export type HashName = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** `des-cbc` and `3des-cbc` have 8-octet blocks and keys of 8 and 24 octets; `aes-cbc` has 16-octet blocks and keys of 16, 24 or 32. */
export type CbcCipher = 'des-cbc' | '3des-cbc' | 'aes-cbc';

/** What a provider has to do. Nothing here waits, draws chance or throws for input of the sizes named. */
export interface Crypto {
  /** Names the provider and its runtime, for reports: `node:crypto, OpenSSL 3.0.19`. */
  readonly name: string;
  hash(name: HashName, ...parts: readonly Uint8Array[]): Uint8Array;
  /** RFC 2104. A provider may keep what it prepared for a key: keys are recognised by identity, so pass the same array again. */
  hmac(name: HashName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
  /** Without padding. `data` is a whole number of blocks and `key` and `iv` have the cipher's sizes; else `undefined`. */
  decryptCbc(cipher: CbcCipher, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array | undefined;
  encryptCbc(cipher: CbcCipher, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array | undefined;
}

/** Octets of the hash value. */
export const hashLength: Readonly<Record<HashName, number>> = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 };

/** Octets of a block. */
export const blockLength: Readonly<Record<CbcCipher, number>> = { 'des-cbc': 8, '3des-cbc': 8, 'aes-cbc': 16 };
