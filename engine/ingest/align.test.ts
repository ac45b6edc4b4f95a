import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../event/event.ts';
import { alignReadings } from './align.ts';
import { readCapture } from './capture.ts';
import { mergeReadings } from './merge.ts';
import { type Reading, toEnd } from './reading.ts';
import { readText } from './text.ts';

const ofText = (source: string | Uint8Array, name = 'device.log', year = 2005): Reading => toEnd(readText(source, name, 0, { year }));

const ofFile = (url: URL, year = 2026): Reading => {
  const bytes = new Uint8Array(readFileSync(url));
  return toEnd(readCapture(bytes, url.pathname, 0) ?? readText(bytes, url.pathname, 0, { year }));
};

/** One quick mode as an IOS prints it, its first line so many milliseconds after 20:37:02. */
const quickMode = (milliseconds: number, first: number, second: number): string =>
  [
    [0, `beginning Quick Mode exchange, M-ID of ${first}`],
    [4, `set new node ${second} to QM_IDLE`],
    [6, `deleting node ${first} error FALSE reason "No Error"`],
  ]
    .map(([after, text]) => `Oct 25 20:37:02.${String(milliseconds + Number(after)).padStart(3, '0')}: ISAKMP: (1001):${text}`)
    .join('\n');

describe('aligning', () => {
  test('message IDs tie two logs, and the median of their times tells the clocks apart', () => {
    const [found] = alignReadings([ofText(quickMode(100, 570535495, 1148084868)), ofText(quickMode(350, 570535495, 1148084868))]);
    expect(found).toMatchObject({ input: 1, to: 0, aligned: true, offset: 250_000_000n, matches: 2 });
  });

  test('a clock in another time zone, with one name said at quite another time', () => {
    const later = quickMode(100, 570535495, 1148084868).replaceAll('20:37:02', '13:37:02');
    const stray = (hour: string) => `Oct 25 ${hour}:00:00.000: ISAKMP: (1001):purging node 852773885\n`;
    const [found] = alignReadings([ofText(stray('19') + quickMode(100, 570535495, 1148084868)), ofText(`${later}\n${stray('14')}`)]);
    expect(found).toMatchObject({ aligned: true, offset: -7n * 3_600_000_000_000n, matches: 2 });
  });

  test('other exchanges are refused by their names', () => {
    const [found] = alignReadings([ofText(quickMode(100, 570535495, 1148084868)), ofText(quickMode(100, 1416806668, 1025971884))]);
    expect(found).toEqual({
      input: 1,
      to: 0,
      aligned: false,
      reason: 'it is another negotiation: message IDs 2201ae47, 446e6284 against 5472c10c, 3d2716ac',
    });
  });

  test('one input, or none that is text, is held against nothing', () => {
    expect(alignReadings([ofText(quickMode(0, 570535495, 1148084868))])).toEqual([]);
    expect(alignReadings([])).toEqual([]);
  });

  test('a configuration has no clock that could be set', () => {
    const configuration = 'crypto isakmp policy 10\n encryption 3des\ncrypto isakmp key ***** address 192.0.2.1\n';
    expect(alignReadings([ofText(quickMode(0, 570535495, 1148084868)), ofText(configuration)])).toEqual([]);
  });

  test('events stand in the order of one clock, and keep the times of their own', () => {
    const log = mergeReadings([
      ofText(quickMode(100, 570535495, 1148084868), 'a'),
      ofText(quickMode(352, 570535495, 1148084868), 'b'),
      ofText('Oct 25 20:37:02.104: ISAKMP: (7):purging node 852773885', 'c'),
    ]);
    expect(log.happened.map((e) => `${log.inputs[e.origin.input]?.name}${e.origin.number}`).join(' ')).toBe('a1 b1 a2 b2 c1 a3 b3');
    expect(log.happened[1]?.at).toBe(log.happened[0]?.at === null ? null : (log.happened[0]?.at ?? 0n) + 252_000_000n);
    expect(log.alignments?.map((a) => a.aligned)).toEqual([true, false]);
  });

  test('any two texts give a verdict', () => {
    const line = fc.constantFrom(
      'Oct 25 20:37:02.1: ISAKMP: (1001):set new node 570535495 to QM_IDLE',
      'ISAKMP: (1001):set new node -841765728 to QM_IDLE',
      '2005-02-06 22:29:39 IKE[1] ISAKMP SA CKI=[9ddfe293 4d8be14b] CKR=[cca2f07a 9045af27]',
      '2005-02-06 22:29:42 IKE[1] ESP_SA 3DES / SHA / 86400 sec / SPI=[c243f13f:a213c248]',
      '',
    );
    const text = fc.array(fc.oneof(line, fc.string()), { maxLength: 12 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (a, b) => {
        const found = alignReadings([ofText(a), ofText(b)]);
        return found.length <= 1;
      }),
    );
  });
});

