/** An operator at a running engine: breakpoints hold it before it answers, messages are dropped, repeated and edited; the log repeats all of it. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { operation } from '../../engine/live/operate.ts';
import { redrive } from '../../engine/live/redrive.ts';
import { replayOf } from '../../engine/replay/replay.ts';
import { values } from '../../engine/state/persistent-map.ts';
import { transitionRecords } from '../../engine/view/records/transitions.ts';
import { longSuites } from '../support/long.ts';
import { aes256, ask, ctx, type End, makeWorld, responderAddress, tripleDes, type World } from './two-engines.ts';

const connectText = `connect ${responderAddress}`;

const begin = (...breakpoints: readonly string[]): World => {
  const world = makeWorld(tripleDes);
  for (const at of breakpoints) ask(world, world.initiator, `break at ${at}`);
  ask(world, world.initiator, connectText);
  return world;
};

const statesOf = ({ log }: End): readonly string[] => [...transitionRecords(replayOf(log, nodeCrypto))].map((t) => `${t.side} ${t.to}`);
const repeats = ({ pump, log }: End): void => expect(redrive(ctx, pump.plan, log).divergence).toBeNull();
const sentBy = (world: World, end: End): number => world.wire.filter((e) => sourceOf(e) === end.pump.plan.local).length;
const sourceOf = ({ datagram }: World['wire'][number]): string => (datagram.form === 'udp' ? datagram.src : '');

describe('a breakpoint', () => {
  test('at a message holds before it leaves, shows it, and what leaves is what was shown', () => {
    const world = begin('mm5');
    const { initiator } = world;
    expect(initiator.pump.operating.held).toMatchObject({ why: 'MM5' });
    expect(sentBy(world, initiator)).toBe(2);
    const shown = initiator.pending?.datagram.bytes ?? new Uint8Array();
    expect(shown.length).toBeGreaterThan(28);
    ask(world, initiator, 'continue');
    expect(world.wire[4]?.datagram.bytes).toEqual(shown);
    expect(initiator.verdicts).toEqual(['done']);
    repeats(initiator);
    repeats(world.responder);
  });

  test('at a state holds once it is entered, before it is answered', () => {
    const world = begin('I_MM4');
    expect(world.initiator.pump.operating.held?.why).toBe('IKE_I_MM4');
    expect(statesOf(world.initiator)).toContain('initiator IKE_I_MM4');
    expect(statesOf(world.initiator)).not.toContain('initiator IKE_I_MM5');
    ask(world, world.initiator, 'continue');
    expect(world.initiator.verdicts).toEqual(['done']);
  });

  test('at a state that our own message leads to holds behind that message', () => {
    const world = begin('IKE_I_MM5');
    expect(sentBy(world, world.initiator)).toBe(3);
    expect(statesOf(world.initiator)).toContain('initiator IKE_I_MM5');
    // MM6 was taken in, and the quick mode that is owed after it waits.
    expect(statesOf(world.initiator)).toContain('initiator IKE_P1_COMPLETE');
    expect(world.initiator.pending?.why).toMatch(/^QM1/);
    ask(world, world.initiator, 'continue');
    expect(world.initiator.verdicts).toEqual(['done']);
    repeats(world.initiator);
  });

  test('of the responder, at a message that came', () => {
    const world = makeWorld(tripleDes);
    ask(world, world.responder, 'break at received MM3');
    ask(world, world.initiator, connectText);
    expect(world.responder.pump.operating.held?.why).toBe('received MM3');
    expect(sentBy(world, world.responder)).toBe(1);
    ask(world, world.responder, 'no break at received mm3');
    ask(world, world.responder, 'continue');
    expect(statesOf(world.responder)).toContain('responder IKE_P1_COMPLETE');
    repeats(world.responder);
  });

  test('is nothing to somebody who leaves: the deletes go out', () => {
    const world = begin('QM3');
    expect(world.initiator.pump.operating.held?.why).toBe('QM3');
    ask(world, world.initiator, 'leave');
    expect(world.initiator.pump.operating).toMatchObject({ held: null, breakpoints: [] });
    expect(world.initiator.pending).toBeNull();
  });
});

test('step by step: one message an order', () => {
  const world = makeWorld(tripleDes);
  ask(world, world.initiator, 'pause');
  ask(world, world.initiator, connectText);
  for (const [i, label] of ['MM1', 'MM3', 'MM5', 'QM1', 'QM3'].entries()) {
    expect(world.initiator.pending?.why).toMatch(new RegExp(`^${label}`));
    expect(sentBy(world, world.initiator)).toBe(i);
    ask(world, world.initiator, 'step');
  }
  expect(world.initiator.pending).toBeNull();
  expect(statesOf(world.initiator)).toContain('initiator IKE_QM_PHASE2_COMPLETE');
  repeats(world.initiator);
});

describe('the next message', () => {
  test('is dropped: the timer brings it again', () => {
    const world = begin('MM3');
    ask(world, world.initiator, 'drop next');
    ask(world, world.initiator, 'continue');
    expect(world.initiator.verdicts).toEqual(['done']);
    repeats(world.initiator);
  });

  test('is dropped, and what comes again is held too by who asks for that', () => {
    const world = begin('MM3', 'again');
    ask(world, world.initiator, 'drop next');
    ask(world, world.initiator, 'continue');
    expect(world.initiator.pump.operating.held?.why).toBe('again');
    expect(world.initiator.pending?.why).toBe('the same once more');
    ask(world, world.initiator, 'continue');
    expect(world.initiator.verdicts).toEqual(['done']);
    repeats(world.initiator);
  });

  test('is repeated: the peer sees it twice', () => {
    const world = begin('MM1');
    ask(world, world.initiator, 'repeat next');
    ask(world, world.initiator, 'continue');
    expect(world.wire[0]?.datagram.bytes).toEqual(world.wire[1]?.datagram.bytes);
    expect(world.initiator.verdicts).toEqual(['done']);
    repeats(world.initiator);
    repeats(world.responder);
  });

  test('is edited in what is sealed: it opens, and the hash is wrong, as both ends say', () => {
    const world = begin('MM5');
    const before = world.initiator.pending?.datagram.bytes ?? new Uint8Array();
    // The last octet of the address in the ID payload: header 4, type, protocol, port 4, address 4.
    ask(world, world.initiator, 'edit next payloads 11 63');
    const after = world.initiator.pending?.datagram.bytes ?? new Uint8Array();
    expect(after.length).toBe(before.length);
    expect(after.subarray(0, 28)).toEqual(before.subarray(0, 28));
    expect(after.subarray(28)).not.toEqual(before.subarray(28));
    ask(world, world.initiator, 'no break at MM5');
    ask(world, world.initiator, 'continue');
    for (const end of [world.initiator, world.responder]) {
      const [n] = values(replayOf(end.log, nodeCrypto).final.negotiations);
      expect(n?.authenticated.initiator).toBe(false);
      repeats(end);
    }
    expect(world.initiator.verdicts.at(-1)).not.toBe('done');
  });

  test('is edited as it leaves: octet for octet; an offset behind its end changes nothing; spared, it is as it was', () => {
    const world = begin('MM1');
    const before = world.initiator.pending?.datagram.bytes ?? new Uint8Array();
    ask(world, world.initiator, 'edit next datagram 20 ff');
    expect(world.initiator.pending?.datagram.bytes[20]).toBe(0xff);
    ask(world, world.initiator, 'edit next datagram 65535 00');
    expect(world.initiator.pending?.changes).toHaveLength(2);
    ask(world, world.initiator, 'spare next');
    expect(world.initiator.pending?.datagram.bytes).toEqual(before);
    ask(world, world.initiator, 'continue');
    expect(world.initiator.verdicts).toEqual(['done']);
    repeats(world.initiator);
  });
});

test('with groups and PFS of another suite the edited message is sealed again too', () => {
  const world = makeWorld(aes256);
  ask(world, world.initiator, 'break at QM1');
  ask(world, world.initiator, connectText);
  ask(world, world.initiator, 'edit next payloads 4 00');
  ask(world, world.initiator, 'continue');
  expect(world.initiator.verdicts).not.toContain('done');
  repeats(world.initiator);
  repeats(world.responder);
});

const wishes = [
  'pause',
  'continue',
  'step',
  'break at MM3',
  'break at MM5',
  'break at I_MM4',
  'break at sent',
  'break at received',
  'break at again',
  'no break at MM5',
  'no break at sent',
  'drop next',
  'repeat next',
  'delay next 100',
  'edit next payloads 9 00',
  'edit next datagram 30 ff',
  'spare next',
];

test('whatever an operator asks of both ends, in any order: it comes to rest, and the logs repeat it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.constantFrom(...wishes, connectText)), { maxLength: 14 }), (orders) => {
      const world = makeWorld(tripleDes);
      for (const [ours, order] of orders) if (ours || order !== connectText) ask(world, ours ? world.initiator : world.responder, order);
      repeats(world.initiator);
      repeats(world.responder);
    }),
    { numRuns: longSuites ? 2000 : 60 },
  );
}, 120_000);

describe('what an operator says', () => {
  test.each([
    'pause',
    'continue',
    'step',
    'spare next',
    'drop next',
    'repeat next',
    'delay next 600000',
    'break at IKE_I_MM4',
    'break at sent info',
    'no break at MM5',
    'edit next payloads 12 00ff',
  ])('%s', (text) => expect(operation(text)).not.toBeNull());

  test.each([
    '',
    'stop',
    'break at',
    'break at <script>',
    'delay next 600001',
    'delay next -1',
    'edit next payloads 12 f',
    'edit next header 1 00',
    'edit next payloads 1 zz',
    'drop',
  ])('not %s', (text) => expect(operation(text)).toBeNull());

  test('a state without its beginning is the same state', () => {
    expect(operation('break at r_mm5 RECEIVED')).toEqual({ do: 'break', at: 'IKE_R_MM5 received' });
  });
});
