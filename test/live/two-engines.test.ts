/** Two engines negotiate over a wire in memory; the wire, watched with their secrets, tells the same; each log gives the same octets again. */
import { describe, expect, test } from 'vitest';
import type { Event } from '../../engine/event/event.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { buildReplay, keysRecord, type Log, type SecretAbout, stateRecord, transitionRecords } from '../../engine/index.ts';
import { redrive } from '../../engine/live/redrive.ts';
import type { Cookie } from '../../engine/values/cookie.ts';
import type { MessageId } from '../../engine/values/message-id.ts';
import { aes256, connect, ctx, leave, makeWorld, secret, tripleDes, type World } from './two-engines.ts';

const replayed = (log: Log) => {
  const fold = buildReplay(log, nodeCrypto, { replayWindow: 64 });
  let step = fold.next();
  while (!step.done) step = fold.next();
  return step.value;
};

/** A capture of the wire, with the secrets that the initiator had: its key, and its private values. */
const watched = ({ wire, initiator }: World): Log => {
  const drawn = initiator.log.happened.flatMap((e): Event[] => {
    const [, initiatorCookie, messageId] = (e.kind === 'EntropyDrawn' && /^dhPrivateValue (\w+)(?: (\d+))?$/.exec(e.purpose)) || [];
    if (e.kind !== 'EntropyDrawn' || initiatorCookie === undefined) return [];
    const about = {
      what: 'dhPrivateValue',
      initiatorCookie: initiatorCookie as Cookie,
      ...(messageId && { messageId: Number(messageId) as MessageId }),
    };
    return [{ kind: 'SecretLearned', at: null, origin: e.origin, about: about as SecretAbout, ref: e.ref, value: e.value }];
  });
  const given = [secret('a shared secret'), ...drawn];
  return { inputs: [{ name: 'wire', kind: 'capture', detail: 'test' }], given, happened: wire, damage: [] };
};

/** What is known of negotiations and SAs at the end, without the events at which it came to be known. */
const outcome = (log: Log): unknown => {
  const replay = replayed(log);
  const { negotiations, ipsecSas } = stateRecord(replay, log.happened.length);
  const eventless = new Set(['event', 'events', 'since', 'established', 'initialContact', 'paths', 'remaining']);
  return JSON.parse(
    JSON.stringify({ negotiations, ipsecSas }, (name, v) => (eventless.has(name) ? undefined : typeof v === 'bigint' ? `${v}` : v)),
  );
};

const endings = (log: Log): string[] => {
  const last = new Map<string, string>();
  for (const { side, exchange, to } of transitionRecords(replayed(log)))
    last.set(`${side} ${exchange === null ? 'phase 1' : 'quick mode'}`, to);
  return [...last].map(([who, to]) => `${who}: ${to}`).sort();
};

const bothComplete = [
  'initiator phase 1: IKE_P1_COMPLETE',
  'initiator quick mode: IKE_QM_PHASE2_COMPLETE',
  'responder phase 1: IKE_P1_COMPLETE',
  'responder quick mode: IKE_QM_PHASE2_COMPLETE',
];

/** Keys without what only one's own log holds. */
const keysOf = (log: Log): unknown => {
  const { ikev1, esp } = keysRecord(replayed(log));
  return JSON.parse(JSON.stringify({ ikev1, esp }, (_k, v) => (v instanceof Uint8Array ? Buffer.from(v).toString('hex') : v)));
};

