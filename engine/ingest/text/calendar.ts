/** Reads the times that log lines begin with, in all the forms that devices and syslog daemons write them. The core has no clock: years are given. */
import { type Timestamp, timestamp } from '../../values/timestamp.ts';

/** A time as a line has it. */
export interface Stamp {
  /** Characters of the line that it takes, from its first. */
  readonly length: number;
  /** `null` for a time since start-up, which names no day. */
  readonly at: Moment | null;
}

/** A moment of which the year may be missing: nanoseconds since the year's beginning, UTC as far as the zone is known. */
export interface Moment {
  readonly year: number | null;
  /** 0 to 11. */
  readonly month: number;
  readonly day: number;
  /** Nanoseconds since midnight, the zone's offset taken away; may be negative or beyond the day. */
  readonly sinceMidnight: bigint;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Hours east of UTC of the zone names that mean one thing only. A device's zone name is free text: others are taken as UTC. */
const zones: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  Z: 0,
  WET: 0,
  WEST: 1,
  BST: 1,
  CET: 1,
  CEST: 2,
  MET: 1,
  MEST: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  JST: 9,
  AEST: 10,
  AEDT: 11,
  EST: -5,
  EDT: -4,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
};

const clock = String.raw`(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?`;
/** `*` and `.` before a date of IOS: never set, and no longer synchronised. */
const monthFirst = new RegExp(
  String.raw`^[*.]?(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +)?([A-Z][a-z]{2}) +(\d{1,2})(?:,? +(\d{4}))?,? +${clock}(?: +(\d{4})(?=[ :\t]|$))?(?: +([A-Z]{3,5}(?= *:)|(?:UTC|GMT|CES?T|EES?T|WES?T|BST|[ECMP][SD]T)(?=\s|$)|[+-]\d{2}:?\d{2}(?=[\s:]|$)))?(?: *:)?`,
);
const iso = new RegExp(String.raw`^\[?(\d{4})[-/](\d{2})[-/](\d{2})[T ]+${clock}(Z|[+-]\d{2}:?\d{2})?\]?(?: *:)?(?=\s|\[|$)`);
/** `00:27:07:`, `1d02h:`, `3w4d:`: since the device started. */
const uptime = /^[*.]?(?:\d{1,3}:\d{2}:\d{2}(?:\.\d{1,6})?|\d{1,3}[ywd]\d{1,2}[wdh]): ?/;

/** The time that `text` begins with. */
export const readStamp = (text: string): Stamp | undefined => readMonthFirst(text) ?? readIso(text) ?? readUptime(text);

const readMonthFirst = (text: string): Stamp | undefined => {
  const found = monthFirst.exec(text);
  if (!found) return undefined;
  const [whole, name = '', day, before, h, m, s, fraction, after, zone] = found;
  const month = months.indexOf(name.toLowerCase());
  const year = before ?? after;
  const at = month < 0 ? undefined : moment(year === undefined ? null : Number(year), month, Number(day), [h, m, s, fraction], zone);
  return at && { length: whole.length, at };
};

const readIso = (text: string): Stamp | undefined => {
  const found = iso.exec(text);
  if (!found) return undefined;
  const [whole, year, month, day, h, m, s, fraction, zone] = found;
  const at = moment(Number(year), Number(month) - 1, Number(day), [h, m, s, fraction], zone);
  return at && { length: whole.length, at };
};

const readUptime = (text: string): Stamp | undefined => {
  const found = uptime.exec(text);
  return found ? { length: found[0].length, at: null } : undefined;
};

type Clock = readonly (string | undefined)[];

const moment = (
  year: number | null,
  month: number,
  day: number,
  [h, m, s, fraction]: Clock,
  zone: string | undefined,
): Moment | undefined => {
  const [hours, minutes, seconds] = [Number(h), Number(m), Number(s)];
  // 60: a leap second.
  if (month > 11 || day < 1 || day > daysIn(year ?? 2000, month) || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const whole = BigInt((hours * 60 + minutes) * 60 + seconds) * 1_000_000_000n + BigInt((fraction ?? '').padEnd(9, '0'));
  return { year, month, day, sinceMidnight: whole - BigInt(offsetMinutes(zone)) * 60_000_000_000n };
};

const offsetMinutes = (zone: string | undefined): number => {
  if (zone === undefined) return 0;
  const numeric = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (!numeric) return (zones[zone] ?? 0) * 60;
  const minutes = Number(numeric[2]) * 60 + Number(numeric[3]);
  return numeric[1] === '-' ? -minutes : minutes;
};

/** The moment in `year`, where it names none itself. */
export const inYear = (at: Moment, year: number): Timestamp => {
  const days = daysBefore(at.year ?? year) + dayOfYear(at.year ?? year, at.month) + at.day - 1;
  return timestamp(BigInt(days) * 86_400_000_000_000n + at.sinceMidnight);
};

/** The year of a moment on a clock: what another input's times say of a log that names none. */
export const yearOf = (at: Timestamp): number => {
  // BigInt division cuts towards zero; days before 1970 want the lower one.
  const days = Number(at / 86_400_000_000_000n) - (at % 86_400_000_000_000n < 0n ? 1 : 0);
  let year = 1970 + Math.floor(days / 365.2425);
  while (daysBefore(year + 1) <= days) year++;
  while (daysBefore(year) > days) year--;
  return year;
};

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const daysIn = (year: number, month: number): number => (month === 1 ? (isLeap(year) ? 29 : 28) : [3, 5, 8, 10].includes(month) ? 30 : 31);

const dayOfYear = (year: number, month: number): number => {
  let days = 0;
  for (let before = 0; before < month; before++) days += daysIn(year, before);
  return days;
};

/** Days from 1970-01-01 to the first of January, by the Gregorian calendar. */
const daysBefore = (year: number): number => {
  const past = year - 1;
  return past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400) - 719_162;
};

/** Chooses the year of lines that name none: the one given, and the next behind a turn from one to another. */
export class Years {
  readonly #first: number;
  #year: number;
  #month: number | null = null;

  constructor(year: number) {
    this.#first = year;
    this.#year = year;
  }

  of(at: Moment): Timestamp {
    if (at.year !== null) return inYear(at, at.year);
    const before = this.#month;
    this.#month = at.month;
    // Only the turn of a year leads from its last two months to the first two; clocks step back a little now and then, also over that turn.
    if (before !== null && before >= 10 && at.month <= 1) this.#year++;
    else if (before !== null && before <= 1 && at.month >= 10 && this.#year > this.#first) this.#year--;
    return inYear(at, this.#year);
  }
}
