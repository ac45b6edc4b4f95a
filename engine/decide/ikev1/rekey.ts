/** What we owe to SAs that come to their end: another quick mode for the same traffic, another phase 1. RFC 2409 5.5, RFC 2408 2.4. */
import type { Context } from '../../state/context.ts';
import { other } from '../../state/fact.ts';
import { get } from '../../state/persistent-map.ts';
import { asMessageId, messageIdOf } from '../chance.ts';
import type { Intent } from '../intent.ts';
import { type Line, type Pair, quickModeOf } from '../lines.ts';
import type { Plan } from '../plan.ts';
import { conversationKey, sideOf, type Taking } from '../taking.ts';
import { carrierOf, isKeptUp, isNewest, lifeOfIsakmp, lifeOfPair, negotiationOf, renewalOf, succession } from './life.ts';
import { beginPhaseOne, cookieOfRequest } from './phase1.ts';
import { ask, tunnelOf } from './quick-mode.ts';
import { mayHaveTraffic } from './transaction.ts';

export const oweRenewal = (ctx: Context, t: Taking, plan: Plan, line: Line): Intent | null => {
  const carrier = carrierOf(t, plan, line);
  const isDue = carrier && isNewest(line, carrier.stood) && lifeOfIsakmp(t, plan, carrier.n, carrier.stood).isDue;
  const successor = isDue ? succeed(t, plan, carrier.n.id) : null;
  if (successor) return successor;
  for (const pair of line.pairs) {
    const life = lifeOfPair(t, plan, pair);
    if (!life.isDue || life.isOver || !isKeptUp(t, plan, line, pair)) continue;
    const owed = carrier ? renew(ctx, t, plan, carrier.n.id, pair) : line.newest && succeed(t, plan, line.newest);
    if (owed) return owed;
  }
  return null;
};

/** Once: a peer that does not answer is not asked for ever. */
const succeed = (t: Taking, plan: Plan, negotiation: string): Intent | null => {
  const n = get(t.state.negotiations, negotiation);
  const side = n && sideOf(n, plan.local);
  const cookie = cookieOfRequest(t, succession(negotiation));
  if (!side || (cookie !== null && get(t.state.negotiations, cookie) !== undefined)) return null;
  const owed = beginPhaseOne(t, plan, succession(negotiation), n[other(side)].address);
  return owed?.do === 'Failed' ? null : owed;
};

const renew = (ctx: Context, t: Taking, plan: Plan, carrier: string, pair: Pair): Intent | null => {
  const n = get(t.state.negotiations, carrier);
  const side = n && sideOf(n, plan.local);
  const made = negotiationOf(t, pair);
  const madeSide = made && sideOf(made, plan.local);
  if (!side || !madeSide || !mayHaveTraffic(t, plan, n)) return null;
  const name = renewalOf(carrier, pair);
  const drawn = get(t.drawn, messageIdOf(name).purpose);
  if (drawn && quickModeOf(n, asMessageId(drawn))) return null;
  const named = get(t.identities, conversationKey(pair.negotiation, pair.exchange)) ?? [];
  const tunnel = tunnelOf(t, plan, made, pair.ours ? madeSide : other(madeSide), madeSide, named);
  if (!tunnel) return null;
  const owed = ask(ctx, t, plan, n, side, { tunnel, identities: pair.ours ? named : named.toReversed(), name });
  return owed?.do === 'Failed' ? null : owed;
};
