/** Keys in logs, by way of the two doors: as a key file, and as a log whose lines are events. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { toHex } from '../bytes/hex.ts';
import { nodeCrypto } from '../host/node-crypto.ts';
import { buildReplay } from '../replay/replay.ts';
import { values } from '../state/persistent-map.ts';
import { readKeys } from './keys.ts';
import { mergeReadings } from './merge.ts';
import { readPcap } from './pcap.ts';
import { toEnd } from './reading.ts';
import { readText } from './text.ts';

const charon = `Nov 21 19:08:25 16[MGR] checkout IKEv1 SA by message with SPIs 1122334455667788_i 8877665544332211_r
Nov 21 19:08:25 16[IKE] <1> SKEYID => 4 bytes @ 0x7f6d2c00cf90
Nov 21 19:08:25 16[IKE] <1>    0: A0 B1 C2 D3                                      ....
`;
const pluto = `Jul 23 16:40:04 gw pluto[245]: | ICOOKIE:  11 22 33 44  55 66 77 88
Jul 23 16:40:14 gw pluto[245]: | enc key:  a0 b1 c2 d3  a4 a5 a6 a7
`;

test.each([
  ['charon', charon, 'skeyid', 'a0b1c2d3'],
  ['pluto', pluto, 'encryptionKey', 'a0b1c2d3a4a5a6a7'],
])('%s', (_, text, what, hex) => {
  expect(readKeys(text, 0).events.map((e) => [e.about.what, e.value && toHex(e.value)])).toEqual([[what, hex]]);
  const { events } = toEnd(readText(text, 'daemon.log', 0));
  expect(events.filter((e) => e.kind === 'SecretLearned')).toHaveLength(1);
  const lines = events.flatMap((e) => (e.kind === 'DeviceReported' ? [e] : []));
  expect(lines).toHaveLength(text.trim().split('\n').length);
  expect(lines.every((e) => e.recognised === true && !/a0 b1/i.test(e.text))).toBe(true);
});

const lab = '../shared/captures/lab';
// The one where the two ends hold different keys: a log has those of its own end.
const traces = existsSync(lab) ? readdirSync(lab).filter((name) => /^(?!ikev2|am-psk-mismatch|ike-scan|openiked|README)/.test(name)) : [];
describe.skipIf(traces.length === 0)(`a capture and one daemon's log open as much as the capture and keys.json (needs ${lab})`, () => {
  const opened = (trace: string, keys: string) => {
    const capture = toEnd(readPcap(new Uint8Array(readFileSync(`${lab}/${trace}/capture.pcap`)), 'capture.pcap', 0));
    const { events } = readKeys(readFileSync(`${lab}/${trace}/${keys}`, 'utf8'), 1);
    const log = mergeReadings([capture, { input: { name: keys, kind: 'keys', detail: '' }, events, damage: [] }]);
    const progress = buildReplay(log, nodeCrypto);
    for (;;) {
      const step = progress.next();
      if (step.done) return values(step.value.final.negotiations).map((n) => [n.opened, n.encrypted]);
    }
  };

  test.each(traces)('%s', (trace) => {
    expect(opened(trace, 'responder.log')).toEqual(opened(trace, 'keys.json'));
  });
});
