import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timestampText } from '../../values/timestamp.ts';
import { inYear, readStamp, Years, yearOf } from './calendar.ts';

// Epoch seconds as `date -u -d '...' +%s.%N` of coreutils prints them.
test.each([
  ['Feb  6 21:43:04.394 GMT: ISAKMP', 2005, '1107726184.394000000', 'Feb  6 21:43:04.394 GMT:'],
  ['*Mar  1 00:42:09.431: %CRYPTO', 1993, '730946529.431000000', '*Mar  1 00:42:09.431:'],
  ['.Oct 24 04:31:10.058: x', 2021, '1635049870.058000000', '.Oct 24 04:31:10.058:'],
  ['*Mar  1 2002 00:42:09.431 UTC: x', 1970, '1014943329.431000000', '*Mar  1 2002 00:42:09.431 UTC:'],
  ['May 23 2010 13:15:25: %ASA', 1970, '1274620525.000000000', 'May 23 2010 13:15:25:'],
  ['Oct 4 13:23:04 2010     VPN Log', 1970, '1286198584.000000000', 'Oct 4 13:23:04 2010'],
  ['Jun  7 2012 09:25:54.123 CEST: x', 1970, '1339053954.123000000', 'Jun  7 2012 09:25:54.123 CEST:'],
  ['2005-02-06 22:29:39 IKE[1]', 1970, '1107728979.000000000', '2005-02-06 22:29:39'],
  ['2021-05-05T10:11:12.123456+02:00 host', 1970, '1620202272.123456000', '2021-05-05T10:11:12.123456+02:00'],
  ['2003-10-11T22:14:15.003Z host', 1970, '1065910455.003000000', '2003-10-11T22:14:15.003Z'],
  ['Feb 29 12:00:00: x', 2024, '1709208000.000000000', 'Feb 29 12:00:00:'],
])('%s', (line, year, seconds, taken) => {
  const stamp = readStamp(line);
  expect(stamp?.at && timestampText(inYear(stamp.at, year))).toBe(seconds);
  expect(line.slice(0, stamp?.length)).toBe(taken);
});

test.each(['00:27:07: IPSEC', '1d02h: ISAKMP', '3w4d: ISAKMP', '*00:00:12.345: x'])('%s has a time, and no day', (line) => {
  expect(readStamp(line)).toMatchObject({ at: null });
});

test.each(['ISAKMP (0:0): x', 'Feb 31 10:00:00: x', 'Xyz  1 10:00:00: x', '2021-13-01 10:00:00 x', 'Mar  1 25:00:00: x', ''])(
  '%s has none',
  (line) => {
    expect(readStamp(line)).toBeUndefined();
  },
);

test('the year turns once, and only at its end', () => {
  const years = new Years(2019);
  const year = (line: string): number => {
    const at = readStamp(line)?.at;
    return at ? yearOf(years.of(at)) : 0;
  };
  expect(
    ['Sep 14 06:00:00:', 'Mar  1 00:00:00:', 'Dec 31 23:59:59:', 'Jan  1 00:00:00:', 'Dec 31 23:59:59:', 'Jan  1 00:00:01:'].map(year),
  ).toEqual([2019, 2019, 2019, 2020, 2019, 2020]);
});

test('the year of any moment', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('1903-01-01T00:00:00Z'), max: new Date('2199-12-31T23:59:59Z'), noInvalidDate: true }), (date) => {
      const at = { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate(), sinceMidnight: 5n };
      expect(yearOf(inYear(at, 1970))).toBe(date.getUTCFullYear());
      expect(inYear(at, 1970)).toBe(BigInt(Math.floor(date.getTime() / 86_400_000)) * 86_400_000_000_000n + 5n);
    }),
  );
});
