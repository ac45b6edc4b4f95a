/** Time travel: any index of a log in a few milliseconds, through checkpoints, with the same result as folding from the start. */
import type { Event } from '../event/event.ts';
import { eventsAt, type Log, lastIndex } from '../log/log.ts';
import type { Context } from '../state/context.ts';
import { atIndex, evolve } from '../state/evolve.ts';
import { get } from '../state/persistent-map.ts';
import { nothingSeen, type Seen, type Transition } from '../state/seen.ts';
import { initialState, type State } from '../state/state.ts';
import { addToChronicle, type Chronicle, newChronicle } from './chronicle.ts';
import { addToIndex, type Index, newIndex, renameInIndex, withRoom } from './index-of-events.ts';

/** Events between checkpoints: a seek folds half as many on average, and checking their ICVs has to fit into one frame of the screen. */
const usual = 1024;

/** What a fold can be told. */
export interface ReplayOptions {
  /** Numbers that anti-replay windows cover; 64 by default. */
  readonly replayWindow?: number;
  /** Events between checkpoints. */
  readonly every?: number;
}

/** A transition with the event that made it and the event that proves it; `null` where nothing does. */
export interface TimedTransition extends Transition {
  readonly event: number;
  readonly provenAt: number | null;
}

/** A log that was folded once: all that views ask comes from here. `latest` alone changes, and changes no answer. */
export interface Replay {
  readonly log: Log;
  readonly context: Context;
  readonly lastIndex: number;
  /** Events between checkpoints. */
  readonly every: number;
  /** State after the events 0, `every`, twice `every` ... */
  readonly checkpoints: readonly State[];
  readonly final: State;
  readonly transitions: readonly TimedTransition[];
  readonly index: Index;
  /** What a verdict needs beyond the final state. */
  readonly chronicle: Chronicle;
  /** The state asked for last: stepping forward folds one event only. */
  readonly latest: { at: number; state: State };
}

/** How far folding is: events done, of how many, and the negotiations found so far. */
export interface ReplayProgress {
  readonly done: number;
  readonly total: number;
  readonly negotiations: number;
}

const foldAt = (context: Context, log: Log, before: State, index: number): { state: State; seen: Seen } => {
  let state = atIndex(before, index);
  let seen = nothingSeen;
  for (const event of eventsAt(log, index)) ({ state, seen } = evolve(context, state, event));
  return { state, seen };
};

/** Transitions that wait for a message of their side, by negotiation and side: places in the list of all. */
type Waiting = Map<string, number[]>;

/** Fills in, for the sides that spoke at `event`, what they have proven by it. */
const prove = (waiting: Waiting, all: TimedTransition[], seen: Seen, event: number): void => {
  for (const proof of seen.proofs) {
    const key = `${proof.negotiation} ${proof.side}`;
    for (const at of waiting.get(key) ?? []) {
      const t = all[at];
      if (t) all[at] = { ...t, provenAt: event };
    }
    waiting.delete(key);
  }
};

const wait = (waiting: Waiting, t: Transition, place: number): void => {
  const key = `${t.negotiation} ${t.side}`;
  const places = waiting.get(key);
  if (places) places.push(place);
  else waiting.set(key, [place]);
};

const add = (waiting: Waiting, all: TimedTransition[], seen: Seen, event: number): void => {
  for (const t of seen.transitions) {
    if (!t.proven) wait(waiting, t, all.length);
    all.push({ ...t, event, provenAt: t.proven ? event : null });
  }
};

/**
 * What was told under the name of a log since `first` belongs to the negotiation that packets have shown it to be. Where these made the same
 * step, it is theirs: the line agrees with it.
 */
const rename = (lists: Lists, told: string, shown: string, first: number): void => {
  const { transitions: all, agreed } = lists;
  const steps = (t: Transition): string => `${t.side} ${t.exchange} ${t.from} ${t.to}`;
  const made = new Map<string, number>();
  const renamed: number[] = [];
  for (let i = all.length - 1; i >= 0; i--) {
    const t = all[i];
    if (!t || t.event < first) break;
    if (t.negotiation === shown) made.set(steps(t), (made.get(steps(t)) ?? 0) + 1);
    if (t.negotiation !== told) continue;
    all[i] = { ...t, negotiation: shown };
    renamed.push(i);
  }
  for (const i of renamed) {
    const key = all[i] ? steps(all[i]) : '';
    const left = made.get(key) ?? 0;
    if (left > 0) agreed.add(i);
    made.set(key, left - 1);
  }
};

/** What a fold fills as it goes. */
interface Lists extends Pick<Replay, 'log' | 'context' | 'every' | 'index' | 'chronicle'> {
  readonly checkpoints: State[];
  readonly transitions: TimedTransition[];
  readonly waiting: Waiting;
  /** Places of transitions that are another's of the same step. */
  readonly agreed: Set<number>;
}

