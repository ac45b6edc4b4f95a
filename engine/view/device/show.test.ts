// What the device shows: words and columns as in real output of IOS, values of the bundled negotiation by its summary.json and keys.json.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mutate, mutation } from '../../../test/support/mutate.ts';
import { bundledTrace, captureReading, loadTrace, sharedFolder } from '../../../test/support/trace.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { readConfiguration } from '../../ingest/ios-config/read.ts';
import { mergeReadings } from '../../ingest/merge.ts';
import { replayOf } from '../../replay/replay.ts';
import type { Side } from '../../state/fact.ts';
import { debugLines } from './debug-lines.ts';
import { policyOfSide } from './policy.ts';
import { accessEnd, flowEnd, proxyOf } from './proxy.ts';
import { type ShowCommand, showLines } from './show.ts';

const replay = replayOf(loadTrace(bundledTrace), nodeCrypto);
const show = (command: ShowCommand, at = replay.lastIndex, side: Side = 'responder'): readonly string[] =>
  showLines(replay, { side, policy: null }, at, command);

const isakmp = { what: 'isakmp sa', detail: false, ios: 'later' } as const;
const isakmpDetail = { ...isakmp, detail: true } as const;
const ipsec = { what: 'ipsec sa', detail: false } as const;
const session = { what: 'session', detail: false } as const;
const everything: readonly ShowCommand[] = [
  isakmp,
  isakmpDetail,
  { ...isakmp, ios: '12.3' },
  ipsec,
  { ...ipsec, detail: true },
  session,
  { ...session, detail: true },
  { what: 'map' },
];

describe('show crypto isakmp sa', () => {
  const row = (state: string, connection: string, status: string): string =>
    `198.51.100.1    192.0.2.1       ${state.padEnd(14)} ${connection.padStart(7)} ${status}`;

  // The words are those that IOS puts behind (I) and (R) of the message that leads there.
  test.each([
    [1, 'responder', row('MM_NO_STATE', '0', 'ACTIVE')],
    [2, 'responder', row('MM_SA_SETUP', '0', 'ACTIVE')],
    [3, 'initiator', row('MM_SA_SETUP', '0', 'ACTIVE')],
    [4, 'responder', row('MM_KEY_EXCH', '1001', 'ACTIVE')],
    [5, 'initiator', row('MM_KEY_EXCH', '1001', 'ACTIVE')],
    [6, 'responder', row('QM_IDLE', '1001', 'ACTIVE')],
    [19, 'responder', row('MM_NO_STATE', '1001', 'ACTIVE (deleted)')],
  ] as const)('after event %i, the %s', (at, side, expected) => {
    expect(show(isakmp, at, side)[2]).toBe(expected);
  });

  test('has the columns of 12.3 where they are asked for', () => {
    expect(show({ ...isakmp, ios: '12.3' }, 9)).toEqual([
      'dst             src             state          conn-id slot',
      '198.51.100.1    192.0.2.1       QM_IDLE           1001    0',
    ]);
  });

  test('lists nothing before the first message', () => {
    expect(show(isakmp, 0)).toEqual(['IPv4 Crypto ISAKMP SA', expect.stringMatching(/^dst/), '', 'IPv6 Crypto ISAKMP SA', '']);
  });

  test('detail: suite of MM2, and what is left of 15,840 seconds', () => {
    const head = show(isakmpDetail, 6).find((line) => line.startsWith('C-id')) ?? '';
    const line = show(isakmpDetail, 16).find((l) => l.startsWith('1001')) ?? '';
    const cell = (name: string): string => line.slice(head.indexOf(name)).split(/\s+/)[0] ?? '';
    expect(['Local', 'Remote', 'Status', 'Encr', 'Hash', 'Auth', 'DH', 'Lifetime'].map(cell)).toEqual([
      '198.51.100.1',
      '192.0.2.1',
      'ACTIVE',
      '3des',
      'sha',
      'psk',
      '2',
      '04:23:59',
    ]);
  });
});

