/** Files are written whole or not at all. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Exit } from 'effect';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isSameFile, writeInto, writeWhole } from './files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ikewind-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const chunks = [Uint8Array.of(1, 2), Uint8Array.of(3)];

test('all chunks, and nothing beside the file', async () => {
  await Effect.runPromise(writeWhole(join(folder, 'x.ikelog'), chunks, true));
  expect([...readFileSync(join(folder, 'x.ikelog'))]).toEqual([1, 2, 3]);
  expect(readdirSync(folder)).toEqual(['x.ikelog']);
  expect(statSync(join(folder, 'x.ikelog')).mode & 0o777).toBe(0o600);
});

test('a fault half-way leaves what was there before', async () => {
  const path = join(folder, 'x.ikelog');
  writeFileSync(path, 'before');
  const failing = function* () {
    yield Uint8Array.of(1);
    throw new Error('the source broke');
  };
  const exit = await Effect.runPromiseExit(writeWhole(path, failing(), false));
  expect(Exit.isFailure(exit)).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('before');
  expect(readdirSync(folder)).toEqual(['x.ikelog']);
});

test('a folder in the place of the file is said', async () => {
  mkdirSync(join(folder, 'x'));
  const fault = await Effect.runPromise(Effect.flip(writeWhole(join(folder, 'x'), chunks, false)));
  expect(fault.message).toContain('it is a folder');
  expect(readdirSync(folder)).toEqual(['x']);
});

test('where one file is in the way, none is written', async () => {
  writeFileSync(join(folder, 'b'), 'mine');
  const files = new Map([
    ['a', 'new'],
    ['b', 'new'],
  ]);
  const fault = await Effect.runPromise(Effect.flip(writeInto(folder, files, false)));
  expect(fault).toMatchObject({ _tag: 'WrongUsage' });
  expect(readdirSync(folder)).toEqual(['b']);
  await Effect.runPromise(writeInto(folder, files, true));
  expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('new');
});

test('two names of one file', async () => {
  writeFileSync(join(folder, 'a'), '');
  expect(await Effect.runPromise(isSameFile(join(folder, 'a'), join(folder, '.', 'a')))).toBe(true);
  expect(await Effect.runPromise(isSameFile(join(folder, 'a'), join(folder, 'b')))).toBe(false);
});
