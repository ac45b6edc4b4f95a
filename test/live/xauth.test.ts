/** XAUTH and mode config between two engines: who is believed, which address is given, and that nothing goes through before. */
import { describe, expect, test } from 'vitest';
import type { Configuring, Plan } from '../../engine/decide/plan.ts';
import type { Event } from '../../engine/event/event.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { buildReplay, type Log, stateRecord } from '../../engine/index.ts';
import { type Draw, startPump } from '../../engine/live/pump.ts';
import { redrive } from '../../engine/live/redrive.ts';
import type { IpAddress } from '../../engine/values/ip-address.ts';
import { aes256, connect, ctx, type End, initiatorAddress, leave, makeWorld, pass, secret, tripleDes, type World } from './two-engines.ts';

const address = (text: string): IpAddress => text as IpAddress;
const xauthPsk = 65_001;

const password = (user: string, text: string): Event => ({
  kind: 'SecretLearned',
  at: null,
  origin: { input: 0, number: 0 },
  about: { what: 'xauthPassword', user },
  ref: 1,
  value: new TextEncoder().encode(text),
});

const server: Configuring = {
  role: 'server',
  addresses: [address('10.9.0.1'), address('10.9.0.2')],
  netmask: address('255.255.255.0'),
  dns: [address('10.2.0.53')],
  banner: 'for tests',
  split: [{ address: address('10.2.0.0'), mask: address('255.255.0.0') }],
  push: false,
};

/** Another plan and other secrets for one end, before anything has happened. */
const change = (end: End, plan: Partial<Plan>, ...secrets: readonly Event[]): void => {
  const given = [secret('a shared secret'), ...secrets];
  const policies = end.pump.plan.policies.map((p) => ({ ...p, authentication: plan.xauth ? xauthPsk : p.authentication }));
  end.log.given.splice(0, end.log.given.length, ...given);
  end.pump = startPump(ctx, { ...end.pump.plan, policies, ...plan }, given);
};

const world = (given: string | null, terms = aes256): World => {
  const made = makeWorld(terms);
  change(
    made.initiator,
    { xauth: { role: 'client', user: 'alice' }, configuring: { role: 'client' } },
    ...(given === null ? [] : [password('alice', given)]),
  );
  const tunnels = made.responder.pump.plan.tunnels.map((tunnel) => ({ ...tunnel, peer: null }));
  change(made.responder, { xauth: { role: 'server', users: ['alice'] }, configuring: server, tunnels }, password('alice', 'open sesame'));
  return made;
};

const stateOf = (log: Log): ReturnType<typeof stateRecord> => {
  const fold = buildReplay(log, nodeCrypto, { replayWindow: 64 });
  let step = fold.next();
  while (!step.done) step = fold.next();
  return stateRecord(step.value, log.happened.length);
};

const redrives = (made: World): void => {
  for (const end of [made.initiator, made.responder]) expect(redrive(ctx, end.pump.plan, end.log).divergence).toBeNull();
};

test('a user with the right password gets an inner address, and the SAs speak for that address', () => {
  const made = world('open sesame');
  connect(made);
  expect(made.initiator.verdicts).toEqual(['done']);
  for (const { log } of [made.initiator, made.responder]) {
    const { negotiations, ipsecSas } = stateOf(log);
    expect(negotiations).toMatchObject([
      {
        suite: { authentication: 'XAUTHInitPreShared' },
        xauth: { gateway: 'responder', user: 'alice', status: 'ok' },
        configuration: { gateway: 'responder', addresses: ['10.9.0.1'] },
      },
    ]);
    expect(ipsecSas.map((sa) => [sa.src === initiatorAddress ? sa.selectors.src : sa.selectors.dst, sa.state])).toEqual([
      [['10.9.0.1'], 'mature'],
      [['10.9.0.1'], 'mature'],
    ]);
  }
  redrives(made);
});

test('with another password: told, taken down, and no quick mode', () => {
  const made = world('open barley');
  connect(made);
  expect(made.initiator.verdicts[0]).toBe('XAUTH failed: user and password do not fit');
  const { negotiations, ipsecSas } = stateOf(made.responder.log);
  expect(negotiations).toMatchObject([{ xauth: { status: 'failed' }, ended: { why: 'deleted by responder' }, configuration: null }]);
  expect(ipsecSas).toEqual([]);
  redrives(made);
});

test('a client that has no password says so and ends', () => {
  const made = world(null);
  connect(made);
  expect(made.initiator.verdicts[0]).toBe('no password is known for the user alice');
});

test('a gateway that never asks: the client does not wait for ever', () => {
  const made = world('open sesame');
  const [informational, transaction] = [5, 6];
  connect(made, (_number, { bytes }) => bytes[18] !== informational && bytes[18] !== transaction);
  expect(made.initiator.verdicts[0]).toBe('the gateway asks for no user, or does not decide');
  redrives(made);
});

describe('a message is lost once', () => {
  test.each([6, 7, 8, 9, 10, 11])('message %i, of XAUTH and mode config: sent again, and both complete', (lost) => {
    const made = world('open sesame');
    connect(made, (number) => number !== lost);
    expect(made.initiator.verdicts).toContain('done');
    expect(stateOf(made.responder.log).ipsecSas.filter((sa) => sa.state === 'mature')).toHaveLength(2);
    redrives(made);
  });
});

