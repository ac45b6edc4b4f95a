/** `--follow`: records as they come, from a file that grows or from a pipe. The log is kept whole: memory grows with it. */
import { basename } from 'node:path';
import * as NodeStream from '@effect/platform-node/NodeStream';
import { Effect, Option, Stream } from 'effect';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { type Followed, follow, growReplay, mergeReadings, type Replay, replayOf } from '../../engine/index.ts';
import { growingFile } from '../host/follow.ts';
import { LoadError } from '../host/load-error.ts';
import { type Unreadable, WrongUsage } from './failure.ts';
import { type Named, type Needs, readKeyInputs } from './inputs.ts';
import { Io, warn } from './io.ts';
import type { Format } from './output.ts';

export interface Wish extends Named {
  readonly window: number;
  readonly format: Format;
}

/** Events that are folded between two looks at signals. */
const atOnce = 2048;

/**
 * Folds what comes, and calls `grown` after each batch with the index of its first event (0 the first time). Ends where the pipe ends; a file
 * has no end. Errors: those of reading, and more than one input or a form that has to be whole.
 */
export const followReplay = <E, R>(
  wish: Wish,
  grown: (replay: Replay, from: number) => Effect.Effect<void, E, R>,
): Effect.Effect<void, E | LoadError | Unreadable | WrongUsage, R | Needs> =>
  Effect.gen(function* () {
    const { name, octets } = yield* octetsOf(wish);
    if (wish.format === 'json') return yield* new WrongUsage({ message: '--follow has no end: --format text or ndjson, not json' });
    const secrets = yield* readKeyInputs(wish);
    const following = follow(name, 0, { year: wish.year && Option.getOrUndefined(wish.year) });
    let replay: Replay | null = null;
    const add = ({ events, damage }: Followed) =>
      Effect.gen(function* () {
        for (const { offset, message } of damage) yield* warn(`${name}, offset ${offset}: ${message}`);
        for (let at = 0; at < events.length; at += atOnce) {
          const before: Replay =
            replay ?? replayOf(mergeReadings([emptyReading(following), ...secrets]), nodeCrypto, { replayWindow: wish.window });
          const isFirst = replay === null;
          const after = growReplay(before, events.slice(at, at + atOnce));
          replay = after;
          yield* grown(after, isFirst ? 0 : before.lastIndex + 1);
        }
      });
    yield* Stream.runForEach(octets, (chunk) => add(following.take(chunk)));
    yield* add(following.end());
  });

/** The one input that is followed, and what it is called. */
export const octetsOf = ({ inputs: [path, ...others] }: Named) =>
  Effect.gen(function* () {
    if (path === undefined || others.length > 0) return yield* new WrongUsage({ message: '--follow takes one input, and keys' });
    if (path !== '-') return { name: basename(path), octets: growingFile(path) };
    const { input } = yield* Io;
    const octets = NodeStream.fromReadable<Uint8Array, LoadError>({ evaluate: () => input, onError: () => broken });
    return { name: 'standard input', octets };
  });

const emptyReading = (following: ReturnType<typeof follow>) => ({ input: following.input(), events: [], damage: [] });

const broken = new LoadError({
  reason: 'not-readable',
  file: '-',
  title: 'standard input broke off',
  message: 'The system reported a fault while reading it.',
  cure: 'Start what writes into it again.',
});
