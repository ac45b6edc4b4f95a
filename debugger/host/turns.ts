/** One thing is opened at a time: what is being opened gives way to what is opened next. */
import { Cause, Effect, Exit, Fiber, FiberHandle, type FileSystem, type Scope } from 'effect';
import type { Telling } from '../protocol/protocol.ts';
import { report } from './fault.ts';
import type { LoadError } from './load-error.ts';

interface Turns {
  /** `false` where it could not be done: the windows are told why. */
  readonly attempt: (work: Effect.Effect<boolean, LoadError, FileSystem.FileSystem>) => Effect.Effect<boolean>;
  /** What is added waits for what it is added to; what replaces does not wait. */
  readonly inTurn: (adds: boolean, work: Effect.Effect<boolean, LoadError, FileSystem.FileSystem>) => Effect.Effect<boolean>;
  /** Waits until nothing is being opened. */
  readonly idle: Effect.Effect<void>;
  readonly clear: Effect.Effect<void>;
}

export const makeTurns = (
  tellAll: (telling: Telling) => void,
  begin: () => void,
): Effect.Effect<Turns, never, Scope.Scope | FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const opening = yield* FiberHandle.make<boolean, never>();
    const context = yield* Effect.context<FileSystem.FileSystem>();
    const idle = FiberHandle.awaitEmpty(opening);

    const attempt: Turns['attempt'] = (work) =>
      Effect.gen(function* () {
        begin();
        const told = Effect.catch(work, ({ title, message, cure }) =>
          Effect.sync(() => {
            tellAll({ tell: 'failed', title, message, cure });
            return false;
          }),
        );
        const fiber = yield* FiberHandle.run(opening, Effect.provideContext(told, context));
        const exit = yield* Fiber.await(fiber);
        if (Exit.isSuccess(exit)) return exit.value;
        if (!Cause.hasInterruptsOnly(exit.cause)) {
          report('open', exit.cause);
          tellAll({
            tell: 'failed',
            title: 'This could not be opened',
            message: 'The engine failed on it. The fault is ours.',
            cure: 'Please report it.',
          });
        }
        return false;
      });

    return {
      attempt,
      inTurn: (adds, work) => (adds ? Effect.andThen(idle, attempt(work)) : attempt(work)),
      idle,
      clear: FiberHandle.clear(opening),
    };
  });
