/** Integrity algorithms of ESP and AH, of which the leading octets are sent: RFC 2403, 2404, 4868, 3566, 4494, 4543. */
import { cmac, xcbcMac } from './aes-mac.ts';
import { numberOfIkev2 } from './cipher.ts';
import type { Crypto, HashName } from './provider.ts';
import { saltedKey } from './salted-key.ts';

export interface Integrity {
  /** How the ICV is made; `gmac` takes an IV too (see `gmacIcv`), and nobody knows how to make an `unchecked` one. */
  readonly by: HashName | 'aes-xcbc' | 'aes-cmac' | 'gmac' | 'unchecked';
  /** What KEYMAT gives for it. GMAC's key ends with its salt, RFC 4543 5.4. */
  readonly keyOctets: number;
  /** Octets of the ICV on the wire, without GMAC's IV. */
  readonly icvOctets: number;
}

/**
 * `hmac-sha2-256-96` is in no RFC: old Linux kernels cut HMAC-SHA2-256 there, and peers of theirs still do. `unchecked-...` is what Wireshark's table
 * of keys has where nobody knows more than the length of the ICV.
 */
export type IntegrityName = keyof typeof table;

const table = {
  'hmac-md5-96': { by: 'md5', keyOctets: 16, icvOctets: 12 },
  'hmac-sha1-96': { by: 'sha1', keyOctets: 20, icvOctets: 12 },
  'hmac-sha2-256-128': { by: 'sha256', keyOctets: 32, icvOctets: 16 },
  'hmac-sha2-384-192': { by: 'sha384', keyOctets: 48, icvOctets: 24 },
  'hmac-sha2-512-256': { by: 'sha512', keyOctets: 64, icvOctets: 32 },
  'hmac-sha2-256-96': { by: 'sha256', keyOctets: 32, icvOctets: 12 },
  'aes-xcbc-96': { by: 'aes-xcbc', keyOctets: 16, icvOctets: 12 },
  'aes-cmac-96': { by: 'aes-cmac', keyOctets: 16, icvOctets: 12 },
  'aes-128-gmac': { by: 'gmac', keyOctets: 20, icvOctets: 16 },
  'aes-192-gmac': { by: 'gmac', keyOctets: 28, icvOctets: 16 },
  'aes-256-gmac': { by: 'gmac', keyOctets: 36, icvOctets: 16 },
  'unchecked-64': { by: 'unchecked', keyOctets: 0, icvOctets: 8 },
  'unchecked-96': { by: 'unchecked', keyOctets: 0, icvOctets: 12 },
  'unchecked-128': { by: 'unchecked', keyOctets: 0, icvOctets: 16 },
  'unchecked-192': { by: 'unchecked', keyOctets: 0, icvOctets: 24 },
  'unchecked-256': { by: 'unchecked', keyOctets: 0, icvOctets: 32 },
} as const satisfies Readonly<Record<string, Integrity>>;

export const integrities: Readonly<Record<IntegrityName, Integrity>> = table;

/** Authentication Algorithm attribute of an IPsec SA, RFC 2407 4.5 and IANA's ISAKMP registry. `undefined` for what we cannot compute. */
export const integrityOfPhaseTwo = (value: number): IntegrityName | undefined => phaseTwoIntegrities[value];

/** Numbers, above those of any registry, for algorithms that only a table of keys or a kernel names. */
export const unnumberedIntegrity = {
  'aes-cmac-96': numberOfIkev2(8),
  'hmac-sha2-256-96': 0x2_0000,
  'unchecked-64': 0x2_0000 + 64,
  'unchecked-96': 0x2_0000 + 96,
  'unchecked-128': 0x2_0000 + 128,
  'unchecked-192': 0x2_0000 + 192,
  'unchecked-256': 0x2_0000 + 256,
} as const satisfies Partial<Record<IntegrityName, number>>;

const phaseTwoIntegrities: Readonly<Record<number, IntegrityName>> = {
  1: 'hmac-md5-96',
  2: 'hmac-sha1-96',
  5: 'hmac-sha2-256-128',
  6: 'hmac-sha2-384-192',
  7: 'hmac-sha2-512-256',
  9: 'aes-xcbc-96',
  11: 'aes-128-gmac',
  12: 'aes-192-gmac',
  13: 'aes-256-gmac',
  ...Object.fromEntries(Object.entries(unnumberedIntegrity).map(([name, number]) => [number, name as IntegrityName])),
};

/**
 * The ICV over `parts`, as long as the algorithm sends it. An HMAC takes keys of any length; the others give `undefined` for one of another length
 * than theirs. `undefined` too for GMAC, which needs an IV, and for what is unchecked.
 */
export const icv = (crypto: Crypto, name: IntegrityName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array | undefined => {
  const { by, icvOctets } = integrities[name];
  switch (by) {
    case 'gmac':
    case 'unchecked':
      return undefined;
    case 'aes-xcbc':
      return xcbcMac(crypto, key, ...parts)?.subarray(0, icvOctets);
    case 'aes-cmac':
      return cmac(crypto, key, ...parts)?.subarray(0, icvOctets);
    default:
      return crypto.hmac(by, key, ...parts).subarray(0, icvOctets);
  }
};

/** GMAC: the tag of AES-GCM over data that all of it is associated, RFC 4543 2. `key` ends with four octets of salt; the IV has 8. */
export const gmacIcv = (crypto: Crypto, key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array | undefined => {
  const { key: aes, salt } = saltedKey(key, 4);
  return crypto.sealAead('aes-gcm', aes, Uint8Array.of(...salt, ...iv), data, new Uint8Array(0))?.tag;
};
