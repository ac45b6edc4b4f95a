/** Times in records: decimal text, since a number of JSON cannot hold nanoseconds. */
import { eventsAt, type Log } from '../../log/log.ts';
import { type Timestamp, timestampText } from '../../values/timestamp.ts';

/** Decimal epoch seconds with nine decimals; `null` where the input has no clock. */
export type Time = string | null;

export const timeOf = (at: Timestamp | null): Time => (at === null ? null : timestampText(at));

/** When the event at an index happened. */
export const timeAt = (log: Log, index: number): Time => timeOf(eventsAt(log, index)[0]?.at ?? null);
