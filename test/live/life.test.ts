/** The life of SAs between two engines in virtual time: renewal of both phases, silence, NATs, clearing, both ends at once. RFC 2409 5.5, RFC 3706, RFC 3948. */
import { describe, expect, test } from 'vitest';
import { connectRequest } from '../../engine/decide/decide.ts';
import { lifeOfPair } from '../../engine/decide/ikev1/life.ts';
import type { Line, Pair } from '../../engine/decide/lines.ts';
import { type Plan, usual } from '../../engine/decide/plan.ts';
import { redrive } from '../../engine/live/redrive.ts';
import { get, values } from '../../engine/state/persistent-map.ts';
import type { IpAddress } from '../../engine/values/ip-address.ts';
import {
  aes256,
  ask,
  askAll,
  connect,
  ctx,
  type End,
  type Fate,
  initiatorAddress,
  makeWorld,
  pass,
  responderAddress,
  tripleDes,
  type World,
} from './two-engines.ts';

const planned = (end: End, change: (plan: Plan) => Partial<Plan>): void => {
  const { plan } = end.pump;
  end.pump = { ...end.pump, plan: { ...plan, ...change(plan) } };
};

interface Lives {
  readonly phase1?: number;
  readonly phase2?: number;
  readonly kilobytes?: number;
}

const worldWith = ({ phase1, phase2, kilobytes }: Lives, change: Partial<Plan> = {}, terms = tripleDes): World => {
  const world = makeWorld(terms);
  for (const end of [world.initiator, world.responder]) {
    planned(end, ({ policies, tunnels }) => ({
      policies: policies.map((p) => ({ ...p, lifetimeSeconds: phase1 ?? p.lifetimeSeconds })),
      tunnels: tunnels.map((t) => ({
        ...t,
        lifetimeSeconds: phase2 ?? t.lifetimeSeconds,
        lifetimeKilobytes: kilobytes ?? t.lifetimeKilobytes,
      })),
      dpd: usual.dpd,
      ...change,
    }));
  }
  return world;
};

const linesOf = ({ pump }: End): readonly Line[] => values(pump.taking.lines.byName);
const pairsOf = (end: End): readonly Pair[] => linesOf(end).flatMap((line) => line.pairs);
const isakmpOf = (end: End): readonly string[] => linesOf(end).flatMap((line) => line.isakmp.map((s) => s.negotiation));

/** Keys of the SAs that stand, both directions. */
const keysOf = (end: End): readonly string[] =>
  pairsOf(end)
    .flatMap(({ inbound, outbound }) => [inbound, outbound])
    .map((key) => {
      const a = get(end.pump.taking.state.associations, key);
      return `${a?.spi} ${Buffer.from(a?.keymat?.value ?? []).toString('hex')}`;
    })
    .sort();

const ends = ({ initiator, responder }: World): readonly End[] => [initiator, responder];

const holds = (world: World): void => {
  for (const end of ends(world)) expect(redrive(ctx, end.pump.plan, end.log).divergence).toBeNull();
};

const agree = (world: World, pairs: number, isakmp: number): void => {
  expect(keysOf(world.initiator)).toHaveLength(2 * pairs);
  expect(keysOf(world.responder)).toEqual(keysOf(world.initiator));
  expect(isakmpOf(world.initiator)).toHaveLength(isakmp);
  expect([...isakmpOf(world.responder)].sort()).toEqual([...isakmpOf(world.initiator)].sort());
};

