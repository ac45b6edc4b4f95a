/** The system's clock as timestamps, and one alarm at a time. */
import { type Timestamp, timestamp } from '../values/timestamp.ts';

const nanosecondsInMillisecond = 1_000_000n;
/** Longer pauses overflow what Node's timers count; waking early is harmless. */
const longestPause = 2 ** 31 - 1;

/** Never goes back within a process: wall-clock time at its start, plus what has passed since. */
export const now = (): Timestamp => timestamp(startedAt + (process.hrtime.bigint() - startedHere));
const startedAt = BigInt(Date.now()) * nanosecondsInMillisecond;
const startedHere = process.hrtime.bigint();

export interface Alarm {
  /** Rings at `at`, or at once where that is past; `null` for not at all. Replaces what was set before. */
  set(at: Timestamp | null): void;
}

export const makeAlarm = (ring: () => void): Alarm => {
  let timer: NodeJS.Timeout | undefined;
  return {
    set(at) {
      clearTimeout(timer);
      if (at === null) return;
      const pause = Number((at - now()) / nanosecondsInMillisecond) + 1;
      timer = setTimeout(ring, Math.min(Math.max(pause, 0), longestPause));
    },
  };
};
