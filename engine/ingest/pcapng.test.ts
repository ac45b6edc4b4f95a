import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { octets, pcapng } from '../../test/support/frames.ts';
import { timestampText } from '../values/timestamp.ts';
import { readPcapng } from './pcapng.ts';
import { toEnd } from './reading.ts';

const read = (...blocks: readonly Uint8Array[]) => toEnd(readPcapng(octets(...blocks), 'x.pcapng', 0));
const times = (reading: ReturnType<typeof read>) => reading.events.map((e) => (e.at === null ? null : timestampText(e.at)));
const micros = 1_795_288_105_600_507n;

describe.each(['big', 'little'] as const)('pcapng, %s-endian', (order) => {
  const b = pcapng(order);

  test('one interface, all kinds of packet block', () => {
    const frame = octets('0102030405');
    const skipped = b.block(5, octets('00000000 00000000 00000000'));
    const reading = read(
      b.section(),
      b.describe(113, 4),
      b.enhanced(0, micros, frame, 9),
      skipped,
      b.obsolete(0, micros, frame),
      b.simple(octets('01020304'), 5),
    );
    expect(reading.input).toEqual({ name: 'x.pcapng', kind: 'capture', detail: `pcapng, ${order}-endian` });
    expect(reading.damage).toEqual([]);
    expect(times(reading)).toEqual(['1795288105.600507000', '1795288105.600507000', null]);
    expect(reading.events.map((e) => (e.kind === 'DatagramSeen' ? e.datagram : null))).toMatchObject([
      { linkType: 113, bytes: frame, wireLength: 9 },
      { bytes: frame, wireLength: 5 },
      { bytes: octets('01020304'), wireLength: 5 },
    ]);
    expect(reading.events.map((e) => e.origin)).toEqual([1, 2, 3].map((number) => ({ input: 0, number })));
  });

  test.each([
    ['nanoseconds', [b.resolution(9)], 1_000_000_007n, '1.000000007'],
    ['whole seconds', [b.resolution(0)], 12n, '12.000000000'],
    ['picoseconds', [b.resolution(12)], 1_000_000_007_999n, '1.000000007'],
    ['powers of two', [b.resolution(0x80 | 10)], 1536n, '1.500000000'],
    ['an offset', [b.offsetSeconds(1000)], 5n, '1000.000005000'],
  ])('clock: %s', (_, options, units, text) => {
    expect(times(read(b.section(), b.describe(1, 0, ...options), b.enhanced(0, units, octets('00'))))).toEqual([text]);
  });

  test('several interfaces are several vantage points, in each section anew', () => {
    const reading = read(
      b.section(),
      b.describe(1, 0, b.name('wan')),
      b.enhanced(0, micros, octets('01')),
      b.describe(101, 0, b.name('wan')),
      b.describe(1, 0),
      b.enhanced(1, micros, octets('02')),
      b.enhanced(2, micros, octets('03')),
      b.section(),
      b.describe(1, 0, b.name('wan')),
      b.enhanced(0, micros, octets('04')),
    );
    expect(reading.input.detail).toBe(`pcapng, ${order}-endian, 2 sections`);
    expect(reading.events.map((e) => e.origin.vantage)).toEqual(['wan', 'wan (1)', 'interface 2', 'wan']);
    expect(reading.events[1]).toMatchObject({ datagram: { linkType: 101 } });
  });

  test('stops at the first block that cannot be', () => {
    const good = [b.section(), b.describe(1, 0), b.enhanced(0, micros, octets('01'))];
    const offset = octets(...good).length;
    const whole = b.enhanced(0, micros, octets('0203'));
    const lengths = whole.slice();
    lengths[whole.length - 1] = 0x55;
    const tooMuch = b.block(6, new Uint8Array(12), octets('7fffffff 7fffffff'));
    for (const [bad, code, message] of [
      [whole.subarray(0, 20), 'truncated-record', /A block says 36 octets, the file ends after 20\. The packet before it is here\./],
      [whole.subarray(0, 3), 'truncated-record', /the file ends after 3/],
      [lengths, 'bad-block', /where it ends/],
      [b.enhanced(1, micros, octets('01')), 'bad-block', /Packet 2 names interface 1/],
      [tooMuch, 'bad-block', /Packet 2 says \d+ octets, its block has 0/],
      [octets(b.block(6, new Uint8Array(8))), 'bad-block', /its fields need 20/],
      [octets('00000006 00000000 00000000 00000000'), 'bad-block', /./],
    ] as const) {
      const reading = read(...good, bad, b.enhanced(0, micros, octets('04')).subarray(0, bad.length < 36 ? 0 : 36));
      expect(reading.events).toHaveLength(1);
      expect(reading.damage).toMatchObject([{ offset, code, message: expect.stringMatching(message) as string }]);
    }
  });
});

describe('pcapng', () => {
  test('sections of both byte orders in one file', () => {
    const [big, little] = [pcapng('big'), pcapng('little')];
    const parts = [big, little].flatMap((b) => [b.section(), b.describe(1, 0), b.enhanced(0, micros, octets('01'))]);
    expect(times(read(...parts))).toEqual(['1795288105.600507000', '1795288105.600507000']);
  });

  test('is refused by name where it is none, or newer', () => {
    expect(read(octets('d4c3b2a1', new Uint8Array(40))).damage).toMatchObject([{ offset: 0, code: 'bad-magic' }]);
    const newer = pcapng('big').section();
    newer[13] = 2;
    expect(read(newer).damage).toMatchObject([{ offset: 0, code: 'unsupported-version' }]);
    expect(read()).toMatchObject({ events: [], damage: [] });
  });

  test('any change of any octet: no exception, no more events than blocks fit', () => {
    const b = pcapng('little');
    const file = octets(
      b.section(),
      b.describe(1, 0, b.name('wan')),
      b.enhanced(0, micros, octets('0102')),
      b.simple(octets('03')),
      b.obsolete(0, micros, octets('04')),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { maxLength: 6 }), fc.nat(file.length), (changes, end) => {
        const changed = file.slice(0, end);
        for (const [at, value] of changes) if (at < end) changed[at] = value;
        const { events, damage } = read(changed);
        expect(events.length * 16).toBeLessThanOrEqual(end);
        expect(damage.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });
});
