/** AES-CCM, RFC 3610, out of counter mode and CBC, so that it is one and the same under every provider. */
import { equalOctets } from '../bytes/octets.ts';
import type { Crypto, OpenedAead, SealedAead } from './provider.ts';

/** Tags of 4 to 16 octets, nonces of 7 to 13; `undefined` for other sizes. The plain text is given even where the tag is wrong. */
export const openCcm = (
  crypto: Crypto,
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  ciphertext: Uint8Array,
  tag: Uint8Array,
): OpenedAead | undefined => {
  if (!sized(nonce, tag.length)) return undefined;
  const plain = crypto.aesCtr(key, block(nonce, 1), ciphertext);
  const expected = plain && tagOf(crypto, key, nonce, associated, plain, tag.length);
  return expected && { plain, authentic: equalOctets(expected, tag) };
};

export const sealCcm = (
  crypto: Crypto,
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  plain: Uint8Array,
  tagOctets: number,
): SealedAead | undefined => {
  if (!sized(nonce, tagOctets)) return undefined;
  const ciphertext = crypto.aesCtr(key, block(nonce, 1), plain);
  const tag = ciphertext && tagOf(crypto, key, nonce, associated, plain, tagOctets);
  return tag && { ciphertext, tag };
};

const sized = (nonce: Uint8Array, tagOctets: number): boolean =>
  nonce.length >= 7 && nonce.length <= 13 && tagOctets >= 4 && tagOctets <= 16 && tagOctets % 2 === 0;

/** A flags octet, the nonce, and a number in what is left: the counter blocks A_i, and B_0. RFC 3610 2.2 and 2.3. */
const block = (nonce: Uint8Array, number: number, flags = 0): Uint8Array => {
  const out = new Uint8Array(16);
  out[0] = flags | (14 - nonce.length);
  out.set(nonce, 1);
  for (let i = 15, n = number; i > nonce.length; i--, n = Math.floor(n / 256)) out[i] = n % 256;
  return out;
};

/** CBC-MAC over B_0, the associated data with its length, and the message, each filled up with zeros; then under key stream 0. */
const tagOf = (
  crypto: Crypto,
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  plain: Uint8Array,
  octets: number,
): Uint8Array | undefined => {
  // The two-octet form of the length: who asks here has packets.
  if (associated.length >= 0xff00) return undefined;
  const first = block(nonce, plain.length, (associated.length > 0 ? 64 : 0) | (((octets - 2) / 2) << 3));
  const head = associated.length > 0 ? whole(2 + associated.length) : 0;
  const data = new Uint8Array(16 + head + whole(plain.length));
  data.set(first);
  if (head > 0) {
    data[16] = associated.length >>> 8;
    data[17] = associated.length;
    data.set(associated, 18);
  }
  data.set(plain, 16 + head);
  const mac = crypto.encryptCbc('aes-cbc', key, new Uint8Array(16), data)?.subarray(-16);
  return mac && crypto.aesCtr(key, block(nonce, 0), mac)?.slice(0, octets);
};

const whole = (octets: number): number => Math.ceil(octets / 16) * 16;
