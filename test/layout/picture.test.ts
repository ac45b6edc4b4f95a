// The table in ARCHITECTURE.md says what the rules say: both are made from the same rows.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

interface Rules {
  readonly engineRows: Readonly<Record<string, readonly string[]>>;
  readonly debuggerRows: Readonly<
    Record<string, { readonly paths: readonly string[]; readonly node: boolean; readonly electron: boolean }>
  >;
}

/** A path pattern as people write it: `engine/index\\.ts$` is `engine/index.ts`, `debugger/host/` is `debugger/host`. */
const readable = (pattern: string): string => pattern.replaceAll('\\.', '.').replace(/[$/]$/, '');

const wanted = ({ engineRows, debuggerRows }: Rules): readonly (readonly [string, string])[] => [
  ...Object.entries(engineRows).map(([folder, others]) => [`engine/${folder}`, others.join(', ')] as const),
  ...Object.entries(debuggerRows).map(
    ([folder, { paths, node, electron }]) =>
      [`debugger/${folder}`, [...paths.map(readable), ...(node ? ['node'] : []), ...(electron ? ['electron'] : [])].join(', ')] as const,
  ),
];

test('ARCHITECTURE.md draws the import rules as they are', async () => {
  const rules = (await import(join(root, '.dependency-cruiser.mjs'))) as Rules;
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const table = /<!-- rows:[\s\S]*?-->([\s\S]*?)<!-- end of rows -->/.exec(text)?.[1] ?? '';
  const rows = [...table.matchAll(/^\| ([a-z]+\/[a-z]+) \| ?(.*?) ?\|$/gm)].map(([, folder = '', others = '']) => [
    folder,
    others.replaceAll('\\|', '|'),
  ]);
  expect(rows).toEqual(wanted(rules));
});
