/** Camellia, RFC 3713, for RFC 4312: BoringSSL lacks it. */
import type { BlockCipher } from './block-cipher.ts';

/** 16-octet blocks; keys of 16, 24 or 32 octets. */
export const camellia = (key: Uint8Array): BlockCipher => {
  const subkeys = schedule(key);
  const backwards: Subkeys = {
    white: [...subkeys.white.slice(2), ...subkeys.white.slice(0, 2)],
    rounds: [...subkeys.rounds].reverse(),
    layers: [...subkeys.layers].reverse(),
  };
  return { block: 16, encrypt: (b) => run(b, subkeys), decrypt: (b) => run(b, backwards) };
};

/** 64 bits, high word first. */
type Pair = readonly [number, number];

interface Subkeys {
  readonly white: readonly Pair[];
  readonly rounds: readonly Pair[];
  readonly layers: readonly Pair[];
}

/** RFC 3713 2.3: six rounds, a layer of FL functions, six rounds, and so on. */
const run = (block: Uint32Array, { white, rounds, layers }: Subkeys): void => {
  const at = (pairs: readonly Pair[], i: number): Pair => pairs[i] ?? [0, 0];
  const [w1, w2, w3, w4] = [at(white, 0), at(white, 1), at(white, 2), at(white, 3)];
  let [a, b, c, d] = [(block[0] ?? 0) ^ w1[0], (block[1] ?? 0) ^ w1[1], (block[2] ?? 0) ^ w2[0], (block[3] ?? 0) ^ w2[1]];
  rounds.forEach((key, i) => {
    if (i > 0 && i % 6 === 0) {
      const [fl, inverse] = [at(layers, i / 3 - 2), at(layers, i / 3 - 1)];
      b ^= rotated(a & fl[0]);
      a ^= b | fl[1];
      c ^= d | inverse[1];
      d ^= rotated(c & inverse[0]);
    }
    const [high, low] = f([a, b], key);
    [a, b, c, d] = [c ^ high, d ^ low, a, b];
  });
  block[0] = c ^ w3[0];
  block[1] = d ^ w3[1];
  block[2] = a ^ w4[0];
  block[3] = b ^ w4[1];
};

const rotated = (word: number): number => (word << 1) | (word >>> 31);

/** The F function, RFC 3713 2.4.1: substitute each octet, and add it to the octets of the outcome that a mask names. */
const f = ([high, low]: Pair, key: Pair): Pair => {
  let [y1, y2] = [0, 0];
  for (let i = 0; i < 8; i++) {
    const word = i < 4 ? high ^ key[0] : low ^ key[1];
    const [box, maskHigh, maskLow] = spread[i] ?? [0, 0, 0];
    const octets = Math.imul(substitute(box, (word >>> (24 - 8 * (i % 4))) & 0xff), 0x01010101);
    y1 ^= octets & maskHigh;
    y2 ^= octets & maskLow;
  }
  return [y1, y2];
};

/** For each octet: which box, and where in the outcome its substitute goes. The P function of RFC 3713 2.4.1, by columns. */
const spread: readonly (readonly [number, number, number])[] = [
  [1, 0xffffff00, 0xff0000ff],
  [2, 0x00ffffff, 0xffff0000],
  [3, 0xff00ffff, 0x00ffff00],
  [4, 0xffff00ff, 0x0000ffff],
  [2, 0x00ffffff, 0x00ffffff],
  [3, 0xff00ffff, 0xff00ffff],
  [4, 0xffff00ff, 0xffff00ff],
  [1, 0xffffff00, 0xffffff00],
];

/** RFC 3713 2.4.1: the other boxes are the first, with a rotation before it or behind it. */
const substitute = (box: number, octet: number): number => {
  if (box === 4) return firstBox[((octet << 1) | (octet >>> 7)) & 0xff] ?? 0;
  const out = firstBox[octet] ?? 0;
  return box === 1 ? out : box === 2 ? ((out << 1) | (out >>> 7)) & 0xff : ((out << 7) | (out >>> 1)) & 0xff;
};

