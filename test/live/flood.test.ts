/** A responder under first messages from everywhere: what it keeps is bounded, what it answers is no more than what came, and a real peer is served. */
import { describe, expect, test } from 'vitest';
import { connectRequest } from '../../engine/decide/decide.ts';
import type { UdpDatagram } from '../../engine/decide/intent.ts';
import type { Event } from '../../engine/event/event.ts';
import { accept, type Draw, type Input, type Pump, type Round } from '../../engine/live/pump.ts';
import { redrive } from '../../engine/live/redrive.ts';
import { get, isPersistentMap } from '../../engine/state/persistent-map.ts';
import { fromSeconds } from '../../engine/values/timestamp.ts';
import { longSuites } from '../support/long.ts';
import { spoofed } from './flooding.ts';
import { connect, ctx, type End, initiatorAddress, makeWorld, responderAddress, tripleDes } from './two-engines.ts';

const many = longSuites ? 100_000 : 3000;
const patience = longSuites ? 600_000 : 120_000;
const mostHalfOpen = 200;

const at = fromSeconds(1_700_000_000, 0);
const origin = { input: 0, number: 0 };
const received = (datagram: UdpDatagram): Input => ({ kind: 'DatagramSeen', at, origin, via: 'received', datagram });
const sent = (round: Round): UdpDatagram[] => round.sends.flatMap(({ datagram }) => (datagram.form === 'udp' ? [datagram] : []));

/** A whole negotiation on the wire. */
const good = ((): UdpDatagram[] => {
  const world = makeWorld(tripleDes);
  connect(world);
  return world.wire.flatMap((e) => (e.datagram.form === 'udp' ? [e.datagram] : []));
})();
const first = good[0] as UdpDatagram;

interface Living {
  pump: Pump;
  readonly draw: Draw;
  readonly happened: Event[];
}

/** One that answers anybody. */
const gateway = (): Living => {
  const { pump, draw } = makeWorld(tripleDes).responder;
  const tunnels = pump.plan.tunnels.map((t) => ({ ...t, peer: null }));
  return { pump: { ...pump, plan: { ...pump.plan, tunnels, mostHalfOpen } }, draw, happened: [] };
};

const give = (to: Living | End, input: Input, happened?: Event[]): UdpDatagram[] => {
  const round = accept(ctx, to.pump, input, to.draw);
  to.pump = round.pump;
  happened?.push(...round.happened.map((h) => h.event));
  return sent(round);
};

/** Sizes of all tables. */
const tables = ({ taking }: Pump): Record<string, number> =>
  Object.fromEntries(
    [...Object.entries(taking.state), ...Object.entries(taking)].flatMap(([name, value]): [string, number][] =>
      typeof value === 'object' && value !== null && isPersistentMap(value) ? [[name, value.size]] : [],
    ),
  );

/** `messages`: how many each may have brought that has a place. */
const bounded = (pump: Pump, messages = 2): void => {
  for (const [table, size] of Object.entries(tables(pump))) expect(size, table).toBeLessThanOrEqual((messages + 1) * mostHalfOpen + 40);
  expect(pump.taking.state.secrets.length).toBeLessThanOrEqual(messages > 2 ? mostHalfOpen + 10 : 10);
};

/** The whole negotiation of a real peer, with `between` before each of its messages arrives. */
const serve = (to: Living, between: () => void): void => {
  const { initiator } = makeWorld(tripleDes);
  let way = give(initiator, { kind: 'OperatorRequested', at, origin, request: connectRequest(responderAddress) });
  for (let turn = 0; way.length > 0 && turn < 20; turn++) {
    between();
    const answers = way.flatMap((d) => give(to, received(d), to.happened));
    way = answers.filter((d) => d.dst === initiatorAddress).flatMap((d) => give(initiator, received(d)));
  }
  expect([...Object.keys(tables(initiator.pump))].length).toBeGreaterThan(0);
  expect(initiator.pump.taking.verdict).toBe('Done');
};

