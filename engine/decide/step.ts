/** One event, as an end that takes part lives through it: watched, remembered, put on the agenda, and kept no longer than there is room for. */
import type { Event } from '../event/event.ts';
import type { Context } from '../state/context.ts';
import { atIndex, evolve } from '../state/evolve.ts';
import type { Seen } from '../state/seen.ts';
import { attend } from './attend.ts';
import { followTraffic } from './esp/follow.ts';
import { withTrust } from './ikev1/trust.ts';
import { withContact } from './initial-contact.ts';
import type { Plan } from './plan.ts';
import { keepInMind } from './room.ts';
import { follow, type Taking } from './taking.ts';

export interface Stepped {
  readonly taking: Taking;
  readonly seen: Seen;
}

export const step = (ctx: Context, plan: Plan, before: Taking, event: Event, index: number): Stepped => {
  const { state, seen } = evolve(ctx, atIndex(before.state, index), event);
  const judged = withTrust(ctx, plan, { ...before, state }, event, seen);
  const followed = followTraffic(ctx, withContact(follow(judged, event, state, seen), event, seen), event, seen);
  const after = attend(plan.local, before, followed, event, seen);
  return { taking: keepInMind(plan, before, after, event, seen), seen };
};
