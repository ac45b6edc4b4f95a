/** `ikewind listen`: takes part as the side that is asked, until somebody says stop. */
import { Effect, Option } from 'effect';
import { Command } from 'effect/cli';
import { takePart } from '../../host/live.ts';
import { debuggerOf, debugging } from '../debugging.ts';
import { answer, Io, remark } from '../io.ts';
import { Leave } from '../leave.ts';
import { lineOf, prepared, taking } from '../live.ts';
import { takeOrders } from '../orders.ts';

export const listen = Command.make('listen', { ...taking, ...debugging }, (given) =>
  Effect.gen(function* () {
    const leave = yield* Leave;
    const { plan, given: events } = yield* prepared(given);
    const io = yield* Io;
    const say = (work: Effect.Effect<void, unknown, Io>): void => {
      Effect.runFork(Effect.ignore(Effect.provideService(work, Io, io)));
    };
    const debugged = yield* debuggerOf(`listen ${plan.local}`, plan, events, given);
    yield* Effect.scoped(
      Effect.gen(function* () {
        const live = yield* takePart({
          plan,
          given: events,
          log: given.log,
          resume: given.resume,
          news: (news) => say(answer(lineOf(news, given.format))),
          verdict: () => undefined,
          remark: (sentence) => say(remark(sentence)),
          ...debugged.watch,
        });
        debugged.begin(live);
        yield* takeOrders(io.input, live, (sentence) => say(remark(sentence)));
        // To be told to stop is how this ends.
        leave.status = 0;
        yield* remark(`listening at ${plan.local}, ports ${plan.port} and ${plan.natPort}; Ctrl+C ends`);
        yield* Option.isSome(given.forSeconds) ? Effect.sleep(`${given.forSeconds.value} seconds`) : Effect.never;
      }),
    );
    yield* debugged.end('the time was up');
  }).pipe(Effect.scoped),
).pipe(
  Command.withDescription('Take part as responder: both phases, then packets through the tunnel'),
  Command.withExamples([
    {
      command: 'ikewind listen --config router.cfg --local 198.51.100.1 --log r.ikelog',
      description: 'As the router of that configuration',
    },
  ]),
);
