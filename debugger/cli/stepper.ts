/** Stepping without a terminal: where we stand, what somebody wishes, where that leads. */
import { find, type Replay } from '../../engine/index.ts';

export interface Breakpoint {
  readonly query: string;
  /** Indices of the events that match, in order. */
  readonly events: readonly number[];
}

export interface Place {
  readonly at: number;
  /** What was searched for last; `/` alone searches for it again. */
  readonly query: string | null;
  readonly breakpoints: readonly Breakpoint[];
}

export type View = 'moment' | 'state' | 'keys' | 'packet' | 'explanation' | 'help';

export type Wish =
  | { readonly do: 'move'; readonly by: number }
  | { readonly do: 'go'; readonly to: string }
  | { readonly do: 'search'; readonly query: string; readonly forward: boolean }
  | { readonly do: 'break'; readonly query: string }
  | { readonly do: 'delete'; readonly number: number }
  | { readonly do: 'listBreakpoints' }
  | { readonly do: 'continue'; readonly forward: boolean }
  | { readonly do: 'show'; readonly view: View }
  | { readonly do: 'quit' };

export interface Outcome {
  readonly place: Place;
  /** What to draw; `null` for nothing. */
  readonly view: View | null;
  /** A sentence on what came of it; empty where the drawing says all. */
  readonly say: string;
}

export const startAt = (at: number): Place => ({ at, query: null, breakpoints: [] });

/** What can be typed, as rows of help. The keys of a terminal are the first letters. */
export const wishes = [
  ['n, Enter, →', 'forward one event; n 5 goes five'],
  ['p, ←', 'back one event; p 5 goes five'],
  ['first, last', 'to the first or the last event (Home, End)'],
  ['g N', 'go to an event: its index, end, or what a search finds first'],
  ['/QUERY  ?QUERY', 'search forwards or backwards; / alone searches again'],
  ['b QUERY', 'breakpoint on every event that matches; b alone lists them, d N takes one away'],
  ['c, r', 'run forwards or backwards to the next breakpoint'],
  ['state, keys, packet, why', 'what is known here: SAs, keys, the packet, the reason (s, k, t, w)'],
  ['q', 'quit'],
] as const;

const views: Readonly<Record<string, View>> = {
  state: 'state',
  s: 'state',
  keys: 'keys',
  k: 'keys',
  packet: 'packet',
  t: 'packet',
  why: 'explanation',
  w: 'explanation',
  help: 'help',
  h: 'help',
  '.': 'moment',
};

/** A typed line as a wish; `undefined` where it is none. */
export const wishOf = (typed: string): Wish | undefined => {
  const line = typed.trim();
  if (line.startsWith('/')) return { do: 'search', query: line.slice(1).trim(), forward: true };
  if (line === '?') return { do: 'show', view: 'help' };
  if (line.startsWith('?')) return { do: 'search', query: line.slice(1).trim(), forward: false };
  const [word = '', ...rest] = line.split(/\s+/);
  const operand = rest.join(' ');
  const count = operand === '' ? 1 : /^\d{1,9}$/.test(operand) ? Number(operand) : undefined;
  if (word === 'b') return operand === '' ? { do: 'listBreakpoints' } : { do: 'break', query: operand };
  if (word === 'g') return operand === '' ? undefined : { do: 'go', to: operand };
  if (count === undefined) return undefined;
  if (word === 'd') return operand === '' ? undefined : { do: 'delete', number: count };
  if (word === '' || word === 'n') return { do: 'move', by: count };
  if (word === 'p') return { do: 'move', by: -count };
  if (operand !== '') return undefined;
  if (word === 'c' || word === 'r') return { do: 'continue', forward: word === 'c' };
  if (word === 'first') return { do: 'go', to: '0' };
  if (word === 'last' || word === 'end') return { do: 'go', to: 'end' };
  if (word === 'q' || word === 'quit') return { do: 'quit' };
  const view = Object.hasOwn(views, word) ? views[word] : undefined;
  return view && { do: 'show', view };
};

const stay = (place: Place, say: string, view: View | null = null): Outcome => ({ place, view, say });
const arrive = (place: Place, at: number, say = ''): Outcome => ({ place: { ...place, at }, view: 'moment', say });

