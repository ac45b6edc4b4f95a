/** Packets through the tunnel of two engines behind a NAT: what is lost, repeated, late or changed on the wire, and what does not belong there. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unnumberedIntegrity } from '../../engine/crypto/integrity.ts';
import { pingRequest } from '../../engine/decide/esp/ping.ts';
import type { InnerPacket } from '../../engine/decide/inner/ipv4.ts';
import { writeInner } from '../../engine/decide/inner/ipv4.ts';
import type { UdpDatagram } from '../../engine/decide/intent.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { accept } from '../../engine/live/pump.ts';
import { redrive } from '../../engine/live/redrive.ts';
import { type Association, type IpsecSuite, lostOf } from '../../engine/state/ipsec/association.ts';
import { espAlgorithms, espKeys } from '../../engine/state/ipsec/esp-algorithms.ts';
import { sealEsp } from '../../engine/state/ipsec/esp-sealing.ts';
import { entries, set, values } from '../../engine/state/persistent-map.ts';
import type { IpAddress } from '../../engine/values/ip-address.ts';
import { sequenceNumber } from '../../engine/values/sequence-number.ts';
import { longSuites } from '../support/long.ts';
import {
  aes256,
  ask,
  connect,
  ctx,
  type End,
  type Fate,
  initiatorAddress,
  makeWorld,
  responderAddress,
  type Terms,
  type World,
} from './two-engines.ts';

const nat = '203.0.113.9' as IpAddress;
const host = '10.2.0.5' as IpAddress;

/** What a NAT before the initiator makes of a datagram. */
const translated = (d: UdpDatagram): UdpDatagram => (d.src === initiatorAddress ? { ...d, src: nat } : { ...d, dst: initiatorAddress });
const behindNat: Fate = (_number, datagram) => [translated(datagram)];

const isEsp = ({ sport, dport, bytes }: UdpDatagram): boolean =>
  (sport === 4500 || dport === 4500) && bytes.slice(0, 4).some((o) => o !== 0);

/** `fate` of the n-th ESP datagram, counted from 1. */
const espFate = (fate: (n: number, d: UdpDatagram) => readonly UdpDatagram[]): Fate => {
  let n = 0;
  return (_number, datagram) => (isEsp(datagram) ? fate(++n, translated(datagram)) : [translated(datagram)]);
};

/** The responder takes whoever has the key: it cannot know the address of a NAT. */
const openWorld = (terms: Terms = aes256): World => {
  const world = makeWorld(terms);
  const { pump } = world.responder;
  world.responder.pump = { ...pump, plan: { ...pump.plan, tunnels: pump.plan.tunnels.map((t) => ({ ...t, peer: null })) } };
  return world;
};

const tunnel = (): World => {
  const world = openWorld();
  connect(world, behindNat);
  expect(world.initiator.verdicts).toEqual(['done']);
  return world;
};

const associations = (end: End): readonly Association[] => values(end.pump.taking.state.associations);
const towards = (end: End, dst: IpAddress): Association => {
  const found = associations(end).find((a) => a.dst === dst);
  if (!found) throw new Error(`no SA to ${dst}`);
  return found;
};

const verified = ({ initiator, responder }: World): void => {
  for (const end of [initiator, responder]) expect(redrive(ctx, end.pump.plan, end.log).divergence).toBeNull();
};

const pingOf = ({ pump }: End) => {
  const [ping] = pump.taking.traffic.pings;
  if (!ping) throw new Error('no ping');
  return ping;
};
const answered = (end: End): readonly number[] => pingOf(end).answered.flatMap((at, i) => (at === null ? [] : [i + 1]));

test('pings, a second apart, are answered by whoever stands for the network; both logs give the same octets again', () => {
  const world = tunnel();
  ask(world, world.initiator, pingRequest(host, 3), behindNat);
  expect(answered(world.initiator)).toEqual([1, 2, 3]);
  const [first, second] = pingOf(world.initiator).sent;
  expect((second ?? 0n) - (first ?? 0n)).toBe(1_000_000_000n);
  for (const end of [world.initiator, world.responder]) {
    expect(towards(end, responderAddress)).toMatchObject({ received: 3, highest: 3n, verified: 3 });
  }
  verified(world);
});

test('without a NAT one end says that it stands behind one, and packets go in UDP', () => {
  const world = makeWorld(aes256);
  const { pump } = world.initiator;
  world.initiator.pump = { ...pump, plan: { ...pump.plan, udpEncapsulation: true } };
  connect(world);
  ask(world, world.initiator, pingRequest(host, 2));
  expect(answered(world.initiator)).toEqual([1, 2]);
  expect(associations(world.responder).map((a) => a.udpEncap)).toEqual([true, true]);
  verified(world);
});

