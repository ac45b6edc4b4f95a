/** What holds a running engine, and what shall become of its next message: a fold of the operator's requests and of what was seen. */
import { leaveRequest } from '../decide/decide.ts';
import { resumeRequest, sideOf } from '../decide/taking.ts';
import type { Event } from '../event/event.ts';
import type { Context } from '../state/context.ts';
import { atIndex, evolve } from '../state/evolve.ts';
import { get } from '../state/persistent-map.ts';
import type { Seen } from '../state/seen.ts';
import type { State } from '../state/state.ts';
import type { IpAddress } from '../values/ip-address.ts';
import { type Change, operation } from './operate.ts';

export interface Hold {
  /** `paused`, `stepped`, or the condition of the breakpoint: `MM5`. */
  readonly why: string;
  /** The last event before it. */
  readonly event: number;
}

export interface Operating {
  readonly breakpoints: readonly string[];
  readonly held: Hold | null;
  /** What is held now leaves although a breakpoint speaks of it: it was let go. */
  readonly passes: boolean;
  /** After the next message we hold again. */
  readonly stepping: boolean;
  /** Of the next message, in the order in which they were asked for. */
  readonly changes: readonly Change[];
}

export const unheld: Operating = { breakpoints: [], held: null, passes: false, stepping: false, changes: [] };

/** More would only cost. */
const mostBreakpoints = 64;
const mostChanges = 256;

/** Takes in what an operator asked for at an event; other requests change nothing. Who leaves, or begins again, is not held. */
const operated = (o: Operating, request: string, event: number): Operating => {
  if (request === leaveRequest || request === resumeRequest) return unheld;
  const asked = operation(request);
  switch (asked?.do) {
    case undefined:
      return o;
    case 'pause':
      return { ...o, held: o.held ?? { why: 'paused', event } };
    case 'continue':
      return { ...o, held: null, passes: o.held !== null, stepping: false };
    case 'step':
      return { ...o, held: null, passes: true, stepping: true };
    case 'spare':
      return { ...o, changes: [] };
    case 'break': {
      const others = o.breakpoints.filter((at) => at !== asked.at);
      return { ...o, breakpoints: [...others, asked.at].slice(-mostBreakpoints) };
    }
    case 'unbreak':
      return { ...o, breakpoints: o.breakpoints.filter((at) => at !== asked.at) };
    case 'change':
      return { ...o, changes: [...o.changes, asked.change].slice(-mostChanges) };
  }
};

/** A message that is about to leave, one that left, one that came. */
type When = 'leaving' | 'sent' | 'received';

/** What a breakpoint can name of a message: what it is, how it goes. */
const wordsOf = ({ ike }: Seen, when: When): readonly string[] => [
  when === 'received' ? 'received' : 'sent',
  ...(ike ? [ike.label.toUpperCase()] : []),
  ...(ike && ike.retransmissionOf !== null ? ['again'] : []),
  ...(ike?.authenticators.some(({ verdict }) => verdict === 'differs') ? ['differs'] : []),
];

/** States that our own side enters by a message. */
const entered = (state: State, { transitions }: Seen, local: IpAddress): readonly string[] =>
  transitions.flatMap(({ negotiation, side, from, to }) => {
    const n = get(state.negotiations, negotiation);
    return from !== to && n && sideOf(n, local) === side ? [to.toUpperCase()] : [];
  });

/** The condition of the first breakpoint that fits. A message of ours is held before it leaves; a state that it leads to, once it is entered. */
const breakpointAt = ({ breakpoints }: Operating, state: State, seen: Seen, local: IpAddress, when: When): string | null => {
  if (breakpoints.length === 0 || !seen.ike) return null;
  const words = wordsOf(seen, when);
  const states = when === 'leaving' ? [] : entered(state, seen, local);
  const fits = (at: string): boolean => {
    const wanted = at.split(' ');
    return (when !== 'sent' || wanted.some((w) => states.includes(w))) && wanted.every((w) => words.includes(w) || states.includes(w));
  };
  return breakpoints.find(fits) ?? null;
};

const holding = (o: Operating, why: string | null, event: number): Operating =>
  why === null || o.held ? o : { ...o, held: { why, event } };

/** What an event does: a request of the operator, a message at which, or behind which, we are to be held. `state`: after it. */
export const heldBy = (o: Operating, state: State, event: Event, seen: Seen, local: IpAddress): Operating => {
  if (event.kind === 'OperatorRequested') return operated(o, event.request, state.index);
  if (event.kind !== 'DatagramSeen' || event.via === 'capture') return o;
  return holding(o, breakpointAt(o, state, seen, local, event.via), state.index);
};

/** Whether a message of ours is held before it leaves. `state`: before it. */
export const heldBefore = (ctx: Context, o: Operating, state: State, event: Event, local: IpAddress): Operating => {
  if (o.held || o.passes || o.breakpoints.length === 0) return o;
  const shown = evolve(ctx, atIndex(state, state.index + 1), event);
  return holding(o, breakpointAt(o, shown.state, shown.seen, local, 'leaving'), state.index);
};

/** A message left: what was asked for the next one is done. */
export const afterMessage = (o: Operating, event: number): Operating => ({
  ...o,
  changes: [],
  passes: false,
  stepping: false,
  held: o.held ?? (o.stepping ? { why: 'stepped', event } : null),
});

/** Only what was held when we were let go passes. */
export const afterRound = (o: Operating): Operating => (o.passes ? { ...o, passes: false } : o);
