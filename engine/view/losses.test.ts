import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundledTrace, captureReading, sharedFolder } from '../../test/support/trace.ts';
import { nodeCrypto } from '../host/node-crypto.ts';
import { mergeReadings } from '../ingest/merge.ts';
import type { Reading } from '../ingest/reading.ts';
import { replayOf } from '../replay/replay.ts';
import { timestamp } from '../values/timestamp.ts';
import { losses } from './losses.ts';

const read = (path: string, name: string): Reading => captureReading(new Uint8Array(readFileSync(path)), name);
const between = (...readings: readonly Reading[]) => losses(replayOf(mergeReadings(readings), nodeCrypto));
const capture = () => read(join(bundledTrace, 'capture.pcap'), 'near.pcap');

/** The same packets elsewhere: without some frames, by another clock. */
const elsewhere = (reading: Reading, missing: readonly number[], late: (frame: number) => bigint): Reading => ({
  ...reading,
  input: { ...reading.input, name: 'far.pcap' },
  events: reading.events
    .filter((e) => !missing.includes(e.origin.number))
    .map((e) => ({ ...e, at: e.at === null ? null : timestamp(e.at + late(e.origin.number)) })),
});

describe('two captures', () => {
  test('of one place hold the same: nothing is lost, the clocks agree', () => {
    const found = between(
      capture(),
      elsewhere(capture(), [], () => 0n),
    );
    expect(found).toMatchObject({ clock: 0n, both: 19 });
    expect(found?.directions.map((d) => [d.sent - d.arrived, d.lost, d.strays])).toEqual([
      [0, [], []],
      [0, [], []],
    ]);
  });

  test('a far clock that is an hour ahead, 10 ms of way: the clock is found, and what did not arrive is named', () => {
    // By the summary of this trace the initiator sends the odd frames up to 9; frame 3 is MM3, frame 4 MM4.
    const fromInitiator = new Set([1, 3, 5, 7, 9]);
    const hour = 3_600_000_000_000n;
    const late = (frame: number) => hour + (isFromInitiator(frame) ? 10_000_000n : -10_000_000n);
    const isFromInitiator = (frame: number) => fromInitiator.has(frame) || senders.get(frame) === '192.0.2.1';
    const near = capture();
    const senders = new Map(
      near.events.map((e) => [e.origin.number, e.kind === 'DatagramSeen' ? addressIn(e.datagram.bytes) : ''] as const),
    );
    const found = between(near, elsewhere(near, [3], late));
    expect(found).toMatchObject({ clock: hour, both: 18 });
    const [there, back] = found?.directions ?? [];
    expect(there).toMatchObject({ src: '192.0.2.1', from: 0, to: 1, lost: [{ what: 'MM3', frame: 3 }], strays: [] });
    expect(there?.delay?.median).toBe(10_000_000n);
    expect(back).toMatchObject({ src: '198.51.100.1', from: 1, to: 0, lost: [] });
  });

  test('what one saw before the other began recording is not lost', () => {
    const near = capture();
    const first = near.events[0];
    const far = elsewhere(near, [1], () => 0n);
    const early: Reading = {
      ...near,
      events: near.events.map((e) => (e === first && e.at !== null ? { ...e, at: timestamp(e.at - 9_000_000_000n) } : e)),
    };
    const found = between(early, far);
    expect(found?.directions.flatMap((d) => d.lost)).toEqual([]);
    expect(found?.directions.reduce((n, d) => n + d.outside, 0)).toBe(1);
  });

  test('one capture alone is compared with nothing', () => {
    expect(between(capture())).toBeNull();
  });
});

/** Source address behind an Ethernet header. */
const addressIn = (frame: Uint8Array): string => [...frame.subarray(26, 30)].join('.');

const lab = join(sharedFolder, 'captures/lab');

describe.skipIf(!existsSync(lab))('lab traces with two captures in ../shared/captures/lab (skipped without that folder)', () => {
  const of = (name: string, other: string) => between(...['capture.pcap', other].map((file) => read(join(lab, name, file), file)));

  test('retransmission: the first copies of MM2, MM6 and QM2, as its meta.json tells', () => {
    const lost = of('retransmission', 'capture-responder-side.pcap')?.directions.map((d) => [d.src, d.lost.map((p) => p.what)]);
    expect(lost).toEqual([
      ['192.0.2.1', []],
      ['198.51.100.1', ['MM2', 'MM6', 'QM2']],
    ]);
  });

  test('nat-t: what went through the NAT is the same on both sides', () => {
    const found = of('nat-t', 'capture-inside-nat.pcap');
    expect(found?.directions.map((d) => [d.src, d.from, d.to, d.sent, d.arrived, d.lost.length + d.strays.length])).toEqual([
      ['203.0.113.2', 1, 0, 13, 13, 0],
      ['198.51.100.1', 0, 1, 10, 10, 0],
    ]);
  });

  test('esp-long-reorder: loss and copies made on the way', () => {
    const way = of('esp-long-reorder', 'capture-initiator-side.pcap')?.directions.find((d) => d.src === '192.0.2.1');
    // Counted by octets of the IP payload in both files: the sender's own holds each once.
    expect(way).toMatchObject({ from: 1, to: 0 });
    expect([way?.sent, way?.arrived, way?.lost.length, way?.strays.length]).toEqual([20_011, 19_938, 73, 94]);
  });
});
