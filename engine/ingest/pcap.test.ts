import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { octets, pcapFile, type Recorded } from '../../test/support/frames.ts';
import type { Event } from '../event/event.ts';
import { timestampText } from '../values/timestamp.ts';
import { readPcap } from './pcap.ts';
import { toEnd } from './reading.ts';

const read = (bytes: Uint8Array) => toEnd(readPcap(bytes, 'x.pcap', 0));
const when = (event: Event | undefined) => (event?.at == null ? null : timestampText(event.at));
const frames: readonly Recorded[] = [
  { seconds: 1_795_288_105, fraction: 600_507, bytes: octets('0102030405') },
  { seconds: 1_795_288_104, fraction: 7, bytes: octets('aabb'), wireLength: 1500 },
];

describe('pcap', () => {
  test.each([
    ['little', 0xa1b2c3d4, '1795288105.600507000', 'pcap, little-endian, microseconds'],
    ['big', 0xa1b2c3d4, '1795288105.600507000', 'pcap, big-endian, microseconds'],
    ['little', 0xa1b23c4d, '1795288105.000600507', 'pcap, little-endian, nanoseconds'],
    ['big', 0xa1b23c4d, '1795288105.000600507', 'pcap, big-endian, nanoseconds'],
  ] as const)('%s-endian, magic %i', (order, magic, time, detail) => {
    const file = pcapFile(order, magic, 1, frames);
    const reading = read(file);
    expect(reading).toMatchObject({ input: { name: 'x.pcap', kind: 'capture', detail }, damage: [] });
    expect(when(reading.events[0])).toBe(time);
    expect(reading.events).toMatchObject([
      { kind: 'DatagramSeen', via: 'capture', origin: { input: 0, number: 1 }, datagram: { form: 'frame', linkType: 1, wireLength: 5 } },
      { origin: { number: 2 }, datagram: { wireLength: 1500 } },
    ]);
    const [first] = reading.events;
    const datagram = first?.kind === 'DatagramSeen' ? first.datagram : undefined;
    expect(datagram?.bytes).toEqual(octets('0102030405'));
    expect(datagram?.bytes.buffer).toBe(file.buffer);
  });

  test('flags on frame check sequences are no part of the link type', () => {
    expect(read(pcapFile('big', 0xa1b2c3d4, 0x1400_0071, frames)).events[0]).toMatchObject({ datagram: { linkType: 0x71 } });
  });

  test('a file that was cut keeps what came before, and says where', () => {
    const file = pcapFile('little', 0xa1b2c3d4, 1, [...frames, { seconds: 0, fraction: 0, bytes: new Uint8Array(150) }]);
    const reading = read(file.subarray(0, file.length - 89));
    expect(reading.events).toHaveLength(2);
    expect(reading.damage).toMatchObject([{ input: 0, offset: 24 + 21 + 18, code: 'truncated-record' }]);
    expect(reading.damage[0]?.message).toMatch(/^Packet 3 says 150 octets, the file ends after 61\. Everything before it is here\./);
    expect(reading.damage[0]?.bytes).toHaveLength(64);
    expect(read(file.subarray(0, 24 + 21 + 18 + 9)).damage[0]?.message).toMatch(/header of packet 3 has 16 octets, the file ends after 9/);
  });

  test('an absurd length stops reading and allocates nothing', () => {
    const file = pcapFile('big', 0xa1b2c3d4, 1, frames);
    new DataView(file.buffer).setUint32(24 + 21 + 8, 0xffff_fff0);
    const reading = read(file);
    expect(reading.events).toHaveLength(1);
    expect(reading.damage).toMatchObject([{ code: 'bad-record', offset: 45 }]);
  });

  test.each([
    ['the modified format', octets('a1b2cd34', new Uint8Array(40)), 'unsupported-format', /Kuznetzov.*editcap/],
    ['another version', octets('a1b2c3d4 0003 0000', new Uint8Array(40)), 'unsupported-version', /version 3\.0/],
    ['a file header cut short', octets('d4c3b2a1 0200'), 'truncated-header', /only 6/],
    ['no pcap at all', octets('00112233'), 'bad-magic', /does not begin/],
    ['nothing', octets(), 'bad-magic', /does not begin/],
  ])('refuses %s by name', (_, bytes, code, message) => {
    const { events, damage } = read(bytes);
    expect(events).toEqual([]);
    expect(damage).toMatchObject([{ code, message: expect.stringMatching(message) as string }]);
  });

  test('yields its place now and then', () => {
    const many = Array.from({ length: 9000 }, () => ({ seconds: 1, fraction: 0, bytes: octets('00') }));
    const progress = readPcap(pcapFile('big', 0xa1b2c3d4, 1, many), 'x.pcap', 0);
    expect(progress.next()).toEqual({ done: false, value: 24 + 4096 * 17 });
    expect(toEnd(progress).events).toHaveLength(9000);
  });

  test('any octets behind a header: no exception, and never more events than 16 octets each allow', () => {
    const header = pcapFile('little', 0xa1b2c3d4, 1, []);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (rest) => {
        const { events, damage } = read(octets(header, rest));
        expect(events.length * 16).toBeLessThanOrEqual(rest.length);
        expect(damage.every((d) => d.offset <= 24 + rest.length && d.bytes.length <= 64)).toBe(true);
      }),
    );
  });
});
