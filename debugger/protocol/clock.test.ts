import { expect, test } from 'vitest';
import { clockOf, isZone } from './clock.ts';

// `date -u -d @1795288105` says 2026-11-21 19:08:25; Vienna is an hour ahead in winter, Kathmandu five and three quarters.
const start = '1795288105.600507000';
const at = (time: string | null, before: string | null = null) => ({ start, before, time });

test('short times, for a column', () => {
  const fifth = at('1795288105.875982000', '1795288105.650000000');
  expect(clockOf('relative', 'UTC').short(fifth)).toBe('+0.275');
  expect(clockOf('delta', 'UTC').short(fifth)).toBe('+0.226');
  expect(clockOf('absolute', 'UTC').short(fifth)).toBe('19:08:25.875');
  expect(clockOf('absolute', 'Asia/Kathmandu').short(fifth)).toBe('00:53:25.875');
});

test('in full', () => {
  const fifth = at('1795288105.875982000', '1795288105.650000000');
  expect(clockOf('relative', 'UTC').full(fifth)).toBe('0.275475');
  expect(clockOf('delta', 'UTC').full(fifth)).toBe('0.225982');
  expect(clockOf('absolute', 'Europe/Vienna').full(fifth)).toBe('2026-11-21 20:08:25.875982+01:00');
});

test('another day than that of the start is named; which day it is depends on the zone', () => {
  const later = at('1795302000.000000000'); // 23:00:00 UTC
  expect(clockOf('absolute', 'UTC').short(later)).toBe('23:00:00.000');
  expect(clockOf('absolute', 'Europe/Vienna').short(later)).toBe('2026-11-22 00:00:00.000');
});

test('clocks that step back, the first row, and no clock', () => {
  expect(clockOf('delta', 'UTC').short(at(start, '1795288106.600507000'))).toBe('-1.000');
  expect(clockOf('relative', 'UTC').short(at('1795288105.600507000'))).toBe('+0.000');
  expect(clockOf('delta', 'UTC').short(at(start))).toBe('+0.000');
  for (const form of ['relative', 'delta', 'absolute'] as const) expect(clockOf(form, 'UTC').short(at(null, start))).toBe('');
});

test('zones', () => {
  expect(isZone('Europe/Vienna')).toBe(true);
  expect(isZone('Mars/Base')).toBe(false);
});
