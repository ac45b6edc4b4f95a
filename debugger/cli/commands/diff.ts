/** `ikewind diff`: the first difference between two logs, then all of them; equal ends with status 0, different with 1, as diff does. */
import { Effect } from 'effect';
import { Argument, Command, Flag } from 'effect/cli';
import { type Difference, differences } from '../../../engine/index.ts';
import { Differing, WrongUsage } from '../failure.ts';
import { readReplay } from '../inputs.ts';
import * as options from '../options.ts';
import { printRecords } from '../output.ts';
import { differenceLines } from '../text/differences.ts';

const one = (name: string) => Argument.String(name).pipe(Argument.withDescription('A capture, a log or an event log'));

const ignoreTime = Flag.Boolean('ignore-time').pipe(
  Flag.withDescription('Say nothing of events that differ in their time alone: two runs always do'),
  Flag.withDefault(false),
);

const { keys, pskFile, year, window } = options.reading;

export const diff = Command.make(
  'diff',
  { a: one('a'), b: one('b'), keys, pskFile, year, window, ignoreTime, format: options.format },
  (given) =>
    Effect.gen(function* () {
      if (given.a === '-' && given.b === '-') return yield* new WrongUsage({ message: 'standard input (-) can be named once only' });
      const a = yield* readReplay({ ...given, inputs: [given.a] });
      const b = yield* readReplay({ ...given, inputs: [given.b] });
      let found = 0;
      const counted = function* (): Generator<Difference> {
        for (const difference of differences(a, b, given)) {
          found++;
          yield difference;
        }
      };
      yield* printRecords(counted(), given.format, differenceLines);
      if (found > 0) return yield* new Differing();
    }),
).pipe(
  Command.withDescription('What differs between two logs, the first difference first: events, fields of packets, states, times, keys'),
  Command.withExamples([
    { command: 'ikewind diff yesterday.ikelog today.ikelog --ignore-time', description: 'Where a negotiation went another way' },
  ]),
);
