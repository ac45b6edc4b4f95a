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
