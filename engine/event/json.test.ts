import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeCrypto } from '../host/node-crypto.ts';
import { canonical, digest } from './json.ts';

test.each([
  [null, 'null'],
  [true, 'true'],
  [-0, '0'],
  [1.5, '1.5'],
  [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  [2 ** 53, '"9007199254740992"'],
  [-(2 ** 53), '"-9007199254740992"'],
  [1e21, '"1000000000000000000000"'],
  [Number.NaN, 'null'],
  [18446744073709551615n, '"18446744073709551615"'],
  [1n, '"1"'],
  [Uint8Array.of(0, 0xab, 255), '"00abff"'],
  [Buffer.from([1, 2]), '"0102"'],
  ['a"\n\u2028é\ud800', '"a\\"\\n\u2028é\\ud800"'],
  [[1, undefined, [2]], '[1,null,[2]]'],
  [{ b: 1, a: undefined, c: { z: 0, y: null } }, '{"b":1,"c":{"y":null,"z":0}}'],
  [{ a: undefined }, '{}'],
  [{ é: 1, z: 2, Z: 3, '10': 4, '9': 5 }, '{"10":4,"9":5,"Z":3,"z":2,"é":1}'],
])('%s', (value, text) => {
  expect(canonical(value)).toBe(text);
});

test('a digest is the SHA-256 of the UTF-8 text', () => {
  // sha256 of the four octets `null`, and of `"é"`, as coreutils sha256sum gives them.
  expect(digest(nodeCrypto, null)).toBe('74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b');
  expect(digest(nodeCrypto, 'é')).toBe('f2886017e9c7abacf804b54d64787dce2b611c9544ba21f3affdd126a6e50086');
});

test('plain JSON values survive, whatever the order of their keys', () => {
  const safe = fc.jsonValue({ maxDepth: 6 }).filter((value) => !JSON.stringify(value).includes('e+'));
  fc.assert(
    fc.property(safe, (value) => {
      const text = canonical(value);
      expect(canonical(JSON.parse(text))).toBe(text);
      expect(canonical(reversed(value))).toBe(text);
    }),
  );
});

test('what holds itself throws instead of never ending', () => {
  const ring: { self?: unknown } = {};
  ring.self = ring;
  expect(() => canonical(ring)).toThrow(RangeError);
});

const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
};
