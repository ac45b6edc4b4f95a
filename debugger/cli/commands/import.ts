/** `ikewind import`: captures, logs and key files become one event log. */
import { Effect } from 'effect';
import { Command, Flag } from 'effect/cli';
import { writeLog } from '../../../engine/index.ts';
import { alignmentLines, alignmentRecords } from '../alignment.ts';
import { WrongUsage } from '../failure.ts';
import { isSameFile, writeWhole } from '../files.ts';
import { failOnDamage, readLog } from '../inputs.ts';
import * as options from '../options.ts';
import { printRecord } from '../output.ts';

const output = Flag.String('output').pipe(
  Flag.withAlias('o'),
  Flag.withDescription('The event log to write; what is there is replaced'),
  Flag.withMetavar('FILE'),
);

const { inputs, keys, pskFile, year, failOn } = options.reading;

export const importInputs = Command.make('import', { inputs, keys, pskFile, year, output, failOn, format: options.format }, (given) =>
  Effect.gen(function* () {
    for (const name of [...given.inputs, ...given.keys]) {
      const same = name !== '-' && !name.endsWith('.ikelog') && (yield* isSameFile(name, given.output));
      if (same) return yield* new WrongUsage({ message: `-o ${given.output} would replace the input ${name}` });
    }
    const log = yield* readLog(given);
    const secrets = log.given.filter((event) => event.kind === 'SecretLearned').length;
    yield* writeWhole(given.output, writeLog(log), secrets > 0);
    const record = {
      output: given.output,
      events: log.happened.length,
      secrets,
      inputs: log.inputs,
      damage: log.damage,
      alignments: alignmentRecords(log),
    };
    yield* printRecord(record, given.format, function* () {
      const from = log.inputs.map((input) => input.name).join(', ');
      yield `${given.output}: ${count(log.happened.length, 'event')} and ${count(secrets, 'secret')} from ${from}`;
      yield* alignmentLines(log);
    });
    yield* failOnDamage(given.failOn, log);
  }),
).pipe(
  Command.withDescription('Makes an event log: several captures, logs and key files become one'),
  Command.withExamples([
    { command: 'ikewind import capture.pcap --keys keys.json -o tunnel.ikelog', description: 'A log that opens without the key file' },
  ]),
);

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
