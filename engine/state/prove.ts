/** A side that speaks proves what was assumed of it: that it had received what it answers. */
import type { MessageId } from '../values/message-id.ts';
import type { Side } from './fact.ts';
import { get, set } from './persistent-map.ts';
import type { Transition } from './seen.ts';
import { exchangeKey, type Negotiation } from './state.ts';

const assumedKey = { initiator: 'initiatorAssumed', responder: 'responderAssumed' } as const;

/** `moved`: transitions of this very event, of which an assumed one stays assumed. */
export const proveSide = (n: Negotiation, side: Side, moved: readonly Transition[]): Negotiation => {
  const justAssumed = (exchange: number | null): boolean => moved.some((t) => t.side === side && !t.proven && t.exchange === exchange);
  let out = n;
  if (out[side].assumed && !justAssumed(null)) out = { ...out, [side]: { ...out[side], assumed: false } };
  const flag = assumedKey[side];
  const still: MessageId[] = [];
  for (const id of out.openQuickModes) {
    const key = exchangeKey('quick', id);
    const e = get(out.exchanges, key);
    if (e?.kind !== 'quick') continue;
    const now = e[flag] && !justAssumed(id) ? { ...e, [flag]: false } : e;
    if (now !== e) out = { ...out, exchanges: set(out.exchanges, key, now) };
    if (now.result === null || now.initiatorAssumed || now.responderAssumed) still.push(id);
  }
  if (still.length < out.openQuickModes.length) out = { ...out, openQuickModes: still };
  return out;
};

/** Whether anything of phase 1, or of the quick mode `exchange`, is only assumed of a side. */
export const isAssumed = (n: Negotiation, side: Side, exchange: MessageId | null): boolean => {
  if (n[side].assumed) return true;
  const e = exchange === null ? undefined : get(n.exchanges, exchangeKey('quick', exchange));
  return e?.kind === 'quick' && e[assumedKey[side]];
};
