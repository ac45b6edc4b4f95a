/** XAUTH, draft-beaulieu-ike-xauth-02: as the gateway that asks for a user, and as the client that answers. A password is compared in constant time. */
import { sameSecret } from '../../crypto/same-secret.ts';
import type { Context } from '../../state/context.ts';
import type { Negotiation } from '../../state/state.ts';
import type { Timestamp } from '../../values/timestamp.ts';
import type { Intent } from '../intent.ts';
import type { Plan } from '../plan.ts';
import { conversationKey, conversationOf, type Taking } from '../taking.ts';
import { type Attributes, transactionsOf } from '../transactions.ts';
import { attribute, begun, empty, isXauthWord, long, numberIn, type Opening, octetsIn, type Speech, say, short, text } from './words.ts';

/** How far a user is proven: `none` is needed, it is `open`, or decided. */
export type Standing = 'none' | 'open' | 'ok' | 'failed';

const firstMethod = 65001;
const lastMethod = 65010;
const isXauthMethod = (method: number | null | undefined): boolean => method != null && method >= firstMethod && method <= lastMethod;

const [fail, ok] = [0, 1];
const generic = 0;
const questionName = 'xauth question';
const statusName = 'xauth status';

/** By our own words where we ask, by the gateway's where we answer: whatever else a peer says makes nobody proven. */
export const xauthStanding = (t: Taking, plan: Plan, n: Negotiation): Standing => {
  if (plan.xauth?.role === 'server') return standing(begun(t, n, statusName)?.said?.body);
  if (!isXauthMethod(n.suite?.authentication)) return 'none';
  const decided = transactionsOf(t.transactions, n.id).filter((x) => !x.begunByUs && x.said !== null && isStatus(x.heard?.body));
  return standing(decided.at(-1)?.heard?.body);
};

const isStatus = (body: Attributes | undefined): boolean => body?.type === say.set && octetsIn(body, attribute.xauthStatus) !== null;

const standing = (body: Attributes | undefined): Standing => {
  if (!body) return 'open';
  return numberIn(body, attribute.xauthStatus) === ok ? 'ok' : 'failed';
};

/** As gateway: the question, and what came of the answer. */
export const openXauth = (ctx: Context, t: Taking, plan: Plan, n: Negotiation): Opening | null => {
  if (plan.xauth?.role !== 'server') return null;
  const question = begun(t, n, questionName);
  if (!question?.said) {
    const attributes = [empty(attribute.userName), empty(attribute.userPassword)];
    return { do: 'say', name: questionName, type: say.request, attributes, why: 'XAUTH: who is the user?' };
  }
  if (!question.heard || begun(t, n, statusName)) return null;
  const proven = isProven(ctx, t, plan.xauth.users, question.heard.body);
  const why = proven ? 'XAUTH: the user is believed' : 'XAUTH: the user is not believed';
  return { do: 'say', name: statusName, type: say.set, attributes: [short(attribute.xauthStatus, proven ? ok : fail)], why };
};

/** The user whom the peer named, whether proven or not. */
export const userOf = (t: Taking, n: Negotiation): string | null => nameIn(begun(t, n, questionName)?.heard?.body);

const utf8 = new TextDecoder();
const nameIn = (body: Attributes | undefined): string | null => {
  const name = octetsIn(body, attribute.userName);
  return name && utf8.decode(name);
};

const passwordOf = (t: Taking, user: string): Uint8Array | null =>
  t.state.secrets.find(({ about }) => about.what === 'xauthPassword' && about.user === user)?.value ?? null;

/** As much work for a user whom nobody knows. */
const isProven = (ctx: Context, t: Taking, users: readonly string[], reply: Attributes): boolean => {
  const user = nameIn(reply);
  const known = user !== null && users.includes(user) ? passwordOf(t, user) : null;
  const given = octetsIn(reply, attribute.userPassword);
  const same = sameSecret(ctx.crypto, known ?? new Uint8Array(0), given ?? new Uint8Array(0));
  return same && known !== null && given !== null && reply.type === say.reply;
};

/** As client: since when the gateway owes us its question or its decision. */
export const gatewayOwesSince = (t: Taking, plan: Plan, n: Negotiation): Timestamp | null => {
  if (plan.xauth?.role !== 'client' || xauthStanding(t, plan, n) !== 'open') return null;
  const last = transactionsOf(t.transactions, n.id).findLast((x) => x.said !== null);
  return conversationOf(t, conversationKey(n.id, last?.messageId ?? 0)).sent?.at ?? null;
};

/** As client: a gateway may ask again after a wrong answer; ours will not be another one. */
const mostAnswers = 3;

/** As client: an answer to what the gateway asks, the thanks for what it decides. */
export const answerXauth = (t: Taking, plan: Plan, n: Negotiation, body: Attributes): Speech | Extract<Intent, { do: 'Failed' }> | null => {
  if (plan.xauth?.role !== 'client') return null;
  if (isStatus(body)) {
    return { do: 'say', type: say.acknowledge, attributes: [empty(attribute.xauthStatus)], why: 'XAUTH: the decision is heard' };
  }
  const answered = transactionsOf(t.transactions, n.id).filter((x) => x.said?.body.type === say.reply && isXauthWord(x.said.body));
  if (body.type !== say.request || answered.length >= mostAnswers) return null;
  const { user } = plan.xauth;
  const password = passwordOf(t, user);
  if (!password) return { do: 'Failed', negotiation: n.id, why: `no password is known for the user ${user}` };
  const asked = new Set(body.attributes.map((a) => a.type));
  const kind = numberIn(body, attribute.xauthType) ?? generic;
  // Challenges and one-time passwords are beyond us, draft 6.3: the client says that it fails.
  if (kind !== generic || (!asked.has(attribute.userName) && !asked.has(attribute.userPassword))) {
    return { do: 'say', type: say.reply, attributes: [short(attribute.xauthStatus, fail)], why: 'XAUTH: this we cannot answer' };
  }
  const attributes = [
    ...(asked.has(attribute.xauthType) ? [short(attribute.xauthType, generic)] : []),
    ...(asked.has(attribute.userName) ? [text(attribute.userName, user)] : []),
    ...(asked.has(attribute.userPassword) ? [long(attribute.userPassword, password)] : []),
  ];
  return { do: 'say', type: say.reply, attributes, why: 'XAUTH: user and password' };
};
