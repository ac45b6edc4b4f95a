/** RSA on octets with the padding of PKCS #1 v1.5, RFC 8017 5, 7.2 and 9.2: for the signatures and the encrypted nonces of IKEv1. */
import type { RsaPrivateKey } from './key.ts';
import { octetLength, power, toNumber, toOctets } from './modular.ts';

/**
 * What somebody signed: block type 1 opened with the public key. RFC 2409 5.1 signs the bare hash, without the DigestInfo that tells which hash it
 * is. `undefined` where the length is not that of the modulus, or what comes out is not padded so: another key, or another text.
 */
export const recoverSigned = (modulus: bigint, exponent: bigint, signature: Uint8Array): Uint8Array | undefined => {
  const octets = octetLength(modulus);
  const s = toNumber(signature);
  // A public exponent is short, 65537 nearly always. A long one costs time, of which its sender would decide how much.
  if (signature.length !== octets || s >= modulus || octetLength(exponent) > 8 || octets > 2048) return undefined;
  const block = toOctets(power(s, exponent, modulus), octets);
  const end = block.indexOf(0, 1);
  const padding = block.subarray(2, end);
  return block[0] === 0 && block[1] === 1 && end >= 10 && padding.every((octet) => octet === 0xff) ? block.subarray(end + 1) : undefined;
};

/**
 * Block type 2, opened with the private key. A bad pad is an ordinary outcome, `undefined`, as is a length other than the modulus's. Who answers a
 * peer must not let it see the difference to a wrong nonce (Bleichenbacher 1998); who watches may.
 */
export const decryptRsa = (key: RsaPrivateKey, ciphertext: Uint8Array): Uint8Array | undefined => {
  const c = toNumber(ciphertext);
  if (ciphertext.length !== key.octets || c >= key.modulus) return undefined;
  const block = toOctets(power(c, key.privateExponent, key.modulus), key.octets);
  const end = block.indexOf(0, 2);
  // At least eight octets of padding, none of them zero.
  return block[0] === 0 && block[1] === 2 && end >= 10 ? block.slice(end + 1) : undefined;
};

/** Like block type 2, with the padding given: what `decryptRsa` opens. Octets of padding are not zero; who calls has seen to that. */
export const encryptRsa = (modulus: bigint, exponent: bigint, padding: Uint8Array, text: Uint8Array): Uint8Array | undefined => {
  const octets = octetLength(modulus);
  if (padding.length < 8 || padding.length + text.length + 3 !== octets) return undefined;
  return toOctets(power(toNumber(Uint8Array.of(0, 2, ...padding, 0, ...text)), exponent, modulus), octets);
};
