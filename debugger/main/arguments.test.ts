import { expect, test } from 'vitest';
import { parseArguments } from './arguments.ts';

const parse = (...argv: string[]) => parseArguments(['electron', ...argv], false, '/home/me');

test('inputs and options stand after the mark; what Chromium and Playwright add stands before it', () => {
  expect(
    parse(
      '--no-sandbox',
      '--inspect=0',
      '.',
      '--',
      'a.pcap',
      '--keys',
      'k.json',
      '/b.pcap',
      '--at=end',
      '--theme',
      'dark',
      '--size',
      '1280x800',
      '--window',
      '32',
    ),
  ).toEqual({
    ok: true,
    wishes: {
      paths: ['/home/me/a.pcap', '/b.pcap'],
      keys: ['/home/me/k.json'],
      at: 'end',
      theme: 'dark',
      size: { width: 1280, height: 800 },
      replayWindow: 32,
      follow: false,
    },
  });
});

test('without the mark, foreign switches are passed over', () => {
  expect(parse('.', '--no-sandbox', 'a.pcap', '--keys', 'k.json')).toMatchObject({
    ok: true,
    wishes: { paths: ['/home/me/a.pcap'], keys: ['/home/me/k.json'] },
  });
});

test('one input that grows, a file or standard input', () => {
  expect(parse('.', '--', 'a.pcap', '--follow')).toMatchObject({ ok: true, wishes: { paths: ['/home/me/a.pcap'], follow: true } });
  expect(parse('.', '--follow', '-')).toMatchObject({ ok: true, wishes: { paths: ['-'], follow: true } });
});

test.each([
  [['--wrong']],
  [['--follow']],
  [['--follow', 'a.pcap', 'b.pcap']],
  [['-']],
  [['--keys']],
  [['--theme', 'pink']],
  [['--size', '12']],
  [['--psk', 'x']],
  [['--window', '0']],
  [['--window', '5000']],
])('%j is wrong usage, and says so', (words) => expect(parse('.', '--', ...words)).toMatchObject({ ok: false }));
