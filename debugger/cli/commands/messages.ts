/** `ikewind messages`: one record a datagram, in capture order. */
import { Effect } from 'effect';
import { Command } from 'effect/cli';
import { messageRecords } from '../../../engine/index.ts';
import { failOnLog, readReplay } from '../inputs.ts';
import * as options from '../options.ts';
import { printRecords } from '../output.ts';
import { messageLines } from '../text/messages.ts';

export const messages = Command.make('messages', { ...options.reading, format: options.format }, (given) =>
  Effect.gen(function* () {
    const replay = yield* readReplay(given);
    yield* printRecords(messageRecords(replay), given.format, (records, paint) => messageLines(records, replay, paint));
    yield* failOnLog(given.failOn, replay);
  }),
).pipe(
  Command.withDescription('One record a datagram: addresses, headers, payloads, what was opened, what is wrong'),
  Command.withExamples([
    { command: 'ikewind messages capture.pcap --keys keys.json', description: 'What was said, opened with the keys' },
    { command: 'ikewind messages capture.pcap --format json', description: 'The same for a program' },
  ]),
);
