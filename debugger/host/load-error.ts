/** Why an input could not be read at all: said once, in words that the window, the terminal and a test can all use. */
import { Data } from 'effect';
import type { Log } from '../../engine/index.ts';
import type { GivenFile } from '../protocol/protocol.ts';

type LoadReason =
  | 'not-found'
  | 'is-a-directory'
  | 'not-readable'
  | 'too-large'
  | 'empty'
  | 'not-understood'
  | 'newer-version'
  | 'keys-only'
  | 'nothing-given';

/**
 * `file` is the name as it was given. `message` says what was found, `cure` the one next step; both are whole sentences and hold
 * nothing of what the file contains beyond its first octets.
 */
export class LoadError extends Data.TaggedError('LoadError')<{
  readonly reason: LoadReason;
  readonly file: string;
  readonly title: string;
  readonly message: string;
  readonly cure: string;
}> {}

/** Files that open nothing by themselves. */
export const keysAlone = (files: readonly GivenFile[]): LoadError =>
  new LoadError({
    reason: 'keys-only',
    file: files[0]?.name ?? '',
    title: 'These are keys alone',
    message: 'Keys open what a capture holds, and no capture is open.',
    cure: 'Open the capture first, or both together.',
  });

/** A bundled trace that is not there. */
export const noSuchTrace = (id: string): LoadError =>
  new LoadError({
    reason: 'not-found',
    file: id,
    title: 'There is no such bundled trace',
    message: 'It may have been removed from the folder of traces.',
    cure: 'Choose another, or open a file.',
  });

/** A log in which nothing happened: whole and empty, or broken from the start. */
export const nothingHappened = ({ inputs, damage }: Log): LoadError => {
  const file = inputs.find(({ kind }) => kind !== 'keys')?.name ?? inputs[0]?.name ?? '';
  const [first] = damage;
  return new LoadError({
    reason: first ? 'not-understood' : 'empty',
    file,
    title: first ? `${file} cannot be read` : `${file} holds no packets`,
    message: first ? `At offset ${first.offset}: ${first.message}` : 'The file is whole, and empty.',
    cure: first ? 'Copy it again from where it was recorded.' : 'Record again, with a filter that lets UDP 500, UDP 4500 and ESP through.',
  });
};