describe('IPsec SAs', () => {
  test('are renewed at nine tenths of their seconds, the old ones go after the new ones stand, and so on', () => {
    const world = worldWith({ phase2: 100 });
    connect(world);
    const [first] = keysOf(world.initiator);
    pass(world, 89);
    agree(world, 1, 1);
    expect(keysOf(world.initiator)).toContain(first);
    pass(world, 2);
    agree(world, 2, 1);
    pass(world, 6);
    agree(world, 1, 1);
    expect(keysOf(world.initiator)).not.toContain(first);
    for (let i = 0; i < 5; i++) {
      pass(world, 95);
      agree(world, 1, 1);
    }
    expect(world.initiator.verdicts).toEqual(['done']);
    holds(world);
  });

  test('with PFS have a new secret each', () => {
    const world = worldWith({ phase2: 100 }, {}, aes256);
    connect(world);
    pass(world, 97);
    agree(world, 1, 1);
    holds(world);
  });

  test('that the beginner does not renew are renewed by the other end', () => {
    const world = worldWith({ phase2: 100 });
    planned(world.initiator, () => ({ rekeyAt: null }));
    connect(world);
    pass(world, 94);
    agree(world, 1, 1);
    pass(world, 2);
    agree(world, 2, 1);
    pass(world, 10);
    agree(world, 1, 1);
    expect(world.initiator.verdicts).toEqual(['done']);
    holds(world);
  });

  test('that nobody renews are gone at the end of their lifetime', () => {
    const world = worldWith({ phase2: 100 }, { rekeyAt: null });
    connect(world);
    pass(world, 99);
    agree(world, 1, 1);
    pass(world, 2);
    agree(world, 0, 1);
    expect(world.initiator.verdicts).toEqual(['done', 'IPsec SAs that stood are gone']);
    holds(world);
  });

  test.each([0, 1, 2])('message %i of the renewal is lost: it comes again, and the SAs are renewed', (lost) => {
    const world = worldWith({ phase2: 100 }, { dpd: null });
    connect(world);
    const before = world.wire.length;
    pass(world, 98, (number) => number !== before + lost);
    pass(world, 6);
    agree(world, 1, 1);
    holds(world);
  });
});

describe('ISAKMP SAs', () => {
  test('are renewed before their end; IPsec SAs outlive them and are renewed under the new one', () => {
    const world = worldWith({ phase1: 200, phase2: 300 });
    connect(world);
    const [first] = isakmpOf(world.initiator);
    pass(world, 181);
    agree(world, 1, 2);
    pass(world, 6);
    agree(world, 1, 1);
    expect(isakmpOf(world.initiator)).not.toContain(first);
    pass(world, 90);
    agree(world, 1, 1);
    expect(pairsOf(world.initiator).map((p) => p.negotiation)).toEqual(isakmpOf(world.initiator));
    expect(world.initiator.verdicts).toEqual(['done']);
    holds(world);
  });

  test('that nobody renews are deleted; for traffic that stands another one is made when it is due', () => {
    const world = worldWith({ phase1: 50, phase2: 100 });
    for (const end of ends(world)) planned(end, ({ rekeyAt }) => ({ rekeyAt: rekeyAt === null ? null : 0.9 }));
    planned(world.initiator, () => ({ rekeyAt: null }));
    connect(world);
    pass(world, 51);
    agree(world, 1, 0);
    pass(world, 46);
    // The responder of the first had to begin.
    expect(isakmpOf(world.responder)).toHaveLength(1);
    expect(get(world.responder.pump.taking.state.negotiations, isakmpOf(world.responder)[0] ?? '')?.initiator.address).toBe(
      responderAddress,
    );
    pass(world, 10);
    agree(world, 1, 1);
    holds(world);
  });
});

describe('a peer that is silent', () => {
  test('is asked, answers, and is left in peace while it talks', () => {
    const world = worldWith({});
    connect(world);
    const before = world.wire.length;
    pass(world, 31);
    // Each end asks and answers, or one is content with having heard the other's question.
    expect(world.wire.length - before).toBeGreaterThanOrEqual(2);
    expect(world.wire.length - before).toBeLessThanOrEqual(4);
    pass(world, 3600);
    agree(world, 1, 1);
    holds(world);
  });

  test('and does not answer is dead after so many questions: nothing stands with it, and it is told', () => {
    const world = worldWith({}, { dpd: { idleSeconds: 30, retrySeconds: 5, tries: 3 } });
    connect(world);
    const before = world.wire.length;
    pass(world, 49, () => false);
    agree(world, 1, 1);
    pass(world, 2, () => false);
    agree(world, 0, 0);
    const ours = world.wire.slice(before).filter((e) => e.datagram.form === 'udp' && e.datagram.src === initiatorAddress);
    // Four questions, and deletes of the IPsec SA and the ISAKMP SA.
    expect(ours).toHaveLength(6);
    pass(world, 1000);
    expect(world.initiator.verdicts).toEqual(['done', 'the ISAKMP SA was deleted by initiator']);
    holds(world);
  });

  test('is not asked where it does not know how to answer', () => {
    const world = worldWith({}, { dpd: null });
    connect(world);
    const before = world.wire.length;
    pass(world, 300);
    expect(world.wire).toHaveLength(before);
  });
});

