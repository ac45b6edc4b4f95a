import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as NodeFileSystem from '@effect/platform-node/NodeFileSystem';
import { Effect } from 'effect';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readGiven } from './files.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ikewind-files-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (path: string, most?: number) =>
  Effect.runPromise(readGiven(path, most).pipe(Effect.provide(NodeFileSystem.layer), Effect.result));
const reasonOf = async (path: string, most?: number) => {
  const result = await read(path, most);
  return result._tag === 'Failure' ? result.failure.reason : 'read';
};

test('a file is read whole and named without its folder', async () => {
  writeFileSync(join(folder, 'a.pcap'), Uint8Array.of(1, 2, 3));
  expect(await read(join(folder, 'a.pcap'))).toMatchObject({ success: { name: 'a.pcap', bytes: Uint8Array.of(1, 2, 3) } });
  writeFileSync(join(folder, 'empty'), '');
  expect(await read(join(folder, 'empty'))).toMatchObject({ success: { bytes: new Uint8Array() } });
});

test('what cannot be read says why', async () => {
  writeFileSync(join(folder, 'big'), new Uint8Array(100));
  expect(await reasonOf(join(folder, 'nothing'))).toBe('not-found');
  expect(await reasonOf(folder)).toBe('is-a-directory');
  expect(await reasonOf(join(folder, 'big'), 99)).toBe('too-large');
  expect(await reasonOf(join(folder, 'big'), 100)).toBe('read');
});

test.skipIf(process.getuid?.() === 0)('a file without read permission (skipped for root, who may read all)', async () => {
  writeFileSync(join(folder, 'closed'), 'x', { mode: 0 });
  expect(await reasonOf(join(folder, 'closed'))).toBe('not-readable');
});

test('a pipe has no size: it is read to its end, or to the bound', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const [, got] = await Promise.all([import('node:fs/promises').then((fs) => fs.writeFile(pipe, 'abc')), read(pipe)]);
  expect(got).toMatchObject({ success: { bytes: new TextEncoder().encode('abc') } });
  expect(await reasonOf('/dev/zero', 1_000_000)).toBe('too-large');
});