/** Total: what cannot be done is said, and nothing moves. */
export const obey = (replay: Replay, place: Place, wish: Exclude<Wish, { do: 'quit' }>): Outcome => {
  switch (wish.do) {
    case 'move': {
      const at = Math.min(replay.lastIndex, Math.max(0, place.at + wish.by));
      if (at !== place.at) return arrive(place, at);
      return stay(place, wish.by > 0 ? 'This is the last event.' : 'This is the first event.');
    }
    case 'go':
      return go(replay, place, wish.to);
    case 'search':
      return search(replay, place, wish.query || place.query, wish.forward);
    case 'break':
      return breakOn(replay, place, wish.query);
    case 'delete':
      if (!place.breakpoints[wish.number - 1]) return stay(place, `There is no breakpoint ${wish.number}.`);
      return stay(
        { ...place, breakpoints: place.breakpoints.filter((_b, i) => i !== wish.number - 1) },
        `Breakpoint ${wish.number} is gone.`,
      );
    case 'listBreakpoints':
      return stay(place, place.breakpoints.map(describe).join('\n') || 'There are no breakpoints.');
    case 'continue':
      return toBreakpoint(replay, place, wish.forward);
    case 'show':
      return stay(place, '', wish.view);
  }
};

const go = (replay: Replay, place: Place, to: string): Outcome => {
  if (to === 'end') return arrive(place, replay.lastIndex);
  if (!/^\d+$/.test(to)) {
    const { hits, error } = find(replay, to);
    const [first] = hits;
    return first ? arrive({ ...place, query: to }, first.event) : stay(place, error ?? `Nothing matches ${to}.`);
  }
  const at = Number(to);
  return at <= replay.lastIndex ? arrive(place, at) : stay(place, `The indices go from 0 to ${replay.lastIndex}.`);
};

const search = (replay: Replay, place: Place, query: string | null, forward: boolean): Outcome => {
  if (query === null) return stay(place, 'Nothing was searched for yet.');
  const { hits, error } = find(replay, query);
  if (error !== null) return stay(place, error);
  const events = hits.map((hit) => hit.event);
  const next = nearest(events, place.at, forward);
  const wrapped = forward ? events[0] : events.at(-1);
  const searched = { ...place, query };
  if (next !== undefined) return arrive(searched, next);
  if (wrapped === undefined) return stay(searched, `Nothing matches ${query}.`);
  return arrive(searched, wrapped, forward ? 'Searched on from the beginning.' : 'Searched on from the end.');
};

const breakOn = (replay: Replay, place: Place, query: string): Outcome => {
  const { hits, error } = find(replay, query);
  if (error !== null) return stay(place, error);
  const breakpoint = { query, events: hits.map((hit) => hit.event) };
  const breakpoints = [...place.breakpoints, breakpoint];
  return stay({ ...place, breakpoints }, describe(breakpoint, breakpoints.length - 1));
};

const describe = ({ query, events }: Breakpoint, i: number): string =>
  `Breakpoint ${i + 1}: ${query} (${events.length} ${events.length === 1 ? 'event' : 'events'})`;

const toBreakpoint = (replay: Replay, place: Place, forward: boolean): Outcome => {
  const stops = place.breakpoints.map((b, i) => ({ i, event: nearest(b.events, place.at, forward) }));
  const reached = stops.reduce<{ i: number; event: number } | undefined>((best, { i, event }) => {
    if (event === undefined) return best;
    return best === undefined || (forward ? event < best.event : event > best.event) ? { i, event } : best;
  }, undefined);
  if (reached) return arrive(place, reached.event, `Breakpoint ${reached.i + 1}: ${place.breakpoints[reached.i]?.query ?? ''}`);
  return arrive(place, forward ? replay.lastIndex : 0, `No breakpoint on the way: this is the ${forward ? 'last' : 'first'} event.`);
};

/** The next of `events` (ascending) strictly after `at`, or before it. */
const nearest = (events: readonly number[], at: number, forward: boolean): number | undefined =>
  forward ? events.find((e) => e > at) : events.findLast((e) => e < at);
