import { Effect } from 'effect';
import { expect, test } from 'vitest';
import { readInputs } from './load.ts';

const file = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) });
const read = (files: Parameters<typeof readInputs>[0], year?: number) => Effect.runPromise(readInputs(files, () => Effect.void, year));

const undated = file('r1.log', '*Mar  1 00:00:01.000: ISAKMP:(1001):SKEYID state generated');
const dated = file('asa.log', 'May 23 2010 13:15:25: %ASA-5-713119: Group = 192.0.2.2, IP = 192.0.2.2, PHASE 1 COMPLETED');
const secondsOf = (readings: Awaited<ReturnType<typeof read>>) => readings.map((r) => Number((r.events[0]?.at ?? 0n) / 1_000_000_000n));

// `date -u -d '1970-03-01T00:00:01' +%s`, and so on.
test('a log without a year stands in the year that is given, else in that of another input, else in 1970', async () => {
  expect(secondsOf(await read([undated]))).toEqual([5097601]);
  expect(secondsOf(await read([undated, dated]))).toEqual([1267401601, 1274620525]);
  expect(secondsOf(await read([undated, dated], 2005))).toEqual([1109635201, 1274620525]);
});

test('text that no device writes is kept line by line, and said to be so', async () => {
  const [reading] = await read([file('letter.txt', 'Dear all,\nnothing works: 0 of 5.\n')]);
  expect(reading?.events.map((e) => e.kind === 'DeviceReported' && e.recognised)).toEqual([false, false]);
  expect(reading?.damage).toMatchObject([{ code: 'text-not-understood' }]);
});
