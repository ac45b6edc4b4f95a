// Texts that cannot all be true: a log against packets, a configuration against a log, one part of an output against another.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundledTrace, captureReading, keysReading, sharedFolder } from '../../../test/support/trace.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { mergeReadings } from '../../ingest/merge.ts';
import { type Reading, toEnd } from '../../ingest/reading.ts';
import { readText } from '../../ingest/text.ts';
import { replayOf } from '../../replay/replay.ts';
import { diagnose } from './diagnose.ts';

const ofText = (text: string | Uint8Array, name: string): Reading => toEnd(readText(text, name, 0, { year: 2005 }));

const claims = (...readings: readonly Reading[]) => {
  const { negotiations, findings } = diagnose(replayOf(mergeReadings(readings), nodeCrypto));
  const all = [...negotiations.flatMap((n) => n.findings.map((f) => ({ of: n.negotiation.id, ...f }))), ...findings];
  return all.filter((f) => f.code === 'claims-contradict');
};

/** The quick mode of the bundled trace, whose message ID is 3e1e0daa, as an IOS would tell of it. */
const log = (group: number) => `
ISAKMP (0:7): received packet from 192.0.2.1 dport 500 sport 500 Global (R) QM_IDLE
ISAKMP (0:7): processing SA payload. message ID = 1042156970
ISAKMP (0:7): Checking IPSec proposal 1
ISAKMP: transform 1, ESP_AES
ISAKMP:   attributes in transform:
ISAKMP:      group is ${group}
ISAKMP (0:7): atts are acceptable.
ISAKMP (0:7): Node 1042156970, Input = IKE_MESG_FROM_PEER, IKE_QM_EXCH
ISAKMP (0:7): Old State = IKE_QM_READY  New State = IKE_QM_SPI_STARVE
`;

const capture = () => captureReading(new Uint8Array(readFileSync(join(bundledTrace, 'capture.pcap'))), 'capture.pcap');

describe('claims that contradict', () => {
  test('two lifetimes of one SA in one log', () => {
    const line = (seconds: number) => `IPSEC(initialize_sas): ,
  (key eng. msg.) INBOUND local= 198.51.100.1, remote= 192.0.2.1,
    protocol= ESP, transform= esp-3des esp-sha-hmac  (Tunnel),
    lifedur= ${seconds}s and 0kb,
    spi= 0x52B905BC(1387857340), conn_id= 5810, keysize= 0, flags= 0x23`;
    expect(claims(ofText(`${line(3600)}\n${line(3600)}`, 'a.log'))).toEqual([]);
    const [found] = claims(ofText(`${line(3600)}\n${line(86400)}`, 'a.log'));
    expect(found).toMatchObject({
      message: 'The log says that the SA of SPI 52b905bc has a lifetime of 86400 s; another line says 3600 s.',
      events: [1, 2],
    });
  });

  test('a phase 1 that packets show otherwise, tied by the ends', () => {
    const offer = (hash: string) => `
ISAKMP (0:0): received packet from 192.0.2.1 dport 500 sport 500 Global (N) NEW SA
ISAKMP: local address 198.51.100.1
ISAKMP: (0): SA has outstanding requests  (local 198.51.100.1 port 500, remote 192.0.2.1 port 500)
ISAKMP (0:7): Checking ISAKMP transform 1 against priority 10 policy
ISAKMP:      encryption 3DES-CBC
ISAKMP:      hash ${hash}
ISAKMP:      default group 2
ISAKMP:      auth pre-share
ISAKMP (0:7): atts are acceptable. Next payload is 0
`;
    expect(claims(capture(), ofText(offer('SHA'), 'a.log'))).toEqual([]);
    expect(claims(capture(), ofText(offer('MD5'), 'a.log')).map((f) => f.message)).toEqual([
      'The log says that the hash is MD5 (1); the packets show SHA (2).',
    ]);
  });

  test('quick mode with another PFS group than its packets have; without keys these do not say', () => {
    expect(claims(capture(), ofText(log(5), 'a.log'))).toEqual([]);
    const keys = keysReading(readFileSync(join(bundledTrace, 'keys.json'), 'utf8'));
    expect(claims(capture(), keys, ofText(log(5), 'a.log')).map((f) => f.message)).toEqual([
      'The log says that quick mode 3e1e0daa used PFS group 5; its packets show no PFS.',
    ]);
  });
});

