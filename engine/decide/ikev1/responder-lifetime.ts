/** RESPONDER-LIFETIME of an ISAKMP SA, RFC 2407 4.6.3.1: whoever takes a longer lifetime than its own policy has says so, once it can say it safely. */
import type { Context } from '../../state/context.ts';
import { get } from '../../state/persistent-map.ts';
import { exchangeKey } from '../../state/state.ts';
import { asMessageId, drawnOr, messageIdOf } from '../chance.ts';
import type { Intent } from '../intent.ts';
import type { Line } from '../lines.ts';
import type { Plan } from '../plan.ts';
import { sideOf, type Taking } from '../taking.ts';
import { cookiesOf } from './informational.ts';
import { carrierOf, ownSeconds } from './life.ts';
import { informational, toPeer } from './message.ts';
import { isakmpLifetime } from './payloads.ts';

export const oweLifetime = (ctx: Context, t: Taking, plan: Plan, line: Line): Intent | null => {
  const n = carrierOf(t, plan, line)?.n;
  const seconds = n && sideOf(n, plan.local) === 'responder' && n.responderLifetime === null ? ownSeconds(plan, n) : null;
  if (!n || seconds === null) return null;
  const drawn = drawnOr(t, messageIdOf(`${n.id} lifetime`));
  if (!drawn.ok) return drawn.intent;
  const id = asMessageId(drawn.values[0]);
  if (get(n.exchanges, exchangeKey('informational', id))) return null;
  const bytes = informational(ctx, n, 'responder', id, [isakmpLifetime(cookiesOf(n), seconds)]);
  const why = `RESPONDER-LIFETIME: the ISAKMP SA lives ${seconds} seconds`;
  return bytes && { do: 'SendMessage', exchange: id, why, datagram: toPeer(n, 'responder', plan, bytes) };
};
