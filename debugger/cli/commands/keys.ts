/** `ikewind keys`: derived and learned keys, for people, programs and Wireshark. */
import { Effect, Option } from 'effect';
import { Command, Flag } from 'effect/cli';
import { keysRecord } from '../../../engine/index.ts';
import { writeInto } from '../files.ts';
import { readReplay } from '../inputs.ts';
import { remark } from '../io.ts';
import * as options from '../options.ts';
import { printLines, printRecord } from '../output.ts';
import { fieldLines } from '../text/fields.ts';
import { wiresharkTables } from '../wireshark.ts';

const wireshark = Flag.String('wireshark').pipe(
  Flag.withDescription("Write Wireshark's ikev1_decryption_table, ikev2_decryption_table and esp_sa into this folder instead"),
  Flag.withMetavar('DIR'),
  Flag.optional,
);

const force = Flag.Boolean('force').pipe(Flag.withDescription('Replace tables that are there already'), Flag.withDefault(false));

const { inputs, keys: keyFiles, pskFile, year, window } = options.reading;

export const keys = Command.make(
  'keys',
  { inputs, keys: keyFiles, pskFile, year, window, wireshark, force, format: options.format },
  (given) =>
    Effect.gen(function* () {
      const record = keysRecord(yield* readReplay(given));
      if (Option.isNone(given.wireshark)) {
        yield* remark('these are secrets: whoever has them can read the traffic');
        return yield* printRecord(record, given.format, fieldLines);
      }
      const written = yield* writeInto(given.wireshark.value, wiresharkTables(record), given.force);
      yield* remark('the tables hold secrets: whoever has them can read the traffic');
      yield* printLines(written);
    }),
).pipe(
  Command.withDescription('Derived and learned keys. They are secrets, and are printed as they are'),
  Command.withExamples([
    { command: 'ikewind keys capture.pcap --keys keys.json --format json', description: 'Every key, for a program' },
    { command: 'ikewind keys capture.pcap --keys keys.json --wireshark tables', description: 'Tables that Wireshark reads' },
  ]),
);
