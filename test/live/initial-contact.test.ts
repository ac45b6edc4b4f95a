/** INITIAL-CONTACT, RFC 2407 4.6.3.3: who has lost everything says so, and the other lets go of what it had, silently. */
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../engine/decide/plan.ts';
import { startPump } from '../../engine/live/pump.ts';
import { redrive } from '../../engine/live/redrive.ts';
import { entries, values } from '../../engine/state/persistent-map.ts';
import { ask, connect, ctx, type End, makeWorld, tripleDes, type World } from './two-engines.ts';

const planned = (more: Partial<Plan>): World => {
  const world = makeWorld(tripleDes);
  for (const end of [world.initiator, world.responder]) end.pump = { ...end.pump, plan: { ...end.pump.plan, ...more } };
  return world;
};

/** It forgets all that it knew, and its log begins anew. */
const restart = (world: World, end: End): void => {
  end.pump = startPump(ctx, end.pump.plan, end.log.given);
  end.log.happened.length = 0;
  end.deadline = null;
  // Chance is of its purpose, which names the event: an event more, and it is other chance.
  ask(world, end, 'nothing in particular');
};

const saidInitialContact = (end: End): boolean[] =>
  values(end.pump.taking.state.negotiations).map((n) => n.initialContact.initiator !== null);

const dropped = (end: End): string[] => entries(end.pump.taking.dropped).map(([id]) => id);

describe.each([
  ['main mode', {}],
  ['aggressive mode', { aggressive: { begin: true, answer: true } }],
] as const)('%s', (_mode, more) => {
  test('the first message that proves who speaks says it; what stood before is dropped without a word', () => {
    const world = planned(more);
    connect(world);
    expect(saidInitialContact(world.responder)).toEqual([true]);
    expect(dropped(world.responder)).toEqual([]);
    const [old] = values(world.responder.pump.taking.state.negotiations);
    restart(world, world.initiator);
    const before = world.wire.length;
    connect(world);
    expect(world.initiator.verdicts).toEqual(['done', 'done']);
    expect(dropped(world.responder)).toEqual([old?.id]);
    const [line] = values(world.responder.pump.taking.lines.byName);
    expect(line?.isakmp).toHaveLength(1);
    expect(line?.pairs).toHaveLength(1);
    // No delete: nobody is left who would understand it.
    const types = world.wire.slice(before).flatMap(({ datagram }) => (datagram.form === 'udp' ? [datagram.bytes[18]] : []));
    expect(types).not.toContain(5);
    for (const end of [world.initiator, world.responder]) expect(redrive(ctx, end.pump.plan, end.log).divergence).toBeNull();
  });

  test('where something else stands with the peer it is not said', () => {
    const world = planned(more);
    connect(world);
    connect(world);
    expect(saidInitialContact(world.responder).filter((said) => said)).toHaveLength(1);
    expect(dropped(world.responder)).toEqual([]);
  });
});