const transitionsOf = ({ transitions, agreed }: Lists): readonly TimedTransition[] =>
  agreed.size === 0 ? transitions : transitions.filter((_, place) => !agreed.has(place));

/** The state after event `i`; what that showed is added to the lists. */
const foldInto = (lists: Lists, before: State, i: number): State => {
  const { log, context, every, checkpoints, transitions, waiting, index, chronicle } = lists;
  const { state, seen } = foldAt(context, log, before, i);
  if (i % every === 0) checkpoints.push(state);
  prove(waiting, transitions, seen, i);
  add(waiting, transitions, seen, i);
  addToIndex(index, i, state, seen);
  for (const { told, shown } of seen.met ?? []) {
    // The record of both begins with the earlier.
    const first = get(state.negotiations, shown)?.first ?? i;
    rename(lists, told, shown, first);
    renameInIndex(index, told, shown, first);
  }
  addToChronicle(chronicle, i, state, seen, (event) => log.happened[event - 1]?.at ?? null);
  return state;
};

/** Folds the whole log once. Yields now and then, so that a caller can report, do other things, or stop for good. */
export function* buildReplay(log: Log, crypto: Context['crypto'], options: ReplayOptions = {}): Generator<ReplayProgress, Replay> {
  const context: Context = { crypto, replayWindow: options.replayWindow ?? 64, detail: false };
  const total = lastIndex(log);
  const every = options.every ?? usual;
  const [index, chronicle] = [newIndex(log), newChronicle()];
  const lists: Lists = { log, context, every, checkpoints: [], transitions: [], waiting: new Map(), agreed: new Set(), index, chronicle };
  let state = initialState;
  for (let i = 0; i <= total; i++) {
    state = foldInto(lists, state, i);
    if (i % 512 === 511) yield { done: i, total, negotiations: state.negotiations.size };
  }
  const { checkpoints } = lists;
  const transitions = transitionsOf(lists);
  return { log, context, lastIndex: total, every, checkpoints, final: state, transitions, index, chronicle, latest: { at: total, state } };
}

/**
 * The replay of the same log with more events at its end: only they are folded. `replay` shares its lists with what comes back, and is not to
 * be asked any more. Without a pause: give batches.
 */
export const growReplay = (replay: Replay, events: readonly Event[]): Replay => {
  const { context, every } = replay;
  const log: Log = { ...replay.log, happened: [...replay.log.happened, ...events] };
  const total = lastIndex(log);
  const checkpoints = [...replay.checkpoints];
  const transitions = [...replay.transitions];
  const waiting: Waiting = new Map();
  transitions.forEach((t, place) => {
    if (t.provenAt === null) wait(waiting, t, place);
  });
  const index = withRoom(replay.index, total);
  const lists: Lists = { log, context, every, checkpoints, transitions, waiting, agreed: new Set(), index, chronicle: replay.chronicle };
  let state = replay.final;
  for (let i = replay.lastIndex + 1; i <= total; i++) {
    state = foldInto(lists, state, i);
  }
  return {
    ...replay,
    log,
    lastIndex: total,
    checkpoints,
    final: state,
    transitions: transitionsOf(lists),
    index,
    latest: { at: total, state },
  };
};

/** Folds the whole log without a pause. */
export const replayOf = (log: Log, crypto: Context['crypto'], options: ReplayOptions = {}): Replay => {
  const steps = buildReplay(log, crypto, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
};

/** The state after the event `at`; indices outside the log are brought into it. */
export const stateAt = (replay: Replay, at: number): State => {
  const wanted = Math.max(0, Math.min(at, replay.lastIndex));
  const { every, latest } = replay;
  const checkpoint = Math.floor(wanted / every);
  const near = latest.at <= wanted && latest.at > checkpoint * every;
  let i = near ? latest.at : checkpoint * every;
  let state = near ? latest.state : (replay.checkpoints[checkpoint] ?? initialState);
  while (i < wanted) {
    i++;
    state = foldAt(replay.context, replay.log, state, i).state;
  }
  latest.at = wanted;
  latest.state = state;
  return state;
};

/** What the event showed, with all trees built, and the states before and after it. */
export const lookAt = (replay: Replay, at: number): { before: State; state: State; seen: Seen } => {
  const wanted = Math.max(0, Math.min(at, replay.lastIndex));
  const before = wanted === 0 ? initialState : stateAt(replay, wanted - 1);
  const { state, seen } = foldAt({ ...replay.context, detail: true }, replay.log, before, wanted);
  return { before, state, seen };
};

/** Every event with what it showed, in order, trees left unbuilt: for lists and searches. */
export function* walk(
  replay: Replay,
  from = 0,
  to = replay.lastIndex,
): Generator<{ index: number; before: State; state: State; seen: Seen }> {
  let before = from === 0 ? initialState : stateAt(replay, from - 1);
  for (let index = from; index <= Math.min(to, replay.lastIndex); index++) {
    const { state, seen } = foldAt(replay.context, replay.log, before, index);
    yield { index, before, state, seen };
    before = state;
  }
}
