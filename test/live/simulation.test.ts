/** Engines against each other over seeded networks: every rule holds at every step, whatever is lost, changed, badly made, or crashes. */
import { describe, expect, test } from 'vitest';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { simulate } from '../../engine/sim/run.ts';
import { type Decision, undisturbed } from '../../engine/sim/scenario.ts';
import type { Context } from '../../engine/state/context.ts';
import { scenarios } from '../support/scenarios.ts';
import regressions from './regressions.json' with { type: 'json' };

const ctx: Context = { crypto: nodeCrypto, replayWindow: 64, detail: false };

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
});

test.each(regressions)('once it failed: $why', ({ scenario: name, seed, decisions }) => {
  const scenario = scenarios.find((s) => s.name === name);
  expect(scenario && simulate(ctx, scenario, seed, decisions as readonly Decision[]).failure).toBeNull();
});
