// Every ESP and AH packet of the lab, of IKEv1 and IKEv2 alike: ICVs right under the daemons' keys, contents as tshark and a second program read them; replay
// windows as the receiving kernel's counters have them; and captures of two places put together.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { mergeReadings } from '../../engine/ingest/merge.ts';
import { type Replay, replayOf } from '../../engine/replay/replay.ts';
import type { MessageRecord } from '../../engine/view/records/message-record.ts';
import { messageRecords } from '../../engine/view/records/messages.ts';
import { stateRecord } from '../../engine/view/records/state.ts';
import { transitionRecords } from '../../engine/view/records/transitions.ts';
import { captureReading, keysReading, sharedFolder } from '../support/trace.ts';
import { replayWith, wholeKeys } from './lab-trace.ts';

const lab = join(sharedFolder, 'captures/lab');
const present = existsSync(lab);

interface Row {
  readonly frame: number;
  readonly kind?: string;
  readonly spi: string;
  readonly seq: number;
  readonly next_header?: number;
}

const rowsOf = (folder: string): readonly Row[] => {
  const { esp_packets: packets, esp_packets_columns: columns = [] } = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8'));
  return packets.map((row: Row | unknown[]) =>
    Array.isArray(row) ? Object.fromEntries(columns.map((name: string, i: number) => [name, row[i]])) : row,
  );
};

const traces = present ? readdirSync(lab).filter((name) => existsSync(join(lab, name, 'summary.json'))) : [];

const packetsOf = (replay: Replay): MessageRecord[] => [...messageRecords(replay)].filter((r) => r.kind === 'esp' || r.kind === 'ah');

/** Several captures of one trace, with its keys. */
const merged = (name: string, ...captures: readonly string[]): Replay => {
  const readings = captures.map((file) => captureReading(new Uint8Array(readFileSync(join(lab, name, file))), file));
  return replayOf(mergeReadings([...readings, keysReading(wholeKeys(join(lab, name)) ?? '')]), nodeCrypto);
};

const countersIn = (replay: Replay, spi: string) => stateRecord(replay, replay.lastIndex).ipsecSas.find((sa) => sa.spi === spi)?.sequence;

describe.skipIf(!present)('ESP and AH of ../shared/captures/lab (skipped where they are missing)', () => {
  test.skipIf(!present).each(traces)('%s', (name) => {
    const folder = join(lab, name);
    const ours = new Map(packetsOf(replayWith(folder, wholeKeys(folder))).map((r) => [r.frame, r]));
    const rows = rowsOf(folder);
    expect(ours.size).toBe(rows.length);
    for (const { frame, kind, spi, seq, next_header } of rows) {
      expect(ours.get(frame)).toMatchObject({ kind: kind ?? 'esp', spi: spi.slice(2), sequence: seq, authenticated: true, problems: [] });
      if (next_header !== undefined) expect(ours.get(frame)).toMatchObject({ nextHeader: next_header });
    }
  });

  test.skipIf(!present)('ikev2-ah-esn: that the numbers are extended, the ICV alone tells', () => {
    const folder = join(lab, 'ikev2-ah-esn');
    const replay = replayWith(folder, wholeKeys(folder));
    const { ipsecSas } = stateRecord(replay, replay.lastIndex);
    expect(ipsecSas.map((sa) => [sa.protocol, sa.suite?.integrity, sa.suite?.esn])).toEqual([
      ['ah', 'HMAC-SHA2-256-128', true],
      ['ah', 'HMAC-SHA2-256-128', true],
    ]);
    expect(packetsOf(replay).map((r) => (r.kind === 'ah' ? r.extendedSequence : null))).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  });

  test.skipIf(!present).each([32, 64, 1024])(
    'esp-long-reorder with a window of %i: the counters of the receiving kernel',
    (replayWindow) => {
      const folder = join(lab, 'esp-long-reorder');
      // The kernel's is 32 wide, and it threw nothing away as too old: a wider one finds the same.
      const text = readFileSync(join(folder, 'responder.sas.txt'), 'utf8');
      const [, old, replayed] = /spi 0xc0712255[\s\S]*?stats:\s+replay-window (\d+) replay (\d+) failed 0/.exec(text) ?? [];
      const [, received] = /\bin {2}c0712255, +\d+ bytes, +(\d+) packets/.exec(text) ?? [];
      const readings = [
        captureReading(new Uint8Array(readFileSync(join(folder, 'capture.pcap'))), 'c'),
        keysReading(wholeKeys(folder) ?? ''),
      ];
      const replay = replayOf(mergeReadings(readings), nodeCrypto, { replayWindow });
      expect([replayed, old, received]).toEqual(['94', '0', '19931']);
      expect(countersIn(replay, 'c0712255')).toEqual({ highest: 20004, received: 19931, lost: 73, replayed: 94, old: 0, badIcv: 0 });
    },
  );

  test.skipIf(!present)('esp-long-reorder from both sides: sent once, seen twice; what the network doubled is a replay once', () => {
    const replay = merged('esp-long-reorder', 'capture-initiator-side.pcap', 'capture.pcap');
    // All 20,004 were seen as they were sent, so that none is lost here.
    expect(countersIn(replay, 'c0712255')).toMatchObject({ highest: 20004, received: 20004, lost: 0, badIcv: 0 });
    const { replayed = 0, old = 0 } = countersIn(replay, 'c0712255') ?? {};
    expect(replayed + old).toBe(94);
    const towards = packetsOf(replay).filter((r) => r.kind === 'esp' && r.spi === 'c0712255');
    expect(towards).toHaveLength(20_004 + 20_025);
    expect(towards.filter((r) => r.sightingOf !== undefined)).toHaveLength(19_931);
  });

  test.skipIf(!present)('retransmission from both sides of the loss: copies are copies, looks are looks', () => {
    const one = merged('retransmission', 'capture.pcap');
    const both = merged('retransmission', 'capture.pcap', 'capture-responder-side.pcap');
    const steps = (replay: Replay) => [...transitionRecords(replay)].map(({ side, from, to }) => [side, from, to]);
    expect(steps(both)).toEqual(steps(one));
    // At the responder's side there are three more: the first copies, which were lost behind that place.
    const ike = [...messageRecords(both)].filter((r) => r.kind === 'ike');
    const again = ike.filter((r) => r.retransmissionOf !== undefined);
    expect(ike.filter((r) => r.sightingOf !== undefined).every((r) => r.retransmissionOf === undefined)).toBe(true);
    const own = [...messageRecords(merged('retransmission', 'capture-responder-side.pcap'))].filter((r) => r.kind === 'ike');
    expect(again.length).toBe(own.filter((r) => r.retransmissionOf !== undefined).length);
    expect(ike.filter((r) => r.sightingOf === undefined).length).toBe(own.length);
  });

  test.skipIf(!present)('nat-t from both sides of the NAT: one negotiation, each message once', () => {
    const both = merged('nat-t', 'capture.pcap', 'capture-inside-nat.pcap');
    const ike = [...messageRecords(both)].filter((r) => r.kind === 'ike');
    expect(new Set(ike.map((r) => r.kind === 'ike' && r.negotiation)).size).toBe(1);
    expect(ike.filter((r) => r.kind === 'ike' && r.retransmissionOf !== undefined)).toEqual([]);
    expect(ike.filter((r) => r.sightingOf !== undefined)).toHaveLength(ike.length / 2);
  });
});
