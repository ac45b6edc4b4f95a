/** Aggressive mode with a pre-shared key between two engines, RFC 2409 5.4: both complete, only where both want it, whatever is lost or forged. */
import { describe, expect, test } from 'vitest';
import { isEstablished } from '../../engine/decide/ikev1/phase1.ts';
import type { UdpDatagram } from '../../engine/decide/intent.ts';
import type { Plan } from '../../engine/decide/plan.ts';
import { redrive } from '../../engine/live/redrive.ts';
import { get, values } from '../../engine/state/persistent-map.ts';
import { aes256, connect, ctx, type End, makeWorld, tripleDes, type World } from './two-engines.ts';

const planned = (end: End, more: Partial<Plan>): void => {
  end.pump = { ...end.pump, plan: { ...end.pump.plan, ...more } };
};

const aggressiveWorld = (terms = tripleDes, psks?: readonly [string, string]): World => {
  const world = makeWorld(terms, psks);
  for (const end of [world.initiator, world.responder]) planned(end, { aggressive: { begin: true, answer: true } });
  return world;
};

const phase1Of = (end: End) => values(end.pump.taking.state.negotiations)[0];

const stands = (end: End, side: 'initiator' | 'responder'): boolean => {
  const n = phase1Of(end);
  return n !== undefined && isEstablished(end.pump.taking, n, side);
};

const exchangeTypes = (world: World): number[] =>
  world.wire.flatMap(({ datagram }) => (datagram.form === 'udp' ? [datagram.bytes[18] ?? 0] : []));

const replays = (world: World): void => {
  for (const end of [world.initiator, world.responder]) expect(redrive(ctx, end.pump.plan, end.log).divergence).toBeNull();
};

describe.each([
  ['3DES, SHA-1, group 2', tripleDes],
  ['AES-256, SHA-256, group 14, with PFS', aes256],
])('%s', (_name, terms) => {
  test('three messages, then quick mode: both sides complete with equal keys, and each log gives the same octets', () => {
    const world = aggressiveWorld(terms);
    connect(world);
    expect(world.initiator.verdicts).toEqual(['done']);
    expect(exchangeTypes(world)).toEqual([4, 4, 4, 32, 32, 32]);
    expect([stands(world.initiator, 'initiator'), stands(world.responder, 'responder')]).toEqual([true, true]);
    const [a, b] = [phase1Of(world.initiator), phase1Of(world.responder)];
    expect(a?.values.skeyidA?.value).toEqual(b?.values.skeyidA?.value);
    replays(world);
  });

  test.each([0, 1, 2, 3, 4, 5])('message %i is lost once: both sides complete', (lost) => {
    const world = aggressiveWorld(terms);
    connect(world, (number) => number !== lost);
    expect(world.initiator.verdicts).toContain('done');
    expect([stands(world.initiator, 'initiator'), stands(world.responder, 'responder')]).toEqual([true, true]);
    replays(world);
  });
});

test('not answered where nobody asked for it: refused by name, once', () => {
  const world = makeWorld(tripleDes);
  planned(world.initiator, { aggressive: { begin: true, answer: false } });
  connect(world);
  expect(world.initiator.verdicts[0]).toContain('UNSUPPORTED-EXCHANGE-TYPE');
  expect(exchangeTypes(world).filter((type) => type === 5)).toHaveLength(1);
  replays(world);
});

test('another pre-shared key: the initiator does not believe the answer', () => {
  const world = aggressiveWorld(tripleDes, ['one secret', 'another secret']);
  connect(world);
  expect(world.initiator.verdicts[0]).toContain('did not prove itself');
  expect([stands(world.initiator, 'initiator'), stands(world.responder, 'responder')]).toEqual([false, false]);
  replays(world);
});

test('offers of several groups: those with the first one go out, since the public value goes with them', () => {
  const world = aggressiveWorld(tripleDes);
  const [policy] = world.initiator.pump.plan.policies;
  if (!policy) throw new Error('no policy');
  planned(world.initiator, { policies: [policy, { ...policy, priority: 2, group: 14 }] });
  connect(world);
  expect(world.initiator.verdicts).toEqual(['done']);
  expect(phase1Of(world.responder)?.suite?.group).toBe(2);
});

test('no group that both want: refused', () => {
  const world = aggressiveWorld(tripleDes);
  const [policy] = world.responder.pump.plan.policies;
  if (!policy) throw new Error('no policy');
  planned(world.responder, { policies: [{ ...policy, group: 14 }] });
  connect(world);
  expect(world.initiator.verdicts[0]).toContain('NO-PROPOSAL-CHOSEN');
});

test('a name instead of an address', () => {
  const world = aggressiveWorld(tripleDes);
  planned(world.initiator, { identity: { kind: 'written', idType: 11, value: new TextEncoder().encode('remote office') } });
  connect(world);
  expect(world.initiator.verdicts).toEqual(['done']);
  expect(phase1Of(world.responder)?.initiator.identity).toBe('remote office');
});

/** An encrypted first message of a quick mode, as somebody sends it who knows the cookies and no key. */
const forged = (like: UdpDatagram): UdpDatagram => {
  const bytes = new Uint8Array(28 + 64).fill(0x5a);
  bytes.set(like.bytes.subarray(0, 16));
  bytes.set([8, 0x10, 32, 1, 0x12, 0x34, 0x56, 0x78, 0, 0, 0, bytes.length], 16);
  return { ...like, bytes };
};

describe.each([
  ['main mode', makeWorld, [0, 1, 2, 3, 4, 5]],
  ['aggressive mode', aggressiveWorld, [0, 1, 2]],
] as const)('%s: a forged quick mode behind a message of phase 1', (_name, world, messages) => {
  test.each(messages)('message %i: nobody takes phase 1 for finished, and both complete', (number) => {
    const w = world(tripleDes);
    connect(w, (n, datagram) => (n === number ? [datagram, forged(datagram)] : true));
    expect(w.initiator.verdicts.at(-1)).toBe('done');
    expect([stands(w.initiator, 'initiator'), stands(w.responder, 'responder')]).toEqual([true, true]);
    const n = phase1Of(w.responder);
    expect(n && get(w.responder.pump.taking.progress, n.id)).toBe(n?.mode === 'main' ? 'MM6' : 'AM3');
    replays(w);
  });
});
