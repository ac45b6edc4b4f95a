import { describe, expect, test } from 'vitest';
import { minimise } from './minimise.ts';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const needs =
  (...these: number[]) =>
  (some: readonly number[]): boolean =>
    these.every((n) => some.includes(n));

describe('the shortest list that still fails', () => {
  test.each([
    ['one of many', 100, [63]],
    ['two that belong together, far apart', 100, [2, 97]],
    ['neighbours', 9, [3, 4, 5]],
    ['all of them', 5, [0, 1, 2, 3, 4]],
    ['none of them', 7, []],
    ['the only one', 1, [0]],
    ['of nothing, nothing', 0, []],
  ])('%s', (_what, n, these) => {
    expect(minimise(upTo(n), needs(...these))).toEqual(these);
  });

  test('asks no more often than it may, and what it gives still fails', () => {
    let asked = 0;
    const fails = (some: readonly number[]): boolean => {
      asked += 1;
      return needs(1, 500, 900)(some);
    };
    const few = minimise(upTo(1000), fails, 10);
    expect(asked).toBe(10);
    expect(needs(1, 500, 900)(few)).toBe(true);
  });
});
