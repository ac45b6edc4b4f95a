/** `ikewind events`: the events of the log, one a line. */
import { Effect } from 'effect';
import { Command } from 'effect/cli';
import { eventRecords, type Replay } from '../../../engine/index.ts';
import { followReplay } from '../follow.ts';
import { failOnLog, readReplay } from '../inputs.ts';
import * as options from '../options.ts';
import { printRecords } from '../output.ts';
import { eventLines } from '../text/events.ts';
import { clockOf } from '../text/time.ts';

export const events = Command.make(
  'events',
  { ...options.reading, follow: options.follow, ...options.clock, format: options.format, reveal: options.reveal },
  (given) =>
    Effect.gen(function* () {
      const clock = clockOf(given.time, given.tz);
      const print = (replay: Replay, from: number) =>
        printRecords(eventRecords(replay, { reveal: given.reveal, from }), given.format, (records, paint) =>
          eventLines(records, replay.log, paint, clock),
        );
      if (given.follow) return yield* followReplay(given, print);
      const replay = yield* readReplay(given);
      yield* print(replay, 0);
      yield* failOnLog(given.failOn, replay);
    }),
).pipe(
  Command.withDescription('The events of the log, one a line: what came from outside, in order'),
  Command.withExamples([{ command: 'ikewind events capture.pcap --format ndjson | head', description: 'The first events, as JSON' }]),
);
