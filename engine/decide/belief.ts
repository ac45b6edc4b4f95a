/** Whether the peer has proven itself to us in phase 1. A signature that verifies shows that somebody has made it, and no more: RFC 2409 5.1. */
import { other, type Side } from '../state/fact.ts';
import { methodFamily } from '../state/ike/authentication-method.ts';
import { get, type PersistentMap } from '../state/persistent-map.ts';
import type { Negotiation } from '../state/state.ts';

/** Why a peer that signed is not believed, `null` where it is, by negotiation. */
export type Doubts = PersistentMap<string | null>;

/** `side` is our own. */
export const isBelieved = (doubts: Doubts, n: Negotiation, side: Side): boolean =>
  n.authenticated[other(side)] === true && (methodFamily(n.suite) !== 'signature' || get(doubts, n.id) === null);