describe('first messages from everywhere', () => {
  test(
    `${many} of them, and one real peer: bounded, served, and the log gives the same again`,
    () => {
      const to = gateway();
      const cpu = process.cpuUsage();
      let [n, answers, worst] = [0, 0, 0];
      const flood = (): void => {
        for (let i = 0; i < many / 5; i++, n++) {
          const before = performance.now();
          const datagram = spoofed(first, n);
          const out = give(to, received(datagram), longSuites ? undefined : to.happened);
          worst = Math.max(worst, performance.now() - before);
          answers += out.length;
          for (const answer of out) {
            expect(answer.dst).toBe(datagram.src);
            expect(answer.bytes.length).toBeLessThanOrEqual(datagram.bytes.length);
          }
        }
        bounded(to.pump);
      };
      // Fewer than there are places come while a message of the real peer is on its way: nobody can do more against who has not proven an address.
      serve(to, () => {
        for (let i = 0; i < mostHalfOpen / 4; i++) give(to, received(spoofed(first, n++)), longSuites ? undefined : to.happened);
      });
      for (let i = 0; i < 5; i++) flood();
      expect(answers).toBe(5 * (many / 5));
      expect(get(to.pump.taking.state.negotiations, initiatorCookie())?.established).not.toBeNull();
      const { user, system } = process.cpuUsage(cpu);
      const megabytes = process.memoryUsage().heapUsed / 1e6;
      process.stdout.write(
        `flood of ${n}: ${((user + system) / n).toFixed(0)} us of processor time each, the slowest after ${worst.toFixed(0)} ms, ${megabytes.toFixed(0)} MB of heap\n`,
      );
      if (!longSuites) {
        const log = { inputs: [], given: makeWorld(tripleDes).responder.log.given, happened: to.happened, damage: [] };
        expect(redrive(ctx, to.pump.plan, log)).toMatchObject({ divergence: null });
      }
    },
    patience,
  );

  test('nothing is computed in a group before the peer has answered from where it says to be', () => {
    const to = gateway();
    for (let i = 0; i < 500; i++) give(to, received(spoofed(first, i)), to.happened);
    const purposes = new Set(to.happened.flatMap((e) => (e.kind === 'EntropyDrawn' ? [e.purpose.split(' ')[0]] : [])));
    expect([...purposes]).toEqual(['responderCookie']);
  });

  test('an offer without a word more is answered without a word more', () => {
    const to = gateway();
    const bytes = first.bytes.slice(0, 28 + new DataView(first.bytes.buffer, first.bytes.byteOffset + 28).getUint16(2));
    // No payload behind the SA payload, and the length in the header says so.
    bytes[28] = 0;
    new DataView(bytes.buffer).setUint32(24, bytes.length);
    const [answer] = give(to, received({ ...first, bytes }));
    expect(answer?.bytes.length).toBe(bytes.length);
  });

  test('one that comes again is answered again, once each time', () => {
    const to = gateway();
    const counts = [0, 1, 2].map(() => give(to, received(spoofed(first, 1))).length);
    expect(counts).toEqual([1, 1, 1]);
    expect(to.pump.taking.armed.byTimer.size).toBe(0);
  });

  test('whoever was reached and goes no further makes room too, and shuts nobody out', () => {
    const to = gateway();
    for (let i = 0; i < 2 * mostHalfOpen; i++) {
      const [answer] = give(to, received(spoofed(first, i)));
      const third = good[2];
      if (!answer || !third) continue;
      const bytes = third.bytes.slice();
      bytes.set(answer.bytes.subarray(0, 16));
      give(to, received({ ...spoofed(first, i), bytes }));
    }
    bounded(to.pump, 4);
    serve(to, () => undefined);
  });

  test(
    'messages that begin in the middle, of another version, or of no SA that there is',
    () => {
      const to = gateway();
      for (let i = 0; i < 1500; i++) {
        const message = good[i % good.length] as UdpDatagram;
        const bytes = message.bytes.slice();
        bytes.set(spoofed(first, i).bytes.subarray(0, 8));
        if (i % 4 === 0) bytes[17] = 0x20;
        give(to, received({ ...spoofed(first, i), bytes }));
        const esp = Uint8Array.from({ length: 60 }, (_, k) => (k < 4 ? (i + 300) >>> (24 - 8 * k) : k));
        give(to, received({ ...spoofed(first, i), sport: 4500, dport: 4500, bytes: esp }));
      }
      bounded(to.pump);
      serve(to, () => undefined);
    },
    patience,
  );

  test(
    'what is said to a peer that stands, and is not proven, is not kept for ever',
    () => {
      const to = gateway();
      serve(to, () => undefined);
      const last = good.at(-1) as UdpDatagram;
      const from = good.filter((d) => d.dst === responderAddress).at(-1) ?? last;
      for (let i = 0; i < 1500; i++) {
        const bytes = from.bytes.slice();
        bytes.set([i >>> 8, i & 255], 21);
        give(to, received({ ...from, bytes }));
      }
      bounded(to.pump);
      const n = get(to.pump.taking.state.negotiations, initiatorCookie());
      expect(n?.exchanges.size).toBeLessThanOrEqual(mostHalfOpen + 10);
      expect(n?.established).not.toBeNull();
    },
    patience,
  );
});

/** Of the real peer, whose chance is seeded. */
const initiatorCookie = (): string => Buffer.from(first.bytes.subarray(0, 8)).toString('hex');
