/** Times for people, in the command and in the window alike: since the start of the log, since the row before, or by the calendar of a zone. */

/** What a record says of a time: decimal epoch seconds with nine decimals, `null` without a clock. */
export type TimeText = string | null;

export const timeForms = ['relative', 'delta', 'absolute'] as const;
export type TimeForm = (typeof timeForms)[number];

export const isTimeForm = (value: unknown): value is TimeForm => timeForms.some((form) => form === value);

/** Whether the IANA time zone database, as this runtime has it, knows the name. */
export const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** A moment among others: when the log starts, and when the row before happened, for the forms that count from there. */
export interface Moments {
  readonly start: TimeText;
  readonly before: TimeText;
  readonly time: TimeText;
}

export interface Clock {
  /** To the microsecond: `0.275475`, `2026-11-21 20:08:25.600507+01:00`; nine decimals where the clock has them. Empty without a clock. */
  readonly full: (moments: Moments) => string;
  /** To the millisecond: `+0.275`, `20:08:25.600`, with the date where it is not that of the start. */
  readonly short: (moments: Moments) => string;
}

/** `zone`: a name of the IANA time zone database, for absolute times. Throws a RangeError where there is no such zone. */
export const clockOf = (form: TimeForm, zone: string): Clock => {
  if (form === 'absolute') {
    const calendar = calendarOf(zone);
    return {
      full: ({ time }) => {
        if (time === null) return '';
        const { date, second, decimals, offset } = calendar(time);
        return `${date} ${second}.${decimals.endsWith('000') ? decimals.slice(0, 6) : decimals}${offset}`;
      },
      short: ({ start, time }) => {
        if (time === null) return '';
        const { date, second, decimals } = calendar(time);
        const day = start === null || calendar(start).date === date ? '' : `${date} `;
        return `${day}${second}.${decimals.slice(0, 3)}`;
      },
    };
  }
  // The first row is its own row before.
  const from = ({ start, before, time }: Moments): TimeText => (form === 'relative' ? start : (before ?? time));
  return {
    full: (moments) => passed(from(moments), moments.time, precise),
    short: (moments) => passed(from(moments), moments.time, rounded),
  };
};

const nanoseconds = (time: string): bigint => BigInt(time.replace('.', ''));

const passed = (from: TimeText, time: TimeText, text: (ns: bigint) => string): string =>
  from === null || time === null ? '' : text(nanoseconds(time) - nanoseconds(from));

/** Nanoseconds as seconds with nine decimals, as everywhere. */
export const secondsText = (ns: bigint): string => {
  const digits = (ns < 0n ? -ns : ns).toString().padStart(10, '0');
  return `${ns < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
};

const precise = (ns: bigint): string => secondsText(ns).replace(/(\.\d{6})000$/, '$1');

/** Rounded to the nearest: for reading, not for reckoning. */
const rounded = (ns: bigint): string => {
  const ms = ((ns < 0n ? -ns : ns) + 500_000n) / 1_000_000n;
  return `${ns < 0n && ms > 0n ? '-' : '+'}${ms / 1000n}.${(ms % 1000n).toString().padStart(3, '0')}`;
};

interface Dated {
  /** `2026-11-21`. */
  readonly date: string;
  /** `20:08:25`. */
  readonly second: string;
  /** Nine of them. */
  readonly decimals: string;
  /** `+01:00`, `Z`. */
  readonly offset: string;
}

const calendarOf = (zone: string): ((time: string) => Dated) => {
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
    const [seconds = '', fraction = ''] = time.split('.');
    // Of a moment before 1970 the fraction counts backwards.
    const backwards = seconds.startsWith('-') && Number(fraction) > 0;
    const whole = Number(seconds) - (backwards ? 1 : 0);
    const parts = new Map(form.formatToParts(new Date(whole * 1000)).map(({ type, value }) => [type, value]));
    const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
    return {
      date: `${part('year')}-${part('month')}-${part('day')}`,
      second: `${part('hour')}:${part('minute')}:${part('second')}`,
      decimals: backwards ? String(1_000_000_000 - Number(fraction)).padStart(9, '0') : fraction,
      offset: part('timeZoneName').replace(/^GMT$/, 'Z').replace(/^GMT/, ''),
    };
  };
};
