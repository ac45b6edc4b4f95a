/** The answer in the form that was asked for: text for people, one JSON value, or a JSON object a line. Streamed, as far as the form allows. */
import { Effect } from 'effect';
import { toHex } from '../../engine/index.ts';
import { answer, breathe, Io, type ReaderGone } from './io.ts';
import { type Paint, paintFor } from './text/paint.ts';

export type Format = 'text' | 'json' | 'ndjson';

/** Characters that are gathered before they are written. */
const chunk = 1 << 16;

/** A record a line, an array, or what `text` makes of them. */
export const printRecords = <R extends object>(
  records: Iterable<R>,
  format: Format,
  text: (records: Iterable<R>, paint: Paint) => Iterable<string>,
): Effect.Effect<void, ReaderGone, Io> =>
  Effect.gen(function* () {
    const { out, env } = yield* Io;
    if (format === 'text') yield* printLines(text(records, paintFor(out, env)));
    else yield* printLines(format === 'json' ? arrayLines(records) : objectLines(records));
  });

/** One object: over several lines as `json`, on one as `ndjson`, or what `text` makes of it. */
export const printRecord = <R extends object>(
  record: R,
  format: Format,
  text: (record: R, paint: Paint) => Iterable<string>,
): Effect.Effect<void, ReaderGone, Io> =>
  Effect.gen(function* () {
    const { out, env } = yield* Io;
    if (format === 'text') yield* printLines(text(record, paintFor(out, env)));
    else yield* answer(`${json(record, format === 'json' ? 2 : 0)}\n`);
  });

export const printLines = (lines: Iterable<string>): Effect.Effect<void, ReaderGone, Io> =>
  Effect.gen(function* () {
    let waiting = '';
    for (const line of lines) {
      waiting += `${line}\n`;
      if (waiting.length < chunk) continue;
      yield* answer(waiting);
      yield* breathe;
      waiting = '';
    }
    if (waiting !== '') yield* answer(waiting);
  });

function* objectLines(records: Iterable<object>): Generator<string> {
  for (const record of records) yield json(record, 0);
}

/** `[`, an object a line, `]`: as good for `jq` as for `grep`. */
function* arrayLines(records: Iterable<object>): Generator<string> {
  yield '[';
  let before: string | undefined;
  for (const record of records) {
    if (before !== undefined) yield `${before},`;
    before = json(record, 0);
  }
  if (before !== undefined) yield before;
  yield ']';
}

/** One JSON value, by the rules of the contract. `indent` 0: on one line. */
export const json = (record: object, indent: number): string => JSON.stringify(record, plain, indent);

/** A number above 2^53-1 is a decimal string, octets are lower-case hex. */
const plain = (_name: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
  return value instanceof Uint8Array ? toHex(value) : value;
};
