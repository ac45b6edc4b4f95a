// Any octets inside messages that are sealed and hashed as they ought to be, and recordings damaged at random: no exception, bounded states.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashed, logOf, madeMain, secret, shared } from '../../../test/support/made-negotiation.ts';
import { mutate, mutation } from '../../../test/support/mutate.ts';
import { loadTrace, tracesFolder } from '../../../test/support/trace.ts';
import { fold, negotiationIn, seenAt } from '../../../test/support/what-if.ts';
import { canonical } from '../../event/json.ts';
import type { Log } from '../../log/log.ts';
import { cookie } from '../../values/cookie.ts';
import { moment } from '../../view/moment.ts';
import { messageRecords } from '../../view/records/messages.ts';
import { stateRecord } from '../../view/records/state.ts';

const initiatorCookie = cookie(shared.initiatorCookie);
if (!initiatorCookie) throw new Error('sixteen digits');
const secrets = [secret({ what: 'preSharedKey' }, 'sesame'), secret({ what: 'dhSharedSecret', initiatorCookie }, shared.gxy)];
const made = madeMain('sesame');

const look = (log: Log): void => {
  const replay = fold(log);
  for (let event = 1; event <= replay.lastIndex; event++) moment(replay, event, { reveal: [], negotiation: null });
  for (const record of messageRecords(replay)) expect(canonical(record).length).toBeGreaterThan(0);
  const n = canonical(stateRecord(replay, replay.lastIndex)).length;
  // What the state keeps of a message is in proportion to it.
  expect(n).toBeLessThan(60_000 + 200 * log.happened.length * 100);
};

const types = [1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 20, 21, 132];
const body = fc.oneof(
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 120 }) },
  // Bodies that begin as notifies, deletes, attributes and proposals do go deeper.
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom('0000000101100000', '00000001031000', '0100000740010000', '0000000100000001', '0000000100000001000000280101000101'),
        fc.uint8Array({ maxLength: 80 }),
      )
      .map(([head, rest]) => Uint8Array.from([...Buffer.from(head, 'hex'), ...rest])),
  },
);
const parts = fc.array(fc.tuple(fc.constantFrom(...types), body), { minLength: 1, maxLength: 5 });
const message = fc.record({
  from: fc.constantFrom('initiator' as const, 'responder' as const),
  exchange: fc.constantFrom(2, 4, 5, 6, 32, 33, 7),
  id: fc.nat(3),
  flags: fc.constantFrom(1, 3),
  parts,
  right: fc.boolean(),
});

test('whatever stands in messages that open', () => {
  let opened = 0;
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 6 }), (messages) => {
      const chains = new Map<number, ReturnType<typeof made.exchange>>();
      const frames = messages.map((m) => {
        const chain = chains.get(m.id) ?? made.exchange(m.id);
        chains.set(m.id, chain);
        return chain.seal(m.from, m.exchange, m.right ? hashed(made.keys, m.id, m.parts) : m.parts, m.id, m.flags);
      });
      const log = logOf([...made.frames, ...frames], secrets);
      look(log);
      opened += negotiationIn(fold(log).final).opened - 2;
    }),
    { numRuns: 150, seed: 2408 },
  );
  expect(opened).toBeGreaterThan(100);
});

test.each(['am-rsasig', 'ikev1-fragmentation', 'am-psk-xauth-modecfg-vpnc'])('%s, damaged', (name) => {
  const log = loadTrace(`${tracesFolder}/${name}`);
  fc.assert(
    fc.property(fc.array(fc.record({ frame: fc.nat(27), change: mutation }), { minLength: 1, maxLength: 8 }), (damage) => {
      look({
        ...log,
        happened: log.happened.slice(0, 18).map((event, i) => {
          const own = damage.filter(({ frame }) => frame === i).map(({ change }) => change);
          return event.kind === 'DatagramSeen' && own.length > 0
            ? { ...event, datagram: { ...event.datagram, bytes: mutate(event.datagram.bytes, own) } }
            : event;
        }),
      });
    }),
    { numRuns: 20, seed: 2409 },
  );
});

test('exchanges of one ISAKMP SA in any order of theirs: each message opens that opened before', () => {
  const log = loadTrace(`${tracesFolder}/am-psk-xauth-modecfg-vpnc`);
  const idOf = (event: number): number => seenAt(whole, event).ike?.message.header.messageId ?? -1;
  const whole = fold(log);
  const later = Array.from({ length: 11 }, (_, i) => i + 4);
  const ids = later.map(idOf);
  // Order within an exchange stays; which exchange comes next does not matter, nor whether a message comes twice.
  const shuffle = fc.tuple(fc.shuffledSubarray([...ids], { minLength: ids.length }), fc.subarray([...later]));
  fc.assert(
    fc.property(shuffle, ([order, again]) => {
      const queues = new Map<number, number[]>();
      for (const event of later) queues.set(idOf(event), [...(queues.get(idOf(event)) ?? []), event]);
      const events = order.flatMap((id) => {
        const event = queues.get(id)?.shift();
        return event === undefined ? [] : again.includes(event) ? [event, event] : [event];
      });
      const happened = [...log.happened.slice(0, 3), ...events.flatMap((event) => log.happened[event - 1] ?? [])];
      expect(negotiationIn(fold({ ...log, happened }).final).opened).toBe(1 + later.length);
    }),
    { numRuns: 30, seed: 2410 },
  );
});
