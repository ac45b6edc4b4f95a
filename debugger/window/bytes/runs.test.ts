import { expect, test } from 'vitest';
import { runsOf } from './runs.ts';

const eight = { perRow: 8, rowHeight: 20 } as const;
const bytes = Uint8Array.of(0x08, 0x00, 0x00, 0x41, 0xff, 0x7e, 0x20, 0x00, 0xab);

test('a row is cut where the look changes', () => {
  const { hex, text } = runsOf(bytes, 0, eight, { start: 4, end: 6 });
  expect(hex).toEqual([
    { look: 'plain', text: '08 ' },
    { look: 'faint', text: '00 00 ' },
    { look: 'plain', text: '41  ' },
    { look: 'lit', text: 'ff 7e ' },
    { look: 'plain', text: '20 ' },
    { look: 'faint', text: '00' },
  ]);
  expect(text.map((run) => run.text).join('')).toBe('···A·~ ·');
});

test('the last row may be short', () => {
  expect(runsOf(bytes, 1, eight, null).hex).toEqual([{ look: 'plain', text: 'ab' }]);
  expect(runsOf(bytes, 2, eight, null)).toEqual({ hex: [], text: [] });
});
