// One moment: where it stands in the lists of the window, from wherever one comes to it.
import { describe, expect, test } from 'vitest';
import { octets, u16, u32 } from '../../test/support/frames.ts';
import { bundledTrace, loadTrace } from '../../test/support/trace.ts';
import { carrying, fold, frameOf, inserted, messageOf, payload, repeated, since, withoutSecrets } from '../../test/support/what-if.ts';
import type { Log } from '../log/log.ts';
import { moment } from './moment.ts';
import { overview } from './overview.ts';

const log = loadTrace(bundledTrace);
const options = { reveal: [], negotiation: null };

describe.each<[string, Log]>([
  ['the trace', log],
  ['without keys', withoutSecrets(log)],
  ['begun at ESP', since(log, 10)],
  ['with repeats', repeated(repeated(log, 12), 3)],
])('%s', (_, given) => {
  const replay = fold(given);

  test('every event stands in a part that the list of negotiations has, and that reaches to it', () => {
    const parts = new Map(overview(replay, 'x').negotiations.flatMap((n) => n.parts.map((p) => [p.id, p] as const)));
    for (let event = 1; event <= replay.lastIndex; event++) {
      const { part } = moment(replay, event, options);
      const found = parts.get(part ?? '');
      expect([event, part, found !== undefined && found.first <= event && event <= found.last]).toEqual([event, part, true]);
    }
  });

  test('going backwards shows the same as going forwards', () => {
    const forwards = Array.from({ length: replay.lastIndex + 1 }, (_, event) => moment(replay, event, options));
    for (let event = replay.lastIndex; event >= 0; event--) expect(moment(replay, event, options)).toEqual(forwards[event]);
  });

  test('what is asked for beyond the ends is the end', () => {
    expect(moment(replay, -3, options)).toEqual(moment(replay, 0, options));
    expect(moment(replay, 99, options)).toEqual(moment(replay, replay.lastIndex, options));
  });
});

test('a notify with message ID 0 in the middle of main mode does not take the rest of it', () => {
  const refusal = octets(messageOf(log, 2).subarray(0, 16), 11, 0x10, 5, 0, u32(0), u32(0), payload(0, octets(u32(1), 1, 0, u16(14))));
  const replay = fold(inserted(log, 2, carrying(refusal)(frameOf(log, 2))));
  expect([3, 4].map((event) => moment(replay, event, options).part)).toEqual(['informational 0', 'e2ac48224b9fbe1e phase1']);
});

test('labels, times and parts of the trace', () => {
  const replay = fold(log);
  const at = (event: number) => moment(replay, event, options);
  expect(at(5)).toMatchObject({ label: 'MM5', time: '2026-11-21 19:08:25.875982 UTC', part: 'e2ac48224b9fbe1e phase1' });
  expect(at(8).part).toBe('quick 1042156970');
  expect(at(0)).toMatchObject({ label: 'given', time: '', packet: null, part: null });
});
