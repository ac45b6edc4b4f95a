/** Times for people: seconds since the start of the log. */
import type { Log } from '../../../engine/index.ts';

/** What the record of a time says: decimal epoch seconds with nine decimals, `null` without a clock. */
export type TimeText = string | null;

/** Nanoseconds of the first moment that any input names. */
export const startOfLog = (log: Log): bigint | null => log.happened.find((event) => event.at !== null)?.at ?? null;

/** `0.275475`; nine decimals where the clock has them. Empty without a clock. */
export const sinceStart = (start: bigint | null, time: TimeText): string => {
  if (start === null || time === null) return '';
  const passed = BigInt(time.replace('.', '')) - start;
  const digits = (passed < 0n ? -passed : passed).toString().padStart(10, '0');
  const [seconds, decimals] = [digits.slice(0, -9), digits.slice(-9)];
  return `${passed < 0n ? '-' : ''}${seconds}.${decimals.endsWith('000') ? decimals.slice(0, 6) : decimals}`;
};

export type TimeForm = 'relative' | 'absolute' | 'delta';

/** Writes the time of a row; `start` is that of the log. Rows are to be written in their order: `delta` counts from the one before. */
export type Clock = (start: bigint | null, time: TimeText) => string;

/** `zone`: a name of the IANA time zone database, for absolute times. Throws a RangeError where there is no such zone. */
export const clockOf = (form: TimeForm, zone: string): Clock => {
  const calendar = calendarOf(zone);
  let before: bigint | null = null;
  return (start, time) => {
    if (form === 'absolute') return time === null ? '' : calendar(time);
    if (form === 'relative' || time === null) return sinceStart(start, time);
    const now = BigInt(time.replace('.', ''));
    const text = sinceStart(before ?? now, time);
    before = now;
    return text;
  };
};

/** `2026-11-21 20:08:25.600507+01:00`; nine decimals where the clock has them. */
const calendarOf = (zone: string): ((time: string) => string) => {
  const form = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    timeZoneName: 'longOffset',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return (time) => {
    const [seconds = '', decimals = ''] = time.split('.');
    const negative = seconds.startsWith('-');
    // Of a moment before 1970 the fraction counts backwards.
    const whole = Number(seconds) - (negative && Number(decimals) > 0 ? 1 : 0);
    const fraction = negative && Number(decimals) > 0 ? String(1_000_000_000 - Number(decimals)).padStart(9, '0') : decimals;
    const parts = new Map(form.formatToParts(new Date(whole * 1000)).map(({ type, value }) => [type, value]));
    const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
    const offset = part('timeZoneName').replace(/^GMT$/, 'Z').replace(/^GMT/, '');
    const shown = fraction.endsWith('000') ? fraction.slice(0, 6) : fraction;
    return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')}.${shown}${offset}`;
  };
};

/** Nanoseconds as seconds with nine decimals, as everywhere. */
export const secondsText = (nanoseconds: bigint): string => {
  const digits = (nanoseconds < 0n ? -nanoseconds : nanoseconds).toString().padStart(10, '0');
  return `${nanoseconds < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
};

/** When the event at an index happened, as records say it. Index 0 has no time: what is given holds for the whole log. */
export const timeOfEvent = (log: Log, index: number): TimeText => {
  const at = log.happened[index - 1]?.at ?? null;
  return at === null ? null : `${at / 1_000_000_000n}.${(at % 1_000_000_000n).toString().padStart(9, '0')}`;
};
