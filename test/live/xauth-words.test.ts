/** A peer that has finished phase 1 says whatever it likes in transaction exchanges: no exception, an end to it, and no traffic without the password. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { connectRequest } from '../../engine/decide/decide.ts';
import { exchange, firstIv, hashPayload, sealedMessage, toPeer } from '../../engine/decide/ikev1/message.ts';
import { mayHaveTraffic } from '../../engine/decide/ikev1/transaction.ts';
import { xauthStanding } from '../../engine/decide/ikev1/xauth.ts';
import type { UdpDatagram } from '../../engine/decide/intent.ts';
import type { Plan } from '../../engine/decide/plan.ts';
import type { Event } from '../../engine/event/event.ts';
import { accept, type Input, type Pump, startPump } from '../../engine/live/pump.ts';
import { redrive } from '../../engine/live/redrive.ts';
import { algorithmsOf } from '../../engine/state/ike/suite.ts';
import { hash1 } from '../../engine/state/ikev1/authentication.ts';
import { get, values } from '../../engine/state/persistent-map.ts';
import { exchangeKey, type Negotiation } from '../../engine/state/state.ts';
import type { IpAddress } from '../../engine/values/ip-address.ts';
import { type MessageId, messageId } from '../../engine/values/message-id.ts';
import { fromSeconds } from '../../engine/values/timestamp.ts';
import type { ContentOf } from '../../engine/wire/payload/content.ts';
import { type PayloadToWrite, writeChain } from '../../engine/wire/payload-chain.ts';
import { longSuites } from '../support/long.ts';
import { ctx, initiatorAddress, makeWorld, responderAddress, secret, tripleDes } from './two-engines.ts';

const at = fromSeconds(1_700_000_000, 0);
const origin = { input: 0, number: 0 };
const received = (datagram: UdpDatagram): Input => ({ kind: 'DatagramSeen', at, origin, via: 'received', datagram });
const utf8 = new TextEncoder();
const password = utf8.encode('open sesame');

const given: readonly Event[] = [
  secret('a shared secret'),
  { kind: 'SecretLearned', at: null, origin, about: { what: 'xauthPassword', user: 'alice' }, ref: 1, value: password },
];

const gateway: Partial<Plan> = {
  xauth: { role: 'server', users: ['alice'] },
  configuring: {
    role: 'server',
    addresses: ['10.9.0.1' as IpAddress],
    netmask: null,
    dns: ['10.2.0.53' as IpAddress],
    banner: 'for tests',
    split: [],
    push: false,
  },
};

/** Both ends when phase 1 is done and the gateway has asked for the user; the client answers nothing by itself. */
const met = (() => {
  const { initiator, responder } = makeWorld(tripleDes);
  const ends = new Map<IpAddress, { pump: Pump; happened: Event[]; draw: typeof initiator.draw }>([
    [initiatorAddress, { pump: initiator.pump, happened: [], draw: initiator.draw }],
    [responderAddress, { pump: startPump(ctx, { ...responder.pump.plan, ...gateway }, given), happened: [], draw: responder.draw }],
  ]);
  const queue: { to: IpAddress; input: Input }[] = [
    { to: initiatorAddress, input: { kind: 'OperatorRequested', at, origin, request: connectRequest(responderAddress) } },
  ];
  // Six messages of main mode, and the question.
  for (let delivered = 0; delivered < 8; delivered++) {
    const next = queue.shift();
    const end = next && ends.get(next.to);
    if (!end) throw new Error('phase 1 is not done');
    const round = accept(ctx, end.pump, next.input, end.draw);
    end.pump = round.pump;
    end.happened.push(...round.happened.map((h) => h.event));
    // The client's quick mode, which it begins at once, gets lost.
    for (const { datagram } of round.sends)
      if (datagram.bytes[18] !== exchange.quick) queue.push({ to: datagram.dst, input: received(datagram) });
  }
  const [client, server] = [ends.get(initiatorAddress), ends.get(responderAddress)];
  if (!client || !server) throw new Error('an end is missing');
  return { client, server };
})();

const negotiationOf = (pump: Pump): Negotiation => {
  const [n] = values(pump.taking.state.negotiations);
  if (!n) throw new Error('no negotiation');
  return n;
};

