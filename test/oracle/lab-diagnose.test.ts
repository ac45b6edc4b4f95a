// The lab knows what it broke: each failure it staged is the first finding, and what it left whole gets notes only.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { mergeReadings } from '../../engine/ingest/merge.ts';
import { replayOf } from '../../engine/replay/replay.ts';
import { diagnose } from '../../engine/view/diagnose/diagnose.ts';
import { captureReading, keysReading, sharedFolder } from '../support/trace.ts';
import { replayWith, wholeKeys } from './lab-trace.ts';

const lab = join(sharedFolder, 'captures/lab');

/** What each trace was recorded to show, by the description in its meta.json; `null`: nothing is wrong, and nothing stands out. */
const healthy: readonly string[] = [
  'mm-psk-3des-sha1-modp1024',
  'mm-psk-aes128-md5-modp1536',
  'mm-psk-des-md5-modp768',
  'mm-esp-transport',
  'mm-fourth-proposal',
  'mm-modecfg-pull',
  'mm-long-session',
  'mm-forced-udp-encap',
  'am-psk',
  'am-rsasig',
  'am-psk-xauth-modecfg-vpnc',
  'ikev1-fragmentation',
  'delete-notify',
  'rekey-phase2',
  'two-children-pfs',
  'parallel-connections',
  'nat-t',
  'retransmission',
  'esp-long-reorder',
];

/** The verdict and the first finding. */
const broken: Readonly<Record<string, readonly [verdict: string, code: string]>> = {
  'no-proposal-chosen': ['failed', 'phase1-no-proposal-chosen'],
  'am-psk-mismatch': ['failed', 'pre-shared-key-mismatch'],
  'mm-xauth-failed': ['failed', 'xauth-failed'],
  'phase2-id-mismatch': ['failed', 'phase2-identity-mismatch'],
  'phase2-pfs-mismatch': ['up', 'pfs-mismatch'],
  'lost-responder': ['failed', 'no-response'],
  'udp4500-blocked': ['failed', 'port-float-blocked'],
  'esp-blocked-one-way': ['up', 'esp-blocked'],
  dpd: ['down', 'dead-peer'],
};

/** What still shows without a single key: what is behind encryption is only likely then. */
const brokenBlind: Readonly<Record<string, readonly [verdict: string, code: string]>> = {
  ...broken,
  'esp-blocked-one-way': ['up', 'esp-one-way'],
  'mm-xauth-failed': ['incomplete', 'xauth-failed'],
  'phase2-id-mismatch': ['failed', 'phase2-no-proposal-chosen'],
  'phase2-pfs-mismatch': ['up', 'phase2-no-proposal-chosen'],
};

/** Notes by which a healthy trace is known. */
const notes: Readonly<Record<string, string>> = {
  'nat-t': 'nat-detected',
  'mm-forced-udp-encap': 'nat-detected',
  retransmission: 'retransmissions',
  'parallel-connections': 'simultaneous-negotiations',
  'esp-long-reorder': 'esp-loss',
  'delete-notify': 'deleted-by-peer',
};

/** What the lab filtered between its two captures, by the description in meta.json. */
const twice: Readonly<Record<string, readonly [capture: string, code: string, message: string]>> = {
  retransmission: [
    'capture-responder-side.pcap',
    'packet-lost',
    'MM2, MM6, QM2 pass capture-responder-side.pcap and do not reach capture.pcap.',
  ],
  'esp-blocked-one-way': [
    'capture-responder-side.pcap',
    'esp-blocked',
    'All 6 packets of SPI c573a5d7 pass capture-responder-side.pcap and do not reach capture.pcap.',
  ],
};

const present = (names: readonly string[]): string[] => names.filter((name) => existsSync(join(lab, name, 'capture.pcap')));

describe.skipIf(!existsSync(lab))('verdicts on ../shared/captures/lab (skipped where it is missing)', () => {
  test.skipIf(!existsSync(lab)).each(present(Object.keys(broken)))('%s: the right cause first', (name) => {
    const folder = join(lab, name);
    const [n] = diagnose(replayWith(folder, wholeKeys(folder))).negotiations;
    expect([n?.verdict, n?.findings[0]?.code]).toEqual(broken[name]);
  });

  test.skipIf(!existsSync(lab)).each(present(Object.keys(brokenBlind)))('%s: without keys', (name) => {
    const [n] = diagnose(replayWith(join(lab, name), null)).negotiations;
    expect([n?.verdict, n?.findings[0]?.code]).toEqual(brokenBlind[name]);
  });

  test.skipIf(!existsSync(lab)).each(present(healthy))('%s: up, and notes only, with keys and without', (name) => {
    const folder = join(lab, name);
    for (const keys of [wholeKeys(folder), null]) {
      const { negotiations, findings } = diagnose(replayWith(folder, keys));
      expect(negotiations.map((n) => n.verdict)).toEqual(negotiations.map(() => 'up'));
      const grave = [...negotiations.flatMap((n) => n.findings), ...findings].filter((f) => f.severity !== 'note');
      expect(grave.map((f) => `${f.code}: ${f.message}`)).toEqual([]);
    }
  });

  test.skipIf(!existsSync(lab)).each(present(Object.keys(twice)))('%s: two captures tell where', (name) => {
    const [second, code, message] = twice[name] ?? ['', '', ''];
    const folder = join(lab, name);
    const readings = ['capture.pcap', second].map((file) => captureReading(new Uint8Array(readFileSync(join(folder, file))), file));
    const replay = replayOf(mergeReadings([...readings, keysReading(wholeKeys(folder) ?? '')]), nodeCrypto);
    const [n] = diagnose(replay).negotiations;
    expect([n?.findings[0]?.code, n?.findings[0]?.message]).toEqual([code, message]);
  });

  test.skipIf(!existsSync(lab)).each(present(Object.keys(notes)))('%s: the note that it is about', (name) => {
    const folder = join(lab, name);
    const { negotiations } = diagnose(replayWith(folder, wholeKeys(folder)));
    expect(negotiations.flatMap((n) => n.findings).map((f) => f.code)).toContain(notes[name]);
  });
});
