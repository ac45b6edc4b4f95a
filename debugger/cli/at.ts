/** `--at`: the index of an event, `end`, or the first event that a search finds. */
import { Effect } from 'effect';
import { find, type Replay } from '../../engine/index.ts';
import { WrongUsage } from './failure.ts';

export const resolveAt = (replay: Replay, at: string): Effect.Effect<number, WrongUsage> => {
  if (at === 'end') return Effect.succeed(replay.lastIndex);
  if (/^-?\d+$/.test(at)) {
    const index = Number(at);
    if (index >= 0 && index <= replay.lastIndex) return Effect.succeed(index);
    return Effect.fail(new WrongUsage({ message: `--at ${at}: the indices of this log go from 0 to ${replay.lastIndex}` }));
  }
  const { hits, error } = find(replay, at);
  if (error !== null) return Effect.fail(new WrongUsage({ message: `--at ${at}: ${error}` }));
  const [first] = hits;
  return first ? Effect.succeed(first.event) : Effect.fail(new WrongUsage({ message: `--at ${at}: no event matches` }));
};
