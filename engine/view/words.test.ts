// Times, counts and cut values as they are read on the screen.
import { describe, expect, test } from 'vitest';
import { bundledTrace, loadTrace } from '../../test/support/trace.ts';
import { fold, negotiationIn, seenAt } from '../../test/support/what-if.ts';
import { timestamp } from '../values/timestamp.ts';
import { counted, cut, delta, duration, grouped, payloadWords, suiteWords, utc } from './words.ts';

const ns = (seconds: number | bigint, nanoseconds = 0n) => timestamp(BigInt(seconds) * 1_000_000_000n + nanoseconds);

describe('dates', () => {
  // Seconds since 1970 as `date -u +%s` gives them.
  test.each([
    [0, '1970-01-01 00:00:00'],
    [951_782_400, '2000-02-29 00:00:00'],
    [951_868_799, '2000-02-29 23:59:59'],
    [951_868_800, '2000-03-01 00:00:00'],
    [1_709_164_800, '2024-02-29 00:00:00'],
    [1_709_251_200, '2024-03-01 00:00:00'],
    [1_735_689_599, '2024-12-31 23:59:59'],
    [4_107_542_400, '2100-03-01 00:00:00'],
    [4_107_456_000, '2100-02-28 00:00:00'],
    [1_795_288_105, '2026-11-21 19:08:25'],
    [-1, '1969-12-31 23:59:59'],
    [-86_400, '1969-12-31 00:00:00'],
    [-58_060_800, '1968-02-29 00:00:00'],
  ])('%i s is %s', (seconds, text) => {
    expect(utc(ns(seconds))).toBe(`${text}.000000 UTC`);
  });

  test('every day of four hundred years is what the calendar of the platform says', () => {
    for (let day = -73_000; day < 73_000; day += 1) {
      expect(utc(ns(day * 86_400)).slice(0, 10)).toBe(new Date(day * 86_400_000).toISOString().slice(0, 10));
    }
  });

  test('fractions are cut to microseconds, also before 1970', () => {
    expect(utc(ns(0, 1_999n))).toBe('1970-01-01 00:00:00.000001 UTC');
    expect(utc(ns(-1, 999_999_999n))).toBe('1969-12-31 23:59:59.999999 UTC');
    expect(utc(ns(-2, 500_000_000n))).toBe('1969-12-31 23:59:58.500000 UTC');
    expect(utc(timestamp(-1n))).toBe('1969-12-31 23:59:59.999999 UTC');
  });

  test('no clock, no date', () => {
    expect(utc(null)).toBe('');
  });
});

describe('times since the start', () => {
  test.each([
    [0n, '+0.000'],
    [499_999n, '+0.000'],
    [500_000n, '+0.001'],
    [275_475_000n, '+0.275'],
    [275_500_000n, '+0.276'],
    [999_999_999n, '+1.000'],
    [3_600_000_000_000n, '+3600.000'],
    [-1n, '+0.000'],
    [-500_000n, '-0.001'],
    [-1_234_567_890n, '-1.235'],
  ])('%i ns is %s', (n, text) => {
    expect(delta(timestamp(10n + n), timestamp(10n))).toBe(text);
  });

  test('empty without a clock', () => {
    expect(delta(null, timestamp(0n))).toBe('');
    expect(delta(timestamp(0n), null)).toBe('');
  });

  test('a duration that would be negative is none', () => {
    expect(duration(ns(2), ns(5, 676_100_000n))).toBe('3.676 s');
    expect(duration(ns(5), ns(2))).toBeNull();
  });
});

test('values are cut in the middle, but not to save a letter', () => {
  expect(cut('e2ac48224b9fbe1e')).toBe('e2ac4822…be1e');
  expect(cut('0123456789abc')).toBe('0123456789abc');
  expect(cut('0123456789abcd')).toBe('01234567…abcd');
  expect(cut('')).toBe('');
  expect(cut('a99406d439710884', 4, 4)).toBe('a994…0884');
});

test('numbers are grouped by threes, on every machine alike', () => {
  expect([0, 999, 1000, 1234567, -1234567].map((n) => grouped(n))).toEqual(['0', '999', '1,000', '1,234,567', '-1,234,567']);
  expect(grouped(2n ** 64n)).toBe('18,446,744,073,709,551,616');
  expect([0.5, 1000.25, 1.23456, 100].map((n) => grouped(n))).toEqual(['0.5', '1,000.25', '1.235', '100']);
  expect([0.07, 20].map((n) => grouped(n, 1))).toEqual(['0.1', '20']);
});

test('one is one, and thousands are grouped', () => {
  expect([0, 1, 2, 1234].map((n) => counted(n, 'packet'))).toEqual(['0 packets', '1 packet', '2 packets', '1,234 packets']);
});

test('the payloads of a message in a line, equal neighbours counted', () => {
  const replay = fold(loadTrace(bundledTrace));
  const words = (event: number): string => payloadWords(seenAt(replay, event).ike?.payloads ?? [], 1);
  expect([1, 3, 5, 7, 9, 18, 19].map(words)).toEqual([
    'SA VID×5',
    'KE NONCE NAT-D×2',
    'ID HASH N(INITIAL-CONTACT)',
    'HASH SA NONCE ID×2',
    'HASH',
    'HASH D(ESP)',
    'HASH D(ISAKMP)',
  ]);
});

test('suites by their names', () => {
  const { final } = fold(loadTrace(bundledTrace));
  expect(suiteWords(negotiationIn(final).suite)).toBe('3DES-CBC, SHA, group 2, pre-shared key; 15,840 s');
  expect(suiteWords(null)).toBe('none chosen yet');
});
