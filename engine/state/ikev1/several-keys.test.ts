// A configuration says one pre-shared key, a key file another: the one that the packets prove is the one that counts. RFC 2409 5.4.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { captureReading, keysReading, tracesFolder } from '../../../test/support/trace.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { mergeReadings } from '../../ingest/merge.ts';
import { toEnd } from '../../ingest/reading.ts';
import { readText } from '../../ingest/text.ts';
import { replayOf } from '../../replay/replay.ts';
import { diagnose } from '../../view/diagnose/diagnose.ts';
import { values } from '../persistent-map.ts';

const wrong = `version 12.4
hostname hub
crypto isakmp policy 10
 encr 3des
 authentication pre-share
 group 2
crypto isakmp key notthekey address 192.0.2.1
`;

describe.each(['mm-psk-3des-sha1-modp1024', 'am-psk'])('traces/%s', (name) => {
  const of = (file: string) => readFileSync(join(tracesFolder, name, file));
  const packets = captureReading(new Uint8Array(of('capture.pcap')), 'capture.pcap');
  const keys = keysReading(of('keys.json').toString());
  const configuration = toEnd(readText(wrong, 'hub.cfg', 1));

  test.each([
    ['the configuration first', [packets, configuration, keys]],
    ['the key file first', [packets, keys, configuration]],
  ])('%s', (_, readings) => {
    const replay = replayOf(mergeReadings(readings), nodeCrypto);
    const [n] = values(replay.final.negotiations);
    expect(Buffer.from(n?.values.preSharedKey?.value ?? []).toString()).toBe('thisisasecretpassword');
    expect(n?.opened).toBe(n?.encrypted);
    expect(n?.authenticated).toEqual({ initiator: true, responder: true });
    const codes = diagnose(replay).negotiations.flatMap(({ findings }) => findings.map((f) => f.code));
    expect(codes).not.toContain('pre-shared-key-mismatch');
  });

  test('where none fits, the first is accused', () => {
    const replay = replayOf(
      mergeReadings([packets, configuration, toEnd(readText(wrong.replace('notthekey', 'norisit'), 'b.cfg', 2))]),
      nodeCrypto,
    );
    const [n] = values(replay.final.negotiations);
    expect(Buffer.from(n?.values.preSharedKey?.value ?? []).toString()).toBe('notthekey');
  });
});
