/** What a message or a packet costs does not depend on how much there is of others already: counted in steps, on states of several sizes. */
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../engine/decide/plan.ts';
import type { AddressRange } from '../../engine/event/policy.ts';
import type { IpAddress } from '../../engine/values/ip-address.ts';
import { measure, total } from '../support/meter.ts';
import type { World } from './two-engines.ts';

// Behind the meter, which has to be there before the engine's functions are compiled.
const { accept } = await import('../../engine/live/pump.ts');
const { attendToAll } = await import('../../engine/decide/attend.ts');
const { decide } = await import('../../engine/decide/decide.ts');
const { fromSeconds } = await import('../../engine/values/timestamp.ts');
const { pingRequest } = await import('../../engine/decide/esp/ping.ts');
const { set, values } = await import('../../engine/state/persistent-map.ts');
const { ask, connect, ctx, initiatorAddress, makeWorld, pass, tripleDes } = await import('./two-engines.ts');
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

describe('a packet through the tunnel, and its answer', () => {
  type Datagram = Extract<Input, { readonly kind: 'DatagramSeen' }>['datagram'];
  type UdpDatagram = Extract<Datagram, { readonly form: 'udp' }>;
  const nat = '203.0.113.9' as IpAddress;
  const translated = (d: UdpDatagram): UdpDatagram => (d.src === initiatorAddress ? { ...d, src: nat } : { ...d, dst: initiatorAddress });
  const isEsp = ({ dport, bytes }: UdpDatagram): boolean => dport === 4500 && bytes.subarray(0, 4).some((octet) => octet !== 0);
  const third = (n: number) => (range: AddressRange) => ({
    address: range.address.replace('.0.0', `.${n}.0`) as IpAddress,
    mask: '255.255.255.0' as IpAddress,
  });

  /** The responder behind whom stand so many networks, each with SAs of its own; and a ping to one of them that is on its way. */
  const tunnels = (flows: number, dpd: Plan['dpd'] = null): { readonly world: World; readonly pump: Pump; readonly ping: Input } => {
    const world = makeWorld(tripleDes);
    for (const end of [world.initiator, world.responder]) {
      const { pump } = end;
      const widened = pump.plan.tunnels.map((tunnel) => ({
        ...tunnel,
        peer: end === world.responder ? null : tunnel.peer,
        flows: Array.from({ length: flows }, (_, i) =>
          tunnel.flows.map((f) => ({ ...f, source: third(i)(f.source), destination: third(i)(f.destination) })),
        ).flat(),
      }));
      end.pump = { ...pump, plan: { ...pump.plan, dpd, tunnels: widened } };
    }
    connect(world, (_number, d) => [translated(d)]);
    expect(values(world.responder.pump.taking.state.associations)).toHaveLength(2 * flows);
    const { pump } = world.responder;
    const pings: UdpDatagram[] = [];
    ask(world, world.initiator, pingRequest('10.2.0.5' as IpAddress, 1), (_number, d) => {
      if (isEsp(d)) pings.push(translated(d));
      return isEsp(d) ? [] : [translated(d)];
    });
    const [datagram] = pings;
    if (!datagram) throw new Error('no ping');
    return { world, pump, ping: { kind: 'DatagramSeen', at: world.now, origin: { input: 0, number: 0 }, via: 'received', datagram } };
  };

  const cost = ({ pump, ping }: Pick<ReturnType<typeof tunnels>, 'pump' | 'ping'>): number => {
    const once = (): number =>
      total(measure(ctx.crypto, (crypto) => expect(accept({ ...ctx, crypto }, pump, ping, draw).sends).toHaveLength(1)));
    once();
    return once();
  };

  /** SAs under other numbers, with other ends, that nothing here has to do with. */
  const besides = (pump: Pump, count: number): Pump => {
    let { associations } = pump.taking.state;
    const [model] = values(associations);
    if (!model) throw new Error('no SA');
    for (let i = 0; i < count; i++) associations = set(associations, `esp 192.0.2.77 ${i}`, { ...model, dst: '192.0.2.77' as IpAddress });
    return { ...pump, taking: { ...pump.taking, state: { ...pump.taking.state, associations } } };
  };

  test('costs the same beside 10 and 2,000 SAs of others', () => {
    const tunnel = tunnels(1);
    const [few, many] = [10, 2000].map((n) => cost({ ...tunnel, pump: besides(tunnel.pump, n) })) as [number, number];
    expect(many / few, `${few}, ${many} steps`).toBeLessThan(1.1);
  });

  test('costs the same after hundreds of questions whether the peer lives', () => {
    const { world, pump, ping } = tunnels(1, { idleSeconds: 2, retrySeconds: 2, tries: 3 });
    const before = cost({ pump, ping });
    pass(world, 600, (_number, d) => [translated(d)]);
    const later = world.responder.pump;
    const [n] = values(later.taking.state.negotiations);
    expect(n?.exchanges.size).toBeGreaterThan(300);
    const after = cost({ pump: later, ping: { ...ping, at: world.now } });
    expect(after / before, `${before}, ${after} steps`).toBeLessThan(1.1);
  });

  // What stands with one peer is looked at pair by pair, since any may fall due; not each against each.
  test('costs no more than in proportion to the SAs with one peer', () => {
    const [one, four, sixteen] = [1, 4, 16].map((n) => cost(tunnels(n))) as [number, number, number];
    const [each, eachLater] = [(four - one) / 3, (sixteen - four) / 12];
    expect(eachLater / each, `${one}, ${four}, ${sixteen} steps`).toBeLessThan(1.2);
  });
});
