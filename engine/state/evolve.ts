/** The reducer: pure, total, synchronous. The same state and event give the same step on every machine, for any octets. */
import type { Event } from '../event/event.ts';
import type { Context } from './context.ts';
import { keepDrawn } from './drawn.ts';
import { foldReport } from './report/fold.ts';
import { routeDatagram, type Step } from './route.ts';
import { nothingSeen } from './seen.ts';
import { keepSecret, type State } from './state.ts';

const unreachable = (event: never): never => {
  throw new Error(`no case for an event of kind ${(event as Event).kind}`);
};

/** Folds one event. The caller has set `state.index` to the event's index with `atIndex`. */
export const evolve = (ctx: Context, before: State, event: Event): Step => {
  const state: State = event.at === null ? before : { ...before, now: event.at };
  switch (event.kind) {
    case 'DatagramSeen':
      return routeDatagram(ctx, state, event);
    case 'SecretLearned':
      return { state: keepSecret(state, event), seen: nothingSeen };
    case 'DeviceReported':
      return foldReport(ctx, state, event);
    case 'EntropyDrawn':
      return { state: keepDrawn(state, event), seen: nothingSeen };
    case 'TimerFired':
    case 'PolicyConfigured':
    case 'OperatorRequested':
      // Recorded and kept; what they mean comes with the parts of the engine that need them.
      return { state, seen: nothingSeen };
    default:
      return unreachable(event);
  }
};

/** The state as it stands while the event `index` is folded. */
export const atIndex = (state: State, index: number): State => (state.index === index ? state : { ...state, index });
