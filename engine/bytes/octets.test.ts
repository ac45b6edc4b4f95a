import { expect, it } from 'vitest';
import { equalOctets, joined, standsAt } from './octets.ts';

const of = (...octets: number[]): Uint8Array => Uint8Array.from(octets);

it('joins parts in their order, and nothing to nothing', () => {
  expect(joined([])).toEqual(of());
  expect(joined([of(), of()])).toEqual(of());
  expect(joined([of(1, 2), of(), of(3)])).toEqual(of(1, 2, 3));
});

it('gives a single part back as it is', () => {
  const only = of(1, 2);
  expect(joined([only])).toBe(only);
});

it('compares octets and lengths', () => {
  expect(equalOctets(of(), of())).toBe(true);
  expect(equalOctets(of(1, 2), of(1, 2))).toBe(true);
  expect(equalOctets(of(1, 2), of(1, 3))).toBe(false);
  expect(equalOctets(of(1, 2), of(1))).toBe(false);
  expect(equalOctets(of(1), of(1, 2))).toBe(false);
});

it('finds octets at a place, and none outside', () => {
  expect(standsAt(of(9, 1, 2), 1, of(1, 2))).toBe(true);
  expect(standsAt(of(9, 1, 2), 0, of(1, 2))).toBe(false);
  expect(standsAt(of(9, 1, 2), 2, of(2, 0))).toBe(false);
  expect(standsAt(of(1), -1, of(0, 1))).toBe(false);
});
