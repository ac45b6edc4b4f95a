import { describe, expect, test } from 'vitest';
import { fifthMessage } from './fixture.ts';
import { lineAfterKey, visibleLines } from './visible.ts';

const names = (folds: ReadonlyMap<string, boolean>, selected: string | null) =>
  visibleLines(fifthMessage.nodes, folds, selected).map(({ node, depth }) => `${'  '.repeat(depth)}${node.name}`);

describe('lines that are seen', () => {
  test('groups are open, plain fields and the frame around the message are not', () => {
    expect(names(new Map(), null)).toEqual(['Frame', 'ISAKMP header', 'Encrypted data', '  Identification', '  Hash']);
  });

  test('what is selected is seen', () => {
    expect(names(new Map(), 'Encrypted data/Hash/HASH_I')).toEqual([
      'Frame',
      'ISAKMP header',
      'Encrypted data',
      '  Identification',
      '  Hash',
      '    Next payload',
      '    HASH_I',
    ]);
  });

  test('a fold that somebody made stands above all', () => {
    const folds = new Map([
      ['Encrypted data', false],
      ['ISAKMP header', true],
    ]);
    expect(names(folds, 'Encrypted data/Hash/HASH_I')).toEqual(['Frame', 'ISAKMP header', '  Initiator cookie', 'Encrypted data']);
  });

  test('a line knows its place among its siblings', () => {
    const line = visibleLines(fifthMessage.nodes, new Map(), null).at(-1);
    expect(line).toMatchObject({ position: 2, siblings: 2, open: false });
  });
});

test('keys go through the lines as in any tree', () => {
  const lines = visibleLines(fifthMessage.nodes, new Map(), 'Encrypted data/Hash/HASH_I');
  expect(lineAfterKey(lines, 2, 'ArrowRight')).toBe(3);
  expect(lineAfterKey(lines, 3, 'ArrowRight')).toBeNull();
  expect(lineAfterKey(lines, 6, 'ArrowLeft')).toBe(4);
  expect(lineAfterKey(lines, 4, 'ArrowLeft')).toBeNull();
  expect(lineAfterKey(lines, 0, 'ArrowUp')).toBe(0);
  expect(lineAfterKey(lines, 6, 'ArrowDown')).toBe(6);
  expect(lineAfterKey(lines, 3, 'End')).toBe(6);
});
