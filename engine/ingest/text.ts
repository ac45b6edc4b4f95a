/** Text logs of any kind: which devices wrote them, and their lines as events. */
import type { Event } from '../event/event.ts';
import { asa } from './asa-syslog/dialect.ts';
import { charon } from './charon-log/dialect.ts';
import { ciscoIos } from './cisco-debug/dialect.ts';
import { show } from './cisco-show/read.ts';
import { configuration, configurationEvents } from './ios-config/events.ts';
import { isConfiguration } from './ios-config/read.ts';
import { linksys } from './linksys/dialect.ts';
import { readLogKeys } from './log-keys.ts';
import { pluto } from './pluto-log/dialect.ts';
import type { Progress, Reading } from './reading.ts';
import { yearOf } from './text/calendar.ts';
import type { Dialect, DialectName } from './text/grammar.ts';
import { decodeText } from './text/lines.ts';
import { readLines, recogniseLines, type TextOptions } from './text/read.ts';

/** In the order of asking: what opens a message in one must not open one in those before it. */
const dialects: readonly Dialect[] = [asa, linksys, charon, pluto, ciscoIos, show];

const dialectsOf = (text: string): readonly Dialect[] => (isConfiguration(text) ? [...dialects, configuration] : dialects);

/**
 * Reads a text log called `name`, the log's input `input`. Every line belongs to an event; lines not understood are kept. A line
 * without a year is read in `options.year`, else in 1970, and its event says so. Keys that a daemon logged, and those of a
 * configuration, become secrets given for the whole log, and stay in no event's text.
 */
export function* readText(source: Uint8Array | string, name: string, input: number, options: TextOptions = {}): Progress {
  const text = typeof source === 'string' ? source : decodeText(source);
  const { events: secrets, text: plain } = readLogKeys(text, input);
  const { events: given, text: kept } = isConfiguration(plain) ? configurationEvents(plain, input) : { events: [], text: plain };
  const reading = yield* readLines(dialectsOf(kept), kept, name, input, options);
  return secrets.length + given.length === 0 ? reading : { ...reading, events: [...numbered([...secrets, ...given]), ...reading.events] };
}

/** Secrets of several readers under references that differ. */
const numbered = (events: readonly Event[]): readonly Event[] => {
  let ref = 0;
  return events.map((event) => (event.kind === 'SecretLearned' ? { ...event, ref: ref++ } : event));
};

/** Whose words a text is in, by its content; `mixed` where no dialect has nine tenths of the lines that any of them opens. */
export const recogniseText = (text: string): DialectName | 'mixed' | 'unknown' => recogniseLines(dialectsOf(text), text);

/** Whether lines of this reading stand in a year that somebody chose. */
const isAssumed = (reading: Reading): boolean =>
  reading.events.some((event) => event.kind === 'DeviceReported' && event.timeBasis !== undefined);

/** The year in which to read logs that name none, as the other inputs have it; `undefined` where nothing needs one or nothing has one. */
export const assumedYear = (readings: readonly Reading[]): number | undefined => {
  if (!readings.some(isAssumed)) return undefined;
  for (const reading of readings) {
    const dated = reading.events.find((event) => event.at !== null && !(event.kind === 'DeviceReported' && event.timeBasis !== undefined));
    if (dated?.at != null) return yearOf(dated.at);
  }
  return undefined;
};
