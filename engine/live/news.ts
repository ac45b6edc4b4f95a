/** What one round brought, in words for whoever watches it happen: states reached, SAs made and gone, refusals. */
import { sideOf } from '../decide/taking.ts';
import type { Association } from '../state/ipsec/association.ts';
import { changedEntries, get } from '../state/persistent-map.ts';
import { spiText } from '../values/spi.ts';
import type { Timestamp } from '../values/timestamp.ts';
import { lifeNews } from './life-news.ts';
import type { Pump, Round } from './pump.ts';
import { trafficNews } from './traffic-news.ts';
import { transactionNews } from './transaction-news.ts';

export interface News {
  readonly at: Timestamp | null;
  readonly negotiation: string | null;
  /** Message ID of a quick mode; `null` for phase 1. */
  readonly exchange: number | null;
  /** State that our own side has reached; `null` where it is about something else. */
  readonly state: string | null;
  readonly message: string;
}

/** `before`: the pump as it was given the input. */
export const newsOf = (before: Pump, round: Round): readonly News[] => {
  const { taking, plan } = round.pump;
  const news: News[] = [];
  for (const { event, seen } of round.happened) {
    for (const { negotiation, exchange, side, from, to, because } of seen.transitions) {
      const n = get(taking.state.negotiations, negotiation);
      if (!n || sideOf(n, plan.local) !== side || from === to) continue;
      news.push({ at: event.at, negotiation, exchange, state: to, message: because });
    }
  }
  const at = round.happened[0]?.event.at ?? null;
  for (const [key, a] of changedEntries(before.taking.state.associations, taking.state.associations)) {
    const was = get(before.taking.state.associations, key)?.state;
    const word = was === a.state ? undefined : words[a.state];
    if (word) news.push({ at, negotiation: a.negotiation, exchange: a.exchange, state: null, message: `IPsec SA ${saText(a)} ${word}` });
  }
  for (const told of lifeNews(before.taking, round)) news.push({ at, state: null, ...told });
  for (const told of transactionNews(before.taking, taking, plan)) news.push({ at, exchange: null, state: null, ...told });
  for (const message of trafficNews(before.taking.traffic, taking.traffic)) {
    news.push({ at, negotiation: null, exchange: null, state: null, message });
  }
  const message = heldNews(before, round);
  if (message !== null) news.push({ at, negotiation: null, exchange: null, state: null, message });
  if (round.verdict?.do === 'Failed') {
    news.push({ at, negotiation: round.verdict.negotiation, exchange: null, state: null, message: `error: ${round.verdict.why}` });
  }
  return news;
};

/** That an operator, or a breakpoint of his, holds us, or does so no more. */
const heldNews = (before: Pump, { pump, pending }: Round): string | null => {
  const [was, is] = [before.operating.held, pump.operating.held];
  if (is === null) return was === null ? null : 'goes on';
  return was?.event === is.event ? null : `held: ${is.why}${pending ? `; next would leave ${pending.why}` : ''}`;
};

const words: Readonly<Partial<Record<Association['state'], string>>> = { mature: 'is up', dead: 'is gone' };

const saText = (a: Association): string => `${a.protocol.toUpperCase()} ${spiText(a.spi)} from ${a.src} to ${a.dst}`;
