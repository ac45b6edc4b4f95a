import { expect, test } from 'vitest';
import type { TreeNode } from '../bytes/tree.ts';
import { addHeader } from './header.ts';
import { cpiText, ipCompRows } from './ipcomp.ts';

test('next header, flags and CPI are read, RFC 3173 3; what was compressed stays so', () => {
  const nodes: TreeNode[] = [];
  addHeader(
    { bytes: Uint8Array.of(4, 0, 0, 2, 0x4b), buffer: 'wire', cut: false, nodes, issues: [] },
    'IPComp',
    'RFC 3173 3',
    0,
    ipCompRows,
  );
  expect(nodes[0]?.children?.map(({ name, value }) => [name, value])).toEqual([
    ['Next header', 'IPv4 (4)'],
    ['Flags', '0'],
    ['Compression parameter index', 'DEFLATE (2)'],
  ]);
});

test('a CPI that was negotiated is a number', () => {
  expect(cpiText(0xc1d2)).toBe('0xc1d2');
});
