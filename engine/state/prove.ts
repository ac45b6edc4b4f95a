/** A side that speaks proves what was assumed of it: that it had received what it answers. */
import type { MessageId } from '../values/message-id.ts';
import type { Side } from './fact.ts';
import { entries, get, set } from './persistent-map.ts';
import type { Transition } from './seen.ts';
import { exchangeKey, type Negotiation } from './state.ts';

const assumedKey = { initiator: 'initiatorAssumed', responder: 'responderAssumed' } as const;

/** `moved`: transitions of this very event, of which an assumed one stays assumed. */
export const proveSide = (n: Negotiation, side: Side, moved: readonly Transition[]): Negotiation => {
  const justAssumed = (exchange: number | null): boolean => moved.some((t) => t.side === side && !t.proven && t.exchange === exchange);
  let out = n;
  if (out[side].assumed && !justAssumed(null)) out = { ...out, [side]: { ...out[side], assumed: false } };
  const flag = assumedKey[side];
  for (const [key, e] of entries(out.exchanges)) {
    if (e.kind === 'quick' && e[flag] && !justAssumed(e.messageId))
      out = { ...out, exchanges: set(out.exchanges, key, { ...e, [flag]: false }) };
  }
  return out;
};

/** Whether anything of phase 1, or of the quick mode `exchange`, is only assumed of a side. */
export const isAssumed = (n: Negotiation, side: Side, exchange: MessageId | null): boolean => {
  if (n[side].assumed) return true;
  const e = exchange === null ? undefined : get(n.exchanges, exchangeKey('quick', exchange));
  return e?.kind === 'quick' && e[assumedKey[side]];
};