test('a ping may be asked for before there is a tunnel: the verdict waits for its answers', () => {
  const world = openWorld();
  world.initiator.pump = accept(
    ctx,
    world.initiator.pump,
    { kind: 'OperatorRequested', at: world.now, origin: { input: 0, number: 0 }, request: pingRequest(host, 2) },
    world.initiator.draw,
  ).pump;
  connect(world, behindNat);
  expect(world.initiator.verdicts).toEqual(['done']);
  expect(answered(world.initiator)).toEqual([1, 2]);
});

test('the other end asks too, through the NAT', () => {
  const world = tunnel();
  ask(world, world.responder, pingRequest('10.1.7.7' as IpAddress, 2), behindNat);
  expect(answered(world.responder)).toEqual([1, 2]);
});

test('a question that is lost stays without an answer, and the receiver knows the number that never came', () => {
  const world = tunnel();
  ask(
    world,
    world.initiator,
    pingRequest(host, 3),
    espFate((n, d) => (n === 3 ? [] : [d])),
  );
  expect(answered(world.initiator)).toEqual([1, 3]);
  expect(world.initiator.verdicts.at(-1)).toBe('1 of 3 pings to 10.2.0.5 were not answered');
  expect(lostOf(towards(world.responder, responderAddress))).toBe(1n);
  verified(world);
});

test('what comes twice is answered once', () => {
  const world = tunnel();
  ask(
    world,
    world.initiator,
    pingRequest(host, 2),
    espFate((_n, d) => [d, d]),
  );
  expect(answered(world.initiator)).toEqual([1, 2]);
  expect(towards(world.responder, responderAddress)).toMatchObject({ received: 2, replayed: 2 });
  expect(towards(world.initiator, initiatorAddress)).toMatchObject({ received: 2, replayed: 2 });
  verified(world);
});

test('what comes late, within the window, is let in', () => {
  const world = tunnel();
  let kept: UdpDatagram | undefined;
  ask(
    world,
    world.initiator,
    pingRequest(host, 2),
    espFate((n, d) => {
      if (n === 1) {
        kept = d;
        return [];
      }
      return n === 2 && kept ? [d, kept] : [d];
    }),
  );
  expect(answered(world.initiator)).toEqual([1, 2]);
  expect(towards(world.responder, responderAddress)).toMatchObject({ received: 2, old: 0, replayed: 0 });
});

test('a changed octet is noticed by the ICV, and nobody answers', () => {
  const world = tunnel();
  ask(
    world,
    world.initiator,
    pingRequest(host, 1),
    espFate((_n, d) => [{ ...d, bytes: d.bytes.with(40, (d.bytes[40] ?? 0) ^ 1) }]),
  );
  expect(answered(world.initiator)).toEqual([]);
  expect(towards(world.responder, responderAddress)).toMatchObject({ received: 0, badIcv: 1 });
});

/** The packet as the initiator would seal it, under the number after those that it used. */
const sealed = (world: World, packet: InnerPacket, ahead = 1n, changed: Partial<IpsecSuite> = {}): UdpDatagram => {
  const a = towards(world.initiator, responderAddress);
  const algorithms = a.suite && espAlgorithms({ ...a.suite, ...changed });
  const payload = writeInner(packet);
  const sequence = sequenceNumber((a.highest ?? 0n) + ahead);
  const what = { spi: a.spi, sequence, esn: false, payload: payload ?? new Uint8Array(0), nextHeader: 4 };
  const bytes = algorithms && sealEsp(nodeCrypto, algorithms, espKeys(a), what);
  if (!bytes) throw new Error('it cannot be sealed');
  return { form: 'udp', src: nat, sport: 4500, dst: responderAddress, dport: 4500, bytes };
};

const given = (world: World, datagram: UdpDatagram) => {
  const { responder } = world;
  const event = { kind: 'DatagramSeen', at: world.now, origin: { input: 0, number: 0 }, via: 'received', datagram } as const;
  const round = accept(ctx, responder.pump, event, responder.draw);
  responder.pump = round.pump;
  return round;
};