describe.each([
  ['3DES, SHA-1, group 2', tripleDes],
  ['AES-256, SHA-256, group 14, with PFS', aes256],
])('%s', (_name, terms) => {
  test('both sides complete, with equal keys, and the wire shows the same to who watches', () => {
    const world = makeWorld(terms);
    connect(world);
    expect(world.initiator.verdicts).toEqual(['done']);
    expect(world.wire).toHaveLength(9);
    expect(endings(world.initiator.log)).toEqual(bothComplete);
    expect(endings(world.responder.log)).toEqual(bothComplete);
    expect(keysOf(world.responder.log)).toEqual(keysOf(world.initiator.log));
  });

  test('a capture of the wire, with the secrets of one end, tells what that end knows', () => {
    const world = makeWorld(terms);
    connect(world);
    expect(endings(watched(world))).toEqual(bothComplete);
    expect(keysOf(watched(world))).toEqual(keysOf(world.initiator.log));
    expect(outcome(watched(world))).toEqual(outcome(world.initiator.log));
  });

  test('each log, given again, sends the same octets', () => {
    const world = makeWorld(terms);
    connect(world);
    leave(world, world.initiator);
    for (const end of [world.initiator, world.responder]) {
      expect(redrive(ctx, end.pump.plan, end.log)).toMatchObject({
        divergence: null,
        sent: end.log.happened.filter((e) => e.kind === 'DatagramSeen' && e.via === 'sent').length,
      });
    }
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('message %i is lost once: it is sent again, and both sides complete', (lost) => {
    const world = makeWorld(terms);
    connect(world, (number) => number !== lost);
    expect(world.initiator.verdicts).toContain('done');
    expect(endings(world.initiator.log)).toEqual(bothComplete);
    expect(endings(world.responder.log)).toEqual(bothComplete);
    expect(world.wire.length).toBeGreaterThan(9);
    for (const end of [world.initiator, world.responder]) expect(redrive(ctx, end.pump.plan, end.log).divergence).toBeNull();
  });
});

test('whoever leaves sends deletes, and the other side has no SA left', () => {
  const world = makeWorld(tripleDes);
  connect(world);
  leave(world, world.responder);
  const { negotiations, ipsecSas } = stateRecord(replayed(world.initiator.log), world.initiator.log.happened.length);
  expect(negotiations.map((n) => n.ended?.why)).toEqual(['deleted by responder']);
  expect(ipsecSas.filter((sa) => sa.state === 'mature')).toEqual([]);
});

test('a silent peer: five repetitions with growing pauses, then the verdict', () => {
  const world = makeWorld(tripleDes);
  connect(world, () => false);
  expect(world.initiator.verdicts).toEqual(['no answer came']);
  const times = world.wire.map((e) => Number(((e.at ?? 0n) - (world.wire[0]?.at ?? 0n)) / 1_000_000n));
  expect(times).toEqual([0, 2000, 5600, 12_080, 23_744, 44_739]);
  expect(new Set(world.wire.map((e) => Buffer.from(e.datagram.bytes).toString('hex'))).size).toBe(1);
});

test('unequal pre-shared keys: nobody is believed', () => {
  const world = makeWorld(tripleDes, ['one secret', 'another secret']);
  connect(world);
  expect(world.initiator.verdicts.at(-1)).toBe('the peer stopped answering after message 5 of phase 1');
  expect(stateRecord(replayed(world.responder.log), world.responder.log.happened.length).negotiations[0]?.established).toBeNull();
});

test('no offer fits: the responder says so, once', () => {
  const world = makeWorld(tripleDes);
  world.responder.pump = { ...world.responder.pump, plan: { ...world.responder.pump.plan, policies: [] } };
  connect(world);
  expect(world.initiator.verdicts[0]).toContain('NO-PROPOSAL-CHOSEN');
});

test('no quick mode fits: refused under the keys of phase 1', () => {
  const world = makeWorld(tripleDes);
  const { pump } = world.responder;
  world.responder.pump = { ...pump, plan: { ...pump.plan, tunnels: pump.plan.tunnels.map((t) => ({ ...t, pfsGroup: 14 })) } };
  connect(world);
  expect(world.initiator.verdicts[0]).toBe('the peer refuses the quick mode: refused: NO-PROPOSAL-CHOSEN');
});

test('a flipped bit of an input: the first message that differs is named, with the octet and its field', () => {
  const world = makeWorld(tripleDes);
  connect(world);
  const { log, pump } = world.initiator;
  const at = log.happened.findIndex((e) => e.kind === 'DatagramSeen' && e.via === 'received');
  const happened = log.happened.map((e, i) => {
    if (i !== at || e.kind !== 'DatagramSeen') return e;
    const bytes = e.datagram.bytes.slice();
    // The last octet of the responder's cookie.
    bytes[15] = (bytes[15] ?? 0) ^ 1;
    return { ...e, datagram: { ...e.datagram, bytes } };
  });
  const { divergence } = redrive({ ...ctx, detail: true }, pump.plan, { ...log, happened });
  expect(divergence).toMatchObject({ what: 'a sent message differs', offset: 15, field: 'ISAKMP header / Responder cookie' });
  expect(divergence?.event).toBeGreaterThan(at + 1);
});
