/** ChaCha20-Poly1305, RFC 8439 2.8, over `@noble/ciphers`: BoringSSL's Node does not offer it. */

import { chacha20, chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { equalOctets } from '../../bytes/octets.ts';
import type { OpenedAead, SealedAead } from '../provider.ts';

const tagOctets = 16;

/** Key of 32 octets, nonce of 12; who calls has seen to that. */
export const sealChaCha20Poly1305 = (key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array): SealedAead => {
  const sealed = chacha20poly1305(key, nonce, associated).encrypt(plain);
  return { ciphertext: sealed.subarray(0, sealed.length - tagOctets), tag: sealed.subarray(sealed.length - tagOctets) };
};

/** The stream begins with block 1, since block 0 is the key of Poly1305. */
export const openChaCha20Poly1305 = (
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  ciphertext: Uint8Array,
  tag: Uint8Array,
): OpenedAead => {
  const plain = chacha20(key, nonce, ciphertext, undefined, 1);
  const expected = sealChaCha20Poly1305(key, nonce, associated, plain).tag;
  return { plain, authentic: equalOctets(expected, tag) };
};
