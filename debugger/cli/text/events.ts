/** `events` for people: an event a line. */
import type { Log } from '../../../engine/index.ts';
import type { TimeText } from '../../protocol/clock.ts';
import { oneLine } from './fields.ts';
import type { Paint } from './paint.ts';
import { aligned, type Row } from './table.ts';
import { type Clock, sinceStart, startOfLog } from './time.ts';

/** The parts of a record of `ikewind events` that every kind has; its own fields stand beside them. */
export interface EventRecord {
  readonly event: number;
  readonly time: TimeText;
  readonly kind: string;
}

export function* eventLines(records: Iterable<EventRecord>, log: Log, paint: Paint, clock: Clock = sinceStart): Generator<string> {
  yield* aligned(rows(records, startOfLog(log), clock), paint);
}

function* rows(records: Iterable<EventRecord>, start: bigint | null, clock: Clock): Generator<Row> {
  for (const { event, time, kind, ...own } of records) {
    const since = { text: clock(start, time), style: 'dim', right: true } as const;
    yield [{ text: String(event), right: true }, since, kind, shortened(oneLine(own))];
  }
}

/** Octets of a whole frame would fill the screen: they are in the JSON. */
const shortened = (text: string): string => text.replace(/[0-9a-f]{48,}/g, (hex) => `${hex.slice(0, 16)}… (${hex.length / 2} octets)`);
