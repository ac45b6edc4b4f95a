// A log that grows: folding what came is as good as folding all of it again.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bundledTrace, loadTrace } from '../../test/support/trace.ts';
import { nodeCrypto } from '../host/node-crypto.ts';
import { messageRecords } from '../view/records/messages.ts';
import { growReplay, type Replay, replayOf, stateAt } from './replay.ts';
import { gapsOf } from './traffic.ts';

const log = loadTrace(bundledTrace);
const whole = replayOf(log, nodeCrypto, { every: 4 });

const grown = (cuts: readonly number[]): Replay => {
  const ends = [...cuts.filter((at) => at < log.happened.length).sort((a, b) => a - b), log.happened.length];
  let replay = replayOf({ ...log, happened: [] }, nodeCrypto, { every: 4 });
  let from = 0;
  for (const to of ends) {
    replay = growReplay(replay, log.happened.slice(from, to));
    from = to;
  }
  return replay;
};

const traffic = ({ index }: Replay) => [...index.traffic].map(([key, t]) => [key, t.count, [...t.events.subarray(0, t.count)], gapsOf(t)]);

test('in pieces of any size', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 18 }), { maxLength: 8 }), (cuts) => {
      const replay = grown(cuts);
      expect(replay.final).toEqual(whole.final);
      expect(replay.transitions).toEqual(whole.transitions);
      expect(replay.checkpoints).toEqual(whole.checkpoints);
      expect(replay.index.groups).toEqual(whole.index.groups);
      expect(replay.index.changes).toEqual(whole.index.changes);
      expect([...replay.index.sizes.subarray(0, 20)]).toEqual([...whole.index.sizes]);
      expect([...replay.index.sides.subarray(0, 20)]).toEqual([...whole.index.sides]);
      expect(traffic(replay)).toEqual(traffic(whole));
      expect(replay.chronicle).toEqual(whole.chronicle);
      expect(stateAt(replay, 7)).toEqual(stateAt(whole, 7));
    }),
    { numRuns: 30 },
  );
});

test('records of what came since are those of the whole', () => {
  const opened = new Map<number, readonly number[]>();
  let replay = replayOf({ ...log, happened: [] }, nodeCrypto);
  const records: unknown[] = [];
  for (const event of log.happened) {
    replay = growReplay(replay, [event]);
    records.push(...messageRecords(replay, { from: replay.lastIndex, opened }));
  }
  expect(records).toEqual([...messageRecords(whole)]);
});
