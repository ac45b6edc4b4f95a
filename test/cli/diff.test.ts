/** `ikewind diff` as a script meets it: the status says whether there is a difference. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ikewind, scratch, trace } from './command.ts';

test('a log that is equal to its capture: status 0', async () => {
  using folder = scratch();
  const log = folder.path('t.ikelog');
  await ikewind(['import', trace.capture, '-o', log]);
  expect(await ikewind(['diff', trace.capture, log])).toEqual({ status: 0, stdout: 'No difference.\n', stderr: '' });
  expect((await ikewind(['diff', trace.capture, log, '--format', 'json'])).stdout).toBe('[\n]\n');
});

test('a capture that lacks its last frame: status 1, in each format', async () => {
  using folder = scratch();
  // The record of frame 19 begins at 3400.
  const shorter = folder.write('shorter.pcap', readFileSync(trace.capture).subarray(0, 3400));
  const text = await ikewind(['diff', trace.capture, shorter]);
  expect(text).toEqual({ status: 1, stdout: 'Only in the first: event 19, INFO\n', stderr: '' });
  const ndjson = await ikewind(['diff', shorter, trace.capture, '--format', 'ndjson']);
  expect(ndjson.status).toBe(1);
  expect(JSON.parse(ndjson.stdout)).toMatchObject({ a: null, b: 19, label: 'INFO' });
});

test('one log alone, or standard input twice: status 2', async () => {
  expect((await ikewind(['diff', trace.capture])).status).toBe(2);
  expect((await ikewind(['diff', '-', '-'])).status).toBe(2);
});
