/** Which cipher a negotiated number means, and how long its key is: RFC 2409 App. A, RFC 2407 4.4.4, RFC 3602 5. */
import { blockLength, type CbcCipher } from './provider.ts';

/** `null` is the cipher that changes nothing, RFC 2410. */
export type EspCipher = CbcCipher | 'null';

/** A cipher with the octets that its key has. */
export interface KeyedCipher<Name extends EspCipher = EspCipher> {
  readonly cipher: Name;
  readonly keyOctets: number;
}

/**
 * Phase 1: the Encryption Algorithm attribute and the Key Length attribute in bits, `null` where there is none.
 * `undefined` for a cipher that we cannot compute, and for a key length that the cipher does not have.
 */
export const cipherOfPhaseOne = (encryption: number, keyBits: number | null): KeyedCipher<CbcCipher> | undefined => {
  const cipher = phaseOneCiphers[encryption];
  return cipher && withKey(cipher, keyBits);
};

/** ESP: the transform identifier and the Key Length attribute in bits. `undefined` as in `cipherOfPhaseOne`. */
export const cipherOfEsp = (transform: number, keyBits: number | null): KeyedCipher | undefined => {
  const cipher = espCiphers[transform];
  return cipher && withKey(cipher, keyBits);
};

/** Octets of the IV in front of an ESP payload: one block, RFC 2405, 2451 and 3602. */
export const ivOctets = (cipher: EspCipher): number => (cipher === 'null' ? 0 : blockLength[cipher]);

const phaseOneCiphers: Readonly<Record<number, CbcCipher>> = { 1: 'des-cbc', 5: '3des-cbc', 7: 'aes-cbc' };

const espCiphers: Readonly<Record<number, EspCipher>> = { 2: 'des-cbc', 3: '3des-cbc', 11: 'null', 12: 'aes-cbc' };

const fixedKeyOctets: Readonly<Record<Exclude<EspCipher, 'aes-cbc'>, number>> = { 'des-cbc': 8, '3des-cbc': 24, null: 0 };

const withKey = <Name extends EspCipher>(cipher: Name, keyBits: number | null): KeyedCipher<Name> | undefined => {
  if (cipher !== 'aes-cbc') {
    // RFC 2409 App. A forbids the attribute here. Who sends it all the same can mean one length only.
    return { cipher, keyOctets: fixedKeyOctets[cipher as Exclude<EspCipher, 'aes-cbc'>] };
  }
  // RFC 3602 5.3 demands the attribute. Where it is left out, 2.2 calls 128 bits the default.
  const bits = keyBits ?? 128;
  return bits === 128 || bits === 192 || bits === 256 ? { cipher, keyOctets: bits / 8 } : undefined;
};
