/** `ikewind export`: a log for other tools and people: its packets, its ladder, a report, or all that is known of it. */
import { Effect } from 'effect';
import { Command, Flag } from 'effect/cli';
import {
  diagnosisRecord,
  htmlReport,
  ladderMermaid,
  ladderSvg,
  messageRecords,
  overview,
  pcapng,
  type Replay,
  stateRecord,
  transitionRecords,
} from '../../../engine/index.ts';
import { WrongUsage } from '../failure.ts';
import { isSameFile, writeWhole } from '../files.ts';
import { failOnLog, readReplay } from '../inputs.ts';
import * as options from '../options.ts';
import { json, printLines } from '../output.ts';

const forms = ['pcapng', 'html', 'svg', 'mermaid', 'json'] as const;

const to = Flag.Literals('to', forms).pipe(
  Flag.withDescription('pcapng: the packets; html: a report on one page; svg, mermaid: the ladder; json: all records. None holds a secret'),
  Flag.withMetavar('pcapng|html|svg|mermaid|json'),
);

const output = Flag.String('output').pipe(
  Flag.withAlias('o'),
  Flag.withDescription('The file to write; what is there is replaced'),
  Flag.withMetavar('FILE'),
);

export const exportLog = Command.make('export', { ...options.reading, to, output }, (given) =>
  Effect.gen(function* () {
    for (const name of [...given.inputs, ...given.keys]) {
      if (name !== '-' && (yield* isSameFile(name, given.output))) {
        return yield* new WrongUsage({ message: `-o ${given.output} would replace the input ${name}` });
      }
    }
    const replay = yield* readReplay(given);
    yield* writeWhole(given.output, chunksOf(replay, given.to), false);
    yield* printLines([`${given.output}: ${replay.lastIndex} events as ${given.to}`]);
    yield* failOnLog(given.failOn, replay);
  }),
).pipe(
  Command.withDescription('Hands a log to other tools and people: packets, a report, the ladder as a picture, all records'),
  Command.withExamples([
    { command: 'ikewind export tunnel.ikelog --to html -o report.html', description: 'One page to send to somebody' },
    { command: 'ikewind export tunnel.ikelog --to pcapng -o tunnel.pcapng', description: 'The packets, for Wireshark' },
  ]),
);

function* chunksOf(replay: Replay, form: (typeof forms)[number]): Generator<Uint8Array> {
  if (form === 'pcapng') return yield* pcapng(replay.log);
  yield new TextEncoder().encode(textOf(replay, form));
}

const textOf = (replay: Replay, form: Exclude<(typeof forms)[number], 'pcapng'>): string => {
  const whole = overview(replay, titleOf(replay));
  switch (form) {
    case 'html':
      return htmlReport(replay, whole);
    case 'svg':
      return ladderSvg(replay, whole);
    case 'mermaid':
      return ladderMermaid(replay, whole);
    case 'json': {
      const { scrubber: _, ladderRows: __, ...overviewRecord } = whole;
      const records = {
        overview: overviewRecord,
        diagnosis: diagnosisRecord(replay),
        state: stateRecord(replay, replay.lastIndex),
        transitions: [...transitionRecords(replay)],
        messages: [...messageRecords(replay)],
      };
      return `${json(records, 2)}\n`;
    }
  }
};

const titleOf = ({ log }: Replay): string =>
  log.inputs
    .filter((input) => input.kind !== 'keys')
    .map((input) => input.name)
    .join(', ');
