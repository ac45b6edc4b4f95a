/** Simulations of who does not come along with the command: peers that sign, and more of those that nobody knows than there is room for. */
import { Effect } from 'effect';
import { describe, expect, test } from 'vitest';
import { planOfLog } from '../../debugger/host/live-plan.ts';
import { scenarioIn } from '../../debugger/host/scenario.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { redrive } from '../../engine/live/redrive.ts';
import { type Checker, checkers } from '../../engine/sim/checkers.ts';
import { simulate } from '../../engine/sim/run.ts';
import { type Decision, type Scenario, undisturbed } from '../../engine/sim/scenario.ts';
import type { Context } from '../../engine/state/context.ts';
import { longSuites } from '../support/long.ts';
import pems from './credentials.json' with { type: 'json' };

const ctx: Context = { crypto: nodeCrypto, replayWindow: 64, detail: false };
const seeds = Array.from({ length: longSuites ? 500 : 25 }, (_, i) => i + 1);

const west = '192.0.2.1';
const east = '198.51.100.1';
const networks: Readonly<Record<string, string>> = { [west]: '10.1.0.0/16', [east]: '10.2.0.0/16' };
const impairments = {
  loss: 0.3,
  duplication: 0.3,
  reordering: 0.3,
  delay: 0.5,
  corruption: 0.3,
  wrongHash: 0.2,
  missingPayload: 0.2,
  wrongLength: 0.2,
};

const config = (from: string, to: string, authentication: string, more: object = {}) => ({
  phase1: [{ encryption: '3des', hash: 'sha1', group: 1, authentication }],
  tunnels: [{ peer: to, local: networks[from] ?? '10.9.0.0/16', remote: networks[to], esp: [{ encryption: 'aes', integrity: 'sha1' }] }],
  ...more,
});

const read = (name: string, scenario: object): Scenario =>
  Effect.runSync(scenarioIn(name, JSON.stringify({ wants: [{ from: 'west', to: 'east' }], impairments, crashes: 2, ...scenario })));

const signers = read('signers', {
  ends: [
    {
      name: 'west',
      address: west,
      privateKey: pems.aKey,
      config: config(west, east, 'rsa-signature', { identity: 'subject', certificates: [pems.a], anchors: [pems.ca] }),
    },
    {
      name: 'east',
      address: east,
      privateKey: pems.bKey,
      config: config(east, west, 'rsa-signature', {
        identity: 'subject',
        certificates: [pems.bByBranch, pems.intermediate],
        anchors: [pems.ca],
      }),
    },
  ],
});

test('once it failed: a damaged MM6 that came after the good one made a peer that signed unbelieved, and its SA asked for it without end', () => {
  const decisions: readonly Decision[] = [
    { what: 'trouble', end: 'west', number: 3, trouble: { kind: 'repeated', milliseconds: 2637 } },
    { what: 'trouble', end: 'east', number: 5, trouble: { kind: 'corrupted', octet: 1092, bit: 2 } },
    { what: 'trouble', end: 'east', number: 7, trouble: { kind: 'corrupted', octet: 1112, bit: 7 } },
    { what: 'trouble', end: 'east', number: 8, trouble: { kind: 'corrupted', octet: 1021, bit: 1 } },
  ];
  expect(simulate(ctx, signers, 74, decisions).failure).toBeNull();
});

/** Places for peers that have proven nothing. */
const room = 4;
const strangers = Array.from({ length: 3 * room }, (_, i) => ({ name: `stranger-${i}`, address: `203.0.113.${i + 1}` }));

const crowd = read('crowd', {
  ends: [
    { name: 'west', address: west, preSharedKey: 'known to two', config: config(west, east, 'psk') },
    { name: 'east', address: east, preSharedKey: 'known to two', config: config(east, west, 'psk', { mostHalfOpen: room }) },
    ...strangers.map(({ name, address }) => ({
      name,
      address,
      preSharedKey: 'known to nobody else',
      config: config(address, east, 'psk'),
    })),
  ],
  acts: [
    ...strangers.map(({ name }, i) => ({ at: i / 4, end: name, request: `connect ${east}` })),
    { at: 1, end: 'west', request: `connect ${east}` },
  ],
  within: 30,
});

/** RFC 2408 2.5.3: who knocks and proves nothing has no more places than there are. */
const roomFor: Checker = {
  name: 'no-more-than-there-is-room-for',
  watch: () => (step) => {
    const { asked, answered } = step.after.memory.counts;
    return step.end.name === 'east' && asked + answered > room ? `${asked + answered} of ${room}` : null;
  },
};

describe.each([
  ['two ends that sign, one of them by a chain', signers, checkers],
  ['two ends and three times as many strangers as one has room for', crowd, [...checkers, roomFor]],
] as const)('%s', (_name, scenario, rules) => {
  test('undisturbed, the tunnel stands, and each log gives the same octets', () => {
    const run = simulate(ctx, undisturbed(scenario), 1, null, rules);
    expect(run.failure).toBeNull();
    for (const { log } of run.logs) expect(redrive(ctx, Effect.runSync(planOfLog(log)), log).divergence).toBeNull();
  });

  test('every rule holds, whatever goes wrong', () => {
    expect(seeds.flatMap((seed) => simulate(ctx, scenario, seed, null, rules).failure ?? [])).toEqual([]);
  }, 600_000);
});
