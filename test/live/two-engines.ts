/** Two engines over a wire in memory, in virtual time, with seeded chance. */
import { connectRequest, leaveRequest } from '../../engine/decide/decide.ts';
import type { UdpDatagram } from '../../engine/decide/intent.ts';
import { type Plan, type Tunnel, usual } from '../../engine/decide/plan.ts';
import type { DatagramSeen, Event, SecretLearned } from '../../engine/event/event.ts';
import type { AddressRange, IsakmpPolicy, TransformSet } from '../../engine/event/policy.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { impair } from '../../engine/live/impair.ts';
import { accept, type Deadline, type Draw, type Input, type Pending, type Pump, type Round, startPump } from '../../engine/live/pump.ts';
import type { Log } from '../../engine/log/log.ts';
import type { Context } from '../../engine/state/context.ts';
import { entries } from '../../engine/state/persistent-map.ts';
import type { IpAddress } from '../../engine/values/ip-address.ts';
import { fromSeconds, type Timestamp, timestamp } from '../../engine/values/timestamp.ts';

export const ctx: Context = { crypto: nodeCrypto, replayWindow: 64, detail: false };
export const initiatorAddress = '192.0.2.1' as IpAddress;
export const responderAddress = '198.51.100.1' as IpAddress;

const net = (address: string): AddressRange => ({ address: address as IpAddress, mask: '255.255.0.0' as IpAddress });
const [near, far] = [net('10.1.0.0'), net('10.2.0.0')];

export interface Terms {
  readonly policy: Partial<IsakmpPolicy>;
  readonly set: Partial<TransformSet>;
  readonly pfsGroup: number | null;
}

export const tripleDes: Terms = {
  policy: { encryption: 5, keyBits: null, hash: 2, group: 2 },
  set: { esp: 3, keyBits: null, espAuthentication: 2 },
  pfsGroup: null,
};
export const aes256: Terms = {
  policy: { encryption: 7, keyBits: 256, hash: 4, group: 14 },
  set: { esp: 12, keyBits: 256, espAuthentication: 5 },
  pfsGroup: 14,
};

export const planOf = (local: IpAddress, peer: IpAddress, { policy, set, pfsGroup }: Terms): Plan => {
  const [source, destination] = local === initiatorAddress ? [near, far] : [far, near];
  const tunnel: Tunnel = {
    peer,
    transformSets: [
      { name: 'T', esp: null, keyBits: null, espAuthentication: null, ah: null, ipcomp: null, mode: 'tunnel', line: null, ...set },
    ],
    pfsGroup,
    lifetimeSeconds: 3600,
    lifetimeKilobytes: null,
    flows: [{ action: 'permit', protocol: 0, source, sourcePort: 0, destination, destinationPort: 0, line: 1 }],
  };
  const policies: IsakmpPolicy[] = [
    {
      priority: 1,
      encryption: null,
      keyBits: null,
      hash: null,
      authentication: 1,
      group: null,
      lifetimeSeconds: 86_400,
      defaulted: [],
      line: null,
      ...policy,
    },
  ];
  // Who is held or cut off for long would be taken for dead.
  return { ...usual, dpd: null, local, policies, tunnels: [tunnel] };
};

const origin = { input: 0, number: 0 };
export const secret = (text: string): SecretLearned => ({
  kind: 'SecretLearned',
  at: null,
  origin,
  about: { what: 'preSharedKey' },
  ref: 0,
  value: new TextEncoder().encode(text),
});

/** The same octets for the same seed and purpose. */
const seeded =
  (seed: string): Draw =>
  (purpose, length) =>
    nodeCrypto.hash('sha512', new TextEncoder().encode(`${seed} ${purpose}`)).subarray(0, length);

export interface End {
  pump: Pump;
  readonly log: { -readonly [K in keyof Log]: Event[] extends Log[K] ? Event[] : Log[K] };
  readonly draw: Draw;
  deadline: Deadline | null;
  /** What an operator holds back. */
  pending: Pending | null;
  verdicts: string[];
}

const endOf = (plan: Plan, psk: string): End => ({
  pump: startPump(ctx, plan, [secret(psk)]),
  log: { inputs: [{ name: 'live', kind: 'live', detail: 'test' }], given: [secret(psk)], happened: [], damage: [] },
  draw: seeded(plan.local),
  deadline: null,
  pending: null,
  verdicts: [],
});

