// Our reading of real negotiations against what tshark, a second program and the daemons' own logs say of them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stateRecord } from '../../engine/view/records/state.ts';
import { transitionRecords } from '../../engine/view/records/transitions.ts';
import { bundledTrace, sharedFolder, tracesFolder } from '../support/trace.ts';
import { differences, keyDifferences, replayWith, rootsOnly, wholeKeys } from './lab-trace.ts';

describe('the bundled negotiation', () => {
  const roots = replayWith(bundledTrace, rootsOnly(bundledTrace));

  test('agrees in every message, payload, IV, hash and ESP packet, from the pre-shared key and g^xy alone', () => {
    expect(differences(bundledTrace, roots)).toEqual([]);
  });

  test('agrees in every message with all keys given', () => {
    expect(differences(bundledTrace, replayWith(bundledTrace, wholeKeys(bundledTrace)))).toEqual([]);
  });

  test('derives every key of the daemons’ logs from the pre-shared key and g^xy alone', () => {
    expect(keyDifferences(bundledTrace, roots)).toEqual([]);
  });

  test('ends in IKE_QM_PHASE2_COMPLETE on both sides, after thirteen rows each', () => {
    const rows = [...transitionRecords(roots)].filter((t) => t.event <= 9);
    for (const side of ['initiator', 'responder']) {
      const own = rows.filter((t) => t.side === side);
      expect(own).toHaveLength(13);
      expect(own.at(-1)?.to).toBe('IKE_QM_PHASE2_COMPLETE');
    }
  });

  test('shows an observer without keys the same states of phase 1, and nothing that is encrypted', () => {
    const blind = replayWith(bundledTrace, null);
    const phase1 = (replay: typeof blind) =>
      [...transitionRecords(replay)].filter((t) => t.event <= 6).map(({ side, from, to }) => [side, from, to]);
    expect(phase1(blind)).toEqual(phase1(roots));
    const closed = differences(bundledTrace, blind).filter((line) => !/decrypted|IV is|HASH of phase 2|ICV is|next header/.test(line));
    expect(closed).toEqual([]);
    expect(keyDifferences(bundledTrace, blind).filter((line) => /nonce|initialIv/.test(line))).toEqual([]);
  });
});

const bundled = readdirSync(tracesFolder).filter((name) => existsSync(join(tracesFolder, name, 'summary.json')));
const opened = bundled.filter((name) => existsSync(join(tracesFolder, name, 'keys.json')));

describe('every bundled trace', () => {
  test.each(bundled)('%s agrees in every message and packet with all that the daemons logged', (name) => {
    const folder = join(tracesFolder, name);
    expect(differences(folder, replayWith(folder, wholeKeys(folder)))).toEqual([]);
  });

  test.each(opened)('%s agrees as much, and every key follows, with the keys.json that ships', (name) => {
    const folder = join(tracesFolder, name);
    const replay = replayWith(folder, readFileSync(join(folder, 'keys.json'), 'utf8'));
    expect(differences(folder, replay)).toEqual([]);
    expect(keyDifferences(folder, replay)).toEqual([]);
  });
});

const lab = join(sharedFolder, 'captures/lab');
const present = existsSync(lab);

const isIkev1 = (folder: string): boolean => /"version": "1\.0"/.test(readFileSync(join(folder, 'summary.json'), 'utf8'));
const traces = present ? readdirSync(lab).filter((name) => existsSync(join(lab, name, 'summary.json')) && isIkev1(join(lab, name))) : [];

describe.skipIf(!present)('IKEv1 traces of ../shared/captures/lab (skipped where they are missing)', () => {
  test.skipIf(!present).each(traces)('%s agrees in every message and packet', (name) => {
    const folder = join(lab, name);
    expect(differences(folder, replayWith(folder, wholeKeys(folder)))).toEqual([]);
    expect(differences(folder, replayWith(folder, rootsOnly(folder)))).toEqual([]);
  });

  test.skipIf(!present).each(traces)('%s: every key follows from its roots', (name) => {
    const folder = join(lab, name);
    expect(keyDifferences(folder, replayWith(folder, rootsOnly(folder)))).toEqual([]);
  });

  test.skipIf(!present)('esp-long-reorder: the counters are those of the receiving kernel', () => {
    const folder = join(lab, 'esp-long-reorder');
    const replay = replayWith(folder, wholeKeys(folder));
    const kernel = /replay-window \d+ replay 94 failed 0/.test(readFileSync(join(folder, 'responder.sas.txt'), 'utf8'));
    expect(kernel).toBe(true);
    const sa = stateRecord(replay, replay.lastIndex).ipsecSas.find((row) => row.spi === 'c0712255');
    // 20,025 packets, 19,931 numbers among them, from 1 to 20,004: counted over esp_packets of summary.json.
    expect(sa?.sequence).toEqual({ highest: 20004, received: 19931, lost: 73, replayed: 94, old: 0, badIcv: 0 });
  });
});
