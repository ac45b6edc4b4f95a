/** Integrity algorithms of ESP and AH: HMACs of which the leading octets are sent. RFC 2403, 2404, 4868. */
import type { Crypto, HashName } from './provider.ts';

/** Sizes in octets. */
export interface Integrity {
  readonly hash: HashName;
  readonly keyOctets: number;
  /** Octets of the ICV on the wire. */
  readonly icvOctets: number;
}

/** `hmac-sha2-256-96` is in no RFC: old Linux kernels cut HMAC-SHA2-256 there, and peers of theirs still do. */
export type IntegrityName =
  | 'hmac-md5-96'
  | 'hmac-sha1-96'
  | 'hmac-sha2-256-128'
  | 'hmac-sha2-384-192'
  | 'hmac-sha2-512-256'
  | 'hmac-sha2-256-96';

export const integrities: Readonly<Record<IntegrityName, Integrity>> = {
  'hmac-md5-96': { hash: 'md5', keyOctets: 16, icvOctets: 12 },
  'hmac-sha1-96': { hash: 'sha1', keyOctets: 20, icvOctets: 12 },
  'hmac-sha2-256-128': { hash: 'sha256', keyOctets: 32, icvOctets: 16 },
  'hmac-sha2-384-192': { hash: 'sha384', keyOctets: 48, icvOctets: 24 },
  'hmac-sha2-512-256': { hash: 'sha512', keyOctets: 64, icvOctets: 32 },
  'hmac-sha2-256-96': { hash: 'sha256', keyOctets: 32, icvOctets: 12 },
};

/** Authentication Algorithm attribute of an IPsec SA, RFC 2407 4.5 and IANA's ISAKMP registry. `undefined` for what we cannot compute. */
export const integrityOfPhaseTwo = (value: number): IntegrityName | undefined => phaseTwoIntegrities[value];

/** The ICV over `parts`, as long as the algorithm sends it. Keys of another length than the algorithm's are taken as they are. */
export const icv = (crypto: Crypto, name: IntegrityName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array => {
  const { hash, icvOctets } = integrities[name];
  return crypto.hmac(hash, key, ...parts).subarray(0, icvOctets);
};

const phaseTwoIntegrities: Readonly<Record<number, IntegrityName>> = {
  1: 'hmac-md5-96',
  2: 'hmac-sha1-96',
  5: 'hmac-sha2-256-128',
  6: 'hmac-sha2-384-192',
  7: 'hmac-sha2-512-256',
};
