import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundledTrace, captureReading } from '../../../test/support/trace.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { mergeReadings } from '../../ingest/merge.ts';
import { type Reading, toEnd } from '../../ingest/reading.ts';
import { readText } from '../../ingest/text.ts';
import { replayOf } from '../../replay/replay.ts';
import { noCookie } from '../../values/cookie.ts';
import { stateRecord } from '../../view/records/state.ts';
import { emptyMap, values } from '../persistent-map.ts';
import type { Negotiation } from '../state.ts';
import { joinedNegotiations } from './joined.ts';

const capture = (folder: string): Reading => captureReading(new Uint8Array(readFileSync(join(folder, 'capture.pcap'))), 'capture.pcap');
const log = (text: string): Reading => toEnd(readText(text, 'debug.txt', 1));
const endOf = (...readings: Reading[]) => {
  const replay = replayOf(mergeReadings(readings), nodeCrypto);
  return stateRecord(replay, replay.lastIndex).negotiations;
};

/** What the responder prints when phase 1 is complete, in charon's form: it names both ends. */
const lines = (initiator: string): string =>
  [
    `2026-11-21T19:08:25.900 16[IKE] <conn|1> IKE_SA conn[1] established between 198.51.100.1[198.51.100.1]...${initiator}[${initiator}]`,
    '2026-11-21T19:08:25.901 16[IKE] <conn|1> IKE_SA conn[1] state change: CONNECTING => ESTABLISHED',
  ].join('\n');

test('a log of other ends stays a record of its own', () => {
  expect(endOf(capture(bundledTrace), log(lines('203.0.113.9'))).map(({ reported }) => reported === undefined)).toEqual([true, false]);
});

test('a log of the same two ends is no other negotiation', () => {
  expect(endOf(capture(bundledTrace), log(lines('192.0.2.1'))).map(({ ispi }) => ispi)).toEqual(['e2ac48224b9fbe1e']);
});

test('what packets leave sealed is taken from the log, and marked; what they show stands', () => {
  const [shown] = values(replayOf(mergeReadings([capture(bundledTrace)]), nodeCrypto).final.negotiations);
  if (!shown) throw new Error('the bundled trace has a negotiation');
  const told: Negotiation = {
    ...shown,
    id: 'reported-1',
    initiatorCookie: noCookie,
    exchanges: emptyMap,
    suite: null,
    initiator: { ...shown.initiator, identity: 'gw.example.org' },
    reported: ['initiator'],
  };
  const [one, ...others] = joinedNegotiations([shown, told]);
  expect(others).toEqual([]);
  expect(one).toEqual({ ...shown, initiator: { ...shown.initiator, identity: 'gw.example.org' }, reported: ['initiator'] });
  expect(shown.initiator.identity).toBeNull();
});
