import { expect, test } from 'vitest';
import { decodeText, splitLines } from './lines.ts';
import { mend, withoutPing } from './mend.ts';

test.each([
  ['has spi 0\u00d752B905BC', 'has spi 0x52B905BC', ['typography']],
  ['got a queue event\u2026', 'got a queue event...', ['typography']],
  ['Feb\u00a0 6 21:43:04', 'Feb  6 21:43:04', ['typography']],
  ['reason \u201cNo reason\u201d', 'reason "No reason"', ['typography']],
  ['0\ufffd51 0\ufffd80', '0x51 0x80', ['typography']],
  ['Rx &lt;&lt; MM_R1 &amp; &quot;x&quot;', 'Rx << MM_R1 & "x"', ['markup']],
  ['> - Mar 1 00:55:40.767: ISAKMP', 'Mar 1 00:55:40.767: ISAKMP', ['markup']],
  ['\u001b[32mISAKMP:\u001b[0m (0:0)', 'ISAKMP: (0:0)', ['control']],
  ['ISAKMP\u0008: x', 'ISAKMP: x', ['control']],
  ['plain text, 1 < 2', 'plain text, 1 < 2', []],
])('%j', (damaged, text, repaired) => {
  expect(mend(damaged)).toEqual({ text, repaired });
});

test.each([
  ['ins.ert sa successfully', 'insert sa successfully'],
  ['Old State = .IKE_I_MM2  New State = IKE_I_MM3!!', 'Old State = IKE_I_MM2  New State = IKE_I_MM3'],
  ['my_po!rt 500 to 192.0.2.1', 'my_port 500 to 192.0.2.1'],
  ['. auth pre-share', ' auth pre-share'],
])('a ping inside %j', (damaged, text) => {
  expect(withoutPing(damaged)).toBe(text);
});

test('line ends of every kind', () => {
  expect(splitLines('a\nb\r\nc\rd\r\r\ne\n')).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(splitLines('\n\n')).toEqual(['', '']);
  expect(splitLines('')).toEqual([]);
});

test('octets that are not UTF-8 are Windows-1252', () => {
  expect(decodeText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41))).toBe('A');
  expect(decodeText(Uint8Array.of(0x30, 0xd7, 0x35))).toBe('0\u00d75');
  expect(decodeText(Uint8Array.of(0x85))).toBe('\u2026');
});