describe('show crypto ipsec sa', () => {
  const at17 = show(ipsec, 17);

  test('counts what was seen in each direction', () => {
    expect(at17).toContain('    #pkts encaps: 4, #pkts encrypt: 4, #pkts digest: 4');
    expect(show(ipsec, 10)).toContain('    #pkts decaps: 1, #pkts decrypt: 1, #pkts verify: 1');
    expect(show(ipsec, 10)).toContain('    #pkts encaps: 0, #pkts encrypt: 0, #pkts digest: 0');
  });

  test('names both SAs and their transforms, and the flow', () => {
    const text = at17.join('\n');
    expect(text).toMatch(/inbound esp sas:\n +spi: 0xC50D31E3\(3305976291\)\n +transform: esp-3des esp-sha-hmac ,/);
    expect(text).toMatch(/outbound esp sas:\n +spi: 0xC185666E\(3246745198\)/);
    expect(at17).toContain('   local  ident (addr/mask/prot/port): (10.2.0.0/255.255.0.0/0/0)');
    expect(at17).toContain('   remote ident (addr/mask/prot/port): (10.1.0.0/255.255.0.0/0/0)');
  });

  test('the other end sees it the other way round', () => {
    expect(show(ipsec, 17, 'initiator').join('\n')).toMatch(/inbound esp sas:\n +spi: 0xC185666E/);
  });

  test('knows no SA before quick mode has made it, and none after its delete', () => {
    expect(show(ipsec, 8)).toEqual(['', 'No SAs found']);
    expect(show(ipsec, 18)).toContain('     current outbound spi: 0x0(0)');
    expect(show(ipsec, 18).filter((line) => line.includes(' spi: 0xC'))).toEqual([]);
  });
});

describe('show crypto session', () => {
  test.each([
    [0, undefined],
    [3, 'DOWN-NEGOTIATING'],
    [6, 'UP-IDLE'],
    [9, 'UP-ACTIVE'],
    [18, 'UP-IDLE'],
    [19, 'DOWN'],
  ])('after event %i', (at, status) => {
    expect(show(session, at).find((line) => line.startsWith('Session status'))).toBe(status && `Session status: ${status}`);
  });
});

describe('with a configuration', () => {
  // The second policy is the one that strongSwan's proposal of this trace fits: 3des-sha1-modp1024.
  const { policy } = readConfiguration(`crypto isakmp policy 10
 encr 3des
 hash md5
 authentication pre-share
 group 2
crypto isakmp policy 20
 encr 3des
 authentication pre-share
 group 2
crypto ipsec transform-set TS esp-3des esp-sha-hmac
crypto map VPN 10 ipsec-isakmp
 set peer 192.0.2.1
 set transform-set TS
 match address 101
access-list 101 permit ip 10.2.0.0 0.0.255.255 10.1.0.0 0.0.255.255
interface GigabitEthernet0/0
 ip address 198.51.100.1 255.255.255.0
 crypto map VPN
`);
  const speaker = { side: 'responder', policy } as const;

  test('each comparison is made again, in the order of the device', () => {
    const lines = [...debugLines(replay, speaker, 2, 2)].map((l) => l.text.replace(/^.*?ISAKMP:(?:\(\d+\):)?/, ''));
    expect(lines.filter((l) => /Checking|match policy|atts are/.test(l))).toEqual([
      'Checking ISAKMP transform 1 against priority 10 policy',
      'Hash algorithm offered does not match policy!',
      'atts are not acceptable. Next payload is 0',
      'Checking ISAKMP transform 1 against priority 20 policy',
      'atts are acceptable. Next payload is 0',
    ]);
  });

  test('the map is the one that was configured, and its names stand in the SAs', () => {
    expect(showLines(replay, speaker, 17, { what: 'map' })).toEqual(
      expect.arrayContaining([
        'Crypto Map IPv4 "VPN" 10 ipsec-isakmp',
        '\tPeer = 192.0.2.1',
        '\t\tTS:  { esp-3des esp-sha-hmac  } ,',
        '\t\tGigabitEthernet0/0',
      ]),
    );
    expect(showLines(replay, speaker, 17, ipsec)).toEqual(
      expect.arrayContaining(['interface: GigabitEthernet0/0', '    Crypto map tag: VPN, local addr 198.51.100.1']),
    );
  });

  test('it is that of the side with its address', () => {
    expect(policyOfSide([policy], replay, 'responder')).toBe(policy);
    expect(policyOfSide([policy], replay, 'initiator')).toBeNull();
  });
});

test('without one the map is what the SAs show, and its names are missing', () => {
  const lines = show({ what: 'map' }, 17);
  expect(lines).toContain('\t    access-list (none) permit ip 10.2.0.0 0.0.255.255 10.1.0.0 0.0.255.255');
  expect(lines).toContain('\t\t(none):  { esp-3des esp-sha-hmac  } ,');
});

