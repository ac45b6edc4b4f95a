/** Seeds of a scenario, one after the other: 10,000 over all scenarios, ten times as many with the long suites. */
import { expect, test } from 'vitest';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { simulate } from '../../engine/sim/run.ts';
import { longSuites } from '../support/long.ts';
import { scenarios } from '../support/scenarios.ts';

/** Fewer of those that take longer. */
export const runs = {
  pair: 1200,
  pfs: 1700,
  pieces: 500,
  clear: 500,
  strangers: 300,
  nat: 1500,
  aggressive: 1500,
  xauth: 1000,
  'both-begin': 800,
  hub: 700,
  rekey: 300,
} as const;

const patience = longSuites ? 3_600_000 : 900_000;

export const holdsFor = (name: keyof typeof runs): void => {
  const number = runs[name] * (longSuites ? 10 : 1);
  test(
    `${name}: every rule holds in ${number} runs`,
    () => {
      const scenario = scenarios.find((s) => s.name === name);
      if (!scenario) throw new Error(`there is no scenario ${name}`);
      const failed: string[] = [];
      for (let seed = 1; seed <= number; seed++) {
        const { failure } = simulate({ crypto: nodeCrypto, replayWindow: 64, detail: false }, scenario, seed);
        if (failure) failed.push(`ikewind simulate ${name} --seed ${seed} --runs 1 --minimise: ${failure.checker}: ${failure.what}`);
      }
      expect(failed).toEqual([]);
    },
    patience,
  );
};
