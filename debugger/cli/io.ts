/** What a command may touch of its process: streams and environment. The process hands in its own, a test hands in others. */
import type { Readable } from 'node:stream';
import { Context, Data, Effect } from 'effect';

/** Nobody reads the answer any more (`ikewind events x.pcap | head`): the command ends, quietly. */
export class ReaderGone extends Data.TaggedError('ReaderGone') {}

export interface Output {
  /** Whether a person looks at it: only then is it coloured, only then does progress show. */
  readonly isTerminal: boolean;
  readonly columns: number;
  /** Resolves when the text was taken; rejects when it cannot be any more. */
  readonly write: (text: string) => Promise<void>;
}

/** Standard input: a stream of octets, and a keyboard where a person sits at it. */
export type Keyboard = Readable & { readonly isTTY?: boolean; readonly setRawMode?: (raw: boolean) => unknown };

export interface Streams {
  readonly out: Output;
  readonly err: Output;
  readonly input: Keyboard;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export class Io extends Context.Service<Io, Streams>()('ikewind/cli/Io') {}

/** Part of the answer. */
export const answer = (text: string): Effect.Effect<void, ReaderGone, Io> =>
  Effect.gen(function* () {
    const { out } = yield* Io;
    yield* Effect.tryPromise({ try: () => out.write(text), catch: () => new ReaderGone() });
  });

/** A line for whoever runs the command, never part of the answer. */
export const remark = (line: string): Effect.Effect<void, never, Io> =>
  Effect.gen(function* () {
    const { err } = yield* Io;
    yield* Effect.ignore(Effect.tryPromise(() => err.write(`ikewind: ${line}\n`)));
  });

/** Something is not as it should be, and the work goes on. */
export const warn = (sentence: string): Effect.Effect<void, never, Io> => remark(`warning: ${sentence}`);

/** Lets signals and closed pipes be noticed between two stretches of work. */
export const breathe: Effect.Effect<void> = Effect.callback<void>((resume) => {
  const turn = setImmediate(() => resume(Effect.void));
  return Effect.sync(() => clearImmediate(turn));
});
