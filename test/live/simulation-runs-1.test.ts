/** Half of the seeded runs: files run side by side. */
import { expect, test } from 'vitest';
import { scenarios } from '../support/scenarios.ts';
import { holdsFor, runs } from './seeded-runs.ts';

for (const name of ['pair', 'pfs', 'aggressive', 'pieces', 'rekey'] as const) holdsFor(name);

test('10,000 runs in all, of every scenario', () => {
  expect(Object.keys(runs).sort()).toEqual(scenarios.map((s) => s.name).sort());
  expect(Object.values(runs).reduce((sum, n) => sum + n, 0)).toBe(10_000);
});
