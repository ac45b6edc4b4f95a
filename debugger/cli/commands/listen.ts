/** `ikewind listen`: takes part as the side that is asked, until somebody says stop. */
import { Effect } from 'effect';
import { Command } from 'effect/cli';
import { takePart } from '../../host/live.ts';
import { debuggerOf, debugging } from '../debugging.ts';
import { Io, remark } from '../io.ts';
import { Leave } from '../leave.ts';
import { prepared, taking, timeUp } from '../live.ts';
import { takeOrders } from '../orders.ts';
import { runLive } from '../run-live.ts';

export const listen = Command.make('listen', { ...taking, ...debugging }, (given) =>
  runLive(given.format, (run) =>
    Effect.gen(function* () {
      const leave = yield* Leave;
      const { plan, given: events } = yield* prepared(given);
      const io = yield* Io;
      const debugged = yield* debuggerOf(`listen ${plan.local}`, plan, events, given);
      yield* Effect.scoped(
        Effect.gen(function* () {
          const live = yield* takePart({
            ...run,
            plan,
            given: events,
            log: given.log,
            resume: given.resume,
            verdict: () => undefined,
            ...debugged.watch,
          });
          debugged.begin(live);
          yield* takeOrders(io.input, live, run.remark);
          // To be told to stop is how this ends.
          leave.status = 0;
          yield* remark(`listening at ${plan.local}, ports ${plan.port} and ${plan.natPort}; Ctrl+C ends`);
          yield* Effect.raceFirst(timeUp(given), run.readerGone);
        }),
      );
      yield* debugged.end('the time was up');
    }).pipe(Effect.scoped),
  ),
).pipe(
  Command.withDescription('Take part as responder: both phases, then packets through the tunnel'),
  Command.withExamples([
    {
      command: 'ikewind listen --config router.cfg --local 198.51.100.1 --log r.ikelog',
      description: 'As the router of that configuration',
    },
  ]),
);
