/** Blowfish, B. Schneier 1993, as RFC 2451 uses it: where the runtime has left it out. */
import type { BlockCipher } from './block-cipher.ts';
import { fractionOfPi } from './pi.ts';

const rounds = 16;
const boxWords = 256;

/** 8-octet blocks; keys of 1 to 56 octets (RFC 2451 2.2 has 5 to 56). */
export const blowfish = (key: Uint8Array): BlockCipher => {
  // One array: 18 subkeys, then the four boxes. Both begin as the hexadecimal digits of pi.
  const words = fractionOfPi(rounds + 2 + 4 * boxWords);
  const subkeys = words.subarray(0, rounds + 2);
  const boxes = words.subarray(rounds + 2);
  const f = (x: number): number => {
    const [a, b] = [boxes[x >>> 24] ?? 0, boxes[boxWords + ((x >>> 16) & 0xff)] ?? 0];
    const [c, d] = [boxes[2 * boxWords + ((x >>> 8) & 0xff)] ?? 0, boxes[3 * boxWords + (x & 0xff)] ?? 0];
    return (((a + b) ^ c) + d) | 0;
  };
  const run = (block: Uint32Array, subkey: (round: number) => number): void => {
    let [left, right] = [block[0] ?? 0, block[1] ?? 0];
    for (let round = 0; round < rounds; round++) {
      left ^= subkey(round);
      right ^= f(left);
      [left, right] = [right, left];
    }
    block[0] = right ^ subkey(rounds + 1);
    block[1] = left ^ subkey(rounds);
  };
  const encrypt = (block: Uint32Array): void => run(block, (round) => subkeys[round] ?? 0);
  for (let i = 0, at = 0; i < subkeys.length; i++) {
    for (let octet = 24; octet >= 0; octet -= 8, at++) subkeys[i] = (subkeys[i] ?? 0) ^ ((key[at % key.length] ?? 0) << octet);
  }
  const block = new Uint32Array(2);
  for (let i = 0; i < words.length; i += 2) {
    encrypt(block);
    words.set(block, i);
  }
  return { block: 8, encrypt, decrypt: (b) => run(b, (round) => subkeys[rounds + 1 - round] ?? 0) };
};
