// The policy page: the seed's log and configuration, where they are at hand, and a trace that has neither.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundledTrace, loadTrace, sharedFolder } from '../../test/support/trace.ts';
import { fold } from '../../test/support/what-if.ts';
import { readConfiguration } from '../ingest/ios-config/read.ts';
import { mergeReadings } from '../ingest/merge.ts';
import { toEnd } from '../ingest/reading.ts';
import { readText } from '../ingest/text.ts';
import { policyPage } from './policy-page.ts';

test('packets alone: what to add is named', () => {
  const page = policyPage(fold(loadTrace(bundledTrace)), { negotiation: null, policies: [] });
  expect(page.sheets).toEqual([]);
  expect(page.missing).toMatch(/Add the running configuration/);
});

test('packets and the configuration of the responder: what was taken', () => {
  const text = [
    'crypto isakmp policy 10',
    ' encr aes',
    ' group 14',
    'crypto isakmp policy 20',
    ' encr 3des',
    ' authentication pre-share',
    ' group 2',
    'crypto ipsec transform-set STRONG esp-3des esp-sha-hmac',
    'crypto map OUT 10 ipsec-isakmp',
    ' set peer 192.0.2.1',
    ' set transform-set STRONG',
    ' match address 101',
    'interface FastEthernet0/0',
    ' ip address 198.51.100.1 255.255.255.0',
    ' crypto map OUT',
    'access-list 101 permit ip 10.2.0.0 0.0.255.255 10.1.0.0 0.0.255.255',
  ].join('\n');
  const page = policyPage(fold(loadTrace(bundledTrace)), { negotiation: null, policies: [readConfiguration(text).policy] });
  expect(page.sheets.map(({ label }) => label)).toEqual(['Phase 1', 'Quick mode 3e1e0daa']);
  expect(page.sheets[0]?.matrix.accepted).toEqual({ row: 1, column: 0 });
  expect(page.sheets[0]?.matrix.cells[0]?.[0]).toMatchObject({ verdict: 'refused', label: 'Encryption', order: 1 });
  expect(page.sheets[1]?.matrix.accepted).toEqual({ row: 0, column: 0 });
  expect(page.missing).toBe('');
});

const texts = join(sharedFolder, 'captures/cisco-text');
describe.skipIf(!existsSync(texts))('the seed (skipped where ../shared/captures/cisco-text is missing)', () => {
  const read = (name: string) => readFileSync(join(texts, name), 'utf8');
  const replay = () => fold(mergeReadings([toEnd(readText(read('seed-linksys-to-ios-debug.txt'), 'debug.txt', 0, { year: 2005 }))]));
  const labels = (page: ReturnType<typeof policyPage>) => page.sheets[0]?.matrix.cells.map((row) => row.map(({ label }) => label));
  const logged = [
    ['Group', 'Encryption', 'Group', 'Hash'],
    ['Hash', 'Encryption', 'Hash', 'Group'],
    ['Encryption', 'Hash', 'Encryption', 'Encryption'],
  ];

  test('from the log alone: twelve refusals, then policy 4 takes transform 1', () => {
    const page = policyPage(replay(), { negotiation: null, policies: [] });
    expect(labels(page)?.slice(0, 3)).toEqual(logged);
    expect(page.sheets[0]?.matrix.accepted).toEqual({ row: 3, column: 0 });
    expect(page.sheets[0]?.matrix.title).toBe('Policy 4 accepts transform 1, on the 13th comparison');
  });

  test('with the configuration: the same, and the pairs that were never compared', () => {
    const { policy } = readConfiguration(read('seed-running-config-3725.txt'));
    const page = policyPage(replay(), { negotiation: null, policies: [policy] });
    expect(labels(page)).toEqual([...logged, ['Accepted', 'Encryption', 'Would match', 'Hash']]);
    expect(page.sheets[0]?.matrix.sources).toMatchObject({ agree: true });
  });
});

describe('two configurations and no negotiation', () => {
  const site = (name: string, group: number, own: string, peer: string, from: string, to: string): string =>
    [
      `hostname ${name}`,
      'crypto isakmp policy 10',
      ' encr aes 256',
      ' authentication pre-share',
      ` group ${group}`,
      `crypto isakmp key guess address ${peer}`,
      'crypto ipsec transform-set TS esp-aes 256 esp-sha-hmac',
      'crypto map CM 10 ipsec-isakmp',
      ` set peer ${peer}`,
      ' set transform-set TS',
      ' match address 101',
      `access-list 101 permit ip ${from} 0.0.255.255 ${to} 0.0.255.255`,
      'interface FastEthernet0/0',
      ` ip address ${own} 255.255.255.0`,
      ' crypto map CM',
    ].join('\n');
  const empty = fold({ inputs: [], given: [], happened: [], damage: [] });
  const pageOf = (groupB: number) =>
    policyPage(empty, {
      negotiation: null,
      policies: [
        readConfiguration(site('SITE-A', 5, '192.0.2.1', '198.51.100.1', '10.1.0.0', '10.2.0.0')).policy,
        readConfiguration(site('SITE-B', groupB, '198.51.100.1', '192.0.2.1', '10.2.0.0', '10.1.0.0')).policy,
      ],
    });

  test('name what stands between them, and the lines that would mend it', () => {
    const { between, sheets } = pageOf(2);
    expect(between?.title).toMatch(/would fail/);
    expect(between?.checks.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      'policies differ',
      'initiator-key agree',
      'responder-key agree',
      'crypto-maps agree',
      'transform-sets agree',
      'access-lists agree',
    ]);
    expect(between?.checks[0]?.remedies[0]?.lines.filter(({ sign }) => sign !== ' ').map(({ sign, text }) => sign + text.trim())).toEqual([
      '-group 2',
      '+group 5',
    ]);
    expect(sheets.map(({ label }) => label)).toEqual(['Phase 1', 'Transform sets']);
  });

  test('agree where nothing differs', () => {
    expect(pageOf(5).between?.title).toBe('These two would agree');
  });
});