const udp = (src: string, dst: string, sport: number, dport: number, text: string): InnerPacket => {
  const data = new TextEncoder().encode(text);
  const length = 8 + data.length;
  // A checksum of zero is none, RFC 768.
  const head = Uint8Array.of(sport >> 8, sport & 255, dport >> 8, dport & 255, length >> 8, length & 255, 0, 0);
  return { src: src as IpAddress, dst: dst as IpAddress, protocol: 17, payload: Uint8Array.of(...head, ...data) };
};

describe('inside', () => {
  test('UDP port 7 echoes', () => {
    const world = tunnel();
    const { sends } = given(world, sealed(world, udp('10.1.0.3', '10.2.0.4', 4000, 7, 'hello')));
    expect(sends).toHaveLength(1);
    expect(sends[0]?.datagram).toMatchObject({ src: responderAddress, sport: 4500, dst: nat, dport: 4500 });
  });

  test.each([
    ['a port that nobody serves', udp('10.1.0.3', '10.2.0.4', 4000, 9, 'hello'), { accepted: 1, strayed: 0 }],
    ['the echo port to itself, which would go on for ever', udp('10.1.0.3', '10.2.0.4', 7, 7, 'hello'), { accepted: 1, strayed: 0 }],
    ['a source outside of what was agreed', udp('10.9.0.3', '10.2.0.4', 4000, 7, 'hello'), { accepted: 0, strayed: 1 }],
    ['a destination outside of what was agreed', udp('10.1.0.3', '10.3.0.4', 4000, 7, 'hello'), { accepted: 0, strayed: 1 }],
  ])('%s: no answer', (_what, packet, counts) => {
    const world = tunnel();
    expect(given(world, sealed(world, packet)).sends).toEqual([]);
    expect(world.responder.pump.taking.traffic).toMatchObject({ ...counts, answers: [] });
  });

  test('an ICV of SHA2-256 cut to 96 bits, as old Linux has it, is not what was agreed: who cuts one short takes nothing from the SA', () => {
    const world = tunnel();
    const short = { authentication: unnumberedIntegrity['hmac-sha2-256-96'] };
    expect(given(world, sealed(world, udp('10.1.0.3', '10.2.0.4', 4000, 7, 'hello'), 1n, short)).sends).toEqual([]);
    expect(given(world, sealed(world, udp('10.1.0.3', '10.2.0.4', 4000, 7, 'hello'))).sends).toHaveLength(1);
    expect(towards(world.responder, responderAddress)).toMatchObject({ badIcv: 1, received: 1 });
  });

  test('an answer that no SA takes out keeps nobody else from theirs', () => {
    const world = tunnel();
    const { pump } = world.responder;
    const stuck = { packet: udp('10.2.0.4', '10.8.0.1', 7, 4000, 'gone'), asked: 'nobody' };
    const traffic = { ...pump.taking.traffic, answers: [stuck] };
    world.responder.pump = { ...pump, taking: { ...pump.taking, traffic } };
    expect(given(world, sealed(world, udp('10.1.0.3', '10.2.0.4', 4000, 7, 'hello'))).sends).toHaveLength(1);
    expect(world.responder.pump.taking.traffic.answers).toEqual([stuck]);
  });

  test('a number so far behind that the window is past it: no answer', () => {
    const world = tunnel();
    expect(given(world, sealed(world, udp('10.1.0.3', '10.2.0.4', 4000, 7, 'a'), 100n)).sends).toHaveLength(1);
    expect(given(world, sealed(world, udp('10.1.0.3', '10.2.0.4', 4000, 7, 'b'), 36n)).sends).toEqual([]);
    expect(given(world, sealed(world, udp('10.1.0.3', '10.2.0.4', 4000, 7, 'c'), 37n)).sends).toHaveLength(1);
    expect(towards(world.responder, responderAddress)).toMatchObject({ old: 1, received: 2 });
  });
});

