import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { Effect } from 'effect';
import { expect, test } from 'vitest';
import { gunzip } from './gunzip.ts';

const run = (zipped: Uint8Array, bounds?: Parameters<typeof gunzip>[1]) => Effect.runPromise(gunzip(zipped, bounds));
// Octets that hardly repeat, so that a cut lands inside the content.
let state = 1;
const text = Uint8Array.from({ length: 200_000 }, () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state >>> 24;
});

test('what gzip packed comes back whole', async () => {
  const zipped = execFileSync('gzip', ['-c'], { input: text });
  expect(await run(zipped)).toEqual({ bytes: text, stopped: null });
});

test('several members follow each other, RFC 1952 2.2', async () => {
  const both = Buffer.concat([gzipSync(text.subarray(0, 70_000)), gzipSync(text.subarray(70_000))]);
  expect(await run(both)).toEqual({ bytes: text, stopped: null });
});

test('a cut file is read as far as it goes', async () => {
  const zipped = gzipSync(text);
  const { bytes, stopped } = await run(zipped.subarray(0, zipped.length >> 1));
  expect(stopped?.code).toBe('gzip-cut');
  expect(bytes.length).toBeGreaterThan(50_000);
  expect(bytes).toEqual(text.subarray(0, bytes.length));
});

test('broken data is named, never thrown', async () => {
  const zipped = gzipSync(text);
  zipped.fill(0xff, zipped.length >> 1);
  expect((await run(zipped)).stopped?.code).toBe('gzip-broken');
  expect((await run(Uint8Array.of(0x1f, 0x8b))).stopped?.code).toBe('gzip-cut');
});

test('a small file cannot fill the memory', async () => {
  const bomb = gzipSync(new Uint8Array(4_000_000));
  const { bytes, stopped } = await run(bomb, { most: 1e9, ratio: 10, free: 100_000 });
  expect(stopped?.code).toBe('gzip-expansion');
  expect(bytes.length).toBe(100_000);
});
