/** Why an engine cannot take part, in sentences: what is so, and the one next step. */
import { Data } from 'effect';

export class LiveError extends Data.TaggedError('LiveError')<{
  readonly reason: 'configuration' | 'port' | 'raw' | 'log';
  readonly message: string;
  readonly cure: string;
}> {}
