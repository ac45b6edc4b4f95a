import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sharedFolder } from '../../test/support/trace.ts';
import { fromHex } from '../bytes/hex.ts';
import { publicValue, publicValueFault, sharedSecret } from './dh.ts';
import vectors from './dh.vectors.json' with { type: 'json' };
import { dhGroup } from './groups.ts';
import { toOctets } from './modular.ts';

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);
const groups = [1, 2, 5, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30];

test.each(vectors.cases)('$name, group $group', (v) => {
  const [a, b] = [octets(v.privateA), octets(v.privateB)];
  expect(publicValue(v.group, a)).toEqual(octets(v.publicA));
  expect(publicValue(v.group, b)).toEqual(octets(v.publicB));
  expect(sharedSecret(v.group, a, octets(v.publicB))).toEqual(octets(v.shared));
  expect(sharedSecret(v.group, b, octets(v.publicA))).toEqual(octets(v.shared));
});

test.each(groups)('in group %i both sides come to one secret, of the length that IKE takes', (group) => {
  const [a, b] = [Uint8Array.from({ length: 20 }, (_, i) => i + 1), Uint8Array.from({ length: 20 }, (_, i) => 250 - i)];
  const [publicA, publicB] = [publicValue(group, a) as Uint8Array, publicValue(group, b) as Uint8Array];
  const secret = sharedSecret(group, a, publicB);
  expect(sharedSecret(group, b, publicA)).toEqual(secret);
  expect(secret?.length).toBe(dhGroup(group)?.octets);
  expect([publicValueFault(group, publicA), publicValueFault(group, publicB)]).toEqual([null, null]);
});

test('groups that we cannot compute in give nothing, and find no fault', () => {
  for (const group of [0, 3, 4, 6, 13, 31, 32, 33, 65535, -1]) {
    expect(sharedSecret(group, Uint8Array.of(2), new Uint8Array(96).fill(1))).toBeUndefined();
    expect(publicValueFault(group, new Uint8Array(96))).toBeNull();
  }
});

describe('public values that are no use, RFC 6989 2', () => {
  const prime = (group: number): bigint => {
    const known = dhGroup(group);
    return known?.kind === 'modp' ? known.prime : 0n;
  };
  const fault = (n: bigint, group = 2) => {
    const value = toOctets(n, dhGroup(group)?.octets ?? 0);
    return [publicValueFault(group, value), sharedSecret(group, Uint8Array.of(5), value) === undefined];
  };

  test('0, 1, p - 1 and what is beyond it', () => {
    expect(fault(0n)).toEqual(['zero', true]);
    expect(fault(1n)).toEqual(['one', true]);
    expect(fault(prime(2) - 1n)).toEqual(['minus-one', true]);
    expect(fault(prime(2))).toEqual(['out-of-range', true]);
    expect(fault(prime(2) + 1n)).toEqual(['out-of-range', true]);
    expect(fault(2n)).toEqual([null, false]);
  });

  test('one octet more or less', () => {
    for (const length of [0, 127, 129]) expect(publicValueFault(2, new Uint8Array(length).fill(3))).toBe('length');
    expect(publicValueFault(19, new Uint8Array(65))).toBe('length');
  });

  test('outside of the subgroup of RFC 5114: a fault, but the peers got a secret all the same', () => {
    expect(fault(2n, 22)).toEqual(['subgroup', false]);
  });

  test('points that are not on the curve, or beyond the field', () => {
    for (const { group, publicA } of vectors.cases.filter((v) => (v.group >= 19 && v.group <= 21) || v.group > 24)) {
      const bent = octets(publicA);
      bent[5] = (bent[5] ?? 0) ^ 1;
      expect(publicValueFault(group, bent)).toBe('not-on-curve');
      expect(publicValueFault(group, new Uint8Array(bent.length).fill(0xff))).toBe('out-of-range');
      expect(publicValueFault(group, new Uint8Array(bent.length))).toBe('not-on-curve');
      expect(sharedSecret(group, Uint8Array.of(1), bent)).toBeUndefined();
    }
  });
});

test('any private value, any public value: a secret or undefined', () => {
  fc.assert(
    fc.property(fc.constantFrom(...groups), fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 140 }), (group, a, b) => {
      const secret = sharedSecret(group, a, b);
      if (secret) expect(secret.length).toBe(dhGroup(group)?.octets);
    }),
  );
  // The order of a curve times a point is nothing at all, and 0 is no secret.
  expect(sharedSecret(2, new Uint8Array(4), new Uint8Array(128).fill(3))).toBeUndefined();
});

const facts = join(sharedFolder, 'reference/modp-groups.json');
test.skipIf(!existsSync(facts))('the primes of RFC 2409 and 3526 (needs ../shared/reference/modp-groups.json)', () => {
  const published: Record<string, { prime_hex: string; generator: number }> = JSON.parse(readFileSync(facts, 'utf8'));
  expect(Object.keys(published)).toEqual(['1', '2', '5', '14', '15', '16', '17', '18']);
  for (const [number, { prime_hex, generator }] of Object.entries(published))
    expect(dhGroup(Number(number))).toMatchObject({ prime: BigInt(`0x${prime_hex}`), generator: BigInt(generator) });
});