test('a client that goes on without proving a user gets no SA, and is sent away when it never answers', () => {
  const made = makeWorld(aes256);
  change(made.responder, { xauth: { role: 'server', users: ['alice'] }, policies: made.initiator.pump.plan.policies });
  connect(made);
  const { negotiations, ipsecSas } = stateOf(made.responder.log);
  expect(negotiations).toMatchObject([
    { authenticated: { initiator: true }, xauth: { status: null }, ended: { why: 'deleted by responder' } },
  ]);
  expect(ipsecSas.filter((sa) => sa.state === 'mature')).toEqual([]);
  expect(made.initiator.verdicts).not.toContain('done');
  redrives(made);
});

test('a client that decides about itself is not believed', () => {
  const made = makeWorld(aes256);
  // Both ends ask and decide: what the other says of itself counts for nothing.
  for (const end of [made.initiator, made.responder]) {
    change(end, {
      xauth: { role: 'server', users: ['alice'] },
      policies: made.initiator.pump.plan.policies.map((p) => ({ ...p, authentication: 1 })),
    });
  }
  connect(made);
  expect(stateOf(made.responder.log).ipsecSas.filter((sa) => sa.state === 'mature')).toEqual([]);
  redrives(made);
});

test('a gateway gives unasked: the client takes it with thanks, or asked already', () => {
  const made = world('open sesame');
  const configuring = { ...server, push: true } as const;
  made.responder.pump = { ...made.responder.pump, plan: { ...made.responder.pump.plan, configuring } };
  connect(made);
  expect(made.initiator.verdicts).toEqual(['done']);
  const { negotiations } = stateOf(made.initiator.log);
  expect(negotiations).toMatchObject([{ initiator: { state: 'IKE_P1_COMPLETE' }, responder: { state: 'IKE_P1_COMPLETE' } }]);
  expect(negotiations[0]?.exchanges.filter((e) => e.kind === 'transaction').map((e) => e.result)).toContain('assigned 10.9.0.1');
  redrives(made);
});

test('both phases are made anew in time: the user is proven each time, and keeps the address', () => {
  const made = world('open sesame');
  for (const end of [made.initiator, made.responder]) {
    const policies = end.pump.plan.policies.map((p) => ({ ...p, lifetimeSeconds: 100 }));
    const tunnels = end.pump.plan.tunnels.map((tunnel) => ({ ...tunnel, lifetimeSeconds: 80 }));
    end.pump = { ...end.pump, plan: { ...end.pump.plan, policies, tunnels } };
  }
  connect(made);
  pass(made, 400);
  expect(made.initiator.verdicts).toEqual(['done']);
  const { negotiations, ipsecSas } = stateOf(made.responder.log);
  expect(negotiations.length).toBeGreaterThan(3);
  for (const n of negotiations) expect(n).toMatchObject({ xauth: { status: 'ok' }, configuration: { addresses: ['10.9.0.1'] } });
  const mature = ipsecSas.filter((sa) => sa.state === 'mature');
  expect(mature.length).toBeGreaterThanOrEqual(2);
  for (const sa of mature) expect([sa.selectors.src, sa.selectors.dst]).toContainEqual(['10.9.0.1']);
  redrives(made);
});

/** A client of its own, with chance of its own, that asks the gateway once. */
const ask = (gateway: End, user: string, number: number): End => {
  const made = world(null, tripleDes);
  change(made.initiator, { xauth: { role: 'client', user } }, password(user, user));
  const draw: Draw = (purpose, length) => nodeCrypto.hash('sha512', new TextEncoder().encode(`${number} ${purpose}`)).subarray(0, length);
  const client = { ...made.initiator, draw };
  connect({ ...made, initiator: client, responder: gateway });
  return client;
};

const gatewayOf = (...users: readonly string[]): End => {
  const gateway = world(null, tripleDes).responder;
  change(gateway, { xauth: { role: 'server', users } }, ...users.map((user) => password(user, user)));
  return gateway;
};

const innerOf = ({ log, verdicts }: End): string | undefined => stateOf(log).negotiations[0]?.configuration?.addresses[0] ?? verdicts[0];

test('an address stays with its user while the negotiation that got it first is long forgotten', () => {
  const gateway = gatewayOf('alice', 'bob', 'carol');
  const goes = (client: End): void => leave({ ...makeWorld(tripleDes), initiator: client, responder: gateway }, client);
  const first = ask(gateway, 'alice', 0);
  ask(gateway, 'alice', 1);
  goes(first);
  for (let number = 2; number < 68; number++) goes(ask(gateway, 'bob', number));
  expect(innerOf(ask(gateway, 'carol', 68))).toBe('10.9.0.2');
});

test('each user gets an address of their own, the next negotiation of a user the same; when all are given, nobody gets one', () => {
  const gateway = gatewayOf('alice', 'bob', 'carol');
  const inner = ['alice', 'bob', 'carol', 'alice'].map((user, number) => innerOf(ask(gateway, user, number)));
  expect(inner).toEqual(['10.9.0.1', '10.9.0.2', 'the gateway gives no inner address', '10.9.0.1']);
  expect(redrive(ctx, gateway.pump.plan, gateway.log).divergence).toBeNull();
});
