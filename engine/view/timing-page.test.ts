import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { captureReading, keysFile, keysReading, loadTrace, tracesFolder } from '../../test/support/trace.ts';
import { nodeCrypto } from '../host/node-crypto.ts';
import { mergeReadings } from '../ingest/merge.ts';
import { replayOf } from '../replay/replay.ts';
import { timingPage, tookText } from './timing-page.ts';

const trace = join(tracesFolder, 'rekey-phase2');
const page = () => timingPage(replayOf(loadTrace(trace), nodeCrypto));

test.each([
  [412_345n, '0.412 ms'],
  [12_400_000n, '12.4 ms'],
  [1_200_000_000n, '1.200 s'],
  [8_640_000_000_000n, '8,640.000 s'],
  [-2_000_000n, '-2.000 ms'],
])('%d nanoseconds are %s', (nanoseconds, text) => expect(tookText(nanoseconds)).toBe(text));

test('waits of a handshake follow each other from its beginning to its end', () => {
  const [phase1] = page().negotiations.shown[0]?.handshakes.shown ?? [];
  expect(phase1?.waits.map((w) => w.label)).toEqual(['MM1', 'MM2', 'MM3', 'MM4', 'MM5']);
  expect(phase1?.waits[0]?.from).toBe(0);
  expect(phase1?.waits.at(-1)?.to).toBe(1);
  for (const [i, wait] of (phase1?.waits ?? []).entries()) expect(wait.from).toBe(phase1?.waits[i - 1]?.to ?? 0);
});

test('the SAs of a tunnel stand one after another on its line of time, and lapse after their lifetime', () => {
  // Its configuration: life_time 12 s, rekeyed after 8 s.
  const { tunnels, end, ticks } = page();
  const generations = tunnels.shown[0]?.generations.shown ?? [];
  expect(generations).toHaveLength(4);
  for (const [i, g] of generations.entries()) {
    expect(g.to).toBe(generations[i + 1]?.from ?? end);
    expect(g.expires).toBe(g.from + 12 <= end ? g.from + 12 : null);
    expect(g.lifetime).toBe('12 s');
  }
  expect(ticks[0]?.at).toBe(0);
  expect(ticks.at(-1)?.at).toBeLessThanOrEqual(end);
  expect(ticks.length).toBeLessThanOrEqual(12);
});

test('one capture tells nothing of losses; the same from two places tells that none was lost', () => {
  expect(page().losses).toBeNull();
  const bytes = new Uint8Array(readFileSync(join(trace, 'capture.pcap')));
  const keys = keysReading(readFileSync(keysFile(trace), 'utf8'));
  const log = mergeReadings([captureReading(bytes, 'left.pcap'), captureReading(bytes, 'right.pcap'), keys]);
  const { losses } = timingPage(replayOf(log, nodeCrypto));
  expect(losses?.summary).toMatch(/^Seen in both left\.pcap and right\.pcap: \d+ packets\./);
  expect(losses?.directions.every(({ tone, lost }) => tone === 'good' && lost.shown.length === 0)).toBe(true);
  // Copies of one file have the same clock and the same time to live: nobody can tell which place is passed first.
  expect(losses?.directions.map(({ names }) => names.lost)).toEqual(['In left.pcap alone', 'In left.pcap alone']);
});
