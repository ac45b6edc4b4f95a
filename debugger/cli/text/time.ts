/** Times of rows in the terminal: the protocol's clock, told row by row. */
import type { Log } from '../../../engine/index.ts';
import { clockOf as clockOfMoments, secondsText, type TimeForm, type TimeText } from '../../protocol/clock.ts';

/** Nanoseconds of the first moment that any input names. */
export const startOfLog = (log: Log): bigint | null => log.happened.find((event) => event.at !== null)?.at ?? null;

/** Writes the time of a row; `start` is that of the log. Rows are to be written in their order: `delta` counts from the one before. */
export type Clock = (start: bigint | null, time: TimeText) => string;

/** `zone`: a name of the IANA time zone database, for absolute times. Throws a RangeError where there is no such zone. */
export const clockOf = (form: TimeForm, zone: string): Clock => {
  const { full } = clockOfMoments(form, zone);
  let before: TimeText = null;
  return (start, time) => {
    const text = full({ start: start === null ? null : secondsText(start), before, time });
    before = time ?? before;
    return text;
  };
};

/** `0.275475`; nine decimals where the clock has them. Empty without a clock. */
export const sinceStart: Clock = clockOf('relative', 'UTC');

/** When the event at an index happened, as records say it. Index 0 has no time: what is given holds for the whole log. */
export const timeOfEvent = (log: Log, index: number): TimeText => {
  const at = log.happened[index - 1]?.at ?? null;
  return at === null ? null : secondsText(at);
};
