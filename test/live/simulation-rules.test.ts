/** Each rule of the simulation is broken on purpose once, to be sure that it looks; and what breaks it is made small. */
import { describe, expect, test } from 'vitest';
import { toHex } from '../../engine/bytes/hex.ts';
import type { Crypto } from '../../engine/crypto/provider.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { type Checker, checkers, type Step } from '../../engine/sim/checkers.ts';
import { minimise } from '../../engine/sim/minimise.ts';
import { simulate } from '../../engine/sim/run.ts';
import { type Decision, undisturbed } from '../../engine/sim/scenario.ts';
import type { Context } from '../../engine/state/context.ts';
import type { Association } from '../../engine/state/ipsec/association.ts';
import { changedEntries, set } from '../../engine/state/persistent-map.ts';
import type { Timestamp } from '../../engine/values/timestamp.ts';
import { scenarios } from '../support/scenarios.ts';

const ctx: Context = { crypto: nodeCrypto, replayWindow: 64, detail: false };
const [pair] = scenarios;
if (!pair) throw new Error('there is no scenario');
const calm = undisturbed(pair);

/** What the rules are shown, with something changed in each step. */
const failureWith = (name: string, change: (step: Step) => Step) => {
  const rule = checkers.find((c) => c.name === name);
  const changed: Checker = {
    name,
    watch: () => {
      const watch = rule?.watch();
      return (step) => watch?.(change(step)) ?? null;
    },
  };
  return simulate(ctx, calm, 1, null, [changed]).failure;
};

/** SAs that changed in a step, changed once more. */
const withAssociations =
  (change: (a: Association) => Association) =>
  (step: Step): Step => {
    let { associations } = step.after.state;
    for (const [key, a] of changedEntries(step.before.state.associations, associations)) associations = set(associations, key, change(a));
    return { ...step, after: { ...step.after, state: { ...step.after.state, associations } } };
  };

describe('a rule that is broken says so', () => {
  const faults: Readonly<Record<string, (step: Step) => Step>> = {
    'equal-keys': withAssociations((a) => ({ ...a, keymat: a.keymat && { ...a.keymat, value: a.keymat.value.map((octet) => octet ^ 1) } })),
    'no-sa-without-authentication': (step) => {
      let { negotiations } = step.after.state;
      for (const [id, n] of changedEntries(step.before.state.negotiations, negotiations))
        negotiations = set(negotiations, id, { ...n, authenticated: { initiator: null, responder: null } });
      return { ...step, after: { ...step.after, state: { ...step.after.state, negotiations } } };
    },
    'counters-rise': (step) => ({
      ...step,
      round: {
        ...step.round,
        happened: step.round.happened.map((h) => ({
          ...h,
          seen: { ...h.seen, ipsec: { association: 'esp', sequence: 1n } as unknown as typeof h.seen.ipsec },
        })),
      },
    }),
    'timers-run': (step) => ({ ...step, round: { ...step.round, deadline: { timer: 'late', at: (step.now * 2n) as Timestamp } } }),
    'memory-bounded': (step) => ({
      ...step,
      round: { ...step.round, happened: step.round.happened.flatMap((h) => Array.from({ length: 61 }, () => h)) },
    }),
  };

  test.each(checkers.map((c) => c.name))('%s', (name) => {
    expect(failureWith(name, (step) => step)).toBeNull();
    expect(failureWith(name, faults[name] ?? ((step) => step))).toMatchObject({ checker: name });
  });

  test('undisturbed-completes, where nobody is there to answer', () => {
    const deaf = { ...calm, ends: calm.ends.map((end) => (end.name === 'east' ? { ...end, plan: { ...end.plan, policies: [] } } : end)) };
    expect(simulate(ctx, deaf, 1).failure).toMatchObject({ checker: 'undisturbed-completes' });
  });

  test('recovers-in-bounded-time, where a crashed end has lost its policies', () => {
    const deaf = { ...pair, ends: pair.ends.map((end) => (end.name === 'east' ? { ...end, plan: { ...end.plan, policies: [] } } : end)) };
    expect(simulate(ctx, deaf, 3).failure).toMatchObject({ checker: 'recovers-in-bounded-time' });
  });
});

describe('rules about a whole run', () => {
  test('comes-to-rest, where somebody is asked for something long after all took leave', () => {
    const late = { ...calm, acts: [...calm.acts, ...[1000, 1001].map((at) => ({ at, end: 'west', request: 'ping 10.2.0.1' }))] };
    expect(simulate(ctx, late, 1).failure).toMatchObject({ checker: 'comes-to-rest' });
  });

  /** Does something else where it is asked to seal what it has sealed before: an engine that goes on from its log asks for that. */
  const sealsOnce = (again: (octets: Uint8Array) => Uint8Array): Context => {
    const sealed = new Set<string>();
    const encryptCbc: Crypto['encryptCbc'] = (cipher, key, iv, data) => {
      const octets = nodeCrypto.encryptCbc(cipher, key, iv, data);
      const what = `${toHex(key)} ${toHex(iv)} ${toHex(data)}`;
      if (octets && sealed.has(what)) return again(octets);
      sealed.add(what);
      return octets;
    };
    return { ...ctx, crypto: { ...nodeCrypto, encryptCbc } };
  };
  const crash: Decision = { what: 'crash', end: 'west', event: 17 };
  const fault = (): never => {
    throw new Error('a planted fault');
  };

  test('resumes, with a cipher that gives other octets the second time', () => {
    const flips = sealsOnce((octets) => octets.map((octet) => octet ^ 1));
    expect(simulate(ctx, pair, 1, [crash]).failure).toBeNull();
    expect(simulate(flips, pair, 1, [crash]).failure).toMatchObject({
      checker: 'resumes',
      what: expect.stringContaining('a sent message differs'),
    });
  });

  test('no-exception, with a cipher that throws: at work, and while an end goes on from its log', () => {
    const broken = { ...ctx, crypto: { ...nodeCrypto, encryptCbc: fault } };
    const thrown = { checker: 'no-exception', what: 'west: a planted fault' };
    expect(simulate(broken, calm, 1).failure).toMatchObject(thrown);
    expect(simulate(sealsOnce(fault), pair, 1, [crash]).failure).toMatchObject(thrown);
  });
});

test('a planted fault: of all that went wrong, the one that matters is left', () => {
  /** Whoever sees a message with a wrong hash breaks this rule. */
  const fragile: Checker = {
    name: 'fragile',
    watch: () => (step) => {
      const differs = step.round.happened.some((h) => h.seen.ike?.authenticators.some((a) => a.verdict === 'differs'));
      return differs ? 'a hash differs' : null;
    },
  };
  const run = (seed: number, some: readonly Decision[] | null) => simulate(ctx, { ...pair, crashes: 0 }, seed, some, [fragile]);
  const seed =
    Array.from({ length: 100 }, (_, i) => i).find((n) => run(n, null).failure !== null && run(n, null).decisions.length > 5) ?? 0;
  const failed = run(seed, null);
  const few = minimise(failed.decisions, (some) => run(seed, some).failure?.checker === 'fragile');
  expect(failed.decisions.length).toBeGreaterThan(5);
  expect(few).toHaveLength(1);
  expect(run(seed, few).failure).toMatchObject({ checker: 'fragile' });
});
