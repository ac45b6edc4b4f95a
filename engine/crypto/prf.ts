/** Pseudo-random functions of IKE, RFC 2409 4: the HMAC form of the negotiated hash. */
import type { Crypto, HashName } from './provider.ts';

/** `prf(key, parts joined)`: as many octets as the hash has. */
export const prf = (crypto: Crypto, hash: HashName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array =>
  crypto.hmac(hash, key, ...parts);

/** Hash Algorithm attribute of phase 1, RFC 2409 App. A and RFC 4868 4: hash and prf in one. `undefined` for what we cannot compute. */
export const hashOfPhaseOne = (value: number): HashName | undefined => phaseOneHashes[value];

const phaseOneHashes: Readonly<Record<number, HashName>> = { 1: 'md5', 2: 'sha1', 4: 'sha256', 5: 'sha384', 6: 'sha512' };