const question: MessageId = (() => {
  const [asked] = [...values(negotiationOf(met.client.pump).exchanges)].filter((e) => e.kind === 'transaction');
  return asked?.messageId ?? messageId(0);
})();

type Body = Omit<ContentOf<'attributes'>, 'kind'>;

/** A message that the client could send: its hash is right. `null` for the answer to the question. */
const sealed = (id: MessageId | null, body: Body): UdpDatagram => {
  const { pump } = met.client;
  const n = negotiationOf(pump);
  const algorithms = algorithmsOf(n.suite);
  const key = n.values.skeyidA?.value;
  const iv = id === null ? get(n.exchanges, exchangeKey('transaction', question))?.iv.next?.value : firstIv(ctx, n, id);
  if (!algorithms || !key || !iv) throw new Error('no keys');
  const rest: PayloadToWrite = { type: 14, content: { kind: 'attributes', ...body } };
  const hash = hash1(ctx.crypto, algorithms.hash, key, id ?? question, writeChain([rest]));
  const bytes = sealedMessage(ctx, n, 'initiator', iv, exchange.transaction, id ?? question, [hashPayload(hash), rest]);
  if (!bytes) throw new Error('no message');
  return toPeer(n, 'initiator', pump.plan, bytes);
};

const saying = (inputs: readonly UdpDatagram[]): Pump => {
  const { server } = met;
  let { pump } = server;
  const happened = [...server.happened];
  for (const datagram of inputs) {
    const round = accept(ctx, pump, received(datagram), server.draw);
    pump = round.pump;
    happened.push(...round.happened.map((h) => h.event));
    expect(round.happened.length).toBeLessThan(10);
  }
  const log = { inputs: [], given: [...given], happened, damage: [] };
  expect(redrive(ctx, pump.plan, log).divergence).toBeNull();
  return pump;
};

const standing = (pump: Pump): string => xauthStanding(pump.taking, pump.plan, negotiationOf(pump));

const attribute = (type: number, value: Uint8Array): Body['attributes'][number] => ({ type, form: 'TLV', value });
const reply = (user: string, given: Uint8Array): Body => ({
  type: 2,
  reserved: 0,
  identifier: 0,
  attributes: [attribute(16_521, utf8.encode(user)), attribute(16_522, given)],
});

describe('the answer to the question', () => {
  test.each([
    ['the right one', reply('alice', password), 'ok'],
    ['another password', reply('alice', utf8.encode('open barley')), 'failed'],
    ['the beginning of the password', reply('alice', password.subarray(0, 4)), 'failed'],
    ['no password', { ...reply('alice', password), attributes: [attribute(16_521, utf8.encode('alice'))] }, 'failed'],
    ['a user whom nobody knows, without password', reply('mallory', new Uint8Array(0)), 'failed'],
    ['a verdict of its own', { ...reply('alice', password), type: 3, attributes: [attribute(16_527, Uint8Array.of(0, 1))] }, 'failed'],
  ] as const)('%s: %3$s', (_name, body, expected) => {
    expect(standing(saying([sealed(null, body)]))).toBe(expected);
  });
});

const types = [1, 2, 3, 7, 8, 14, 16_520, 16_521, 16_522, 16_524, 16_527, 28_672, 28_673, 28_676, 28_679, 30_000];
const anyBody = fc.record({
  type: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.nat(255)),
  reserved: fc.constant(0),
  identifier: fc.nat(0xffff),
  attributes: fc.array(
    fc.oneof(
      fc.record({ type: fc.constantFrom(...types), form: fc.constant('TLV' as const), value: fc.uint8Array({ maxLength: 20 }) }),
      fc.record({
        type: fc.constantFrom(...types),
        form: fc.constant('TV' as const),
        value: fc.uint8Array({ minLength: 2, maxLength: 2 }),
      }),
    ),
    { maxLength: 8 },
  ),
});

test('anything: no traffic before the user is proven', () => {
  const message = fc.tuple(fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 40 })), anyBody);
  fc.assert(
    fc.property(fc.array(message, { maxLength: 24 }), (said) => {
      const pump = saying(said.map(([id, body]) => sealed(id === null ? null : messageId(id), body)));
      expect(mayHaveTraffic(pump.taking, pump.plan, negotiationOf(pump))).toBe(false);
    }),
    { numRuns: longSuites ? 2000 : 60 },
  );
}, 120_000);
