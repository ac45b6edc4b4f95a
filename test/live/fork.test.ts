/** Another future of a live log: the same engine from a moment on, against what was recorded, or against a peer that an engine of ours plays. */
import { describe, expect, test } from 'vitest';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { redrive } from '../../engine/live/redrive.ts';
import type { Log } from '../../engine/log/log.ts';
import { replayOf } from '../../engine/replay/replay.ts';
import { type ForkAt, type Forked, fork } from '../../engine/sim/fork.ts';
import { values } from '../../engine/state/persistent-map.ts';
import { transitionRecords } from '../../engine/view/records/transitions.ts';
import { aes256, ask, ctx, type End, leave, makeWorld, responderAddress, type Terms, tripleDes, type World } from './two-engines.ts';

const connectText = `connect ${responderAddress}`;

/** Held at MM5, which was then changed so that nobody believes it. */
const spoiled = (terms: Terms): World => {
  const world = makeWorld(terms);
  ask(world, world.initiator, 'break at MM5');
  ask(world, world.initiator, connectText);
  ask(world, world.initiator, 'edit next payloads 11 63');
  ask(world, world.initiator, 'continue');
  return world;
};

const usualWish = { future: 'simulated', requests: [], without: false, came: [] } as const;

const forkOf = ({ log, pump }: End, wish: Partial<ForkAt> & { readonly event: number }): Forked => {
  const forked = fork(ctx, pump.plan, log, { ...usualWish, ...wish });
  if (!forked) throw new Error('there is no such fork');
  expect(redrive(ctx, pump.plan, forked.log).divergence).toBeNull();
  return forked;
};

/** Event of a message by its name and way. */
const eventOf = (log: Log, label: string): number => {
  const replay = replayOf(log, nodeCrypto);
  for (const t of transitionRecords(replay)) if (t.to === label) return t.event;
  throw new Error(`nothing leads to ${label}`);
};

const isUp = (log: Log): boolean =>
  values(replayOf(log, nodeCrypto).final.negotiations).some(
    (n) => n.established !== null && values(n.exchanges).some((e) => e.kind === 'quick' && e.result === 'complete'),
  );

describe.each([
  ['3DES, SHA-1, group 2', tripleDes],
  ['AES-256, SHA-256, group 14, with PFS', aes256],
])('%s', (_name, terms) => {
  test('what was spoiled succeeds from the moment before it, with the peer that an engine plays', () => {
    const { initiator } = spoiled(terms);
    expect(isUp(initiator.log)).toBe(false);
    const held = eventOf(initiator.log, 'IKE_I_MM4');
    const forked = forkOf(initiator, { event: held });
    expect(forked.first).toBe(held + 1);
    expect(forked.log.happened.slice(0, held)).toEqual(initiator.log.happened.slice(0, held));
    expect(forked.verdict).toBe('everything asked for stands');
    expect(isUp(forked.log)).toBe(true);
  });

  test('from each moment on it comes up, as it did', () => {
    const world = makeWorld(terms);
    ask(world, world.initiator, connectText);
    for (const end of [world.initiator, world.responder]) {
      for (let event = 1; event <= end.log.happened.length; event++) {
        const { log } = forkOf(end, { event });
        expect(`${event}: ${isUp(log)}`).toBe(`${event}: true`);
      }
    }
  });
});

test('the next message dropped: the timer brings it again, in virtual time', () => {
  const world = makeWorld(tripleDes);
  ask(world, world.initiator, connectText);
  const event = eventOf(world.initiator.log, 'IKE_I_MM2');
  const { log, verdict } = forkOf(world.initiator, { event, requests: ['drop next'] });
  expect(verdict).toBe('everything asked for stands');
  expect(log.happened.some((e) => e.kind === 'TimerFired')).toBe(true);
  expect(log.happened.filter((e) => e.kind === 'OperatorRequested').map((e) => e.request)).toContain('drop next');
});

test('the next message edited: nobody believes it', () => {
  const world = makeWorld(tripleDes);
  ask(world, world.initiator, connectText);
  const event = eventOf(world.initiator.log, 'IKE_I_MM4');
  const { log, verdict } = forkOf(world.initiator, { event, requests: ['edit next payloads 11 63'] });
  expect(verdict).toMatch(/^failed/);
  expect(isUp(log)).toBe(false);
});

test('an answer that does not come: the peer gives it again', () => {
  const world = makeWorld(tripleDes);
  ask(world, world.initiator, connectText);
  const event = eventOf(world.initiator.log, 'IKE_I_MM2');
  const { log, verdict } = forkOf(world.initiator, { event, without: true });
  expect(verdict).toBe('everything asked for stands');
  expect(log.happened.length).toBeGreaterThan(world.initiator.log.happened.length);
});

test.each(['simulated', 'recorded'] as const)('what came, with other octets: the peer is not believed (%s)', (future) => {
  const world = makeWorld(tripleDes);
  ask(world, world.initiator, connectText);
  const event = eventOf(world.initiator.log, 'IKE_P1_COMPLETE');
  const { log, verdict } = forkOf(world.initiator, { event, future, came: ['edit next payloads 20 ff'] });
  expect(verdict).not.toBe('everything asked for stands');
  expect(isUp(log)).toBe(false);
});

test('what was recorded comes again: unchanged the same, changed from there on another', () => {
  const world = makeWorld(tripleDes);
  ask(world, world.initiator, connectText);
  leave(world, world.initiator);
  const { log } = world.initiator;
  for (let event = 1; event <= log.happened.length; event++) {
    expect(forkOf(world.initiator, { event, future: 'recorded' }).log.happened).toEqual(log.happened);
  }
  const event = eventOf(log, 'IKE_I_MM4');
  const changed = forkOf(world.initiator, { event, future: 'recorded', requests: ['edit next payloads 11 63'] });
  expect(changed.log.happened.slice(0, event - 1)).toEqual(log.happened.slice(0, event - 1));
  expect(changed.log.happened).not.toEqual(log.happened);
});

test('no such moment, no fork', () => {
  const world = makeWorld(tripleDes);
  const { log, pump } = world.initiator;
  expect(fork(ctx, pump.plan, log, { ...usualWish, event: 1 })).toBeNull();
});
