/** Engines against each other over seeded networks: every rule holds at every step, whatever is lost, changed, badly made, or crashes. */
import { describe, expect, test } from 'vitest';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { simulate } from '../../engine/sim/run.ts';
import type { Decision } from '../../engine/sim/scenario.ts';
import { scenarios, undisturbed } from '../../engine/sim/scenarios.ts';
import type { Context } from '../../engine/state/context.ts';
import { longSuites } from '../support/long.ts';
import regressions from './regressions.json' with { type: 'json' };

const ctx: Context = { crypto: nodeCrypto, replayWindow: 64, detail: false };

/** Over all scenarios together. */
const runs = longSuites ? 100_000 : 10_000;
const patience = longSuites ? 3_600_000 : 600_000;

describe.each(scenarios)('$name: $about', (scenario) => {
  test('undisturbed, it is complete in no time', () => {
    const { failure, decisions } = simulate(ctx, undisturbed(scenario), 1);
    expect({ failure, decisions }).toEqual({ failure: null, decisions: [] });
  });

  test('the same seed gives the same run', () => {
    const [one, two] = [simulate(ctx, scenario, 7), simulate(ctx, scenario, 7)];
    expect(two.wire).toEqual(one.wire);
    expect(two.decisions).toEqual(one.decisions);
    expect(one.decisions.length).toBeGreaterThan(3);
  });

  test('what went wrong, written down, goes wrong again', () => {
    const seeded = simulate(ctx, scenario, 7);
    expect(simulate(ctx, scenario, 7, seeded.decisions).wire).toEqual(seeded.wire);
  });

  test(
    `${runs / scenarios.length} seeds`,
    () => {
      const failed = [];
      for (let seed = 1; seed <= runs / scenarios.length; seed++) {
        const { failure } = simulate(ctx, scenario, seed);
        if (failure)
          failed.push(`ikewind simulate ${scenario.name} --seed ${seed} --runs 1 --minimise: ${failure.checker}: ${failure.what}`);
      }
      expect(failed).toEqual([]);
    },
    patience,
  );
});

test.each(regressions)('once it failed: $why', ({ scenario: name, seed, decisions }) => {
  const scenario = scenarios.find((s) => s.name === name);
  expect(scenario && simulate(ctx, scenario, seed, decisions as readonly Decision[]).failure).toBeNull();
});
