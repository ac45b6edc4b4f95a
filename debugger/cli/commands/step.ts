/** `ikewind step`: the debugger in the terminal. Keys where a person sits there, commands a line where a program does. */
import { Effect } from 'effect';
import { Command } from 'effect/cli';
import { ladderRows, moment, type Replay, rowOfEvent } from '../../../engine/index.ts';
import { resolveAt } from '../at.ts';
import { WrongUsage } from '../failure.ts';
import { readReplay } from '../inputs.ts';
import { Io, ReaderGone, type Streams } from '../io.ts';
import { interrupted, pressedKeys, typedLines } from '../keyboard.ts';
import * as options from '../options.ts';
import { obey, type Place, startAt, type View, wishes, wishOf } from '../stepper.ts';
import { explanationLines, keyLines, momentLines, type Page, packetLines, stateLines } from '../text/moment.ts';
import { paintFor } from '../text/paint.ts';
import { aligned } from '../text/table.ts';

const { inputs, keys, pskFile, year, window } = options.reading;
const at = options.at('0');

export const step = Command.make('step', { inputs, keys, pskFile, year, window, at, reveal: options.reveal }, (given) =>
  Effect.gen(function* () {
    const streams = yield* Io;
    if ([...given.inputs, ...given.keys].includes('-')) {
      return yield* new WrongUsage({ message: 'step reads its commands from standard input, which cannot be the input (-) too' });
    }
    const replay = yield* readReplay(given);
    const place = startAt(yield* resolveAt(replay, given.at));
    const end = yield* Effect.tryPromise({ try: () => converse(streams, replay, place, given.reveal), catch: () => new ReaderGone() });
    if (end === interrupted) return yield* Effect.interrupt;
  }),
).pipe(
  Command.withDescription('Stepping in the terminal: forwards, back, go to, search, breakpoints, state, keys'),
  Command.withExamples([
    { command: 'ikewind step capture.pcap --keys keys.json', description: 'The arrow keys step; h lists all keys' },
    { command: "printf 'g 5\\nkeys\\n' | ikewind step capture.pcap", description: 'The same from a script' },
  ]),
);

/** Until `q`, the end of the input, or Ctrl+C. */
const converse = async (streams: Streams, replay: Replay, start: Place, reveal: boolean): Promise<typeof interrupted | undefined> => {
  const { out, err, input, env } = streams;
  const page = { paint: paintFor(out, env), columns: out.columns };
  const say = async (lines: Iterable<string>): Promise<void> => out.write([...lines, ''].join('\n'));
  let place = start;
  await say(draw(replay, place, 'moment', reveal, page));
  const isKeyboard = input.isTTY === true && out.isTerminal;
  for await (const line of isKeyboard ? pressedKeys(input, out) : typedLines(input)) {
    if (line === interrupted) return interrupted;
    const wish = wishOf(line);
    if (!wish) {
      await err.write(`ikewind: ${JSON.stringify(line)} is not a command; help lists them\n`);
      continue;
    }
    if (wish.do === 'quit') return undefined;
    const outcome = obey(replay, place, wish);
    place = outcome.place;
    if (outcome.say !== '') await say([outcome.say]);
    if (outcome.view !== null) await say(draw(replay, place, outcome.view, reveal, page));
  }
  return undefined;
};

/** Event 0 has a row for each input that gave something; a screenful of them is enough. */
const mostGiven = 20;

function* draw(replay: Replay, { at: event }: Place, view: View, reveal: boolean, page: Page): Generator<string> {
  if (view === 'help')
    return yield* aligned(
      wishes.map(([typed, does]) => [typed, does]),
      page.paint,
    );
  const now = moment(replay, event, { reveal: reveal ? 'all' : [], negotiation: null });
  if (view === 'packet') return yield* packetLines(now.packet, page);
  if (view === 'state') return yield* stateLines(now, page);
  if (view === 'keys') return yield* keyLines(now.keys, page);
  if (view === 'explanation') return yield* explanationLines(now.explanation, page);
  const first = rowOfEvent(replay, event);
  const rows = ladderRows(replay, first, first + mostGiven).filter((row) => row.event === event && row.kind !== 'group');
  yield* momentLines(now, rows, replay.lastIndex, page);
  yield '';
}
