/** What a log tells of a negotiation that packets show, laid into the one record: what packets show stands, what only the log knows is marked. */
import type { Side } from '../fact.ts';
import type { Negotiation } from '../state.ts';
import { sameNegotiation } from './agreement.ts';

type Known = NonNullable<Negotiation['reported']>[number];

const sides: readonly Side[] = ['initiator', 'responder'];

const withTold = (n: Negotiation, told: Negotiation): Negotiation => {
  const reported = new Set<Known>(n.reported);
  let out = n;
  const take = <K extends 'suite' | 'established' | 'ended'>(name: K): void => {
    if (out[name] !== null || told[name] === null) return;
    out = { ...out, [name]: told[name] };
    reported.add(name);
  };
  take('suite');
  take('established');
  take('ended');
  for (const side of sides) {
    const { identity } = told[side];
    if (out[side].identity !== null || identity === null) continue;
    out = { ...out, [side]: { ...out[side], identity } };
    reported.add(side);
  }
  return reported.size === 0 ? n : { ...out, reported: [...reported] };
};

/** One record a negotiation, in no new order: those that only logs tell of stay as they are. */
export const joinedNegotiations = (all: readonly Negotiation[]): readonly Negotiation[] => {
  const seen = all.filter((n) => n.reported === undefined);
  const shownOf = sameNegotiation(seen);
  const beside = new Map<Negotiation, Negotiation[]>();
  const alone: Negotiation[] = [];
  for (const told of all) {
    if (told.reported === undefined) continue;
    const shown = shownOf(told);
    if (!shown) alone.push(told);
    else if (beside.has(shown)) beside.get(shown)?.push(told);
    else beside.set(shown, [told]);
  }
  return [...seen.map((n) => (beside.get(n) ?? []).reduce(withTold, n)), ...alone];
};
