/** Text for people: columns, wrapping, fields, and nothing that acts on a terminal. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldLines } from './fields.ts';
import { harmless, noPaint, type Paint, paintFor } from './paint.ts';
import { aligned } from './table.ts';
import { sinceStart } from './time.ts';
import { wrap } from './wrap.ts';

const angle: Paint = (text, style) => (style === 'plain' ? text : `<${text}>`);

test('columns are as wide as their widest cell; colour takes no room; no line ends in spaces', () => {
  const rows = [
    [{ text: '5', right: true }, 'MM5', { text: 'x', style: 'bold' as const }, 'end'],
    [{ text: '12', right: true }, 'INFORMATIONAL', 'y', ''],
  ];
  expect([...aligned(rows, angle)]).toEqual([' 5  MM5            <x>  end', '12  INFORMATIONAL  y']);
});

test('the first lines come before the last rows are asked for', () => {
  const endless = (function* () {
    for (let n = 0; ; n++) yield [String(n)];
  })();
  const [first] = aligned(endless, noPaint);
  expect(first).toBe('0');
});

test('text from the network cannot move the cursor, clear the screen or turn a line round', () => {
  expect(harmless('a\u001b[2Jb\r\nc\u202ed')).toBe('a\\u{1b}[2Jb\\u{d}\\u{a}c\\u{202e}d');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect([...aligned([[text, { text, style: 'bold' }]], noPaint)].join('')).not.toMatch(/\p{Cc}/u);
      expect(wrap(text, 80).join('')).not.toMatch(/\p{Cc}/u);
    }),
  );
});

test('colour is for terminals, and for those who want it', () => {
  const out = { isTerminal: true, columns: 80, write: () => Promise.resolve() };
  expect(paintFor(out, {})('x', 'bad')).not.toBe('x');
  expect(paintFor(out, { NO_COLOR: '1' })('x', 'bad')).toBe('x');
  expect(paintFor(out, { TERM: 'dumb' })('x', 'bad')).toBe('x');
  expect(paintFor({ ...out, isTerminal: false }, {})('x', 'bad')).toBe('x');
});

test('a paragraph is broken at spaces, and loses no word', () => {
  expect(wrap('The initiator proves who it is.', 20)).toEqual(['The initiator proves', 'who it is.']);
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,30}$/)), fc.integer({ min: 20, max: 120 }), (words, columns) => {
      const lines = wrap(words.join(' '), columns);
      expect(lines.join(' ')).toBe(words.join(' '));
      for (const line of lines) expect(line.length <= columns || !line.includes(' ')).toBe(true);
    }),
  );
});

test('what is not known is a dash; flat objects stand on one line', () => {
  const record = {
    lifetimeSeconds: 3600,
    rspi: null,
    suite: { encryption: '3DES-CBC', keyBits: null },
    peers: [{ address: 'a', ids: [{ id: 1 }] }],
  };
  expect([...fieldLines(record, noPaint)]).toEqual([
    'lifetime seconds  3600',
    'rspi              -',
    'suite             encryption 3DES-CBC, key bits -',
    'peers',
    '  address  a',
    '  ids',
    '    id 1',
    '',
  ]);
});

test('times count from the start of the log, and nothing is rounded', () => {
  const start = 1_795_288_105_600_507_000n;
  expect(sinceStart(start, '1795288105.875982000')).toBe('0.275475');
  expect(sinceStart(start, '1795288105.875982001')).toBe('0.275475001');
  expect(sinceStart(start, '1795288105.600506000')).toBe('-0.000001');
  expect(sinceStart(start, '1795288225.600507000')).toBe('120.000000');
  expect(sinceStart(start, null)).toBe('');
});
