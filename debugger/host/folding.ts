/** Folds a log in slices: tells how far it is, at most ten times a second, and can be cancelled. */
import { Effect } from 'effect';
import { buildReplay, type Crypto, type Log, type Replay } from '../../engine/index.ts';
import type { Telling } from '../protocol/protocol.ts';
import { cutAt } from './open-log.ts';

interface FoldingOptions {
  readonly crypto: Crypto;
  /** Packets that the replay window of ESP and AH spans; 64 where nobody says. */
  readonly replayWindow?: number | undefined;
}

export const makeFolding = ({ crypto, replayWindow }: FoldingOptions, tellAll: (telling: Telling) => void) => {
  const folding = replayWindow === undefined ? {} : { replayWindow };
  let cancelled = false;
  let toldAt = 0;

  const progress = (what: string, done: number, total: number, negotiations: number): Effect.Effect<void> =>
    Effect.suspend(() => {
      const now = performance.now();
      if (now - toldAt >= 100) {
        toldAt = now;
        tellAll({ tell: 'progress', what, done, total, negotiations });
      }
      return Effect.yieldNow;
    });

  /** Cancelling keeps what was folded, and the log says where it was cut. */
  const fold = (log: Log): Effect.Effect<{ readonly log: Log; readonly replay: Replay }> =>
    Effect.gen(function* () {
      const steps = buildReplay(log, crypto, folding);
      let step = steps.next();
      while (!step.done) {
        if (cancelled) {
          cancelled = false;
          return yield* fold(cutAt(log, step.value.done));
        }
        yield* progress('Following the negotiations', step.value.done, step.value.total, step.value.negotiations);
        step = steps.next();
      }
      return { log, replay: step.value };
    });

  /** `begin`: forgets that something was cancelled before. */
  const mark = (value: boolean) => (): void => {
    cancelled = value;
  };
  return { progress, fold, cancel: mark(true), begin: mark(false) };
};
