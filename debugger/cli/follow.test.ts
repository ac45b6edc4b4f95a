// Following from the command line: a file that grows while it is read, and what cannot be followed.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../test/support/program.ts';
import { bundledTrace } from '../../test/support/trace.ts';
import { runProgram } from './program.ts';

const capture = readFileSync(join(bundledTrace, 'capture.pcap'));
const keys = ['--keys', join(bundledTrace, 'keys.json')];
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ikewind-follow-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs until `enough` of the answer is there, adding to the file once its first part was answered. */
const following = async (args: readonly string[], path: string, rest: Uint8Array, enough: (out: string) => boolean) => {
  const stop = new AbortController();
  let out = '';
  let added = false;
  const status = await runProgram(
    args,
    {
      out: {
        isTerminal: false,
        columns: 120,
        write: (text) => {
          out += text;
          if (!added) appendFileSync(path, rest);
          added = true;
          if (enough(out)) stop.abort();
          return Promise.resolve();
        },
      },
      err: { isTerminal: false, columns: 120, write: () => Promise.resolve() },
      input: Readable.from([]),
      env: {},
    },
    stop.signal,
  );
  return { status, out };
};

test('records of what is added come while the command runs; an interruption ends it', async () => {
  const path = join(folder, 'growing.pcap');
  writeFileSync(path, capture.subarray(0, 1000));
  const args = ['messages', path, ...keys, '--follow', '--format', 'ndjson'];
  const { status, out } = await following(args, path, capture.subarray(1000), (text) => text.split('\n').length > 19);
  expect(status).toBe(130);
  const whole = await run(['messages', join(bundledTrace, 'capture.pcap'), ...keys, '--format', 'ndjson']);
  expect(out).toBe(whole.out);
});

test('what has to be whole, or has several inputs, is refused', async () => {
  expect(await run(['events', 'a.pcap', '--follow', '--format', 'json'])).toMatchObject({ status: 2 });
  expect(await run(['events', 'a.pcap', 'b.pcap', '--follow'])).toMatchObject({ status: 2 });
  expect(await run(['events', join(folder, 'nowhere.pcap'), '--follow'])).toMatchObject({
    status: 3,
    err: expect.stringContaining('was not found'),
  });
});
