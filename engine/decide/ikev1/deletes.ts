/** What has to go, and the deletes that say so: RFC 2408 3.15. Each names SAs by what their receiver knows them by. */
import { fromHex } from '../../bytes/hex.ts';
import type { Context } from '../../state/context.ts';
import { other } from '../../state/fact.ts';
import { get, values } from '../../state/persistent-map.ts';
import { exchangeKey, type Negotiation } from '../../state/state.ts';
import { spiText } from '../../values/spi.ts';
import { asMessageId, drawnOr, messageIdOf } from '../chance.ts';
import type { Intent } from '../intent.ts';
import { type Line, type Pair, quickModeOf, type Stood } from '../lines.ts';
import type { Plan } from '../plan.ts';
import type { Request } from '../requests.ts';
import { sideOf, type Taking } from '../taking.ts';
import { isDead } from './dpd.ts';
import { cookiesOf, isakmp } from './informational.ts';
import { isPast, lifeOfIsakmp, lifeOfPair, negotiationOf, overlapEnd, replacementOf, successorOf } from './life.ts';
import { informational, toPeer } from './message.ts';
import { deletion } from './payloads.ts';

const protocolIds = { ah: 2, esp: 3 } as const;

/** IPsec SAs go before the ISAKMP SA that protects the news. */
export const oweDeletes = (ctx: Context, t: Taking, plan: Plan, line: Line): Intent | null => {
  const [carrier] = line.isakmp.slice(-1).flatMap((stood) => negotiationOf(t, stood) ?? []);
  if (!carrier) return null;
  const all = whyAllGo(t, plan, line);
  for (const pair of line.pairs) {
    const a = get(t.state.associations, pair.inbound);
    const why = a && whyPairGoes(t, plan, line, pair, all);
    if (!why) continue;
    const spi = fromHex(spiText(a.spi)) ?? new Uint8Array(4);
    const owed = remove(ctx, t, plan, carrier, `${a.protocol} ${spiText(a.spi)}`, deletion(protocolIds[a.protocol], spi), why);
    if (owed) return owed;
  }
  for (const stood of line.isakmp) {
    const n = negotiationOf(t, stood);
    const why = n && whyIsakmpGoes(t, plan, line, n, stood, all);
    const owed = why && oweEnd(ctx, t, plan, n, why);
    if (owed) return owed;
  }
  return null;
};

/** An ISAKMP SA that cannot go on. */
export const oweEnd = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, why: string): Intent | null =>
  n.ended ? null : remove(ctx, t, plan, n, 'isakmp', deletion(isakmp, cookiesOf(n)), why);

const remove = (
  ctx: Context,
  t: Taking,
  plan: Plan,
  n: Negotiation,
  what: string,
  payload: ReturnType<typeof deletion>,
  why: string,
): Intent | null => {
  const side = sideOf(n, plan.local);
  const drawn = drawnOr(t, messageIdOf(`${n.id} delete ${what}`));
  if (!drawn.ok) return drawn.intent;
  const id = asMessageId(drawn.values[0]);
  if (!side || get(n.exchanges, exchangeKey('informational', id))) return null;
  const bytes = informational(ctx, n, side, id, [payload]);
  return bytes && { do: 'SendMessage', exchange: id, why: `delete ${what}: ${why}`, datagram: toPeer(n, side, plan, bytes) };
};

/** `all`: why everything with that peer goes. */
const whyPairGoes = (t: Taking, plan: Plan, line: Line, pair: Pair, all: string | null): string | null => {
  if (isPast(t, overlapEnd(replacementOf(t, line, pair)))) return 'another took its place';
  if (lifeOfPair(t, plan, pair).isOver) return 'its lifetime is over';
  return all ?? (isCleared(t, (r) => r.ask === 'clear sa' && isWith(t, plan, pair, r.peer), pair) ? cleared : null);
};

const whyIsakmpGoes = (t: Taking, plan: Plan, line: Line, n: Negotiation, stood: Stood, all: string | null): string | null => {
  const isIdle = n.openQuickModes.every((id) => quickModeOf(n, id)?.result !== null);
  if (isIdle && isPast(t, overlapEnd(successorOf(t, line, stood)))) return 'another took its place';
  if (lifeOfIsakmp(t, plan, n, stood).isOver) return 'its lifetime is over';
  const asked = (r: Request): boolean => r.ask === 'clear isakmp' && (r.connection === null || r.connection === connectionOf(t, n));
  return all ?? (isCleared(t, asked, stood) ? cleared : null);
};

const cleared = 'it was cleared';

const whyAllGo = (t: Taking, plan: Plan, line: Line): string | null => {
  if (t.requests.some((r) => r.means?.ask === 'leave')) return 'we leave';
  return isDead(t, plan, line) ? 'the peer is dead' : null;
};

/** What came after a request is not meant by it. */
const isCleared = (t: Taking, is: (request: Request) => boolean, stood: Stood): boolean =>
  t.requests.some(({ event, means }) => event > stood.event && means !== null && is(means));

const isWith = (t: Taking, plan: Plan, pair: Pair, peer: string | null): boolean => {
  const n = negotiationOf(t, pair);
  const side = n && sideOf(n, plan.local);
  return peer === null || (n !== undefined && side != null && n[other(side)].address === peer);
};

const firstConnection = 1001;

/** By their beginnings, as `show crypto isakmp sa` counts them. */
const connectionOf = (t: Taking, n: Negotiation): number =>
  firstConnection + values(t.state.negotiations).filter((earlier) => earlier.first < n.first).length;
