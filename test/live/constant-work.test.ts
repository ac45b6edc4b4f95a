/** What a message from anybody costs does not depend on how much there is already: counted in steps, on states of three sizes. */
import { expect, test } from 'vitest';
import { measure, total } from '../support/meter.ts';

// Behind the meter, which has to be there before the engine's functions are compiled.
const { accept } = await import('../../engine/live/pump.ts');
const { attendToAll } = await import('../../engine/decide/attend.ts');
const { decide } = await import('../../engine/decide/decide.ts');
const { fromSeconds } = await import('../../engine/values/timestamp.ts');
const { connect, ctx, makeWorld, tripleDes } = await import('./two-engines.ts');
const { spoofed } = await import('./flooding.ts');

type Pump = Parameters<typeof accept>[1];
type Input = Parameters<typeof accept>[2];

const first = (() => {
  const world = makeWorld(tripleDes);
  connect(world);
  const [message] = world.wire;
  if (message?.datagram.form !== 'udp') throw new Error('nothing was sent');
  return message.datagram;
})();

const input = (n: number): Input => ({
  kind: 'DatagramSeen',
  at: fromSeconds(1_700_000_000, 0),
  origin: { input: 0, number: 0 },
  via: 'received',
  datagram: spoofed(first, n),
});

const draw = makeWorld(tripleDes).responder.draw;

/** After `n` first messages, with `places` for them. */
const after = (n: number, places: number): Pump => {
  const { pump } = makeWorld(tripleDes).responder;
  let next: Pump = { ...pump, plan: { ...pump.plan, tunnels: pump.plan.tunnels.map((t) => ({ ...t, peer: null })), mostHalfOpen: places } };
  for (let i = 0; i < n; i++) next = accept(ctx, next, input(i), draw).pump;
  return next;
};

/** Of the cheapest of some, since a table of 32 branches sometimes grows by one. */
const steps = (pump: Pump, n: number): number => {
  let now = pump;
  const counts = Array.from({ length: 8 }, (_, i) =>
    total(
      measure(ctx.crypto, (crypto) => {
        now = accept({ ...ctx, crypto }, now, input(n + i), draw).pump;
      }),
    ),
  );
  return Math.min(...counts);
};

test('a first message costs the same beside 20, 200 and 2,000 others, and where one of them has to go', () => {
  const places = 2000;
  steps(after(5, places), 5);
  const [few, some, many] = [20, 200, 2000].map((n) => steps(after(n, places), n)) as [number, number, number];
  expect(some / few, `${few}, ${some}, ${many} steps`).toBeLessThan(1.2);
  expect(many / few, `${few}, ${some}, ${many} steps`).toBeLessThan(1.5);
}, 120_000);

test('whom decide does not look at is owed nothing', () => {
  const pump = after(50, 100);
  let taking = attendToAll(pump.taking);
  for (let i = 0; i < 50; i++) {
    const intents = decide(ctx, taking, pump.plan);
    expect(intents.map((intent) => intent.do)).toEqual(['Rest']);
    taking = { ...taking, agenda: taking.agenda.slice(1) };
  }
});
