/** Text logs of any kind: which devices wrote them, and their lines as events. */
import { asa } from './asa-syslog/dialect.ts';
import { ciscoIos } from './cisco-debug/dialect.ts';
import { linksys } from './linksys/dialect.ts';
import type { Progress } from './reading.ts';
import type { Dialect, DialectName } from './text/grammar.ts';
import { readLines, recogniseLines, type TextOptions } from './text/read.ts';

/** In the order of asking: what opens a message in one must not open one in those before it. */
const dialects: readonly Dialect[] = [asa, linksys, ciscoIos];

/**
 * Reads a text log called `name`, the log's input `input`. Every line belongs to an event; lines not understood are kept. A line
 * without a year is read in `options.year`, else in 1970, and its event says so.
 */
export const readText = (source: Uint8Array | string, name: string, input: number, options: TextOptions = {}): Progress =>
  readLines(dialects, source, name, input, options);

/** Whose words a text is in, by its content; `mixed` where no dialect has nine tenths of the lines that any of them opens. */
export const recogniseText = (text: string): DialectName | 'mixed' | 'unknown' => recogniseLines(dialects, text);
