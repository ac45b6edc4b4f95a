/** Which row of the ladder stands where: heads of groups, their events, and long runs of ESP that are one row until somebody unfolds them. */
import { type Group, groupAt } from '../replay/index-of-events.ts';
import type { Replay } from '../replay/replay.ts';

/** `none`: every event has a row of its own. Else long runs are folded, but those that begin at these events. */
export type Folding = 'none' | ReadonlySet<number>;

/** Runs of more packets than this fold. */
export const longestRun = 20;

export const isFolded = (group: Group, folding: Folding): boolean =>
  folding !== 'none' && group.kind === 'ipsec' && group.count > longestRun && !folding.has(group.event);

/** Rows of the whole ladder: what was given, then each group with its head. */
export interface LadderPlaces {
  /** Row of each group's head. */
  readonly heads: Float64Array;
  readonly total: number;
  readonly folding: Folding;
}

/** Those asked for last: asked again and again with the same wish. */
const latest = new WeakMap<Replay, { readonly key: string; readonly places: LadderPlaces }>();

const keyOf = (given: number, folding: Folding): string => `${given} ${folding === 'none' ? folding : [...folding].sort().join()}`;

/** `given`: rows that stand above all groups. Costs one look at every group, once. */
export const ladderPlaces = (replay: Replay, given: number, folding: Folding): LadderPlaces => {
  const key = keyOf(given, folding);
  const known = latest.get(replay);
  if (known?.key === key) return known.places;
  const { groups } = replay.index;
  const heads = new Float64Array(groups.length);
  let row = given;
  groups.forEach((group, i) => {
    heads[i] = row;
    row += 1 + (isFolded(group, folding) ? 1 : group.count);
  });
  const places = { heads, total: row, folding };
  latest.set(replay, { key, places });
  return places;
};

/** The row in which an event stands, or into which it is folded; index 0 stands in the first, what is past the end in the last. */
export const rowIn = (replay: Replay, places: LadderPlaces, event: number): number => {
  const at = Math.min(event, replay.lastIndex);
  if (at <= 0) return 0;
  const g = groupAt(replay.index, at);
  const group = replay.index.groups[g];
  if (!group) return 0;
  return (places.heads[g] ?? 0) + 1 + (isFolded(group, places.folding) ? 0 : at - group.event);
};

/** The group in which a row stands, by number. */
export const groupOfRow = ({ heads }: LadderPlaces, row: number): number => {
  let low = 0;
  let high = heads.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((heads[middle] ?? 0) <= row) low = middle;
    else high = middle - 1;
  }
  return low;
};
