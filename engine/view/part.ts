/** Where an event stands in the list of negotiations: which one, and which part of it. */
import { get } from '../state/persistent-map.ts';
import type { Seen } from '../state/seen.ts';
import type { State } from '../state/state.ts';

/** Id of the negotiation that an event belongs to; `null` for none that is known. */
export const negotiationOf = (state: State, seen: Seen): string | null =>
  seen.ike?.negotiation ??
  seen.report?.negotiation ??
  (seen.ipsec ? (get(state.associations, seen.ipsec.association)?.negotiation ?? null) : null);

const phase1Types = new Set([1, 2, 4]);

/** Id of the `PartView` that it belongs to. */
export const partOf = (state: State, seen: Seen, negotiation: string | null): string | null => {
  if (seen.ipsec) return seen.ipsec.association;
  if (seen.report) return seen.report.exchange === null ? `${negotiation} phase1` : `quick ${seen.report.exchange}`;
  if (!seen.ike) return null;
  const { header } = seen.ike.message;
  if (header.major === 2 || phase1Types.has(header.exchangeType)) return `${negotiation} phase1`;
  if (header.exchangeType === 32) return `quick ${header.messageId}`;
  const n = get(state.negotiations, seen.ike.negotiation);
  const kind = (['informational', 'transaction', 'newGroup', 'unknown'] as const).find(
    (k) => n && get(n.exchanges, `${k} ${header.messageId}`),
  );
  return kind ? `${kind} ${header.messageId}` : null;
};
