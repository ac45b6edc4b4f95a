// The table of features tells the truth: each row names a test that exists, and the gaps are told too.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const docs = resolve(import.meta.dirname, '../../docs');
const page = readFileSync(join(docs, 'features.md'), 'utf8');

/** Rows below the heads of tables, as cells. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| feature '))
  .map((line) => line.slice(2, -2).split(' | '));

const heldBy = /\[[^\]]+\]\(([^)]+)\) `([^`]+)`/g;

test('every row has six cells, of which none is empty', () => {
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter((cells) => cells.length !== 6 || cells.some((cell) => cell.trim() === ''))).toEqual([]);
});

test.each(rows.map((cells): [string, string] => [cells[0] ?? '', cells.at(-1) ?? '']))('%s', (_, cell) => {
  const tests = [...cell.matchAll(heldBy)].map(([, path = '', name = '']) => ({ path, name }));
  expect(tests.length).toBeGreaterThan(0);
  for (const { path, name } of tests) {
    expect(path).toMatch(/\.test\.ts$/);
    expect(existsSync(join(docs, path)), path).toBe(true);
    expect(readFileSync(join(docs, path), 'utf8').includes(name), `${name} in ${path}`).toBe(true);
  }
});
