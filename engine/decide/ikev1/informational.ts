/** What we owe beside the exchanges: answers to dead peer detection (RFC 3706 5.4), and deletes when we leave (RFC 2408 3.15). */
import { fromHex } from '../../bytes/hex.ts';
import type { Context } from '../../state/context.ts';
import { other, type Side } from '../../state/fact.ts';
import { cookieOctets } from '../../state/ike/cookie-octets.ts';
import { get, values } from '../../state/persistent-map.ts';
import type { Negotiation } from '../../state/state.ts';
import { noCookie } from '../../values/cookie.ts';
import { spiText } from '../../values/spi.ts';
import { asMessageId, drawnOr, messageIdOf } from '../chance.ts';
import type { Intent } from '../intent.ts';
import type { Plan } from '../plan.ts';
import type { Taking } from '../taking.ts';
import { informational, toPeer } from './message.ts';
import { deletion, notification } from './payloads.ts';

const isakmp = 1;
const protocolIds = { ah: 2, esp: 3 } as const;
const rUThereAck = 36137;

const cookies = (n: Negotiation): Uint8Array =>
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
  const bytes = informational(ctx, n, side, id, [notification(isakmp, rUThereAck, cookies(n), data)]);
  return bytes && { do: 'SendMessage', exchange: id, why: 'R-U-THERE-ACK: we live', datagram: toPeer(n, side, plan, bytes) };
};

/** Deletes for everything that stands, IPsec SAs before the ISAKMP SA that protects the news. */
export const oweDeletes = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side): Intent | null => {
  if (n.established === null || n.ended) return null;
  const living = values(t.state.associations)
    .filter((a) => a.negotiation === n.id && a.dst === plan.local && a.state !== 'dead')
    .sort((a, b) => a.spi - b.spi)[0];
  const of = living ? `${living.protocol} ${spiText(living.spi)}` : 'isakmp';
  const drawn = drawnOr(t, messageIdOf(`${n.id} delete ${of}`));
  if (!drawn.ok) return drawn.intent;
  const id = asMessageId(drawn.values[0]);
  const payload = living
    ? deletion(protocolIds[living.protocol], fromHex(spiText(living.spi)) ?? new Uint8Array(4))
    : deletion(isakmp, cookies(n));
  const bytes = informational(ctx, n, side, id, [payload]);
  return bytes && { do: 'SendMessage', exchange: id, why: `delete ${of}`, datagram: toPeer(n, side, plan, bytes) };
};
