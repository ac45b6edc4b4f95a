/** What we owe a peer for all that stands with it, whichever negotiation made it: deletes, renewals, questions, keepalives. */
import type { Context } from '../../state/context.ts';
import type { Timestamp } from '../../values/timestamp.ts';
import type { Intent } from '../intent.ts';
import { type Line, lineOf } from '../lines.ts';
import type { Plan } from '../plan.ts';
import type { Taking } from '../taking.ts';
import type { Deadline } from '../timers.ts';
import { oweDeletes } from './deletes.ts';
import { keepaliveDeadline, oweKeepalive, oweQuestion, watchDeadline } from './dpd.ts';
import { isPast, lifeOfIsakmp, lifeOfPair, negotiationOf, overlapEnd, replacementOf, successorOf } from './life.ts';
import { oweRenewal } from './rekey.ts';
import { oweLifetime } from './responder-lifetime.ts';

/** One negotiation speaks for all with its peer: the one that came last. */
const spokenForBy = (t: Taking, negotiation: string): Line | undefined => {
  const line = lineOf(t.lines, negotiation);
  return line?.newest === negotiation ? line : undefined;
};

export const oweStanding = (ctx: Context, t: Taking, plan: Plan, negotiation: string, leaving: boolean): Intent | null => {
  const line = spokenForBy(t, negotiation);
  if (!line) return null;
  const owed = oweDeletes(ctx, t, plan, line);
  return owed || leaving
    ? owed
    : (oweLifetime(ctx, t, plan, line) ?? oweRenewal(ctx, t, plan, line) ?? oweQuestion(ctx, t, plan, line) ?? oweKeepalive(t, plan, line));
};

/** The next moments at which something of it falls due; what is past has been seen to. */
export const standingDeadlines = (t: Taking, plan: Plan, negotiation: string): readonly Deadline[] => {
  const line = spokenForBy(t, negotiation);
  if (!line) return [];
  const lives = [
    ...line.pairs.flatMap((pair) => {
      const { renewAt, endAt } = lifeOfPair(t, plan, pair);
      return [renewAt, endAt, overlapEnd(replacementOf(t, line, pair))];
    }),
    ...line.isakmp.flatMap((stood) => {
      const n = negotiationOf(t, stood);
      if (!n) return [];
      const { renewAt, endAt } = lifeOfIsakmp(t, plan, n, stood);
      return [renewAt, endAt, overlapEnd(successorOf(t, line, stood))];
    }),
  ];
  return [
    ...next(t, lives, `life ${negotiation}`, 'an SA is to be renewed, or to go'),
    ...next(t, [watchDeadline(t, plan, line)], `dpd ${negotiation}`, 'the peer is silent'),
    ...next(t, [keepaliveDeadline(t, plan, line)], `keepalive ${negotiation}`, 'the NAT would forget us'),
  ];
};

const next = (t: Taking, moments: readonly (Timestamp | null)[], timer: string, why: string): readonly Deadline[] => {
  const [at] = moments.filter((at) => at !== null && !isPast(t, at)).sort((a, b) => ((a ?? 0n) < (b ?? 0n) ? -1 : 1));
  return at == null ? [] : [{ timer, at, why }];
};