const shared = new URL('../../../shared/captures/', import.meta.url);

describe.skipIf(!existsSync(shared))('real inputs in ../shared/captures (skipped without that folder)', () => {
  const text = (name: string) => ofFile(new URL(`cisco-text/${name}`, shared), 2005);

  test('the Linksys log is of another run than the log of its peer', () => {
    const [found] = alignReadings([text('seed-linksys.log'), text('seed-linksys-to-ios-debug.txt')]);
    expect(found).toMatchObject({ aligned: false });
    expect(found?.aligned === false && found.reason).toBe(
      'it is another negotiation: SPIs c243f13f, a213c248 against 52b905bc, cdd3aca0; and 46 min 29 s lie between them',
    );
  });

  test('both ends of a refused quick mode: clocks agree to a few milliseconds', () => {
    const [found] = alignReadings([
      text('iosxe-twosided-qm-rejected-spoke2-initiator.txt'),
      text('iosxe-twosided-qm-rejected-hub-responder.txt'),
    ]);
    const offset = found?.aligned ? Number(found.offset) / 1e6 : Number.NaN;
    expect(Math.abs(offset)).toBeLessThanOrEqual(2);
  });

  test('two runs of one pair of routers, of which the second deletes an SA of the first', () => {
    const [found] = alignReadings([text('iosxe-natt-hq-responder-mainmode.txt'), text('iosxe-natt-sitea-initiator-mainmode.txt')]);
    expect(found?.aligned === false && found.reason).toMatch(/message IDs .* against .*; SPI f5ac7011 stands in both/);
  });

  test.each(['mm-psk-3des-sha1-modp1024', 'retransmission', 'nat-t', 'am-psk', 'ikev2-psk', 'parallel-connections'])(
    'lab trace %s: capture and both logs',
    (name) => {
      const of = (file: string) => ofFile(new URL(`lab/${name}/${file}`, shared));
      const found = alignReadings([of('capture.pcap'), of('initiator.log'), of('responder.log')]);
      // One machine, one clock: what is left is the time that a daemon takes to write a line.
      for (const a of found) expect(a.aligned && a.offset < 20_000_000n && a.offset > -20_000_000n).toBe(true);
      expect(found.map(({ input, to }) => [input, to])).toEqual([
        [1, 0],
        [2, 0],
      ]);
    },
  );

  test('a log of another trace is refused', () => {
    const found = alignReadings([
      ofFile(new URL('lab/mm-psk-3des-sha1-modp1024/capture.pcap', shared)),
      ofFile(new URL('lab/nat-t/initiator.log', shared)),
    ]);
    expect(found).toMatchObject([{ aligned: false, reason: expect.stringMatching(/^it is another negotiation: cookies /) }]);
  });

  test('lines of a log stand among the packets that they tell of', () => {
    const of = (file: string) => ofFile(new URL(`lab/mm-psk-3des-sha1-modp1024/${file}`, shared));
    const log = mergeReadings([of('capture.pcap'), of('initiator.log')]);
    const places = (fits: (e: Event) => boolean) => log.happened.flatMap((e, i) => (fits(e) ? [i] : []));
    const packets = places((e) => e.kind === 'DatagramSeen');
    const lines = places((e) => e.kind === 'DeviceReported' && /main mode|ID_PROT re/i.test(e.text));
    expect(lines.some((line) => line > (packets[0] ?? 0) && line < (packets.at(-1) ?? 0))).toBe(true);
  });
});
