/** `ikewind replay`: one plain object a state transition, in the order in which they happened. */
import type { Replay } from '../../replay/replay.ts';
import type { Side } from '../../state/fact.ts';
import { type Time, timeAt } from './time.ts';

/** One line of `replay`. */
export interface TransitionRecord {
  readonly event: number;
  readonly time: Time;
  readonly negotiation: string;
  /** By role in phase 1. */
  readonly side: Side;
  /** `null` for phase 1, else the message ID of the quick mode. */
  readonly exchange: number | null;
  readonly from: string;
  readonly to: string;
  /** Input as IOS prints it. */
  readonly because: string;
  /** The event that shows the step to have happened; `null` where it is assumed only. */
  readonly proven: number | null;
}

/** In the order in which the devices print them; those of events before `first` are left out. */
export function* transitionRecords(replay: Replay, first = 0): Generator<TransitionRecord> {
  for (const { event, negotiation, side, exchange, from, to, because, provenAt } of replay.transitions) {
    if (event < first) continue;
    yield { event, time: timeAt(replay.log, event), negotiation, side, exchange, from, to, because, proven: provenAt };
  }
}