export interface World {
  readonly initiator: End;
  readonly responder: End;
  /** What the wire showed, as a capture would. */
  readonly wire: DatagramSeen[];
  now: Timestamp;
}

/** Whether a message on the wire, counted from 0, arrives; or what arrives in its stead. */
export type Fate = (number: number, datagram: UdpDatagram) => boolean | readonly UdpDatagram[];

const millisecond = 1_000_000n;

export const makeWorld = (terms: Terms, psks: readonly [string, string] = ['a shared secret', 'a shared secret']): World => ({
  initiator: endOf(planOf(initiatorAddress, responderAddress, terms), psks[0]),
  responder: endOf(planOf(responderAddress, initiatorAddress, terms), psks[1]),
  wire: [],
  now: fromSeconds(1_700_000_000, 0),
});

const give = (end: End, input: Input): Round => {
  const round = accept(ctx, end.pump, input, end.draw);
  end.pump = round.pump;
  end.log.happened.push(...round.happened.map((h) => h.event));
  end.deadline = round.deadline;
  end.pending = round.pending;
  if (round.verdict) end.verdicts.push(round.verdict.do === 'Failed' ? round.verdict.why : 'done');
  return round;
};

/** Timers of SAs that stand: they never come to rest. */
const isOfLife = (timer: string): boolean => /^(life|dpd|keepalive) /.test(timer);
const waits = ({ pump, deadline }: End): boolean =>
  deadline !== null && entries(pump.taking.armed.byTimer).some(([timer]) => !isOfLife(timer));

/**
 * Delivers what is on its way, and lets time pass where nothing is, up to `steps` inputs: until `until`, or as long as somebody waits for something
 * that was begun.
 */
const settle = (
  world: World,
  inputs: readonly (readonly [End, Input])[],
  arrives: Fate,
  until: Timestamp | null = null,
  steps = 4000,
): void => {
  const queue: UdpDatagram[] = [];
  const put = (round: Round): void => {
    for (const send of round.sends) {
      for (const { datagram } of impair(send.troubles, send.datagram)) {
        const number = world.wire.length;
        world.wire.push({ kind: 'DatagramSeen', at: world.now, origin, via: 'capture', datagram });
        const fate = arrives(number, datagram);
        queue.push(...(fate === true ? [datagram] : fate || []));
      }
    }
  };
  for (const [end, input] of inputs) put(give(end, input));
  for (let i = 0; i < steps; i++) {
    const datagram = queue.shift();
    if (datagram) {
      world.now = timestamp(world.now + millisecond);
      const to = datagram.dst === initiatorAddress ? world.initiator : world.responder;
      put(give(to, { kind: 'DatagramSeen', at: world.now, origin, via: 'received', datagram }));
      continue;
    }
    const end = [world.initiator, world.responder]
      .filter((e) => e.deadline !== null)
      .sort((a, b) => Number((a.deadline?.at ?? 0n) - (b.deadline?.at ?? 0n)))[0];
    if (!end?.deadline || (until === null ? !waits(world.initiator) && !waits(world.responder) : end.deadline.at > until)) {
      world.now = until ?? world.now;
      return;
    }
    const { timer, at } = end.deadline;
    if (at > world.now) world.now = at;
    put(give(end, { kind: 'TimerFired', at: world.now, origin, timer }));
  }
  throw new Error('the world does not come to rest');
};

const all: Fate = () => true;

/** Lets time pass. */
export const pass = (world: World, seconds: number, arrives: Fate = all): void =>
  settle(world, [], arrives, timestamp(world.now + BigInt(Math.round(seconds * 1e9))));

/** What an operator asks of an end, or of several at once. */
export const askAll = (world: World, asked: readonly (readonly [End, string])[], arrives: Fate = all): void =>
  settle(
    world,
    asked.map(([end, request]) => [end, { kind: 'OperatorRequested', at: world.now, origin, request }] as const),
    arrives,
  );
export const ask = (world: World, end: End, request: string, arrives: Fate = all): void => askAll(world, [[end, request]], arrives);

export const connect = (world: World, arrives: Fate = all): void => ask(world, world.initiator, connectRequest(responderAddress), arrives);

export const leave = (world: World, end: End): void => ask(world, end, leaveRequest);
