import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundledTrace, captureReading, loadTrace, sharedFolder } from '../../../test/support/trace.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { readKeys } from '../../ingest/keys.ts';
import { mergeReadings } from '../../ingest/merge.ts';
import { replayOf, walk } from '../../replay/replay.ts';
import { values } from '../persistent-map.ts';

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
  expect(verdicts(esp('Twofish-9', 'HMAC-SHA-1-96 [RFC2404]'))).toEqual([null, null, null, null]);
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
