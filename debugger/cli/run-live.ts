/** A run of an engine from the command line: its lines, and how it ends early: nobody reads them, or its log takes nothing more. */
import { Deferred, Effect } from 'effect';
import type { News } from '../../engine/index.ts';
import type { LiveError } from '../host/live-error.ts';
import { answer, Io, remark } from './io.ts';
import { Leave } from './leave.ts';
import { lineOf } from './live.ts';

export interface LiveRun {
  readonly news: (news: News) => void;
  readonly remark: (sentence: string) => void;
  readonly broke: (error: LiveError) => void;
  /** Resolves when a line was not taken: nobody reads on. */
  readonly readerGone: Effect.Effect<void>;
}

const unreadable = 3;

/** Fails where the log takes nothing more, even when it was told to stop: then too with the reason, and that status. */
export const runLive = <A, E, R>(format: 'text' | 'ndjson', body: (run: LiveRun) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const leave = yield* Leave;
    const io = yield* Io;
    const broken = yield* Deferred.make<never, LiveError>();
    const gone = yield* Deferred.make<void>();
    const say = (work: Effect.Effect<void, unknown, Io>): void => {
      Effect.runFork(Effect.ignore(Effect.provideService(work, Io, io)));
    };
    const told = Effect.flatMap(Deferred.isDone(broken), (is) => (is ? Deferred.await(broken) : Effect.void));
    const run = body({
      news: (news) => say(Effect.catchTag(answer(lineOf(news, format)), 'ReaderGone', () => Deferred.succeed(gone, undefined))),
      remark: (sentence) => say(remark(sentence)),
      broke: (error) => {
        leave.status = unreadable;
        Effect.runSync(Deferred.fail(broken, error));
      },
      readerGone: Deferred.await(gone),
    });
    return yield* Effect.raceFirst(run, Deferred.await(broken)).pipe(
      Effect.tap(() => told),
      Effect.onInterrupt(() => Effect.catchTag(told, 'LiveError', ({ message, cure }) => remark(`${message} ${cure}`))),
    );
  });
