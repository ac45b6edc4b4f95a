/** Lines that a device printed or would have printed, around one event: whole events at a time, runs of ESP left out since nobody logs them. */
import { groupAt } from '../replay/index-of-events.ts';
import type { Replay } from '../replay/replay.ts';
import { debugLines } from './device/debug-lines.ts';
import type { LogLine, Side } from './models.ts';
import { type Time, timeAt } from './records/time.ts';

/** With the moment of its event. */
export type TimedLine = LogLine & { readonly at: Time };

export interface LogPage {
  readonly lines: readonly TimedLine[];
  /** Nothing comes before the first line, or after the last. */
  readonly fromStart: boolean;
  readonly toEnd: boolean;
}

/** Lines around an event, so many on either side at least, where there are such. */
export interface LogWish {
  readonly at: number;
  readonly lines: number;
  readonly side: Side;
}

/** Events that are turned into lines together. */
const together = 64;

/** Stretches of events that can have lines, from one event on, in one direction. */
function* stretches(replay: Replay, at: number, direction: 1 | -1): Generator<readonly [number, number]> {
  const { groups } = replay.index;
  for (let g = groupAt(replay.index, at); g >= 0 && g < groups.length; g += direction) {
    const group = groups[g];
    if (!group || group.kind === 'ipsec') continue;
    const first = direction === 1 ? Math.max(at, group.event) : group.event;
    const last = direction === 1 ? group.event + group.count - 1 : Math.min(at - 1, group.event + group.count - 1);
    if (direction === 1) for (let from = first; from <= last; from += together) yield [from, Math.min(last, from + together - 1)];
    else for (let to = last; to >= first; to -= together) yield [Math.max(first, to - together + 1), to];
  }
}

/** Costs a seek and a fold for each stretch that is shown. */
export const logPage = (replay: Replay, { at, lines: wanted, side }: LogWish): LogPage => {
  const speaker = { side, policy: null };
  const collect = (direction: 1 | -1): { parts: LogLine[][]; done: boolean } => {
    const parts: LogLine[][] = [];
    let count = 0;
    for (const [from, to] of stretches(replay, Math.max(1, at), direction)) {
      if (count >= wanted) return { parts, done: false };
      const part = [...debugLines(replay, speaker, from, to)];
      count += part.length;
      if (part.length > 0) parts.push(part);
    }
    return { parts, done: true };
  };
  const [before, after] = [collect(-1), collect(1)];
  const lines = [...before.parts.reverse(), ...after.parts].flat();
  return { lines: lines.map((line) => ({ ...line, at: timeAt(replay.log, line.event) })), fromStart: before.done, toEnd: after.done };
};
