/** What a fold is given besides state and event, and what its parts hand back. */
import type { Crypto } from '../crypto/provider.ts';
import type { PayloadContent } from '../wire/payload/content.ts';
import type { Payload } from '../wire/payload-chain.ts';
import type { Finding } from './finding.ts';
import type { Association } from './ipsec/association.ts';
import type { PersistentMap } from './persistent-map.ts';
import type { Authenticator, Transition } from './seen.ts';
import type { Negotiation } from './state.ts';

/** What a fold needs besides state and event. The same context and events give the same states. */
export interface Context {
  readonly crypto: Crypto;
  /** Numbers that an anti-replay window covers: 64, Cisco's default, unless told otherwise. */
  readonly replayWindow: number;
  /** Build header trees of packets too; a fold leaves them out. */
  readonly detail: boolean;
  /** ICVs are those of the agreed algorithms, and no others that a peer may have meant: so it is for packets of our own SAs. */
  readonly agreedOnly?: boolean;
}

/** A finding before it has its events. */
export type Claim = Omit<Finding, 'event' | 'events' | 'count'>;

/** What a message did to its negotiation and to the IPsec SAs. */
export interface Outcome {
  readonly negotiation: Negotiation;
  readonly transitions: readonly Transition[];
  readonly authenticators: readonly Authenticator[];
  readonly claims: readonly Claim[];
  readonly associations: PersistentMap<Association>;
}

type ContentKind = PayloadContent['kind'];
export type ContentOf<K extends ContentKind> = Extract<PayloadContent, { readonly kind: K }>;
export type PayloadOf<K extends ContentKind> = Payload & { readonly content: ContentOf<K> };

/** Payloads of one kind, in order. */
export const payloadsOf = <K extends ContentKind>(payloads: readonly Payload[], kind: K): readonly PayloadOf<K>[] =>
  payloads.filter((p): p is PayloadOf<K> => p.content.kind === kind);

export const payloadOf = <K extends ContentKind>(payloads: readonly Payload[], kind: K): PayloadOf<K> | undefined =>
  payloadsOf(payloads, kind)[0];

/** Whether a payload of this type is there, whole or not. */
export const carries = (payloads: readonly Payload[], type: number): boolean => payloads.some((p) => p.type === type);
