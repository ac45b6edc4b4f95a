import { expect, test } from 'vitest';
import { withinColumns } from './columns.ts';

test('what is longer goes on under its column', () => {
  expect(withinColumns('  --at N    The moment: the index of an event', 30)).toBe(
    '  --at N    The moment: the\n            index of an event',
  );
});

test('a long name has its meaning below', () => {
  const name = '--completions <bash|zsh|fish|powershell>';
  expect(withinColumns(`  ${name}    Print a script for the shell at hand`, 44)).toBe(
    `  ${name}\n      Print a script for the shell at hand`,
  );
});

test('what fits, and colours, stay as they are', () => {
  const red = '\u001b[31m--keys\u001b[0m';
  expect(withinColumns(`  ${red}  Keys\n\nEXAMPLES`, 16)).toBe(`  ${red}  Keys\n\nEXAMPLES`);
  expect(withinColumns(`  ${red}  Keys and more`, 16)).toBe(`  ${red}  Keys\n          and\n          more`);
});
