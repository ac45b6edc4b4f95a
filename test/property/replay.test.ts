// Replay is a fold: for any order, loss, repetition and damage of events, a seek equals folding from the start, and states are plain data.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Event } from '../../engine/event/event.ts';
import { canonical } from '../../engine/event/json.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { readLog, writeLog } from '../../engine/log/file.ts';
import type { Log } from '../../engine/log/log.ts';
import { replayOf, stateAt, walk } from '../../engine/replay/replay.ts';
import { plainState, stateHash } from '../../engine/state/hash.ts';
import { mutate, mutation } from '../support/mutate.ts';
import { bundledTrace, loadTrace } from '../support/trace.ts';

const log = loadTrace(bundledTrace);

const damaged = (event: Event, mutations: Parameters<typeof mutate>[1]): Event =>
  event.kind === 'DatagramSeen' && mutations.length > 0
    ? { ...event, datagram: { ...event.datagram, bytes: mutate(event.datagram.bytes, mutations) } }
    : event;

/** Events of the bundled trace in any order, some left out, some twice, some damaged; with or without its keys. */
const logs: fc.Arbitrary<Log> = fc
  .record({
    inOrder: fc.boolean(),
    picks: fc.array(
      fc.record({
        event: fc.nat(log.happened.length - 1),
        mutations: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(mutation, { maxLength: 2 }) }),
      }),
      { maxLength: 40 },
    ),
    keys: fc.boolean(),
  })
  .map(({ inOrder, picks, keys }) => {
    const order = inOrder ? picks.toSorted((a, b) => a.event - b.event) : picks;
    const happened = order.flatMap(({ event, mutations }) => {
      const original = log.happened[event];
      return original ? [damaged(original, mutations)] : [];
    });
    return { ...log, given: keys ? log.given : [], happened };
  });

const runs = { numRuns: 300 };

test('a seek to any index, in any order, equals folding from the start', () => {
  fc.assert(
    fc.property(logs, fc.integer({ min: 1, max: 12 }), fc.array(fc.nat(45), { maxLength: 12 }), (any, every, seeks) => {
      const folded = [...walk(replayOf(any, nodeCrypto))].map(({ state }) => stateHash(nodeCrypto, state));
      const replay = replayOf(any, nodeCrypto, { every });
      for (const seek of seeks) {
        const at = Math.min(seek, replay.lastIndex);
        expect(stateHash(nodeCrypto, stateAt(replay, at))).toBe(folded[at]);
      }
    }),
    runs,
  );
});

test('folding twice gives equal digests and equal transitions', () => {
  fc.assert(
    fc.property(logs, (any) => {
      const [one, two] = [replayOf(any, nodeCrypto), replayOf(any, nodeCrypto)];
      expect(stateHash(nodeCrypto, two.final)).toBe(stateHash(nodeCrypto, one.final));
      expect(two.transitions).toEqual(one.transitions);
    }),
    runs,
  );
});

test('a state survives JSON', () => {
  fc.assert(
    fc.property(logs, (any) => {
      const text = canonical(plainState(replayOf(any, nodeCrypto).final));
      expect(canonical(JSON.parse(text))).toBe(text);
    }),
    runs,
  );
});

test('a log that was written and read again folds to the same state', () => {
  fc.assert(
    fc.property(logs, (any) => {
      const bytes = Uint8Array.from(Buffer.concat([...writeLog(any)]));
      const read = readLog(bytes);
      expect('log' in read).toBe(true);
      if ('log' in read)
        expect(stateHash(nodeCrypto, replayOf(read.log, nodeCrypto).final)).toBe(stateHash(nodeCrypto, replayOf(any, nodeCrypto).final));
    }),
    { numRuns: 100 },
  );
});

test('a fold never changes the state that it is given', () => {
  const freeze = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return;
    Object.freeze(value);
    for (const member of Object.values(value)) freeze(member);
  };
  fc.assert(
    fc.property(logs, (any) => {
      for (const { before, state } of walk(replayOf(any, nodeCrypto))) {
        freeze(before);
        freeze(state);
      }
    }),
    { numRuns: 100 },
  );
});
