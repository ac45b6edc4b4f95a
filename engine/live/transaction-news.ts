/** What XAUTH and mode config have come to, in words: whether a user is believed, which address is whose inside. */
import { innerAddress } from '../decide/ikev1/mode-config.ts';
import { userOf, xauthStanding } from '../decide/ikev1/xauth.ts';
import type { Plan } from '../decide/plan.ts';
import type { Taking } from '../decide/taking.ts';
import { changedEntries, get } from '../state/persistent-map.ts';
import type { Negotiation } from '../state/state.ts';

export interface TransactionNews {
  readonly negotiation: string;
  readonly message: string;
}

export const transactionNews = (before: Taking, after: Taking, plan: Plan): readonly TransactionNews[] =>
  changedEntries(before.transactions, after.transactions).flatMap(([id]) => {
    const n = get(after.state.negotiations, id);
    if (!n) return [];
    const told = [userNews, addressNews].flatMap((news) => {
      const [was, is] = [news(before, plan, n), news(after, plan, n)];
      return is === null || is === was ? [] : [{ negotiation: id, message: is }];
    });
    return told;
  });

const userNews = (t: Taking, plan: Plan, n: Negotiation): string | null => {
  const standing = xauthStanding(t, plan, n);
  if (standing !== 'ok' && standing !== 'failed') return null;
  const user = plan.xauth?.role === 'client' ? plan.xauth.user : userOf(t, n);
  return `XAUTH: the user ${user ?? 'without a name'} is ${standing === 'ok' ? '' : 'not '}believed`;
};

/** A client is told all that it was given, in one line. */
const addressNews = (t: Taking, plan: Plan, n: Negotiation): string | null => {
  const address = innerAddress(t, plan, n);
  if (address === null) return null;
  if (plan.configuring?.role === 'server') return `mode config: inner address ${address} is given`;
  const more = n.configuration?.attributes.map(({ name, value }) => `${name} ${value.replace(/\s+/g, ' ')}`) ?? [];
  return `mode config: our inner address is ${address} (${more.join(', ')})`;
};
