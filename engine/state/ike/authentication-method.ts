/** What an authentication method of phase 1 proves identities with, and so where SKEYID comes from: RFC 2409 5, with hybrid and XAUTH variants. */
import { signatureMethod } from '../../crypto/signature.ts';
import type { Phase1Suite } from './suite.ts';

/** The XAUTH variants are as their base method, hybrid ones as signatures, of which one side alone makes one. */
export type MethodFamily = 'preSharedKey' | 'signature' | 'rsaEncryption' | 'revisedRsaEncryption';

const families: ReadonlyMap<number, MethodFamily> = new Map([
  [1, 'preSharedKey'],
  [65001, 'preSharedKey'],
  [65002, 'preSharedKey'],
  [4, 'rsaEncryption'],
  [65007, 'rsaEncryption'],
  [65008, 'rsaEncryption'],
  [5, 'revisedRsaEncryption'],
  [65009, 'revisedRsaEncryption'],
  [65010, 'revisedRsaEncryption'],
]);

/** `null` for a method that we do not know, or where none was chosen. */
export const methodFamily = (suite: Phase1Suite | null): MethodFamily | null => {
  const method = suite?.authentication;
  if (method == null) return null;
  return families.get(method) ?? (signatureMethod(method) ? 'signature' : null);
};

/** Bodies of Nonce and Identification are under the peer's public key, RFC 2409 5.2 and 5.3. */
export const encryptsWithRsa = (family: MethodFamily | null): boolean => family === 'rsaEncryption' || family === 'revisedRsaEncryption';
