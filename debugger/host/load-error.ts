/** Why an input could not be read at all: said once, in words that the window, the terminal and a test can all use. */
import { Data } from 'effect';

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
