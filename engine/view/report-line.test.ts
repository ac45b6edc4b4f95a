import { expect, test } from 'vitest';
import { nodeCrypto } from '../host/node-crypto.ts';
import { mergeReadings } from '../ingest/merge.ts';
import { toEnd } from '../ingest/reading.ts';
import { readText } from '../ingest/text.ts';
import { buildReplay, type Replay } from '../replay/replay.ts';
import { ladderRows } from './ladder.ts';
import { moment } from './moment.ts';
import { overview } from './overview.ts';
import { eventRecords } from './records/events.ts';
import { stateRecord } from './records/state.ts';
import { transitionRecords } from './records/transitions.ts';

const text = `
*Mar  1 00:00:01.000: ISAKMP (0:0): received packet from 192.0.2.2 dport 500 sport 500 Global (N) NEW SA
*Mar  1 00:00:01.000: ISAKMP (0:7): Input = IKE_MESG_FROM_PEER, IKE_MM_EXCH
*Mar  1 00:00:01.000: ISAKMP (0:7): Old State = IKE_READY  New State = IKE_R_MM1
*Mar  1 00:00:01.500: ISAKMP (0:7): sending packet to 192.0.2.2 my_port 500 peer_port 500 (R) MM_SA_SETUP
*Mar  1 00:00:01.500: ISAKMP (0:7): a sentence that no device prints
`.trim();

const replayed = (): Replay => {
  const fold = buildReplay(mergeReadings([toEnd(readText(text, 'r1.log', 0, { year: 2005 }))]), nodeCrypto, { replayWindow: 64 });
  let step = fold.next();
  while (!step.done) step = fold.next();
  return step.value;
};

test('rows of a log: the message without its head, and where it leaves the device', () => {
  const rows = ladderRows(replayed(), 0, 100).filter((row) => row.kind === 'message');
  expect(rows.map((row) => [row.event, row.label, row.side, row.responderState, row.note])).toEqual([
    [1, 'NEW SA', 'responder', null, null],
    [2, 'LOG', 'responder', null, null],
    [3, 'LOG', 'responder', 'IKE_R_MM1', null],
    [4, 'MM_SA_SETUP', 'responder', null, null],
    [5, 'LOG', null, null, 'not understood'],
  ]);
  expect(rows[2]?.detail).toBe('ISAKMP (0:7): Old State = IKE_READY  New State = IKE_R_MM1');
  expect(rows[3]?.delta).toBe('+0.500');
});

test('the explanation names the step, and that no packet shows it', () => {
  const { explanation } = moment(replayed(), 3, { reveal: [], negotiation: null });
  expect(explanation.sentences.map((s) => s.text)).toEqual([
    'The responder says so itself, in its log.',
    'It goes from IKE_READY to IKE_R_MM1 on IKE_MESG_FROM_PEER, IKE_MM_EXCH.',
    'No packet shows it: this is known from the device alone.',
  ]);
});

test('a negotiation without cookies is called by its ends', () => {
  expect(overview(replayed(), 'r1').negotiations).toMatchObject([{ label: '192.0.2.2 and unknown', cookies: null }]);
});

test('records: what only the log tells is marked, what nobody tells is null', () => {
  const replay = replayed();
  expect(stateRecord(replay, replay.lastIndex).negotiations).toMatchObject([
    {
      ispi: null,
      rspi: null,
      responder: { address: null, state: 'IKE_R_MM1' },
      initiator: { address: '192.0.2.2' },
      reported: ['initiator', 'responder'],
    },
  ]);
  expect([...transitionRecords(replay)]).toMatchObject([{ event: 3, side: 'responder', exchange: null, to: 'IKE_R_MM1', proven: 3 }]);
  expect([...eventRecords(replay)][2]).toMatchObject({
    time: '1109635201.000000000',
    timeBasis: 'year-assumed',
    line: 3,
    recognised: true,
    report: { says: 'transition', connection: 7 },
  });
});
