/** `ikewind connect`: takes part as the side that asks. Status 0 when the IPsec SAs are up, else 1 with the verdict. */
import { Deferred, Effect, Exit, Option } from 'effect';
import { Command, Flag } from 'effect/cli';
import { connectRequest, pingRequest } from '../../../engine/index.ts';
import { takePart } from '../../host/live.ts';
import { debuggerOf, debugging } from '../debugging.ts';
import { Matched } from '../failure.ts';
import { Io } from '../io.ts';
import { Leave } from '../leave.ts';
import { address, prepared, taking, timeUp } from '../live.ts';
import { takeOrders } from '../orders.ts';
import { runLive } from '../run-live.ts';

const peer = address('peer', 'Address of the other end');
const hold = Flag.Boolean('hold').pipe(
  Flag.withDescription('Keep what was set up until --for or an interruption'),
  Flag.withDefault(false),
);
const ping = address('ping', 'Ask that host behind the other end whether it is there').pipe(Flag.optional);
const mostPings = 1000;
const count = Flag.Int('count').pipe(
  Flag.withDescription('How many pings, one a second'),
  Flag.withMetavar('N'),
  Flag.withDefault(5),
  Flag.filter(
    (n) => n >= 1 && n <= mostPings,
    (n) => `The number of pings is 1 to ${mostPings}, not ${n}`,
  ),
);

export const connect = Command.make('connect', { ...taking, ...debugging, peer, hold, ping, count }, (given) =>
  runLive(given.format, (run) =>
    Effect.gen(function* () {
      const leave = yield* Leave;
      const { plan, given: events } = yield* prepared(given);
      const io = yield* Io;
      const verdict = yield* Deferred.make<void, Matched>();
      const debugged = yield* debuggerOf(`connect ${given.peer}`, plan, events, given);
      yield* Effect.scoped(
        Effect.gen(function* () {
          const live = yield* takePart({
            ...run,
            plan,
            given: events,
            log: given.log,
            resume: given.resume,
            verdict: (failure) => {
              Effect.runSync(
                failure === null ? Deferred.succeed(verdict, undefined) : Deferred.fail(verdict, new Matched({ message: failure })),
              );
            },
            ...debugged.watch,
          });
          debugged.begin(live);
          const wishes = [
            connectRequest(given.peer),
            ...Option.match(given.ping, { onNone: () => [], onSome: (to) => [pingRequest(to, given.count)] }),
          ];
          for (const wish of wishes) if (!live.standing.includes(wish)) live.request(wish);
          yield* takeOrders(io.input, live, run.remark);
          const kept = Effect.gen(function* () {
            const told = yield* Effect.exit(Deferred.await(verdict));
            if (Exit.isSuccess(told) ? !(given.hold || given.debug) : !given.debug) return;
            leave.status = Exit.isSuccess(told) ? 0 : 1;
            // The verdict is worth waiting for without a reader too: the status tells it.
            yield* run.readerGone;
          });
          yield* Effect.raceFirst(kept, timeUp(given));
        }),
      );
      yield* debugged.end('the time was up');
      if (!(yield* Deferred.isDone(verdict))) return yield* new Matched({ message: 'the time was up first' });
      yield* Deferred.await(verdict);
    }).pipe(Effect.scoped),
  ),
).pipe(
  Command.withDescription('Take part as initiator: both phases, then packets through the tunnel'),
  Command.withExamples([
    {
      command: 'ikewind connect --config r.cfg --local 192.0.2.1 --peer 198.51.100.1 --log i.ikelog --hold',
      description: 'Set up what the configuration has for that peer, and keep it',
    },
  ]),
);
