/** `ikewind redact`: a log that can be handed on, without keys, addresses and names. */
import { Effect } from 'effect';
import { Command, Flag } from 'effect/cli';
import { nodeCrypto } from '../../../engine/host/node-crypto.ts';
import { redact, writeLog } from '../../../engine/index.ts';
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

export const redactInputs = Command.make('redact', { inputs, keys, pskFile, year, output, failOn, format: options.format }, (given) =>
  Effect.gen(function* () {
    for (const name of [...given.inputs, ...given.keys]) {
      if (name !== '-' && (yield* isSameFile(name, given.output))) {
        return yield* new WrongUsage({ message: `-o ${given.output} would replace the input ${name}` });
      }
    }
    const original = yield* readLog(given);
    const { log, replaced, lost } = redact(original, nodeCrypto);
    yield* writeWhole(given.output, writeLog(log, { withoutSecrets: true }), false);
    yield* printRecord({ output: given.output, events: log.happened.length, replaced, lost }, given.format, function* () {
      yield `${given.output}: ${log.happened.length} events, redacted`;
      for (const { what, count } of replaced) yield `  ${String(count).padStart(6)}  ${what}`;
      yield 'What can no longer be checked:';
      for (const sentence of lost) yield `  ${sentence}`;
    });
    yield* failOnDamage(given.failOn, original);
  }),
).pipe(
  Command.withDescription('Makes an event log that can be handed on: no keys, and other addresses and names, the same ones everywhere'),
  Command.withExamples([
    { command: 'ikewind redact capture.pcap debug.log -o redacted.ikelog', description: 'Something to show to a vendor' },
  ]),
);