describe('an operator', () => {
  test('clears IPsec SAs that were made under an ISAKMP SA of before: neither direction is used any more', () => {
    const world = worldWith({ phase1: 200 });
    connect(world);
    pass(world, 190);
    agree(world, 1, 1);
    ask(world, world.initiator, 'clear crypto sa');
    for (const end of ends(world)) {
      const states = values(end.pump.taking.state.associations).map((a) => a.state);
      expect(states.sort()).toEqual(['dead', 'dying']);
    }
    agree(world, 0, 1);
    holds(world);
  });

  test('clears IPsec SAs: deletes go, the ISAKMP SA stays', () => {
    const world = worldWith({});
    connect(world);
    ask(world, world.responder, 'clear crypto sa');
    agree(world, 0, 1);
    holds(world);
  });

  test('clears those of one peer', () => {
    const world = worldWith({});
    connect(world);
    ask(world, world.initiator, 'clear crypto sa peer 203.0.113.9');
    agree(world, 1, 1);
    ask(world, world.initiator, `clear crypto sa peer ${responderAddress}`);
    agree(world, 0, 1);
  });

  test('clears ISAKMP SAs, all or one by its number: IPsec SAs stay', () => {
    const world = worldWith({});
    connect(world);
    ask(world, world.initiator, 'clear crypto isakmp 1002');
    agree(world, 1, 1);
    ask(world, world.initiator, 'clear crypto isakmp 1001');
    agree(world, 1, 0);
    ask(world, world.initiator, connectRequest(responderAddress));
    agree(world, 2, 1);
    ask(world, world.responder, 'clear crypto isakmp');
    agree(world, 2, 0);
    holds(world);
  });
});

describe('both ends at once', () => {
  const connectBoth = (world: World): void =>
    askAll(world, [
      [world.initiator, connectRequest(responderAddress)],
      [world.responder, connectRequest(initiatorAddress)],
    ]);

  test('set up: both negotiations complete; later one pair is renewed, by both ends the same, and the other runs out', () => {
    const world = worldWith({ phase2: 100 });
    connectBoth(world);
    agree(world, 2, 2);
    pass(world, 92);
    agree(world, 3, 2);
    pass(world, 10);
    agree(world, 1, 2);
    pass(world, 300);
    agree(world, 1, 2);
    expect(world.initiator.verdicts).toEqual(['done']);
    expect(world.responder.verdicts).toEqual(['done']);
    holds(world);
  });

  test('renew: both renewals complete, the next time it is one', () => {
    const world = worldWith({ phase2: 100 });
    // (1 + 0.8) / 2 is the share of who did not begin: the same moment for both.
    planned(world.responder, () => ({ rekeyAt: 0.8 }));
    connect(world);
    pass(world, 90.2);
    agree(world, 3, 1);
    pass(world, 6);
    agree(world, 2, 1);
    const before = world.wire.length;
    pass(world, 100);
    agree(world, 1, 1);
    // A quick mode and the deletes of two old pairs, or two of each where the moment was the same again.
    expect(world.wire.length - before).toBeLessThan(20);
    pass(world, 1000);
    agree(world, 1, 1);
    holds(world);
  });

  test('renew the ISAKMP SAs that each of them began', () => {
    const world = worldWith({ phase1: 200, phase2: 1000 });
    connectBoth(world);
    pass(world, 1990);
    const [mine, theirs] = ends(world).map((end) => isakmpOf(end).length);
    expect(mine).toBe(theirs);
    expect(mine).toBeLessThanOrEqual(2);
    expect(pairsOf(world.initiator).length).toBeGreaterThanOrEqual(1);
    expect(keysOf(world.responder)).toEqual(keysOf(world.initiator));
    holds(world);
  });
});

