/** Two configurations and what would stand between them, with the lines that mend it. */
import { expect, test } from 'vitest';
import { readConfiguration } from '../ingest/ios-config/read.ts';
import { configurationPage } from './configuration-page.ts';

const router = (name: string, own: string, peer: string, rest: { policy: string; key?: string; set: string; pfs?: string; list: string }) =>
  readConfiguration(`hostname ${name}
crypto isakmp policy 10
 ${rest.policy}
 authentication pre-share
${rest.key ?? `crypto isakmp key k address ${peer}`}
crypto ipsec transform-set T ${rest.set}
crypto map M 10 ipsec-isakmp
 set peer ${peer}
 set transform-set T
 ${rest.pfs ?? ''}
 match address L
interface G0
 ip address ${own} 255.255.255.0
 crypto map M
ip access-list extended L
 ${rest.list}
`).policy;

const west = router('west', '192.0.2.1', '198.51.100.1', {
  policy: 'encr aes 256\n group 14',
  set: 'esp-aes esp-sha-hmac',
  list: 'permit ip 10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255',
});

test('two that mirror each other agree in all that can be told', () => {
  const east = router('east', '198.51.100.1', '192.0.2.1', {
    policy: 'encr aes 256\n group 14',
    set: 'esp-aes esp-sha-hmac',
    list: 'permit ip 10.2.0.0 0.0.255.255 10.1.0.0 0.0.255.255',
  });
  const page = configurationPage(west, east);
  expect(page.title).toBe('These two would agree');
  expect(page.checks.map((c) => c.verdict)).toEqual(['agree', 'agree', 'agree', 'agree', 'agree', 'agree']);
});

test('each thing that differs is named, with lines that mend it', () => {
  const east = router('east', '198.51.100.1', '192.0.2.1', {
    policy: 'encr aes 256\n group 5',
    key: '',
    set: 'esp-3des esp-sha-hmac',
    pfs: 'set pfs group14',
    list: 'permit ip 10.2.3.0 0.0.0.255 10.1.0.0 0.0.255.255',
  });
  const page = configurationPage(west, east);
  const of = (name: string) => page.checks.find((c) => c.name === name);
  expect(page.title).toBe('A tunnel between these two would fail: No policy accepts any transform: 1 refusal.');
  expect(page.checks.map((c) => [c.name, c.verdict])).toEqual([
    ['policies', 'differ'],
    ['initiator-key', 'agree'],
    ['responder-key', 'differ'],
    ['crypto-maps', 'agree'],
    ['transform-sets', 'differ'],
    ['access-lists', 'differ'],
  ]);
  // Group 14 is the stronger one, so it is the responder that should move.
  expect(of('policies')?.remedies[0]).toMatchObject({ device: 'east', attributes: 1 });
  expect(of('policies')?.remedies[0]?.lines.map((l) => l.sign + l.text)).toEqual([
    ' crypto isakmp policy 10',
    '  encr aes 256',
    '  authentication pre-share',
    '- group 5',
    '+ group 14',
  ]);
  expect(of('transform-sets')?.remedies[0]?.lines.map((l) => l.sign + l.text)).toEqual([
    '-crypto ipsec transform-set T esp-3des esp-sha-hmac',
    '+crypto ipsec transform-set T esp-aes esp-sha-hmac',
    '- set pfs group14',
  ]);
  expect(of('access-lists')?.remedies[0]?.lines.map((l) => l.sign + l.text)).toEqual([
    '-permit ip 10.2.3.0 0.0.0.255 10.1.0.0 0.0.255.255',
    '+permit ip 10.2.0.0 0.0.255.255 10.1.0.0 0.0.255.255',
  ]);
});

test('what a section of a configuration leaves out is unknown, not wrong', () => {
  const section = readConfiguration('crypto isakmp policy 10\n encr aes 256\n authentication pre-share\n group 14').policy;
  expect(configurationPage(section, section).checks.map((c) => [c.name, c.verdict])).toEqual([
    ['policies', 'agree'],
    ['initiator-key', 'unknown'],
    ['responder-key', 'unknown'],
    ['crypto-maps', 'unknown'],
    ['transform-sets', 'unknown'],
    ['access-lists', 'unknown'],
  ]);
});
