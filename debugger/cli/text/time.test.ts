// Times of rows: since the start, since the row before, by a calendar in any zone.
import { expect, test } from 'vitest';
import { secondsText } from '../../protocol/clock.ts';
import { clockOf } from './time.ts';

// date -u -d @1795288105 gives 2026-11-21 19:08:25.
const start = 1795288105600507000n;
const times = ['1795288105.600507000', '1795288105.670899000', null, '1795288106.000000001'];

test('since the row before; rows without a time do not count', () => {
  const clock = clockOf('delta', 'UTC');
  expect(times.map((time) => clock(start, time))).toEqual(['0.000000', '0.070392', '', '0.329101001']);
});

test('by the calendar, with the offset of the zone on that day', () => {
  const of = (zone: string, time: string) => clockOf('absolute', zone)(start, time);
  expect(of('UTC', '1795288105.600507000')).toBe('2026-11-21 19:08:25.600507+00:00');
  expect(of('Europe/Vienna', '1795288105.600507000')).toBe('2026-11-21 20:08:25.600507+01:00');
  // Summer time: date -u -d @1783000000 gives 2026-07-02 13:46:40.
  expect(of('Europe/Vienna', '1783000000.000000000')).toBe('2026-07-02 15:46:40.000000+02:00');
  expect(of('Asia/Kathmandu', '1795288105.600507001')).toBe('2026-11-22 00:53:25.600507001+05:45');
  expect(of('UTC', '-1.250000000')).toBe('1969-12-31 23:59:58.750000+00:00');
});

test('a zone that is none throws', () => {
  expect(() => clockOf('absolute', 'Mars/Base')).toThrow(RangeError);
});

test('nanoseconds as seconds', () => {
  expect([0n, 1n, -1n, 1_500_000_000n].map(secondsText)).toEqual(['0.000000000', '0.000000001', '-0.000000001', '1.500000000']);
});
