import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundledTrace, captureReading, loadTrace, tracesFolder } from '../../../test/support/trace.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { mergeReadings } from '../../ingest/merge.ts';
import { type Reading, toEnd } from '../../ingest/reading.ts';
import { readText } from '../../ingest/text.ts';
import { type Replay, replayOf } from '../../replay/replay.ts';
import { noCookie } from '../../values/cookie.ts';
import { debugLines } from '../../view/device/debug-lines.ts';
import { diagnose } from '../../view/diagnose/diagnose.ts';
import { stateRecord } from '../../view/records/state.ts';
import { emptyMap, type PersistentMap, set, values } from '../persistent-map.ts';
import type { Negotiation } from '../state.ts';
import { recordOf } from './sources.ts';

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

const traces = readdirSync(tracesFolder).filter((name) => existsSync(join(tracesFolder, name, 'capture.pcap')));

describe.each(traces)('traces/%s and what a device would print of it', (name) => {
  const packets = loadTrace(join(tracesFolder, name));
  const alone = replayOf(packets, nodeCrypto);
  const steps = ({ transitions }: Replay): string[] =>
    transitions.map((t) => `${t.negotiation} ${t.side} ${t.exchange ?? '-'} ${t.from} ${t.to}`).sort();
  const v1 = (replay: Replay): string[] =>
    values(replay.final.negotiations)
      .map((n) => n.id)
      .sort();

  test.each(['initiator', 'responder'] as const)('are one record, and no step is made twice: the %s', (side) => {
    const text = [...debugLines(alone, { side, policy: null })].map((line) => `${line.text}\n`).join('');
    const printed = toEnd(readText(text, 'debug.txt', 0));
    const keys = { input: { name: 'keys', kind: 'keys' as const, detail: '' }, events: packets.given, damage: [] };
    const file = capture(join(tracesFolder, name));
    const both = replayOf(mergeReadings([file, keys, printed]), nodeCrypto);
    expect(v1(both)).toEqual(v1(alone));
    expect(steps(both)).toEqual(steps(alone));
    expect(diagnose(both).negotiations.map((n) => n.verdict)).toEqual(diagnose(alone).negotiations.map((n) => n.verdict));
    expect(diagnose(both).findings.filter((f) => f.code === 'claims-contradict')).toEqual([]);
    // Lines that come before the packets that they tell of.
    const early = replayOf(mergeReadings([printed, file, keys]), nodeCrypto);
    expect(v1(early)).toEqual(v1(alone));
    expect(new Set(steps(early))).toEqual(new Set(steps(alone)));
  });
});

describe('the logs of both ends, and no packet', () => {
  const name = 'mm-psk-3des-sha1-modp1024';
  const packets = loadTrace(join(tracesFolder, name));
  const alone = replayOf(packets, nodeCrypto);
  const printed = (['initiator', 'responder'] as const).map((side, i) =>
    toEnd(readText([...debugLines(alone, { side, policy: null })].map((line) => `${line.text}\n`).join(''), `${side}.txt`, i)),
  );

  test.each([
    ['the initiator first', printed],
    ['the responder first', printed.toReversed()],
  ])('are one record by their message IDs, with what each end says of itself: %s', (_which, readings) => {
    const both = replayOf(mergeReadings(readings), nodeCrypto);
    const [n, ...others] = values(both.final.negotiations);
    expect(others).toEqual([]);
    // As both daemons ended it: the timeline of the trace has it from their logs.
    expect([n?.initiator.state, n?.responder.state]).toEqual(['IKE_DEST_SA', 'IKE_DEST_SA']);
    expect([n?.initiator.address, n?.responder.address]).toEqual(['192.0.2.1', '198.51.100.1']);
    expect(values(n?.sources?.logs ?? emptyMap)).toHaveLength(2);
    expect(n?.sources?.packets).toBeNull();
    expect(new Set(both.transitions.map((t) => t.negotiation))).toEqual(new Set([n?.id]));
    expect(diagnose(both).negotiations.map(({ verdict }) => verdict)).toEqual(['up']);
  });

  test('and join the packets once these come', () => {
    const late = replayOf(mergeReadings([...printed, capture(join(tracesFolder, name))]), nodeCrypto);
    const [n, ...others] = values(late.final.negotiations);
    expect(others).toEqual([]);
    expect([n?.id, n?.sources?.logs.size, n?.sources?.packets?.id]).toEqual(['e2ac48224b9fbe1e', 2, 'e2ac48224b9fbe1e']);
  });

  test('of two negotiations stay two', () => {
    const other = replayOf(loadTrace(join(tracesFolder, 'mm-fourth-proposal')), nodeCrypto);
    const text = [...debugLines(other, { side: 'responder', policy: null })].map((line) => `${line.text}\n`).join('');
    const apart = replayOf(mergeReadings([...printed.slice(0, 1), toEnd(readText(text, 'responder.txt', 1))]), nodeCrypto);
    expect(apart.final.negotiations.size).toBe(2);
  });
});

test('what packets leave sealed is taken from the log, and marked; what they show stands, and is marked no more once they do', () => {
  const [shown] = values(replayOf(mergeReadings([capture(bundledTrace)]), nodeCrypto).final.negotiations);
  if (!shown) throw new Error('the bundled trace has a negotiation');
  const told: Negotiation = {
    ...shown,
    id: 'reported-1',
    initiatorCookie: noCookie,
    exchanges: emptyMap,
    initiator: { ...shown.initiator, state: 'IKE_I_MM1', identity: 'gw.example.org' },
    reported: ['initiator'],
  };
  const sources = { packets: shown, logs: set(emptyMap as PersistentMap<Negotiation>, '1 reported-1', told) };
  const record = recordOf(undefined, sources);
  expect(record).toEqual({
    ...shown,
    initiator: { ...shown.initiator, identity: 'gw.example.org' },
    reported: ['initiator'],
    sources,
  });
  const packets: Negotiation = { ...shown, initiator: { ...shown.initiator, identity: '192.0.2.1' } };
  expect(recordOf(record, { ...sources, packets })).toEqual({ ...packets, sources: { ...sources, packets } });
});

test('a log of an earlier run between the same ends is another negotiation', () => {
  const earlier = lines('192.0.2.1').replaceAll('2026-11-21', '2026-11-20');
  expect(endOf(log(earlier), capture(bundledTrace)).map(({ reported }) => reported === undefined)).toEqual([false, true]);
});
