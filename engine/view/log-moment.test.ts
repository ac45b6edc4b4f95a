// A line of a log as a moment: the line itself, what it changed, and the machine of the exchange that it speaks of.
import { expect, test } from 'vitest';
import { nodeCrypto } from '../host/node-crypto.ts';
import { mergeReadings } from '../ingest/merge.ts';
import { toEnd } from '../ingest/reading.ts';
import { readText } from '../ingest/text.ts';
import { replayOf } from '../replay/replay.ts';
import { moment } from './moment.ts';

const text = [
  'Feb  6 21:43:09.762: ISAKMP (0:709): received packet from 192.0.2.1 dport 500 sport 500 Global (R) QM_IDLE',
  'Feb  6 21:43:09.762: ISAKMP (0:709): Node -841765728, Input = IKE_MESG_FROM_PEER, IKE_QM_EXCH',
  'Feb  6 21:43:09.762: ISAKMP (0:709): Old State = IKE_QM_R_QM2  New State = IKE_QM_PHASE2_COMPLETE',
].join('\n');

test('a transition that a device printed', () => {
  const replay = replayOf(mergeReadings([toEnd(readText(text, 'debug.txt', 0))]), nodeCrypto);
  const shown = moment(replay, replay.lastIndex, { reveal: [], negotiation: null });
  expect(shown.packet?.title).toBe('line 3');
  expect(new TextDecoder().decode(shown.packet?.buffers[0]?.bytes)).toBe(text.split('\n')[2]);
  expect(shown.changes.map(({ label, after }) => `${label} ${after}`)).toContain('Responder IKE_QM_PHASE2_COMPLETE');
  expect(shown.machines.find(({ current }) => current)?.title).toBe('quick mode cdd3aca0');
});

test('a line that nothing understands is kept, and says so', () => {
  const replay = replayOf(mergeReadings([toEnd(readText(`${text}\nISAKMP: zzz qqq`, 'debug.txt', 0))]), nodeCrypto);
  const { packet } = moment(replay, replay.lastIndex, { reveal: [], negotiation: null });
  const node = packet?.nodes[0];
  expect(node?.value).toBe('ISAKMP: zzz qqq');
  expect(node?.mark?.text).toBe('not understood');
});
