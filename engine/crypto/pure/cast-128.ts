/** CAST-128, RFC 2144, as RFC 2451 uses it: OpenSSL has it in its legacy provider only, BoringSSL not at all. */
import type { BlockCipher } from './block-cipher.ts';
import { substitutions } from './cast-128-boxes.ts';

/** 8-octet blocks; keys of 5 to 16 octets. Up to 80 bits of key it has 12 rounds instead of 16, RFC 2144 2.5. */
export const cast128 = (key: Uint8Array): BlockCipher => {
  const rounds = key.length <= 10 ? 12 : 16;
  const { masking, rotation } = schedule(key);
  const run = (block: Uint32Array, roundAt: (i: number) => number): void => {
    let [left, right] = [block[0] ?? 0, block[1] ?? 0];
    for (let i = 0; i < rounds; i++) {
      const round = roundAt(i);
      [left, right] = [right, left ^ f(round % 3, right, masking[round] ?? 0, rotation[round] ?? 0)];
    }
    block[0] = right;
    block[1] = left;
  };
  return { block: 8, encrypt: (b) => run(b, (i) => i), decrypt: (b) => run(b, (i) => rounds - 1 - i) };
};

const boxes = substitutions();
/** Box 1 to 8, at an octet. */
const s = (box: number, at: number): number => boxes[box - 1]?.[at] ?? 0;

/** RFC 2144 2.2: three kinds of round, in turn. */
const f = (kind: number, data: number, masking: number, rotation: number): number => {
  const mixed = (kind === 0 ? masking + data : kind === 1 ? masking ^ data : masking - data) >>> 0;
  const turned = rotation === 0 ? mixed : (mixed << rotation) | (mixed >>> (32 - rotation));
  const [a, b, c, d] = [s(1, turned >>> 24), s(2, (turned >>> 16) & 0xff), s(3, (turned >>> 8) & 0xff), s(4, turned & 0xff)];
  if (kind === 0) return ((a ^ b) - c + d) | 0;
  return kind === 1 ? (a - b + c) ^ d : (((a + b) ^ c) - d) | 0;
};

/**
 * RFC 2144 2.4. A step makes four octets of z out of x, or the reverse: where to, the word that goes in, and the octets for S5 to S8 and for a
 * fifth box. The first step of a pass takes all octets from the old side; the others only the last one.
 */
const zFromX = ['0 0 DFCE8 7', '4 8 0213A 8', '8 C 76549 5', 'C 4 A9B8B 6'];
const xFromZ = ['0 8 57460 7', '4 0 02132 8', '8 4 76541 5', 'C C A9B83 6'];
/** After each pass four words: octets for S5 to S8, and for a fifth box that is S5, S6, S7, S8 in turn. */
const passes: readonly (readonly [readonly string[], readonly string[]])[] = [
  [zFromX, ['89762', 'AB546', 'CD329', 'EF10C']],
  [xFromZ, ['32CD8', '10EFD', '76893', '54AB7']],
  [zFromX, ['32CD9', '10EFC', '76892', '54AB6']],
  [xFromZ, ['89763', 'AB547', 'CD328', 'EF10D']],
];

/** 32 words from the key: sixteen that mask, and sixteen of which the low five bits rotate. */
const schedule = (key: Uint8Array): { masking: Uint32Array; rotation: Uint32Array } => {
  const x = new Uint8Array(16);
  x.set(key.subarray(0, 16));
  const z = new Uint8Array(16);
  const words = new Uint32Array(32);
  let made = 0;
  for (const [steps, picks] of [...passes, ...passes]) {
    const [from, to] = steps === zFromX ? [x, z] : [z, x];
    steps.forEach((step, n) => {
      const [target, source] = [octet(step, 0), octet(step, 2)];
      const four = n === 0 ? from : to;
      let word = new DataView(from.buffer).getUint32(source) ^ s(octet(step, 10), from[octet(step, 8)] ?? 0);
      for (let i = 0; i < 4; i++) word ^= s(5 + i, four[octet(step, 4 + i)] ?? 0);
      new DataView(to.buffer).setUint32(target, word);
    });
    picks.forEach((pick, n) => {
      let word = s(5 + n, to[octet(pick, 4)] ?? 0);
      for (let i = 0; i < 4; i++) word ^= s(5 + i, to[octet(pick, i)] ?? 0);
      words[made++] = word;
    });
  }
  return { masking: words.subarray(0, 16), rotation: words.subarray(16).map((word) => word & 31) };
};

const octet = (digits: string, at: number): number => Number.parseInt(digits[at] ?? '0', 16);
