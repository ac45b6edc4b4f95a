/** `ikewind explain`: what happens at one event, and why. */
import { Effect } from 'effect';
import { Command } from 'effect/cli';
import { type Moment, moment } from '../../../engine/index.ts';
import type { TimeText } from '../../protocol/clock.ts';
import { resolveAt } from '../at.ts';
import { failOnLog, readReplay } from '../inputs.ts';
import { Io } from '../io.ts';
import * as options from '../options.ts';
import { printRecord } from '../output.ts';
import { explanationLines, type Page } from '../text/moment.ts';
import { harmless } from '../text/paint.ts';
import { timeOfEvent } from '../text/time.ts';

export const explain = Command.make('explain', { ...options.reading, at: options.at('end'), format: options.format }, (given) =>
  Effect.gen(function* () {
    const { out } = yield* Io;
    const replay = yield* readReplay(given);
    const index = yield* resolveAt(replay, given.at);
    const now = moment(replay, index, { reveal: [], negotiation: null });
    const record = recordOf(now, timeOfEvent(replay.log, index));
    yield* printRecord(record, given.format, (_record, paint) => lines(now, { paint, columns: out.columns }));
    yield* failOnLog(given.failOn, replay);
  }),
).pipe(
  Command.withDescription('What happens at one event and why, with the RFC sections'),
  Command.withExamples([{ command: 'ikewind explain capture.pcap --keys keys.json --at 5', description: 'The fifth event' }]),
);

const recordOf = ({ event, label, negotiation, explanation }: Moment, time: TimeText) => ({
  event,
  time,
  label,
  negotiation,
  text: explanation.sentences.map((s) => s.text.trim()).join(' '),
  next: explanation.next === '' ? null : explanation.next,
  rfcs: explanation.rfcs,
});

function* lines(now: Moment, page: Page): Generator<string> {
  yield [page.paint(`event ${now.event}`, 'bold'), harmless(now.label), page.paint(now.time, 'dim')].filter(Boolean).join('  ');
  yield* explanationLines(now.explanation, page);
}