const folder = join(sharedFolder, 'captures/cisco-text');

describe.skipIf(!existsSync(folder))('the texts of one router in ../shared/captures/cisco-text (skipped without that folder)', () => {
  test('its log, configuration and show output disagree in PFS, lifetime and a name', () => {
    const names = ['seed-linksys-to-ios-debug.txt', 'seed-running-config-3725.txt', 'seed-show-crypto-ipsec-sa-3725.txt'];
    const found = claims(...names.map((name) => ofText(new Uint8Array(readFileSync(join(folder, name))), name)));
    expect(found.map((f) => f.message)).toEqual([
      'The configuration asks for no PFS with 200.100.1.1; the SA of SPI 52b905bc came from a quick mode with PFS group 2.',
      'The configuration allows 3600 s with 200.100.1.1; the SA of SPI 52b905bc is said to last 86400 s, and "show" has 3565 s of it left.',
      'The SAs with 200.100.1.1 stand under the crypto map IPSEC, and in the same output under PIVoD.',
    ]);
    expect(found.every((f) => f.events.every((event) => event > 0) && f.evidence.length >= 2)).toBe(true);
  });

  test('SAs that only show output tells of are no packets with an unknown SPI', () => {
    const name = 'seed-show-crypto-ipsec-sa-3725.txt';
    const { findings } = diagnose(replayOf(mergeReadings([ofText(new Uint8Array(readFileSync(join(folder, name))), name)]), nodeCrypto));
    expect(findings.map((f) => f.code)).toEqual(['claims-contradict']);
  });

  test('its log alone contradicts nothing', () => {
    expect(claims(ofText(new Uint8Array(readFileSync(join(folder, 'seed-linksys-to-ios-debug.txt'))), 'a.log'))).toEqual([]);
  });
});

const lab = join(sharedFolder, 'captures/lab');

describe.skipIf(!existsSync(lab))('healthy lab traces in ../shared/captures/lab (skipped without that folder)', () => {
  test('packets and a log of one negotiation have one verdict', () => {
    const of = (file: string) => new Uint8Array(readFileSync(join(lab, 'mm-psk-3des-sha1-modp1024', file)));
    const readings = [captureReading(of('capture.pcap'), 'capture.pcap'), ofText(of('initiator.log'), 'initiator.log')];
    const { negotiations } = diagnose(replayOf(mergeReadings(readings), nodeCrypto));
    expect(negotiations.map((n) => [n.negotiation.id, n.verdict])).toEqual([['e2ac48224b9fbe1e', 'up']]);
  });

  test('what was sent again is counted once, though packets and both logs tell of it', () => {
    const of = (file: string) => new Uint8Array(readFileSync(join(lab, 'retransmission', file)));
    const readings = ['initiator.log', 'responder.log'].map((file) => ofText(of(file), file));
    const packets = captureReading(of('capture.pcap'), 'capture.pcap');
    const counts = [[packets], [packets, ...readings]].map((all) => {
      const [one, ...others] = diagnose(replayOf(mergeReadings(all), nodeCrypto)).negotiations;
      return [others.length, one?.findings.find((f) => f.code === 'retransmissions')?.count];
    });
    expect(counts[1]).toEqual(counts[0]);
  });

  test.each(['mm-psk-3des-sha1-modp1024', 'two-children-pfs', 'am-psk', 'nat-t'])('%s: packets and both logs agree', (name) => {
    const of = (file: string) => new Uint8Array(readFileSync(join(lab, name, file)));
    const readings = ['initiator.log', 'responder.log'].map((file) => ofText(of(file), file));
    expect(claims(captureReading(of('capture.pcap'), 'capture.pcap'), ...readings)).toEqual([]);
  });
});
