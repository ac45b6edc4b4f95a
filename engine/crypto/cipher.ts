/** Which cipher a negotiated number means, and how long its key is: RFC 2409 App. A, RFC 2407 4.4.4, RFC 2451 2.2 and their successors. */
import { blockLength, type CbcCipher, keyLengths } from './provider.ts';

/** `null` is the cipher that changes nothing, RFC 2410; `null-aes-gmac` is it too, with a MAC of its own, RFC 4543. */
export type EspCipher = CbcCipher | 'null' | 'aes-ctr' | CombinedCipher;

/** Ciphers with an ICV of their own, which go without an integrity algorithm. */
export type CombinedCipher = 'aes-ccm' | 'aes-gcm' | 'null-aes-gmac' | 'chacha20-poly1305';

/** A cipher with the octets that its key has. */
export interface KeyedCipher<Name extends EspCipher = EspCipher> {
  readonly cipher: Name;
  readonly keyOctets: number;
}

/** A transform of ESP. `keyOctets` is what KEYMAT gives for it: key, then salt. */
export interface EspTransform extends KeyedCipher {
  /** Octets of the ICV that a combined mode makes; 0 where that is the integrity algorithm's to do. */
  readonly icvOctets: number;
}

/**
 * The number by which an `IpsecSuite` knows a transform or integrity algorithm that IKEv1 has no number for, yet keys may be given for: IKEv2's,
 * moved above the 16 bits of RFC 2407's attributes.
 */
export const numberOfIkev2 = (n: number): number => 0x1_0000 + n;

/**
 * Phase 1: the Encryption Algorithm attribute and the Key Length attribute in bits, `null` where there is none.
 * `undefined` for a cipher that we cannot compute, and for a key length that the cipher does not have.
 */
export const cipherOfPhaseOne = (encryption: number, keyBits: number | null): KeyedCipher<CbcCipher> | undefined => {
  const cipher = phaseOneCiphers[encryption];
  if (!cipher) return undefined;
  const keyOctets = octetsOfKey(cipher, keyBits, phaseOneDefaults);
  return keyOctets === undefined ? undefined : { cipher, keyOctets };
};

/** ESP: the transform identifier and the Key Length attribute in bits, which leaves the salt out. `undefined` as in `cipherOfPhaseOne`. */
export const cipherOfEsp = (transform: number, keyBits: number | null): EspTransform | undefined => {
  const [cipher, icvOctets = 0] = espCiphers[transform] ?? [];
  if (!cipher) return undefined;
  const keyOctets = cipher === 'null' ? 0 : octetsOfKey(keyedLike[cipher] ?? 'aes', keyBits, espDefaults);
  return keyOctets === undefined ? undefined : { cipher, keyOctets: keyOctets + saltOctets(cipher), icvOctets };
};

/** Octets of the IV in front of an ESP payload: one block of a CBC cipher (RFC 2405, 2451, 3602), else 8 (RFC 3686 3.1, RFC 4106 3.1 ...). */
export const ivOctets = (cipher: EspCipher): number =>
  cipher === 'null' ? 0 : cipher in blockLength ? blockLength[cipher as CbcCipher] : 8;

/** Octets at the end of a key that go into the nonce: RFC 3686 5.1, RFC 4106 8.1, RFC 4309 7.1, RFC 4543 5.4, RFC 7634 2. */
export const saltOctets = (cipher: EspCipher): number => salts[cipher] ?? 0;

const salts: Readonly<Partial<Record<EspCipher, number>>> = {
  'aes-ctr': 4,
  'aes-ccm': 3,
  'aes-gcm': 4,
  'null-aes-gmac': 4,
  'chacha20-poly1305': 4,
};

export const isCombined = (cipher: EspCipher): cipher is CombinedCipher =>
  cipher === 'aes-ccm' || cipher === 'aes-gcm' || cipher === 'null-aes-gmac' || cipher === 'chacha20-poly1305';

const phaseOneCiphers: Readonly<Record<number, CbcCipher>> = {
  1: 'des-cbc',
  3: 'blowfish-cbc',
  5: '3des-cbc',
  6: 'cast-128-cbc',
  7: 'aes-cbc',
  8: 'camellia-cbc',
};

/** With the octets of the ICV of a combined mode. */
const espCiphers: Readonly<Record<number, readonly [EspCipher, number?]>> = {
  2: ['des-cbc'],
  3: ['3des-cbc'],
  6: ['cast-128-cbc'],
  7: ['blowfish-cbc'],
  11: ['null'],
  12: ['aes-cbc'],
  13: ['aes-ctr'],
  14: ['aes-ccm', 8],
  15: ['aes-ccm', 12],
  16: ['aes-ccm', 16],
  18: ['aes-gcm', 8],
  19: ['aes-gcm', 12],
  20: ['aes-gcm', 16],
  22: ['camellia-cbc'],
  23: ['null-aes-gmac', 16],
  [numberOfIkev2(28)]: ['chacha20-poly1305', 16],
};

type KeyLike = keyof typeof keyLengths;

/** The others have keys of AES. */
const keyedLike: Readonly<Partial<Record<EspCipher, KeyLike>>> = {
  'des-cbc': 'des-cbc',
  '3des-cbc': '3des-cbc',
  'cast-128-cbc': 'cast-128-cbc',
  'blowfish-cbc': 'blowfish-cbc',
  'camellia-cbc': 'camellia-cbc',
  'chacha20-poly1305': 'chacha20-poly1305',
};

/** RFC 2409 App. B: without a negotiated length Blowfish takes 56 octets and CAST 16. */
const phaseOneDefaults: Readonly<Partial<Record<KeyLike, number>>> = { 'blowfish-cbc': 56, 'cast-128-cbc': 16 };
/** RFC 2451 2.2: 128 bits are the default of both. */
const espDefaults: Readonly<Partial<Record<KeyLike, number>>> = { 'blowfish-cbc': 16, 'cast-128-cbc': 16 };

const octetsOfKey = (like: KeyLike, keyBits: number | null, defaults: Readonly<Partial<Record<KeyLike, number>>>): number | undefined => {
  const lengths = keyLengths[like];
  // RFC 2409 App. A forbids the attribute where a cipher has one length only. Who sends it all the same can mean nothing else.
  if (lengths.length === 1) return lengths[0];
  // RFC 3602 5.3 demands the attribute. Where it is left out, 2.2 calls 128 bits the default; RFC 4312 2.2 says so of Camellia.
  const octets = keyBits === null ? (defaults[like] ?? 16) : keyBits / 8;
  return lengths.includes(octets) ? octets : undefined;
};
