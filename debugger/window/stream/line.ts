/** A channel to the engine host that also says how it is. */
import type { Observable } from 'rxjs';
import type { Question, Telling } from '../../protocol/protocol.ts';

export type LineStatus = 'connecting' | 'open' | 'lost';

/** `status` begins with its present value. */
export interface Line {
  readonly status: Observable<LineStatus>;
  readonly tellings: Observable<Telling>;
  /** Sends a question; it is dropped while the line is not open. */
  readonly send: (question: Question) => void;
}
