import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ipv4Packet, octets } from '../../test/support/frames.ts';
import type { IpAddress } from '../values/ip-address.ts';
import { addFragment, noFragments, type Piece, type Reassembly } from './ip-reassembly.ts';

const key = { version: 4, src: '192.0.2.1' as IpAddress, dst: '198.51.100.1' as IpAddress, protocol: 17, id: 7 } as const;

/** A piece as its own packet would bring it. */
const piece = (offset: number, bytes: Uint8Array, more: boolean, id: number = key.id): Piece => ({
  key: { ...key, id },
  header: {
    bytes: ipv4Packet({ protocol: 17, payload: bytes, id, fragment: (more ? 0x2000 : 0) | (offset / 8) }).subarray(0, 20),
    nextHeaderAt: 9,
    nextHeader: 17,
  },
  offset,
  more,
  bytes,
});

const addAll = (pieces: readonly Piece[]) => {
  let reassembly: Reassembly = noFragments;
  const datagrams: Uint8Array[] = [];
  const problems: string[] = [];
  for (const p of pieces) {
    const joined = addFragment(reassembly, p);
    reassembly = joined.reassembly;
    if (joined.datagram) datagrams.push(joined.datagram);
    if (joined.problem) problems.push(joined.problem);
  }
  return { reassembly, datagrams, problems };
};

const cutUp = (data: Uint8Array, at: readonly number[]): Piece[] => {
  const edges = [...new Set([0, ...at.map((n) => n * 8).filter((n) => n < data.length)])].sort((a, b) => a - b);
  return edges.map((from, i) => piece(from, data.subarray(from, edges[i + 1] ?? data.length), i + 1 < edges.length));
};

describe('reassembly', () => {
  test('a datagram in more parts than a path makes of one begins anew: each part is compared with those before it', () => {
    const tiny = Array.from({ length: 300 }, (_, i) => piece(8 * (i + 1), new Uint8Array(8), true));
    const { reassembly, problems } = addAll(tiny);
    expect(problems).toEqual(['fragment-flood']);
    expect(reassembly.pending.map((p) => p.parts.length)).toEqual([300 - 256]);
  });

  test('any cutting in any order, with repetitions, gives the datagram once', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.array(fc.integer({ min: 1, max: 24 })),
        fc.infiniteStream(fc.nat(1000)),
        (data, at, keys) => {
          const pieces = cutUp(data, at);
          const shuffled = pieces
            .map((p) => ({ p, key: keys.next().value }))
            .sort((a, b) => a.key - b.key)
            .map(({ p }) => p);
          const repeated = shuffled.flatMap((p, i) => (i + 1 < shuffled.length ? [p, p] : [p]));
          const { datagrams, problems, reassembly } = addAll(repeated);
          expect(problems).toEqual([]);
          expect(reassembly.pending).toEqual([]);
          expect(datagrams).toHaveLength(1);
          expect(datagrams[0]?.subarray(20)).toEqual(data);
        },
      ),
    );
  });

  test('the header fits the whole: length, flags, and a checksum whose sum is all ones (RFC 1071)', () => {
    const [datagram] = addAll(cutUp(new Uint8Array(100), [3])).datagrams;
    expect(datagram?.subarray(0, 8)).toEqual(octets('4500 0078 0007 0000'));
    let sum = 0;
    for (let i = 0; i < 20; i += 2) sum += ((datagram?.[i] ?? 0) << 8) | (datagram?.[i + 1] ?? 0);
    expect((sum & 0xffff) + (sum >>> 16)).toBe(0xffff);
  });

  test('an overlap drops what was there and begins anew', () => {
    const { datagrams, problems } = addAll([
      piece(0, new Uint8Array(16).fill(1), true),
      piece(8, new Uint8Array(16).fill(2), true),
      piece(24, new Uint8Array(4), false),
      piece(0, new Uint8Array(8).fill(3), true),
    ]);
    expect(problems).toEqual(['fragment-overlap']);
    expect(datagrams.map((d) => [...d.subarray(20)])).toEqual([[...Array<number>(8).fill(3), ...Array<number>(16).fill(2), 0, 0, 0, 0]]);
  });

  test.each([
    ['a second end elsewhere', [piece(8, new Uint8Array(8), false), piece(32, new Uint8Array(8), false)], 'fragment-overlap'],
    ['octets behind the end', [piece(8, new Uint8Array(8), false), piece(16, new Uint8Array(8), true)], 'fragment-overlap'],
    ['an end before the last octet', [piece(16, new Uint8Array(8), true), piece(8, new Uint8Array(4), false)], 'fragment-overlap'],
    ['no unit of 8', [piece(0, new Uint8Array(9), true)], 'fragment-length'],
    ['nothing', [piece(0, new Uint8Array(), false)], 'fragment-length'],
    ['beyond 65535', [piece(65_528, new Uint8Array(8), false)], 'fragment-too-far'],
  ])('%s is refused', (_, pieces, problem) => {
    const { datagrams, problems } = addAll(pieces);
    expect(datagrams).toEqual([]);
    expect(problems).toEqual([problem]);
  });

  test('what never completes is bounded: the oldest of 64 goes', () => {
    const { reassembly } = addAll(Array.from({ length: 100 }, (_, id) => piece(0, new Uint8Array(8), true, id)));
    expect(reassembly.pending.map((p) => p.id)).toEqual(Array.from({ length: 64 }, (_, i) => i + 36));
  });
});
