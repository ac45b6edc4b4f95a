/** pluto's lines as reports, and its dumps as keys. Lines are composed in the forms of Openswan and libreswan; octets are made up. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '../../bytes/hex.ts';
import type { DeviceReported } from '../../event/event.ts';
import { isReport } from '../../event/report.ts';
import { toEnd } from '../reading.ts';
import { readLines } from '../text/read.ts';
import { pluto, plutoRows } from './dialect.ts';
import { readPlutoKeys, withoutPlutoKeys } from './keys.ts';

const events = (text: string): readonly DeviceReported[] =>
  toEnd(readLines([pluto], text, 'pluto.log', 0)).events.filter((e) => e.kind === 'DeviceReported');

test.each(plutoRows.map((r) => [r.example, r] as const))('%s', (example, own) => {
  const report = pluto.read(`"east" #7: ${example}`);
  expect(isReport(report)).toBe(true);
  const said: unknown = JSON.parse(JSON.stringify(own.says(own.form.exec(example)?.groups ?? {}, example)));
  expect(report).toMatchObject({ ...(said as object), connection: 7, tunnel: 'east' });
});

test('a responder behind syslog, with a peer in the name', () => {
  const says = events(`Aug  9 14:51:55 gw pluto[11036]: packet from 192.0.2.4:500: received Vendor ID payload [Dead Peer Detection]
Aug  9 14:51:55 gw pluto[11036]: "roads"[16] 192.0.2.4 #21: responding to Main Mode from unknown peer 192.0.2.4
Aug  9 14:51:55 gw pluto[11036]: "roads"[16] 192.0.2.4 #21: transition from state STATE_MAIN_R0 to state STATE_MAIN_R1
Aug  9 14:51:55 gw pluto[11036]: "roads"[16] 192.0.2.4 #21: STATE_MAIN_R1: sent MR1, expecting MI2
Aug  9 14:51:55 gw pluto[11036]: | *received 76 bytes from 192.0.2.4:4500 on eth0 (port=4500)
Aug  9 14:51:55 gw pluto[11036]: "roads"[16] 192.0.2.4 #22: STATE_QUICK_R2: IPsec SA established tunnel mode {ESP/NAT=>0xa0cc7522 <0xb431a2dd xfrm=AES_128-HMAC_SHA1 NATOA=none NATD=192.0.2.4:4500 DPD=none}`);
  expect(says.every((e) => e.recognised === true && e.at !== null)).toBe(true);
  expect(says.map((e) => e.report)).toMatchObject([
    { says: 'vendorId', name: 'Dead Peer Detection', peer: '192.0.2.4' },
    { says: 'exchange', began: 'main', side: 'responder', peer: '192.0.2.4', connection: 21, tunnel: 'roads' },
    { says: 'transition', from: 'STATE_MAIN_R0', to: 'STATE_MAIN_R1' },
    { says: 'transition', to: 'STATE_MAIN_R1', event: 'sent MR1, expecting MI2' },
    { says: 'packet', way: 'received', length: 76, peerPort: 4500 },
    {
      says: 'associations',
      associations: [
        { direction: 'inbound', spi: 0xb431a2dd, protocol: 'esp', transform: 'AES_128-HMAC_SHA1' },
        { direction: 'outbound', spi: 0xa0cc7522 },
      ],
    },
  ]);
});

test('what `ipsec auto --up` prints has a code in front', () => {
  expect(
    events(
      '104 "vpn" #37: STATE_MAIN_I1: initiate\n004 "vpn" #37: STATE_MAIN_I4: ISAKMP SA established {auth=PRESHARED_KEY cipher=aes_256 integ=sha group=MODP1536}',
    ).map((e) => e.report),
  ).toMatchObject([
    { says: 'transition', to: 'STATE_MAIN_I1', connection: 37 },
    { says: 'ikeSa', doing: 'established', word: 'STATE_MAIN_I4', reason: 'auth=PRESHARED_KEY cipher=aes_256 integ=sha group=MODP1536' },
  ]);
});

describe('keys', () => {
  const log = `Jul 23 16:40:04 gw pluto[245]: | ICOOKIE:  11 22 33 44  55 66 77 88
Jul 23 16:40:04 gw pluto[245]: | RCOOKIE:  88 77 66 55  44 33 22 11
Jul 23 16:40:14 gw pluto[245]: | Skeyid_e:  00 01 02 03  04 05 06 07  08 09 0a 0b  0c 0d 0e 0f
Jul 23 16:40:14 gw pluto[245]: |   10 11 12 13
Jul 23 16:40:14 gw pluto[245]: | enc key:  a0 a1 a2 a3  a4 a5 a6 a7  a8 a9 aa ab  ac ad ae af
Jul 23 16:40:14 gw pluto[245]: |   b0 b1 b2 b3  b4 b5 b6 b7
Jul 23 16:40:14 gw pluto[245]: | IV:  dc f8 5e 03  f2 76 ab b9
Jul 23 16:40:15 gw pluto[245]: | ESP KEYMAT
Jul 23 16:40:15 gw pluto[245]: |   KEYMAT computed:
Jul 23 16:40:15 gw pluto[245]: |   ${'c1 '.repeat(16).trim()}
Jul 23 16:40:15 gw pluto[245]: |   ${'c2 '.repeat(16).trim()}
Jul 23 16:40:15 gw pluto[245]: |   c2 c2 c2 c2
Jul 23 16:40:15 gw pluto[245]: |   Peer KEYMAT computed:
Jul 23 16:40:15 gw pluto[245]: |   ${'d1 '.repeat(16).trim()}
Jul 23 16:40:15 gw pluto[245]: |   ${'d2 '.repeat(16).trim()}
Jul 23 16:40:15 gw pluto[245]: |   d2 d2 d2 d2
Jul 23 16:40:16 gw pluto[245]: "a" #2: STATE_QUICK_I2: sent QI2, IPsec SA established tunnel mode {ESP=>0xceaf0f84 <0x1b41ad67 xfrm=AES_128-HMAC_SHA1 NATOA=none}
`;
  const { events: secrets, secretLines } = readPlutoKeys(log, 0);

  test('of phase 1 belong to the cookies, KEYMAT to the SPI that comes in and the one that goes out', () => {
    expect(
      secrets.map((s) => [
        s.about.what,
        'spi' in s.about ? s.about.spi : 'initiatorCookie' in s.about ? s.about.initiatorCookie : '',
        s.value && toHex(s.value),
      ]),
    ).toEqual([
      ['skeyidE', '1122334455667788', '000102030405060708090a0b0c0d0e0f10111213'],
      ['encryptionKey', '1122334455667788', 'a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7'],
      ['ipsecEncryptionKey', 0x1b41ad67, 'c1'.repeat(16)],
      ['ipsecIntegrityKey', 0x1b41ad67, 'c2'.repeat(20)],
      ['ipsecEncryptionKey', 0xceaf0f84, 'd1'.repeat(16)],
      ['ipsecIntegrityKey', 0xceaf0f84, 'd2'.repeat(20)],
    ]);
  });

  test('leave the text, and no line moves', () => {
    const masked = withoutPlutoKeys(log, secretLines);
    expect(masked.split('\n')).toHaveLength(log.split('\n').length);
    expect(masked).not.toMatch(/a0 a1|b0 b1|c1 c1|d2 d2|00 01 02/);
    expect(masked).toContain('| IV:  dc f8');
    expect(readPlutoKeys(masked, 0).events).toEqual([]);
  });
});

test('any text gives events and keys, or none', () => {
  const example = fc.constantFrom(...plutoRows.map((r) => `"a" #1: ${r.example}`), '| Skeyid:  00 01', '| ICOOKIE:  00', '|   aa bb');
  const cut = fc
    .tuple(example, fc.nat(120), fc.string({ maxLength: 8 }))
    .map(([text, at, put]) => text.slice(0, at) + put + text.slice(at));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(cut, { maxLength: 12 }).map((l) => l.join('\n')),
      ),
      (text) => {
        for (const event of events(text)) expect(event.report === undefined || isReport(event.report)).toBe(true);
        withoutPlutoKeys(text, readPlutoKeys(text, 0).secretLines);
      },
    ),
    { numRuns: 200 },
  );
});
