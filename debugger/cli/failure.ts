/** How a command can end other than well, each kind with its exit status; see the table in `program.ts`. */
import { Data } from 'effect';

/** The words after `ikewind` make no sense together: status 2. */
export class WrongUsage extends Data.TaggedError('WrongUsage')<{ readonly message: string }> {}

/** A file could not be read, or not be written, at all: status 3. */
export class Unreadable extends Data.TaggedError('Unreadable')<{ readonly message: string }> {}

/** The work is done, and `--fail-on` found what it looks for: status 1. */
export class Matched extends Data.TaggedError('Matched')<{ readonly message: string }> {}

/** A program that we started for this has ended, and said itself why: its status is ours. */
export class StartedProgram extends Data.TaggedError('StartedProgram')<{ readonly status: number }> {}

/** Two logs were compared, and they are not equal: status 1, and the answer has said all. */
export class Differing extends Data.TaggedError('Differing') {}
