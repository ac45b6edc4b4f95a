/** Transaction exchanges as we talk in them, draft-dukes-ike-mode-cfg-02 3: who is owed which word, and the message that carries it. */
import type { Context } from '../../state/context.ts';
import type { Side } from '../../state/fact.ts';
import { algorithmsOf } from '../../state/ike/suite.ts';
import { hash1 } from '../../state/ikev1/authentication.ts';
import { valuesOf } from '../../state/ikev1/derive.ts';
import { get } from '../../state/persistent-map.ts';
import { exchangeKey, type Negotiation } from '../../state/state.ts';
import type { MessageId } from '../../values/message-id.ts';
import { type PayloadToWrite, writeChain } from '../../wire/payload-chain.ts';
import { asMessageId, drawnOr, messageIdOf } from '../chance.ts';
import type { Intent } from '../intent.ts';
import type { Plan } from '../plan.ts';
import { conversationKey, conversationOf, type Taking } from '../taking.ts';
import { type Attributes, isOpen, isUnanswered, type Transaction, transactionsOf } from '../transactions.ts';
import { oweEnd } from './deletes.ts';
import { exchange, firstIv, hashPayload, sealedMessage, toPeer } from './message.ts';
import { answerConfiguration, innerAddress, isUnconfigured, openConfiguration } from './mode-config.ts';
import { isXauthWord, type Opening, type Speech } from './words.ts';
import { answerXauth, openXauth, xauthStanding } from './xauth.ts';

/** The next word of ours: answers before questions. */
export const oweTransaction = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side): Intent | null => {
  for (const x of transactionsOf(t.transactions, n.id)) {
    const speech = isUnanswered(x) && x.heard ? answerTo(t, plan, n, side, x.heard.body) : null;
    if (speech?.do === 'Failed') return speech;
    if (speech) return reply(ctx, plan, n, side, x, speech);
  }
  const opening = openXauth(ctx, t, plan, n) ?? (isUserProven(t, plan, n) ? openConfiguration(t, plan, n, side) : null);
  if (opening) return open(ctx, t, plan, n, side, opening);
  return isRefused(t, plan, n) ? oweEnd(ctx, t, plan, n, 'the user is not believed') : null;
};

/** A gateway takes down what it has told is not believed, draft-beaulieu-ike-xauth-02 3.3, or what never answers. */
const isRefused = (t: Taking, plan: Plan, n: Negotiation): boolean => {
  const standing = xauthStanding(t, plan, n);
  if (plan.xauth?.role !== 'server' || standing === 'ok') return false;
  const open = transactionsOf(t.transactions, n.id).filter(isOpen);
  const isLost = open.some((x) => conversationOf(t, conversationKey(n.id, x.messageId)).repeats > plan.patience.tries);
  return isLost || (standing === 'failed' && open.length === 0);
};

const answerTo = (t: Taking, plan: Plan, n: Negotiation, side: Side, body: Attributes): ReturnType<typeof answerXauth> => {
  if (isXauthWord(body)) return answerXauth(t, plan, n, body);
  return isUserProven(t, plan, n) ? answerConfiguration(t, plan, n, side, body) : null;
};

const isUserProven = (t: Taking, plan: Plan, n: Negotiation): boolean => ['none', 'ok'].includes(xauthStanding(t, plan, n));

/** Traffic waits until a user is proven, where one is to be, and until a client has its address. */
export const mayHaveTraffic = (t: Taking, plan: Plan, n: Negotiation): boolean =>
  isUserProven(t, plan, n) && (plan.configuring?.role !== 'client' || innerAddress(t, plan, n) !== null);

/** Why these exchanges end a negotiation; `null` where they do not. */
export const transactionFailure = (t: Taking, plan: Plan, n: Negotiation): string | null => {
  if (xauthStanding(t, plan, n) === 'failed') return 'XAUTH failed: user and password do not fit';
  return isUnconfigured(t, plan, n) ? 'the gateway gives no inner address' : null;
};

const open = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side, { name, ...speech }: Opening): Intent | null => {
  const drawn = drawnOr(t, messageIdOf(`${n.id} ${name}`));
  if (!drawn.ok) return drawn.intent;
  const id = asMessageId(drawn.values[0]);
  // An answer repeats the identifier; the exchange has a message ID, so that any will do.
  return send(ctx, plan, n, side, id, firstIv(ctx, n, id), id & 0xffff, speech);
};

const reply = (ctx: Context, plan: Plan, n: Negotiation, side: Side, { messageId, heard }: Transaction, speech: Speech): Intent | null => {
  const e = get(n.exchanges, exchangeKey('transaction', messageId));
  return send(ctx, plan, n, side, messageId, e?.iv.next?.value ?? null, heard?.body.identifier ?? 0, speech);
};

/** RFC 2409 5.7 has the hash, draft-dukes-ike-mode-cfg-02 3.1.1 takes it over. */
const send = (
  ctx: Context,
  plan: Plan,
  n: Negotiation,
  side: Side,
  id: MessageId,
  iv: Uint8Array | null,
  identifier: number,
  { type, attributes, why }: Speech,
): Intent | null => {
  const algorithms = algorithmsOf(n.suite);
  const key = valuesOf(n, side).skeyidA?.value;
  if (!algorithms || !key) return null;
  const rest: PayloadToWrite = { type: 14, content: { kind: 'attributes', type, identifier, attributes } };
  const hash = hash1(ctx.crypto, algorithms.hash, key, id, writeChain([rest]));
  const bytes = sealedMessage(ctx, n, side, iv, exchange.transaction, id, [hashPayload(hash), rest]);
  return bytes && { do: 'SendMessage', exchange: id, why, datagram: toPeer(n, side, plan, bytes) };
};
