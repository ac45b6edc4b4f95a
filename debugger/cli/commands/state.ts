/** `ikewind state`: everything known after one event. */
import { Effect } from 'effect';
import { Command } from 'effect/cli';
import { stateRecord } from '../../../engine/index.ts';
import { resolveAt } from '../at.ts';
import { damageFindings } from '../damage.ts';
import { failOnLog, readReplay } from '../inputs.ts';
import * as options from '../options.ts';
import { printRecord } from '../output.ts';
import { fieldLines } from '../text/fields.ts';

export const state = Command.make(
  'state',
  { ...options.reading, at: options.at('end'), format: options.format, reveal: options.reveal },
  (given) =>
    Effect.gen(function* () {
      const replay = yield* readReplay(given);
      const index = yield* resolveAt(replay, given.at);
      const record = stateRecord(replay, index, { reveal: given.reveal });
      const findings = [...damageFindings(replay.log), ...record.findings];
      yield* printRecord({ ...record, findings }, given.format, fieldLines);
      yield* failOnLog(given.failOn, replay);
    }),
).pipe(
  Command.withDescription('Everything known at one moment: negotiations, IPsec SAs, findings'),
  Command.withExamples([
    { command: 'ikewind state capture.pcap --keys keys.json --at 6', description: 'After event 6' },
    { command: 'ikewind state capture.pcap --format json', description: 'At the end, for a program' },
  ]),
);
