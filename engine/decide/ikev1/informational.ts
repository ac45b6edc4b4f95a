/** What we owe to whoever asks whether we live: RFC 3706 5.4. */
import type { Context } from '../../state/context.ts';
import { other, type Side } from '../../state/fact.ts';
import { cookieOctets } from '../../state/ike/cookie-octets.ts';
import { get } from '../../state/persistent-map.ts';
import type { Negotiation } from '../../state/state.ts';
import { noCookie } from '../../values/cookie.ts';
import { asMessageId, drawnOr, messageIdOf } from '../chance.ts';
import type { Intent } from '../intent.ts';
import type { Plan } from '../plan.ts';
import type { Taking } from '../taking.ts';
import { informational, toPeer } from './message.ts';
import { notification } from './payloads.ts';

export const isakmp = 1;
const rUThereAck = 36137;

/** What an ISAKMP SA is known by. */
export const cookiesOf = (n: Negotiation): Uint8Array =>
  Uint8Array.of(...cookieOctets(n.initiatorCookie), ...cookieOctets(n.responderCookie ?? noCookie));

/** RFC 3706 5.4: the answer has the number of the question. */
export const oweLife = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side): Intent | null => {
  const dpd = n.dpd[other(side)];
  if (!dpd?.asked || dpd.outstanding === 0) return null;
  // A question that comes again gets an answer of its own: under the same message ID it would be a retransmission.
  const drawn = drawnOr(t, messageIdOf(`${n.id} alive ${get(t.heard, n.id) ?? 0}`));
  if (!drawn.ok) return drawn.intent;
  const id = asMessageId(drawn.values[0]);
  const { number } = dpd.asked;
  const data = Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
  const bytes = informational(ctx, n, side, id, [notification(isakmp, rUThereAck, cookiesOf(n), data)]);
  return bytes && { do: 'SendMessage', exchange: id, why: 'R-U-THERE-ACK: we live', datagram: toPeer(n, side, plan, bytes) };
};