test.each([
  ['192.0.2.1', '255.255.255.255', 'host 192.0.2.1', 'host 192.0.2.1'],
  ['10.1.0.0/12', '255.240.0.0', '10.1.0.0/255.240.0.0', '10.1.0.0 0.15.255.255'],
  ['0.0.0.0/0', '0.0.0.0', '0.0.0.0/0.0.0.0', 'any'],
  ['2001:db8::/32', '32', '2001:db8::/32', '2001:db8::/32'],
  ['10.0.0.1-10.0.0.9', '', '10.0.0.1-10.0.0.9', '10.0.0.1-10.0.0.9'],
])('the selector %s', (text, mask, flow, access) => {
  const proxy = proxyOf(text);
  expect([proxy.mask, flowEnd(proxy), accessEnd(proxy)]).toEqual([mask, flow, access]);
});

const samples = join(sharedFolder, 'captures/cisco-text');

describe.skipIf(!existsSync(samples))('beside real output (../shared/captures/cisco-text)', () => {
  /** A line without its values. */
  const shape = (line: string): string =>
    line
      .trim()
      .replace(
        /(interface: |map tag: |crypto map: |transform: |settings =|flags=|Phase1_id: |status: |flow_id: |Capabilities:|life \(KB\/Sec\) ).*?(, local|, sibling| connid|$)/gi,
        '$1#$2',
      )
      .replace(/0x[\dA-F]+|[\d.]+/gi, '#')
      .replace(/host #|#\/#/g, '#')
      .replace(/\s+/g, ' ');
  const sample = (name: string): string => readFileSync(join(samples, name), 'utf8').replace(/\u00a0/g, ' ');
  const shapesOf = (pattern: RegExp): ReadonlySet<string> =>
    new Set(
      [...readdirSync(join(samples, 'show')).map((n) => `show/${n}`), ...readdirSync(samples)]
        .filter((name) => pattern.test(name))
        .flatMap((name) => sample(name).split(/\r?\n/).map(shape)),
    );

  // No sample has these: an SA without a volume to rekey after, an hour-old session, a flow of whole networks, no engine beside the flow's name.
  const unsampled = /^(?:sa timing: remaining key lifetime \(sec\): #|conn id: #|Uptime: #|IPSEC FLOW: permit ip |#)/;

  test.each([
    ['ipsec sa', { ...ipsec, detail: true }, /ios(xe)?-show-crypto-ipsec-sa/],
    ['ipsec sa', ipsec, /show-crypto-ipsec-sa/],
    ['isakmp sa', isakmp, /ios(xe)?-show-crypto-isakmp-sa/],
    ['session detail', { ...session, detail: true }, /ios(xe)?-show-crypto-session/],
  ] as const)('show crypto %s has no line of another form', (_name, command, files) => {
    const known = shapesOf(files);
    const strange = show(command, 17)
      .map(shape)
      .filter((s) => s !== '' && !known.has(s) && (!unsampled.test(s) || /^##?pkts/.test(s)));
    expect(strange).toEqual([]);
  });

  test('the head of show crypto isakmp sa is the same, octet for octet', () => {
    expect(sample('show/iosxe-show-crypto-isakmp-sa.txt').split('\n').slice(0, 2)).toEqual(show(isakmp, 6).slice(0, 2));
    expect(sample('show/iosxe-show-crypto-isakmp-sa-detail.txt')).toContain(show(isakmpDetail, 6).find((l) => l.startsWith('C-id')));
    expect(sample('seed-show-crypto-isakmp-sa-3725.txt')).toContain(show({ ...isakmp, ios: '12.3' }, 6)[0]);
  });
});

test('any damage to the capture, any moment, either side: lines, and never an exception', () => {
  const bytes = new Uint8Array(readFileSync(join(bundledTrace, 'capture.pcap')));
  const keys = loadTrace(bundledTrace);
  fc.assert(
    fc.property(
      fc.array(mutation, { maxLength: 4 }),
      fc.constantFrom<Side>('initiator', 'responder'),
      fc.nat(25),
      (mutations, side, at) => {
        const damaged = mutate(bytes, mutations);
        // Magic and version stay: what is no capture has been refused before.
        damaged.set(bytes.subarray(0, Math.min(24, damaged.length)));
        if (damaged.length < 24) return;
        const log = mergeReadings([captureReading(damaged, 'damaged.pcap')]);
        const broken = replayOf({ ...log, given: keys.given }, nodeCrypto);
        for (const command of everything) showLines(broken, { side, policy: null }, at, command);
        expect([...debugLines(broken, { side, policy: null })].every((line) => !line.text.includes('\n'))).toBe(true);
      },
    ),
    { numRuns: 150 },
  );
});
