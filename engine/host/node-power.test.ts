/** OpenSSL's powers against our own, in every group that has a prime, and against published pairs. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex } from '../bytes/hex.ts';
import { publicValue, sharedSecret } from '../crypto/dh.ts';
import vectors from '../crypto/dh.vectors.json' with { type: 'json' };
import { dhGroup } from '../crypto/groups.ts';
import { power, toNumber, toOctets } from '../crypto/modular.ts';
import { nodePower } from './node-power.ts';

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);
const fresh = (hex: string): Uint8Array => octets(hex).slice();

test.each(vectors.cases)('$name, group $group', (v) => {
  expect(publicValue(v.group, fresh(v.privateA), { power: nodePower })).toEqual(octets(v.publicA));
  expect(sharedSecret(v.group, fresh(v.privateB), octets(v.publicA), { power: nodePower })).toEqual(octets(v.shared));
});

test.each([1, 2, 5, 14, 15, 22, 23, 24])('group %i', (group) => {
  const known = dhGroup(group);
  if (known?.kind !== 'modp') throw new Error('a group without a prime');
  const { prime } = known;
  const run = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.bigInt({ min: 2n, max: prime - 2n }));
  let native = 0;
  fc.assert(
    fc.property(run, ([exponent, base]) => {
      const ours = nodePower(base, exponent, prime);
      if (ours === undefined) return;
      native += 1;
      expect(ours).toBe(power(base, toNumber(exponent), prime));
    }),
    { numRuns: 10 },
  );
  // OpenSSL has a least length of private values, and of primes: what it refuses is computed by ourselves.
  const exponent = toOctets(prime >> 1n, 32);
  if (known.octets >= 128) expect(nodePower(2n, exponent, prime)).toBe(power(2n, toNumber(exponent), prime));
  if (known.octets >= 128) expect(native).toBeGreaterThan(0);
});

test('nothing of it is an exception', () => {
  for (const modulus of [0n, 1n, 4n, 15n]) expect(nodePower(2n, Uint8Array.of(3), modulus)).toBeUndefined();
  expect(nodePower(2n, new Uint8Array(0), 23n)).toBeUndefined();
});
