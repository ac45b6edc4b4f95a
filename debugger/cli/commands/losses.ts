/** `ikewind losses`: two captures from two places, and what got lost between them. */
import { Effect } from 'effect';
import { Command } from 'effect/cli';
import { type Direction, type Losses, losses as lossesIn, type PacketAt, type Replay } from '../../../engine/index.ts';
import { secondsText } from '../../protocol/clock.ts';
import { WrongUsage } from '../failure.ts';
import { readReplay } from '../inputs.ts';
import * as options from '../options.ts';
import { printRecord } from '../output.ts';

const { inputs, keys, pskFile, year, window } = options.reading;

export const losses = Command.make('losses', { inputs, keys, pskFile, year, window, format: options.format }, (given) =>
  Effect.gen(function* () {
    const replay = yield* readReplay(given);
    const found = lossesIn(replay);
    if (!found) return yield* new WrongUsage({ message: 'two captures are wanted, from two places on the way' });
    yield* printRecord(recordOf(replay, found), given.format, textLines);
  }),
).pipe(
  Command.withDescription('Two captures from two places: what was seen at both, and what got lost between them, by direction'),
  Command.withExamples([
    { command: 'ikewind losses here.pcap there.pcap --keys keys.json', description: 'Where packets were lost, by name with the keys' },
  ]),
);

const nameOf = ({ log }: Replay, input: number | null): string | null => (input === null ? null : (log.inputs[input]?.name ?? null));

const recordOf = (replay: Replay, { places, clock, both, directions }: Losses) => ({
  captures: places.map((input) => nameOf(replay, input)),
  clockDifference: clock === null ? null : secondsText(clock),
  seenAtBoth: both,
  directions: directions.map((d) => directionOf(replay, d)),
});

const directionOf = (replay: Replay, { src, dst, from, to, sent, arrived, lost, strays, outside, delay }: Direction) => ({
  src,
  dst,
  from: nameOf(replay, from),
  to: nameOf(replay, to),
  sent,
  arrived,
  lost: lost.map(packetOf),
  strays: strays.map(packetOf),
  outside,
  delay: delay && { least: secondsText(delay.least), median: secondsText(delay.median), most: secondsText(delay.most) },
});

const packetOf = ({ event, at, frame, what }: PacketAt) => ({ event, time: at === null ? null : secondsText(at), frame, what });

type LossRecord = ReturnType<typeof recordOf>;

/** Lines of one list that are shown to people; programs get all. */
const most = 20;

function* textLines({ captures, clockDifference, seenAtBoth, directions }: LossRecord): Generator<string> {
  const clock = clockDifference === null ? 'no packet is in both' : `the clock of the second is ${clockDifference} s ahead`;
  yield `${captures.join(' and ')}: ${seenAtBoth} packets are in both; ${clock}`;
  for (const { src, dst, from, to, sent, arrived, lost, strays, outside, delay } of directions) {
    yield '';
    const way = from === null ? 'which place comes first cannot be told' : `seen at ${from}, then at ${to}`;
    yield `${src} to ${dst}, ${way}: ${sent} sent, ${arrived} arrived${delay ? `, ${delay.median} s on the way` : ''}`;
    yield* listOf('lost', lost);
    yield* listOf('seen at the second place alone', strays);
    if (outside > 0) yield `  ${outside} seen while the other place was not recording`;
  }
}

function* listOf(name: string, packets: LossRecord['directions'][number]['lost']): Generator<string> {
  for (const { event, frame, time, what } of packets.slice(0, most))
    yield `  ${name}: ${what}, event ${event}, frame ${frame}, ${time ?? 'no time'}`;
  if (packets.length > most) yield `  ${name}: ${packets.length - most} more`;
}
