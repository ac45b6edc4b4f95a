/**
 * INITIAL-CONTACT, RFC 2407 4.6.3.3: who knows of no earlier SAs with the other says so, and the other drops those that it has: silently, since nobody
 * is left who would understand a delete.
 */
import type { Event } from '../event/event.ts';
import { other, type Side } from '../state/fact.ts';
import { get, set } from '../state/persistent-map.ts';
import type { Seen } from '../state/seen.ts';
import type { Negotiation } from '../state/state.ts';
import type { PayloadToWrite } from '../wire/payload-chain.ts';
import { cookiesOf, isakmp } from './ikev1/informational.ts';
import { userOf } from './ikev1/methods.ts';
import { notification } from './ikev1/payloads.ts';
import { lineOf, withOnly } from './lines.ts';
import type { Taking } from './taking.ts';

const initialContact = 24578;

/** For the message in which we prove ourselves: whether the peer is to hear that nothing else stands with it. */
export const firstContact = (t: Taking, n: Negotiation, side: Side): readonly PayloadToWrite[] => {
  const stands = (get(t.withPeer, n[other(side)].address) ?? []).some((id) => {
    const line = id === n.id || isDropped(t, id) ? undefined : lineOf(t.lines, id);
    return line !== undefined && (line.isakmp.length > 0 || line.pairs.length > 0);
  });
  return stands ? [] : [notification(isakmp, initialContact, cookiesOf(n))];
};

/** Whether the peer has let go of all that this negotiation made. */
export const isDropped = (t: Taking, negotiation: string): boolean => get(t.dropped, negotiation) !== undefined;

/**
 * Once an ISAKMP SA stands whose peer has said so. It goes for what stood before the negotiation began: two that begin at the same time both say so, and
 * mean neither of the two.
 */
export const withContact = (t: Taking, event: Event, { ike }: Seen): Taking => {
  const n = ike && event.kind === 'DatagramSeen' ? get(t.state.negotiations, ike.negotiation) : undefined;
  const peer = ike && event.kind === 'DatagramSeen' && event.via === 'sent' ? other(ike.side) : ike?.side;
  const line = n && peer && n.initialContact[peer] !== null ? lineOf(t.lines, n.id) : undefined;
  // With XAUTH it is a group that proves itself, and another of its users may stand at the same address.
  if (!n || !line || userOf(n.suite?.authentication ?? 0) !== null) return t;
  const old = [...line.isakmp, ...line.pairs].filter((stood) => stood.event < n.first);
  if (old.length === 0) return t;
  let { dropped } = t;
  for (const { negotiation } of old) dropped = set(dropped, negotiation, true);
  return { ...t, dropped, lines: withOnly(t.lines, line, n.first) };
};
