/** `show` output as facts. Samples are composed in the columns of IOS 12 to XE 17 and of the ASA; the project's collection is read where it is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isReport } from '../../event/report.ts';
import type { IpsecFlowFact, ShowFact } from './facts.ts';
import { readShow, show } from './read.ts';
import { showRows } from './rows.ts';

test.each(showRows.map((r) => [r.example, r] as const))('%s', (example, own) => {
  const first = showRows.find((r) => r.form.test(example));
  expect(first).toBe(own);
  expect(isReport(own.says(own.form.exec(example)?.groups ?? {}, example))).toBe(true);
});

const ofKind = <K extends ShowFact['kind']>(text: string, kind: K) =>
  readShow(text).facts.filter((f): f is Extract<ShowFact, { kind: K }> => f.kind === kind);

test('show crypto isakmp sa, as 12.x and as 15.x have it', () => {
  expect(
    ofKind(
      `R1#show crypto isakmp sa
dst             src             state          conn-id slot
198.51.100.1    192.0.2.1       QM_IDLE            709    0
IPv4 Crypto ISAKMP SA
dst             src             state          conn-id status
198.51.100.1 192.0.2.7 MM_NO_STATE 1002 ACTIVE (deleted)
2001:db8::1     2001:db8::2     QM_IDLE           1003 ACTIVE`,
      'isakmpSa',
    ),
  ).toMatchObject([
    { line: 3, dst: '198.51.100.1', src: '192.0.2.1', state: 'QM_IDLE', connection: 709, slot: 0, status: null, deleted: false },
    { line: 6, state: 'MM_NO_STATE', connection: 1002, slot: null, status: 'ACTIVE', deleted: true },
    { line: 7, dst: '2001:db8::1', connection: 1003 },
  ]);
});

test('show crypto isakmp sa detail: remaining lifetime, with and without a VRF', () => {
  expect(
    ofKind(
      `C-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap.
1001  192.0.2.1       198.51.100.1    RED    ACTIVE aes  sha256 psk  14 23:59:01 DN
       Engine-id:Conn-id =  SW:1
1002  192.0.2.1       198.51.100.2           ACTIVE 3des md5    psk  2  00:01:47`,
      'isakmpSaDetail',
    ),
  ).toMatchObject([
    { connection: 1001, vrf: 'RED', encryption: 'aes', hash: 'sha256', group: 14, lifetimeSeconds: 86_341, capabilities: 'DN' },
    { connection: 1002, vrf: null, encryption: '3des', hash: 'md5', group: 2, lifetimeSeconds: 107, capabilities: '' },
  ]);
});

const ipsec = `interface: GigabitEthernet0/0
    Crypto map tag: VPN, local addr 192.0.2.1

   protected vrf: (none)
   local  ident (addr/mask/prot/port): (10.1.0.0/255.255.0.0/0/0)
   remote ident (addr/mask/prot/port): (10.2.0.0/255.255.0.0/0/0)
   current_peer 198.51.100.1 port 4500
     PERMIT, flags={origin_is_acl,}
    #pkts encaps: 4, #pkts encrypt: 4, #pkts digest 5
    #pkts decaps: 6, #pkts decrypt: 6, #pkts verify: 7
    #send errors 8, #recv errors 9

     local crypto endpt.: 192.0.2.1, remote crypto endpt.: 198.51.100.1
     plaintext mtu 1438, path mtu 1500, ip mtu 1500, ip mtu idb GigabitEthernet0/0
     current outbound spi: 0xC50D31E3(3305976291)
     PFS (Y/N): Y, DH group: group14

     inbound esp sas:
      spi: 0\u00d7C185666E(3246745198)
        transform: esp-256-aes esp-sha256-hmac ,
        in use settings ={Tunnel UDP-Encaps, }
        conn id: 2001, flow_id: SW:1, sibling_flags 80000048, crypto map: VPN
        sa timing: remaining key lifetime (k/sec): (4607999/3412)
        IV size: 16 bytes
        replay detection support: Y  replay window size: 128
        Status: ACTIVE(ACTIVE)

     inbound ah sas:

     outbound esp sas:
      spi: 0xC50D31E3(3305976291)
        transform: esp-256-aes esp-sha256-hmac ,
        sa timing: remaining key lifetime (sec): 548
        replay detection support: N
`;

test.each([
  ['as printed', ipsec],
  ['with its indentation lost', ipsec.replace(/^ +/gm, '')],
  ['with its two first lines run together', ipsec.replace('0/0\n    Crypto', '0/0 Crypto')],
])('show crypto ipsec sa, %s', (_, text) => {
  const [flow] = ofKind(text, 'ipsecFlow');
  expect(flow).toMatchObject({
    interface: 'GigabitEthernet0/0',
    cryptoMap: 'VPN',
    localAddress: '192.0.2.1',
    localIdent: '10.1.0.0/255.255.0.0/0/0',
    remoteIdent: '10.2.0.0/255.255.0.0/0/0',
    peer: '198.51.100.1',
    peerPort: 4500,
    pathMtu: 1500,
    pfsGroup: 'group14',
    outboundSpi: 0xc50d31e3,
    sas: [
      {
        direction: 'inbound',
        protocol: 'esp',
        spi: 0xc185666e,
        transform: 'esp-256-aes esp-sha256-hmac',
        settings: ['Tunnel UDP-Encaps'],
        connection: 2001,
        remainingKilobytes: 4_607_999,
        remainingSeconds: 3412,
        ivOctets: 16,
        replayDetection: true,
        replayWindow: 128,
        status: 'ACTIVE',
      },
      { direction: 'outbound', spi: 0xc50d31e3, remainingKilobytes: null, remainingSeconds: 548, replayDetection: false },
    ],
  });
  expect(Object.fromEntries((flow as IpsecFlowFact).counters)).toEqual({
    'pkts encaps': 4,
    'pkts encrypt': 4,
    'pkts digest': 5,
    'pkts decaps': 6,
    'pkts decrypt': 6,
    'pkts verify': 7,
    'send errors': 8,
    'recv errors': 9, // biome-ignore format: a row each
  });
});

test('show crypto map: transforms by name, interfaces behind the heading', () => {
  expect(
    ofKind(
      `Crypto Map IPv4 "VPN" 10 ipsec-isakmp
	Peer = 198.51.100.1
	Extended IP access list 101
	    access-list 101 permit ip 10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255
	Security association lifetime: 4608000 kilobytes/3600 seconds
	PFS (Y/N): Y
	DH group:  group2
	Transform sets={
		STRONG:  { esp-256-aes esp-sha-hmac  } ,
	}
	Interfaces using crypto map VPN:
		GigabitEthernet0/0`,
      'cryptoMap',
    ),
  ).toMatchObject([
    {
      name: 'VPN',
      sequence: 10,
      peers: ['198.51.100.1'],
      accessList: '101',
      lifetimeSeconds: 3600,
      lifetimeKilobytes: 4_608_000,
      pfs: true,
      transforms: [{ name: 'STRONG', words: 'esp-256-aes esp-sha-hmac' }],
      interfaces: ['GigabitEthernet0/0'],
      incomplete: false,
    },
  ]);
});

test('any text gives facts or none', () => {
  const example = fc.constantFrom(...showRows.map((r) => r.example));
  const cut = fc.tuple(example, fc.nat(80), fc.string({ maxLength: 6 })).map(([text, at, put]) => text.slice(0, at) + put + text.slice(at));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(cut, { maxLength: 20 }).map((l) => l.join('\n')),
      ),
      (text) => {
        readShow(text);
        for (const line of text.split('\n')) {
          show.opens(line);
          const report = show.read(line);
          expect(report === undefined || isReport(report)).toBe(true);
        }
      },
    ),
    { numRuns: 200 },
  );
});

const folder = '../shared/captures/cisco-text';
const files = existsSync(folder)
  ? [
      ...readdirSync(`${folder}/show`)
        .filter((f) => f.includes('show-crypto'))
        .map((f) => `show/${f}`),
      ...readdirSync(folder).filter((f) => f.startsWith('seed-show-')),
    ]
  : [];
describe.skipIf(files.length === 0)(`the collection (needs ${folder})`, () => {
  const facts = (file: string) => readShow(readFileSync(`${folder}/${file}`, 'utf8'));

  test.each(files)('%s: every line', (file) => {
    expect(facts(file).unread).toEqual([]);
  });

  test('the article’s SAs: the SPIs that its debug log names', () => {
    const [flow] = facts('seed-show-crypto-ipsec-sa-3725.txt').facts;
    expect(flow).toMatchObject({
      peer: '200.100.1.1',
      peerPort: 500,
      outboundSpi: 0xcdd3aca0,
      sas: [
        { direction: 'inbound', spi: 1387857340, remainingSeconds: 3565 },
        { direction: 'outbound', spi: 3453201568, remainingKilobytes: 4573743 },
      ],
    });
    expect(facts('seed-show-crypto-isakmp-sa-3725.txt').facts[1]).toMatchObject({ dst: '200.56.4.1', src: '200.100.1.1', connection: 709 });
  });

  test('lost indentation, two lines in one', () => {
    const [flow] = facts('seed-show-crypto-ipsec-sa-2811.txt').facts;
    expect(flow).toMatchObject({
      interface: 'Virtual-Access5',
      cryptoMap: 'Virtual-Access5-head-0',
      localAddress: '1.9.110.41',
      peer: '219.92.89.235',
      peerPort: 58427,
      sas: [{ connection: 2059 }, { connection: 2060, remainingKilobytes: 4396341 }],
    });
    expect(facts('seed-show-crypto-map-2811.txt').facts[0]).toMatchObject({
      sequence: 65536,
      transforms: [{ name: 'TRANSFORM_DATA', words: 'esp-aes esp-md5-hmac' }],
      interfaces: ['Virtual-Template123'],
    });
  });

  test('sessions and IKEv2', () => {
    const sessions = facts('show/ios-show-crypto-session-detail.txt').facts;
    expect(sessions[0]).toMatchObject({
      interface: 'Tunnel1201',
      status: 'DOWN-NEGOTIATING',
      peer: '10.161.255.14',
      identity: null,
      flows: [{ activeSas: 0 }],
    });
    expect(sessions[1]).toMatchObject({
      uptime: '7w0d',
      identity: 'SOME_DEVICE1234.1pc.com',
      ikeSas: [{ version: 1, capabilities: 'DN', connection: 2913, lifetimeSeconds: 32_621 }],
      flows: [{ decrypted: 15_344_097, encrypted: 18_074_395, dropped: 0 }],
    });
    expect(facts('show/iosxe-show-crypto-ikev2-sa-detail.txt').facts[0]).toMatchObject({
      tunnel: 973,
      encryption: 'AES-CBC',
      keyBits: 256,
      group: 19,
      localSpi: '000d3669857a0f82',
      side: 'initiator',
      lifetimeSeconds: 86_400,
    });
    expect(facts('show/asa-show-crypto-ikev2-sa.txt').facts[0]).toMatchObject({
      tunnel: 3_686_011,
      status: 'READY',
      side: 'initiator',
      children: [{ inbound: 0xbe064bdc, outbound: 0x5db6eff3 }, { inbound: 0x69b865f8 }],
    });
  });
});
