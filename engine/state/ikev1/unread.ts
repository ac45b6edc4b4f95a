/**
 * A first message of quick mode that came before the end of phase 1 and so could not be opened, RFC 2409 5.5: aggressive mode lets its initiator go on at
 * once, and datagrams overtake each other. Sent again, it is read as if it came for the first time.
 */
import type { IkeMessage } from '../../wire/ike-message.ts';
import type { Side } from '../fact.ts';
import { get, without } from '../persistent-map.ts';
import { exchangeKey, type Negotiation } from '../state.ts';

/** The negotiation without the exchange that the message began, where nothing of it was read and now could be; else `null`. */
export const beforeUnread = (n: Negotiation, { header, encrypted }: IkeMessage, speaker: Side): Negotiation | null => {
  const key = exchangeKey('quick', header.messageId);
  const q = get(n.exchanges, key);
  const isUnread = q?.kind === 'quick' && q.begunBy === speaker && q.messages === 1 && q.offered.length === 0 && q.result === null;
  if (!encrypted || !isUnread || !n.values.encryptionKey || !n.authenticated[speaker]) return null;
  return { ...n, exchanges: without(n.exchanges, key), openQuickModes: n.openQuickModes.filter((id) => id !== header.messageId) };
};
