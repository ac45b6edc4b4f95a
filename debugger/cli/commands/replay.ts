/** `ikewind replay`: one record a state transition, in the device's own words. */
import { Effect } from 'effect';
import { Command, Flag } from 'effect/cli';
import { type Replay, transitionRecords } from '../../../engine/index.ts';
import { followReplay } from '../follow.ts';
import { failOnLog, readReplay } from '../inputs.ts';
import * as options from '../options.ts';
import { printRecords } from '../output.ts';
import { clockOf } from '../text/time.ts';
import { transitionLines } from '../text/transitions.ts';
import { verifyLogs } from '../verify.ts';

const verify = Flag.Boolean('verify').pipe(
  Flag.withDescription('Give the inputs of a live log to the engine again, and compare every octet that it sent'),
  Flag.withDefault(false),
);

export const replay = Command.make(
  'replay',
  { ...options.reading, follow: options.follow, ...options.clock, format: options.format, verify },
  (given) =>
    Effect.gen(function* () {
      if (given.verify) return yield* verifyLogs(given.inputs, given.format);
      const clock = clockOf(given.time, given.tz);
      const print = (grown: Replay, from: number) =>
        printRecords(transitionRecords(grown, from), given.format, (records, paint) => transitionLines(records, grown.log, paint, clock));
      if (given.follow) return yield* followReplay(given, print);
      const folded = yield* readReplay(given);
      yield* print(folded, 0);
      yield* failOnLog(given.failOn, folded);
    }),
).pipe(
  Command.withDescription('One record a state transition of each side, and what caused it'),
  Command.withExamples([{ command: 'ikewind replay capture.pcap --keys keys.json', description: 'Old State and New State of both sides' }]),
);
