// Damage for tests: octets flipped, cut, doubled and moved, as fast-check arbitraries, so that a failure shrinks and can be repeated.
import fc from 'fast-check';

/** One change to a run of octets; places are fractions, so that it fits any length. */
export type Mutation =
  | { readonly kind: 'set' | 'flip'; readonly at: number; readonly value: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'remove' | 'double' | 'zero'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array };

// Not fc.double: that draws among the numbers of the machine, of which most lie near zero.
const place = fc.nat(999_999).map((n) => n / 1_000_000);

export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('set' as const), at: place, value: fc.nat(255) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('flip' as const), at: place, value: fc.nat(7) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), at: place }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('remove' as const, 'double' as const, 'zero' as const), at: place, length: fc.nat(200) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('insert' as const), at: place, bytes: fc.uint8Array({ maxLength: 64 }) }) },
);

export const mutate = (bytes: Uint8Array, mutations: readonly Mutation[]): Uint8Array => mutations.reduce(apply, bytes.slice());

const apply = (bytes: Uint8Array, m: Mutation): Uint8Array => {
  const at = Math.floor(m.at * bytes.length);
  switch (m.kind) {
    case 'set':
    case 'flip':
      if (bytes.length > 0) bytes[at] = m.kind === 'set' ? m.value : (bytes[at] ?? 0) ^ (1 << m.value);
      return bytes;
    case 'cut':
      return bytes.slice(0, at);
    case 'remove':
      return join(bytes.subarray(0, at), bytes.subarray(at + m.length));
    case 'double':
      return join(bytes.subarray(0, at + m.length), bytes.subarray(at));
    case 'zero':
      return bytes.fill(0, at, at + m.length);
    case 'insert':
      return join(bytes.subarray(0, at), m.bytes, bytes.subarray(at));
  }
};

const join = (...parts: readonly Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};
