// The ladder by ranges: any part of it equals that part of the whole, and events and rows find each other.
import { describe, expect, test } from 'vitest';
import { bundledTrace, loadTrace } from '../../test/support/trace.ts';
import { dropped, edited, espAt, flipped, fold, frameOf, inserted, repeated, since, withoutSecrets } from '../../test/support/what-if.ts';
import type { Log } from '../log/log.ts';
import { ladderRowCount, ladderRows, rowOfEvent } from './ladder.ts';
import type { LadderRow } from './models.ts';

const log = loadTrace(bundledTrace);
const everything = Array.from({ length: 19 }, (_, i) => i + 1);

const whole = (given: Log): readonly LadderRow[] => ladderRows(fold(given), 0, 1_000_000);
const messageAt = (given: Log, event: number) => {
  const row = whole(given).find((r) => r.kind === 'message' && r.event === event);
  if (row?.kind !== 'message') throw new Error(`no row of event ${event}`);
  return row;
};

describe.each([
  ['the trace', log],
  ['without keys', withoutSecrets(log)],
  ['begun at ESP', since(log, 10)],
  ['with one event', dropped(log, ...everything.slice(1))],
  ['with nothing that happened', dropped(log, ...everything)],
  ['with nothing at all', withoutSecrets(dropped(log, ...everything))],
  ['with repeats', repeated(repeated(log, 3), 12)],
])('%s', (_, given) => {
  const replay = fold(given);
  const rows = ladderRows(replay, 0, 1_000_000);

  test('has as many rows as it says', () => {
    expect(rows).toHaveLength(ladderRowCount(replay));
  });

  test('every range is that slice of the whole', () => {
    for (let from = -1; from <= rows.length + 1; from++)
      for (let to = from; to <= rows.length + 1; to++)
        expect(ladderRows(replay, from, to)).toEqual(rows.slice(Math.max(0, from), Math.max(0, to)));
  });

  test('the row of an event is the row that names it', () => {
    for (let event = 1; event <= replay.lastIndex; event++)
      expect(rows[rowOfEvent(replay, event)]).toMatchObject({ kind: 'message', event });
    expect(rowOfEvent(replay, 0)).toBe(0);
    expect(rowOfEvent(replay, replay.lastIndex + 5)).toBe(rowOfEvent(replay, replay.lastIndex));
  });
});

test('what was given stands above: the roots by name, the rest in one row', () => {
  expect(whole(log).slice(0, 4)).toMatchObject([
    { kind: 'given', label: 'pre-shared key', detail: 'learned from keys.json' },
    { kind: 'given', label: 'g^xy' },
    { kind: 'given', label: '9 keys' },
    { kind: 'group', event: 1, label: 'Main mode' },
  ]);
});

test('heads of the exchanges', () => {
  const heads = whole(log).flatMap((r) => (r.kind === 'group' ? [[r.event, r.label, r.code]] : []));
  expect(heads).toEqual([
    [1, 'Main mode', null],
    [7, 'Quick mode', '3e1e0daa'],
    [10, 'IPsec, 8 packets', null],
    [18, 'Informational', null],
  ]);
});

test('a message: when, who, what, and where it leaves both sides', () => {
  expect(messageAt(log, 5)).toMatchObject({
    delta: '+0.275',
    side: 'initiator',
    label: 'MM5',
    detail: 'ID HASH N(INITIAL-CONTACT)',
    lock: 'opened',
    initiatorState: 'IKE_I_MM5',
    responderState: 'IKE_R_MM5',
    part: 'e2ac48224b9fbe1e phase1',
    note: null,
    tone: null,
  });
  expect(messageAt(log, 7)).toMatchObject({ initiatorState: 'IKE_QM_I_QM1', responderState: null });
  expect(messageAt(log, 18)).toMatchObject({ label: 'INFO', part: 'informational 1792857103', initiatorState: null, responderState: null });
});

test('a packet: SPI, number, and what is inside where it opens', () => {
  expect(messageAt(log, 10)).toMatchObject({
    label: 'ESP',
    detail: 'c50d31e3 seq 1 · ICMP echo request',
    lock: 'opened',
    side: 'initiator',
  });
  expect(messageAt(withoutSecrets(log), 10)).toMatchObject({ detail: 'c50d31e3 seq 1', lock: 'sealed', side: null });
});

test('a closed message', () => {
  expect(messageAt(withoutSecrets(log), 5)).toMatchObject({
    label: 'MM5',
    detail: 'encrypted',
    lock: 'sealed',
    initiatorState: 'IKE_I_MM5',
  });
});

test('what is wrong is noted', () => {
  expect(messageAt(repeated(log, 3), 4)).toMatchObject({ label: 'MM3', note: 'retransmission of #3', tone: 'note', initiatorState: null });
  expect(messageAt(repeated(log, 12), 13)).toMatchObject({ note: 'replayed', tone: 'warning' });
  expect(messageAt(edited(log, 12, flipped(espAt + 40)), 12)).toMatchObject({ note: 'wrong ICV', tone: 'bad' });
  const old = inserted(
    log,
    17,
    frameOf(log, 10).map((b, i) => (i >= espAt + 4 && i < espAt + 8 ? 0 : b)),
    10,
  );
  expect(messageAt(old, 18).tone).toBe('bad');
});

describe('a long run of ESP', () => {
  const run = Array.from({ length: 30 }, () => 12).reduce((l, event) => repeated(l, event), log);
  const replay = fold(run);
  const folded = ladderRows(replay, 0, 1000, new Set());
  const unfolded = ladderRows(replay, 0, 1000, new Set([10]));

  test('is one row with what it holds, under its head', () => {
    expect(folded.slice(-5)).toMatchObject([
      { kind: 'group', event: 10, label: 'IPsec, 38 packets', folds: 38 },
      { kind: 'fold', event: 10, last: 47, label: '38 packets', initiator: 34, responder: 4, note: '30 replayed', tone: 'warning' },
      { kind: 'group' },
      { kind: 'message', event: 48 },
      { kind: 'message', event: 49 },
    ]);
    expect(folded).toHaveLength(ladderRowCount(replay, new Set()));
  });

  test('unfolds to the rows that it stands for', () => {
    expect(unfolded).toHaveLength(folded.length + 37);
    expect(unfolded.filter((r) => r.kind !== 'group')).toEqual(ladderRows(replay, 0, 1000).filter((r) => r.kind !== 'group'));
  });

  test.each([[new Set<number>()], [new Set([10])]])('every range is that slice of the whole, and events find their rows', (folding) => {
    const rows = ladderRows(replay, 0, 1000, folding);
    for (let from = 0; from <= rows.length; from += 3)
      for (let to = from; to <= rows.length + 1; to += 4) expect(ladderRows(replay, from, to, folding)).toEqual(rows.slice(from, to));
    for (let event = 1; event <= replay.lastIndex; event++) {
      const row = rows[rowOfEvent(replay, event, folding)];
      if (row?.kind === 'fold') expect(event >= row.event && event <= row.last).toBe(true);
      else expect(row).toMatchObject({ kind: 'message', event });
    }
  });
});
