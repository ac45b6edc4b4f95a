/** `ikewind messages`: one record a datagram, in capture order. */
import { Effect } from 'effect';
import { Command } from 'effect/cli';
import { messageRecords, type Replay } from '../../../engine/index.ts';
import { followReplay } from '../follow.ts';
import { failOnLog, readReplay } from '../inputs.ts';
import * as options from '../options.ts';
import { printRecords } from '../output.ts';
import { messageLines } from '../text/messages.ts';
import { clockOf } from '../text/time.ts';

export const messages = Command.make(
  'messages',
  { ...options.reading, follow: options.follow, ...options.clock, format: options.format },
  (given) =>
    Effect.gen(function* () {
      const clock = clockOf(given.time, given.tz);
      const opened = new Map<number, readonly number[]>();
      const print = (replay: Replay, from: number) =>
        printRecords(messageRecords(replay, { from: Math.max(1, from), opened }), given.format, (records, paint) =>
          messageLines(records, replay, paint, clock),
        );
      if (given.follow) return yield* followReplay(given, print);
      const replay = yield* readReplay(given);
      yield* print(replay, 0);
      yield* failOnLog(given.failOn, replay);
    }),
).pipe(
  Command.withDescription('One record a datagram: addresses, headers, payloads, what was opened, what is wrong'),
  Command.withExamples([
    { command: 'ikewind messages capture.pcap --keys keys.json', description: 'What was said, opened with the keys' },
    { command: 'ikewind messages capture.pcap --format json', description: 'The same for a program' },
    { command: 'tcpdump -U -w - udp port 500 | ikewind messages - --follow', description: 'As they come' },
  ]),
);
