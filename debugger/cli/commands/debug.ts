/** `ikewind debug`: the history as IOS debug lines of one device. */
import { Effect } from 'effect';
import { Command } from 'effect/cli';
import { debugLines } from '../../../engine/index.ts';
import { side, speakerOf } from '../device.ts';
import { failOnLog, readReplay } from '../inputs.ts';
import * as options from '../options.ts';
import { printRecords } from '../output.ts';
import { tabbed } from './show.ts';

export const debug = Command.make('debug', { ...options.reading, side, format: options.format }, (given) =>
  Effect.gen(function* () {
    const replay = yield* readReplay(given);
    const lines = debugLines(replay, speakerOf(replay, given.side));
    yield* printRecords(lines, given.format, function* (records) {
      for (const { text } of records) yield tabbed(text);
    });
    yield* failOnLog(given.failOn, replay);
  }),
).pipe(
  Command.withDescription('The history as debug crypto isakmp and debug crypto ipsec of one device would have printed it'),
  Command.withExamples([
    { command: 'ikewind debug capture.pcap --keys keys.json', description: 'What the responder would have logged' },
    { command: 'ikewind debug capture.pcap --keys keys.json --side initiator', description: 'What the other end would have logged' },
  ]),
);