const firstBoxHex =
  '70822cecb327c0e5e4855735ea0cae4123ef6b934519a521ed0e4f4e1d6592bd86b8af8f7ceb1fce3e30dc5f5ec50b1aa6e139cad5475d3dd9015ad651566c4d' +
  '8b0d9a66fbccb02d74122b20f0b18499df4ccbc2347e76056db7a931d11704d714583a61de1b111c320f9c165318f222fe44cfb2c3b57a912408e8a860fc6950' +
  'aad0a07da1896297545b1e95e0ff64d210c40048a3f775db8a03e6da093fdd94875c8302cd4a90337367f6f39d7fbfe2529bd826c837c63b81966f4b13be632e' +
  'e979a78c9f6ebc8e29f5f9b62ffdb4597898066ae74671bad425ab4288a28dfa7207b955f8eeac0a36492a683c38f1a44028d37bbbc943c115e3adf477c7809e';
const firstBox = Uint8Array.from({ length: 256 }, (_, i) => Number.parseInt(firstBoxHex.slice(2 * i, 2 * i + 2), 16));

/** RFC 3713 2.2. */
const sigma: readonly Pair[] = [
  [0xa09e667f, 0x3bcc908b],
  [0xb67ae858, 0x4caa73b2],
  [0xc6ef372f, 0xe94f82be],
  [0x54ff53a5, 0xf1d36f1c],
  [0x10e527fa, 0xde682d1d],
  [0xb05688c2, 0xb3e6c1fd],
];

/** Which of the four 128-bit keys, rotated left by how much, gives the next two subkeys; `a` and `b` take one half only. RFC 3713 2.2. */
const short = { white: 'L0 A111', rounds: 'A0 L15 A15 L45 A45a L60b A60 L94 A94 L111', layers: 'A30 L77' };
const long = { white: 'L0 B111', rounds: 'B0 R15 A15 B30 L45 A45 R60 B60 L77 R94 A94 L111', layers: 'R30 L60 A77' };

const all = (1n << 128n) - 1n;

const schedule = (key: Uint8Array): Subkeys => {
  const octets = key.reduce((n, octet) => (n << 8n) | BigInt(octet), 0n) << BigInt(8 * (32 - key.length));
  const left = octets >> 128n;
  const rest = octets & all;
  const right = key.length === 24 ? rest | ((rest >> 64n) ^ (all >> 64n)) : rest;
  const a = twice(twice(left ^ right, 0) ^ left, 2);
  const keys: Readonly<Record<string, bigint>> = { L: left, R: right, A: a, B: twice(a ^ right, 4) };
  const take = (plan: string): readonly Pair[] =>
    plan.split(' ').flatMap((pick) => {
      const [high, low] = halves(rotate(keys[pick.charAt(0)] ?? 0n, Number.parseInt(pick.slice(1), 10)));
      return pick.endsWith('a') ? [high] : pick.endsWith('b') ? [low] : [high, low];
    });
  const plan = key.length === 16 ? short : long;
  return { white: take(plan.white), rounds: take(plan.rounds), layers: take(plan.layers) };
};

/** Two rounds, with the constants `from` and `from + 1`. */
const twice = (value: bigint, from: number): bigint => {
  let [left, right] = halves(value);
  for (const constant of sigma.slice(from, from + 2)) {
    const [high, low] = f(left, constant);
    [left, right] = [[right[0] ^ high, right[1] ^ low], left];
  }
  return (joined(left) << 64n) | joined(right);
};

const joined = ([high, low]: Pair): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);

const halves = (value: bigint): [Pair, Pair] => [pair(value >> 64n), pair(value & (all >> 64n))];

const pair = (value: bigint): Pair => [Number(value >> 32n), Number(value & 0xffff_ffffn)];

const rotate = (value: bigint, by: number): bigint => ((value << BigInt(by)) | (value >> BigInt(128 - by))) & all;