describe('extended sequence numbers', () => {
  /** Both ends want them, and have come to `highest` on every SA. */
  const farOn = (highest: bigint, esn: boolean): World => {
    const world = openWorld();
    for (const end of [world.initiator, world.responder]) end.pump = { ...end.pump, plan: { ...end.pump.plan, esn } };
    connect(world, behindNat);
    for (const end of [world.initiator, world.responder]) {
      const { taking } = end.pump;
      let { associations } = taking.state;
      for (const [key, a] of entries(associations)) {
        const counted = {
          ...a,
          highest: sequenceNumber(highest),
          lowest: sequenceNumber(highest),
          window: { ...a.window, highest, seen: 1n },
        };
        associations = set(associations, key, counted);
      }
      end.pump = { ...end.pump, taking: { ...taking, state: { ...taking.state, associations } } };
    }
    return world;
  };

  test('are agreed on where both want them, and go past 2^32 without a gap', () => {
    const world = farOn(2n ** 32n - 2n, true);
    ask(world, world.initiator, pingRequest(host, 3), behindNat);
    expect(answered(world.initiator)).toEqual([1, 2, 3]);
    const { suite, highest, received, highHalf } = towards(world.responder, responderAddress);
    expect({ esn: suite?.esn, highest, received, highHalf }).toEqual({
      esn: true,
      highest: 2n ** 32n + 1n,
      received: 3,
      highHalf: 'proven',
    });
  });

  test('are not agreed on where one end does not want them', () => {
    const world = openWorld();
    world.initiator.pump = { ...world.initiator.pump, plan: { ...world.initiator.pump.plan, esn: true } };
    connect(world, behindNat);
    expect(world.initiator.verdicts).toEqual(['done']);
    expect(towards(world.initiator, responderAddress).suite?.esn).toBe(false);
  });

  test('without them an SA ends with its last number: the counter does not begin anew', () => {
    const world = farOn(2n ** 32n - 2n, false);
    ask(world, world.initiator, pingRequest(host, 2), behindNat);
    expect(answered(world.initiator)).toEqual([1]);
    expect(towards(world.initiator, responderAddress).highest).toBe(2n ** 32n - 1n);
  });
});

test('a NAT that made another mapping is answered there, from the first authentic packet on; a forged one moves nothing', () => {
  const world = tunnel();
  const packet = udp('10.1.0.3', '10.2.0.4', 4000, 7, 'hello');
  const from = (sport: number, d: UdpDatagram) => given(world, { ...d, sport }).sends.map(({ datagram }) => datagram.dport);
  expect(from(61_000, sealed(world, packet))).toEqual([61_000]);
  const forged = sealed(world, packet, 2n);
  expect(from(62_000, { ...forged, bytes: forged.bytes.with(30, 0).with(31, 0) })).toEqual([]);
  expect(from(61_000, sealed(world, packet, 3n))).toEqual([61_000]);
  expect(from(4500, sealed(world, packet, 4n))).toEqual([4500]);
});

describe('whatever arrives on the port of NAT traversal', () => {
  test(
    'no exception, no answer to what is not authentic, and a log that gives the same octets again',
    () => {
      const world = tunnel();
      const good = sealed(world, udp('10.1.0.3', '10.2.0.4', 4000, 7, 'hello'));
      const { pump, draw, log } = world.responder;
      const changed = fc.record({
        changes: fc.array(fc.tuple(fc.nat(good.bytes.length - 1), fc.nat(255)), { maxLength: 3 }),
        cut: fc.nat(good.bytes.length),
      });
      fc.assert(
        fc.property(fc.array(fc.oneof(changed, fc.uint8Array({ maxLength: 120 })), { maxLength: 6 }), (steps) => {
          let after = pump;
          const happened = [...log.happened];
          for (const step of steps) {
            const bytes = step instanceof Uint8Array ? step : good.bytes.slice(0, good.bytes.length - step.cut);
            if (!(step instanceof Uint8Array)) for (const [at, value] of step.changes) if (at < bytes.length) bytes[at] = value;
            const datagram = { ...good, bytes };
            const event = { kind: 'DatagramSeen', at: world.now, origin: { input: 0, number: 0 }, via: 'received', datagram } as const;
            const round = accept(ctx, after, event, draw);
            after = round.pump;
            happened.push(...round.happened.map((h) => h.event));
            const isGood = bytes.length === good.bytes.length && bytes.every((octet, i) => octet === good.bytes[i]);
            if (!isGood) expect(round.sends.filter(({ datagram: sent }) => isEsp(sent))).toEqual([]);
          }
          expect(redrive(ctx, after.plan, { ...log, happened }).divergence).toBeNull();
        }),
        { numRuns: longSuites ? 2000 : 60 },
      );
    },
    longSuites ? 300_000 : 60_000,
  );

  test('SPIs that nobody agreed on leave no more behind than there is room for', () => {
    const world = tunnel();
    const before = world.responder.pump.taking.state.associations.size;
    for (let i = 0; i < 3000; i++) {
      const bytes = Uint8Array.of(1 + (i >> 8), i & 255, 7, 7, 0, 0, 0, 1, ...new Uint8Array(40));
      given(world, { form: 'udp', src: nat, sport: 4500, dst: responderAddress, dport: 4500, bytes });
    }
    expect(world.responder.pump.taking.state.associations.size - before).toBeLessThan(1500);
  });
});
