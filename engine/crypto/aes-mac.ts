/** Authentication with AES-CBC over all that is sent: XCBC (RFC 3566 4), CMAC (RFC 4493 2.4). Keys of 16 octets. */
import { joined } from '../bytes/octets.ts';
import type { Crypto } from './provider.ts';

/** The whole MAC, 16 octets; `undefined` for a key of another length. */
export const xcbcMac = (crypto: Crypto, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array | undefined => {
  const under = subkeysOf(xcbcKeys, key, (k) => {
    const [k1, k2, k3] = [1, 2, 3].map((octet) => crypto.encryptCbc('aes-cbc', k, zero, new Uint8Array(16).fill(octet)));
    return k1 && k2 && k3 && { key: k1, whole: k2, padded: k3 };
  });
  return under && mac(crypto, under, joined(parts));
};

export const cmac = (crypto: Crypto, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array | undefined => {
  const under = subkeysOf(cmacKeys, key, (k) => {
    const l = crypto.encryptCbc('aes-cbc', k, zero, zero);
    const whole = l && doubled(l);
    return whole && { key: k, whole, padded: doubled(whole) };
  });
  return under && mac(crypto, under, joined(parts));
};

/** What is added to the last block: one value where the message is a whole number of blocks, another where it was padded. */
interface Subkeys {
  readonly key: Uint8Array;
  readonly whole: Uint8Array;
  readonly padded: Uint8Array;
}

const zero = new Uint8Array(16);
// By identity of the key, as the port has it.
const xcbcKeys = new WeakMap<Uint8Array, Subkeys>();
const cmacKeys = new WeakMap<Uint8Array, Subkeys>();

const subkeysOf = (
  known: WeakMap<Uint8Array, Subkeys>,
  key: Uint8Array,
  make: (key: Uint8Array) => Subkeys | undefined,
): Subkeys | undefined => {
  if (key.length !== 16) return undefined;
  const found = known.get(key) ?? make(key);
  if (found) known.set(key, found);
  return found;
};

const mac = (crypto: Crypto, { key, whole, padded }: Subkeys, message: Uint8Array): Uint8Array | undefined => {
  const blocks = Math.max(1, Math.ceil(message.length / 16));
  const data = new Uint8Array(16 * blocks);
  data.set(message);
  if (message.length < data.length) data[message.length] = 0x80;
  const last = data.subarray(data.length - 16);
  const subkey = message.length === data.length ? whole : padded;
  for (let i = 0; i < 16; i++) last[i] = (last[i] ?? 0) ^ (subkey[i] ?? 0);
  return crypto.encryptCbc('aes-cbc', key, zero, data)?.slice(-16);
};

/** Times x in GF(2^128), RFC 4493 2.3. */
const doubled = (block: Uint8Array): Uint8Array => {
  const out = block.map((octet, i) => (octet << 1) | ((block[i + 1] ?? 0) >>> 7));
  if ((block[0] ?? 0) & 0x80) out[15] = (out[15] ?? 0) ^ 0x87;
  return out;
};
