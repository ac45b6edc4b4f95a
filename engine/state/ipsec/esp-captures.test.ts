// Every ESP packet of other people's captures for which keys were published: as many ICVs are right as tshark finds right.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { captureReading, sharedFolder } from '../../../test/support/trace.ts';
import { fromHex } from '../../bytes/hex.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { readKeys } from '../../ingest/keys.ts';
import { mergeReadings } from '../../ingest/merge.ts';
import { replayOf, walk } from '../../replay/replay.ts';
import { get } from '../persistent-map.ts';
import { type EspAlgorithms, espAlgorithms, espKeys } from './esp-algorithms.ts';
import { openEsp, verifyEsp } from './esp-protection.ts';
import { openPacket } from './open.ts';

const folder = join(sharedFolder, 'captures/public');
const present = existsSync(folder);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** Captures with a key table for ESP. Packetgen's says * where the SPI stands: those follow below. */
const captures = present
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.keys.json') && read(name).includes('"esp_sa"') && !name.startsWith('packetgen'))
      .map((name) => name.replace('.keys.json', ''))
  : ['none'];

const capture = (name: string) => {
  const bytes = readFileSync(join(folder, name));
  return captureReading(new Uint8Array(name.endsWith('.gz') ? gunzipSync(bytes) : bytes), name);
};

describe.skipIf(!present)('captures/public (skipped where the shared captures are absent)', () => {
  test.each(captures)('%s', (name) => {
    const { events } = readKeys(read(`${name}.keys.json`), 1);
    const input = { name: 'keys', kind: 'keys', detail: 'keys' } as const;
    const replay = replayOf(mergeReadings([capture(name), { input, events, damage: [] }]), nodeCrypto);
    const found = { good: 0, bad: 0 };
    for (const { state, seen } of walk(replay)) {
      const a = seen.ipsec && get(state.associations, seen.ipsec.association);
      const algorithms = a?.suite && espAlgorithms(a.suite);
      if (!a || !algorithms || !seen.packet || a.protocol !== 'esp' || seen.packet.cut) continue;
      const { bytes, content } = seen.packet;
      const verdict = verifyEsp(nodeCrypto, algorithms, espKeys(a), bytes, content.start, content.end);
      if (verdict !== null) found[verdict ? 'good' : 'bad']++;
      // A right key shows in the padding, which all of these stacks make as RFC 4303 2.4 has it.
      if (verdict && algorithms.transform) expect(openPacket(replay.context, a, seen.packet)?.paddingAsExpected).toBe(true);
    }
    const expected = JSON.parse(read(`expected/${name.replaceAll('/', '__')}.json`));
    expect(found).toEqual(expected.summary.espIcv);
  });

  test.each([
    ['packetgen/esp4-gcm.pcapng', 20, null, 2],
    // tshark knows no upper half here, and calls both packets bad.
    ['packetgen/esp-transport-esn.pcapng', 20, 0, 1],
  ] as const)('%s, whose table holds for any SPI', (name, transform, sequenceHigh, good) => {
    const [line] = JSON.parse(read(`${name}.keys.json`)).esp_sa;
    const encryption = fromHex(/0x([0-9a-f]+)/.exec(line)?.[1] ?? '') ?? new Uint8Array(0);
    const suite = { transform, keyBits: 8 * encryption.length - 32, authentication: null, esn: sequenceHigh !== null };
    const algorithms = espAlgorithms(suite) as EspAlgorithms;
    const verdicts: (boolean | null)[] = [];
    for (const { seen } of walk(replayOf(mergeReadings([capture(name)]), nodeCrypto))) {
      if (seen.packet?.carried !== 'esp') continue;
      const { bytes, content } = seen.packet;
      const { start, end } = content;
      verdicts.push(verifyEsp(nodeCrypto, algorithms, { encryption, integrity: null }, bytes, start, end, sequenceHigh));
      if (verdicts.at(-1)) expect(openEsp(nodeCrypto, 'aes-gcm', encryption, bytes, start, end, 16)?.paddingAsExpected).toBe(true);
    }
    expect(verdicts.filter((verdict) => verdict === true).length).toBe(good);
  });
});
