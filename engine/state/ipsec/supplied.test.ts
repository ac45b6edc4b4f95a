import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundledTrace, captureReading, loadTrace, sharedFolder } from '../../../test/support/trace.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { readKeys } from '../../ingest/keys.ts';
import { mergeReadings } from '../../ingest/merge.ts';
import { replayOf, walk } from '../../replay/replay.ts';
import { spi } from '../../values/spi.ts';
import { values } from '../persistent-map.ts';
import type { KnownSecret } from '../state.ts';
import type { Association } from './association.ts';
import { withSupplied } from './supplied.ts';

/** The keys of the first SA as two programs write them; octets from the daemons' logs. */
const keys = { encryption: '7f86a26d4210cd9b36fc13d9606df09eaee2be1407f3449b', integrity: 'c4447092c78c8bb066659af3192cd2fc9e62a798' };
const esp = (cipher: string, integrity: string): string =>
  `"IPv4","192.0.2.1","198.51.100.1","0xc50d31e3","${cipher}","0x${keys.encryption}","${integrity}","0x${keys.integrity}"\n`;

const replayWith = (table: string) => {
  const capture = captureReading(new Uint8Array(readFileSync(join(bundledTrace, 'capture.pcap'))), 'capture.pcap');
  const { events } = readKeys(table, 1);
  return replayOf(mergeReadings([capture, { input: { name: 'esp_sa', kind: 'keys', detail: 'esp_sa' }, events, damage: [] }]), nodeCrypto);
};

const verdicts = (table: string): (boolean | null)[] =>
  [...walk(replayWith(table))].flatMap(({ seen }) => (seen.ipsec?.spi === 0xc50d31e3 ? [seen.ipsec.authenticated] : []));

test("Wireshark's esp_sa checks every ICV where the negotiation stays closed", () => {
  expect(verdicts(esp('TripleDES-CBC [RFC2451]', 'HMAC-SHA-1-96 [RFC2404]'))).toEqual([true, true, true, true]);
});

test('a wrong key is found wrong, not believed', () => {
  expect(verdicts(esp('TripleDES-CBC [RFC2451]', 'HMAC-SHA-1-96 [RFC2404]').replace('c4447092', 'c4447093'))).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test('an algorithm that nobody named checks nothing', () => {
  expect(verdicts(esp('Rot-13', 'HMAC-SHA-1-96 [RFC2404]'))).toEqual([null, null, null, null]);
});

test.each([
  // Names as Wireshark, strongSwan and the Linux kernel write them; octets of the key with its salt; RFC 2407's numbers, and ours above them.
  ['AES-CBC [RFC3602]', 16, 'HMAC-SHA-256-128 [RFC4868]', 12, 128, 5],
  ['AES_CBC', 32, 'HMAC_SHA2_384_192', 12, 256, 6],
  ['cbc(aes)', 24, 'hmac(sha512)', 12, 192, 7],
  ['AES-CTR [RFC3686]', 20, 'AES-XCBC-MAC-96 [RFC3566]', 13, 128, 9],
  ['rfc3686(ctr(aes))', 36, 'AES_CMAC_96', 13, 256, 0x10008],
  ['AES-GCM [RFC4106]', 20, 'NULL', 20, 128, null],
  ['AES-GCM with 8 octet ICV [RFC4106]', 20, 'NULL', 18, 128, null],
  ['AES-GCM-256 with 12 octet ICV [RFC5282]', 36, 'NULL', 19, 256, null],
  ['AES-GCM-128 with 16 octet ICV [RFC5282]', 20, 'NONE [RFC4306]', 20, 128, null],
  ['AES_GCM_8', 28, '', 18, 192, null],
  ['AES_CCM_12', 35, '', 15, 256, null],
  ['rfc4309(ccm(aes))', 19, '', 16, 128, null],
  ['NULL_AES_GMAC', 20, '', 23, 128, null],
  ['ChaCha20 with Poly1305 [RFC8439]', 36, 'NULL', 0x1001c, null, null],
  ['CAMELLIA_CBC', 16, 'HMAC_SHA2_256_96', 22, 128, 0x20000],
  ['BLOWFISH-CBC [RFC2451]', 16, 'HMAC-MD5-96 [RFC2403]', 7, 128, 1],
  ['CAST5-CBC [RFC2144]', 16, 'ANY 96 bit authentication [no checking]', 6, 128, 0x20060],
  ['3DES_CBC', 24, 'HMAC_SHA1_96', 3, null, 2],
  ['DES-CBC [RFC2405]', 8, 'NULL', 2, null, null],
  ['NULL', 0, 'HMAC-SHA-1-96 [RFC2404]', 11, null, 2],
] as const)('%s with %i octets, %s', (cipher, octets, integrity, transform, keyBits, authentication) => {
  const a = {
    encryptionKey: null,
    integrityKey: null,
    suite: null,
    protocol: 'esp',
    spi: spi(0xc0ffee00),
    src: '192.0.2.1',
    dst: '192.0.2.2',
  };
  const about = (what: 'ipsecEncryptionKey' | 'ipsecIntegrityKey', algorithm: string) =>
    ({ what, protocol: 'esp', spi: spi(0xc0ffee00), algorithm }) as const;
  const secrets = [
    { about: about('ipsecEncryptionKey', cipher), value: new Uint8Array(octets), since: 0 },
    ...(integrity === '' ? [] : [{ about: about('ipsecIntegrityKey', integrity), value: new Uint8Array(20), since: 0 }]),
  ];
  const given = withSupplied(a as unknown as Association, secrets as unknown as readonly KnownSecret[]);
  expect(given.suite).toEqual({ transform, keyBits, authentication, esn: null });
});

test('what a negotiation derived stays, whatever a table says', () => {
  const sas = values(replayOf(loadTrace(bundledTrace), nodeCrypto).final.associations);
  expect(sas.map((a) => a.encryptionKey?.basis)).toEqual(['derived', 'derived']);
});

const wiki = join(sharedFolder, 'captures/public/wireshark-wiki/ipsec_esp_capture_1.pcap');
describe.skipIf(!existsSync(wiki))('captures/public/wireshark-wiki (skipped where the shared captures are absent)', () => {
  test('as many ICVs are right as tshark finds right', () => {
    const { events } = readKeys(readFileSync(`${wiki}.keys.json`, 'utf8'), 1);
    const capture = captureReading(new Uint8Array(readFileSync(wiki)), 'x.pcap');
    const replay = replayOf(mergeReadings([capture, { input: { name: 'k', kind: 'keys', detail: 'k' }, events, damage: [] }]), nodeCrypto);
    const right = [...walk(replay)].filter(({ seen }) => seen.ipsec?.authenticated === true).length;
    const expected = JSON.parse(
      readFileSync(join(sharedFolder, 'captures/public/expected/wireshark-wiki__ipsec_esp_capture_1.pcap.json'), 'utf8'),
    );
    expect(right).toBe(expected.summary.espIcv.good);
  });
});
