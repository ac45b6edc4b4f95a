/** Messages in pieces between two engines: cut where both have said that they put them together, sent again in the same pieces. */
import { describe, expect, test } from 'vitest';
import type { UdpDatagram } from '../../engine/decide/intent.ts';
import type { Plan } from '../../engine/decide/plan.ts';
import { redrive } from '../../engine/live/redrive.ts';
import { connect, ctx, makeWorld, tripleDes, type World } from './two-engines.ts';

const cutting = (initiator: number | null, responder: number | null, more: Partial<Plan> = {}): World => {
  const world = makeWorld(tripleDes);
  const octets = [initiator, responder];
  for (const [i, end] of [world.initiator, world.responder].entries()) {
    end.pump = { ...end.pump, plan: { ...end.pump.plan, fragmentOctets: octets[i] ?? null, ...more } };
  }
  return world;
};

const datagrams = (world: World): UdpDatagram[] => world.wire.flatMap(({ datagram }) => (datagram.form === 'udp' ? [datagram] : []));
const lengths = (world: World): number[] => datagrams(world).map((d) => d.bytes.length);
const isPiece = (d: UdpDatagram): boolean => d.bytes[16] === 132;

const replays = (world: World): void => {
  for (const end of [world.initiator, world.responder]) expect(redrive(ctx, end.pump.plan, end.log).divergence).toBeNull();
};

describe.each([
  ['main mode', {}],
  ['aggressive mode', { aggressive: { begin: true, answer: true } }],
] as const)('%s', (_mode, more) => {
  test('both take pieces: nothing longer leaves once both have said so, and both complete', () => {
    const world = cutting(200, 200, more);
    connect(world);
    expect(world.initiator.verdicts).toEqual(['done']);
    expect(datagrams(world).some(isPiece)).toBe(true);
    // The first message goes out before anything is known of the other end, in main mode with nothing big in it.
    expect(Math.max(...lengths(world).slice(1))).toBeLessThanOrEqual(200);
    replays(world);
  });

  test('each message lost once, in turn', () => {
    const total = (() => {
      const world = cutting(200, 200, more);
      connect(world);
      return world.wire.length;
    })();
    for (let lost = 0; lost < total; lost++) {
      const world = cutting(200, 200, more);
      connect(world, (number) => number !== lost);
      if (world.initiator.verdicts.includes('done')) replays(world);
      else expect([lost, world.initiator.verdicts]).toEqual([lost, ['done']]);
    }
  });

  test.each([
    [200, null],
    [null, 200],
  ])('one end does not take them (%s, %s): nothing is cut', (initiator, responder) => {
    const world = cutting(initiator, responder, more);
    connect(world);
    expect(world.initiator.verdicts).toEqual(['done']);
    expect(datagrams(world).some(isPiece)).toBe(false);
  });
});

test('pieces in another order, and each of them twice', () => {
  const world = cutting(150, 150);
  let held: UdpDatagram[] = [];
  connect(world, (_number, datagram) => {
    if (!isPiece(datagram)) return [...held.splice(0), datagram];
    held = [datagram, ...held];
    // The last octet of the fragment payload's own header: the last piece is marked.
    return datagram.bytes[35] === 1 ? [...held, ...held.splice(0)] : false;
  });
  expect(world.initiator.verdicts).toEqual(['done']);
  replays(world);
});