test("the responder's shorter lifetime is said and kept by both", () => {
  const world = worldWith({});
  planned(world.responder, ({ tunnels }) => ({ tunnels: tunnels.map((t) => ({ ...t, lifetimeSeconds: 100 })) }));
  connect(world);
  pass(world, 89);
  agree(world, 1, 1);
  pass(world, 2);
  agree(world, 2, 1);
  holds(world);
});

test("the responder's shorter lifetime of the ISAKMP SA too", () => {
  const world = worldWith({});
  planned(world.responder, ({ policies }) => ({ policies: policies.map((p) => ({ ...p, lifetimeSeconds: 200 })) }));
  connect(world);
  pass(world, 179);
  agree(world, 1, 1);
  pass(world, 2);
  agree(world, 1, 2);
  pass(world, 6);
  agree(world, 1, 1);
  holds(world);
});

describe('behind a NAT', () => {
  const nat = '203.0.113.9' as IpAddress;
  const translated: Fate = (_number, d) => [d.src === initiatorAddress ? { ...d, src: nat } : { ...d, dst: initiatorAddress }];
  const natted = (lives: Lives, change: Partial<Plan> = {}): World => {
    const world = worldWith(lives, change);
    planned(world.responder, ({ tunnels }) => ({ tunnels: tunnels.map((t) => ({ ...t, peer: null })) }));
    return world;
  };
  const keepalives = ({ wire }: World) =>
    wire.flatMap(({ datagram: d }) => (d.form === 'udp' && d.bytes.length === 1 && d.bytes[0] === 0xff ? [d.src] : []));

  test('its end keeps the way open while nothing else goes', () => {
    const world = natted({}, { dpd: null });
    connect(world, translated);
    pass(world, 101, translated);
    expect(keepalives(world)).toEqual(Array.from({ length: 5 }, () => initiatorAddress));
    holds(world);
  });

  test('nobody does without a NAT', () => {
    const world = worldWith({}, { dpd: null });
    connect(world);
    pass(world, 101);
    expect(keepalives(world)).toEqual([]);
  });

  test('an SA whose kilobytes are nearly used up is renewed', () => {
    const world = natted({ kilobytes: 2 });
    connect(world, translated);
    ask(world, world.initiator, 'ping 10.2.0.5 count 30', translated);
    expect(world.initiator.verdicts).toEqual(['done']);
    const used = values(world.initiator.pump.taking.state.associations).map((a) => a.bytes);
    expect(used).toHaveLength(4);
    expect(Math.max(...used)).toBeLessThanOrEqual(2048);
    holds(world);
  });

  test('with the commit bit nothing goes out before the peer says CONNECTED, or shows that it is ready', () => {
    const world = natted({});
    // The header of QM2 is covered by no hash: RFC 2408 3.1 has the bit there.
    const committing: Fate = (number, d) => {
      const quick = d.src === responderAddress && d.bytes[4 + 18] === 32;
      const bytes = d.bytes.slice();
      if (quick) bytes[4 + 19] = (bytes[4 + 19] ?? 0) | 2;
      const way = translated(number, { ...d, bytes });
      return way;
    };
    connect(world, committing);
    const before = world.wire.length;
    ask(world, world.initiator, 'ping 10.2.0.5 count 1', translated);
    const sent = world.wire.slice(before).filter(({ datagram: d }) => d.form === 'udp' && d.src === initiatorAddress);
    expect(sent).toEqual([]);
    ask(world, world.responder, 'ping 10.1.0.5 count 1', translated);
    expect(world.responder.pump.taking.traffic.pings[0]?.answered[0]).not.toBeNull();
  });
});

test('renewal moments follow from what was agreed', () => {
  const world = worldWith({ phase2: 1000 });
  connect(world);
  for (const [end, share] of [
    [world.initiator, 900],
    [world.responder, 950],
  ] as const) {
    const [pair] = pairsOf(end);
    if (!pair) throw new Error('nothing stands');
    const { renewAt, endAt } = lifeOfPair(end.pump.taking, end.pump.plan, pair);
    expect([renewAt, endAt].map((at) => Number((at ?? 0n) - (pair.at ?? 0n)) / 1e9)).toEqual([share, 1000]);
  }
});
