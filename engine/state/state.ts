/**
 * Everything known after some number of events: plain readonly data. What each side did (its state) and what we know (keys, facts) are
 * two things: an observer without a key sees the same states.
 */
import type { SecretLearned } from '../event/event.ts';
import type { SecretAbout } from '../event/secret.ts';
import type { Cookie } from '../values/cookie.ts';
import type { MessageId } from '../values/message-id.ts';
import type { Timestamp } from '../values/timestamp.ts';
import { noFragments, type Reassembly } from '../wire/ip-reassembly.ts';
import type { Fact, IvChain, Side } from './fact.ts';
import { type Findings, noFindings } from './finding.ts';
import type { IkeFragments } from './ike/fragments.ts';
import type { Peer } from './ike/peer.ts';
import type { Phase1Suite } from './ike/suite.ts';
import type { CertificateSeen } from './ikev1/certificate-seen.ts';
import type { Configuration, DeadPeerDetection, Xauth } from './ikev1/extensions.ts';
import type { QuickMode } from './ikev1/quick-mode.ts';
import type { Association } from './ipsec/association.ts';
import { emptyMap, type PersistentMap } from './persistent-map.ts';
import type { Meeting, Reporting } from './report/remembered.ts';
import type { Copies } from './sightings.ts';

/** What a secret is, its octets (`null` where the log was split from them), and the index at which it was learned. */
export interface KnownSecret {
  readonly about: SecretAbout;
  readonly ref: number;
  readonly value: Uint8Array | null;
  readonly since: number;
}

/** Values of phase 1 that keys are made of or hashed with, RFC 2409 5. `null`: not seen, or not derivable yet. */
export interface Phase1Values {
  readonly preSharedKey: Fact | null;
  readonly dhSharedSecret: Fact | null;
  /** KE payload bodies. */
  readonly gxi: Fact | null;
  readonly gxr: Fact | null;
  readonly nonceI: Fact | null;
  readonly nonceR: Fact | null;
  /** Body of the initiator's SA payload, whole. */
  readonly saI: Fact | null;
  /** Bodies of the ID payloads. */
  readonly idI: Fact | null;
  readonly idR: Fact | null;
  readonly skeyid: Fact | null;
  readonly skeyidD: Fact | null;
  readonly skeyidA: Fact | null;
  readonly skeyidE: Fact | null;
  /** Ka: SKEYID_e, cut or stretched to the cipher's key, RFC 2409 App. B. */
  readonly encryptionKey: Fact | null;
  /** First octets of hash(g^xi | g^xr). */
  readonly initialIv: Fact | null;
}

/** An informational or transaction exchange, or one that we do not follow. */
export interface OtherExchange {
  readonly kind: 'informational' | 'transaction' | 'newGroup' | 'unknown';
  readonly messageId: MessageId;
  readonly begunBy: Side;
  readonly first: number;
  readonly last: number;
  readonly iv: IvChain;
  /** What it said, in words, where it could be opened: `delete ESP c185666e`. */
  readonly result: string | null;
}

export type Exchange = QuickMode | OtherExchange;

/** Key into `Negotiation.exchanges`. Message IDs are drawn at random and for one kind of exchange each. */
export const exchangeKey = (kind: Exchange['kind'], id: MessageId): string => `${kind} ${id}`;

/** Something of each side, by role in phase 1. */
export type Sided<T> = Readonly<Record<Side, T>>;

/** One ISAKMP SA, or the try for one: a pair of cookies. */
export interface Negotiation {
  readonly id: string;
  readonly version: 1 | 2;
  readonly mode: 'main' | 'aggressive' | 'base' | 'ikev2' | 'unknown';
  /** False where the capture starts so late that who began is a guess. */
  readonly rolesKnown: boolean;
  readonly initiatorCookie: Cookie;
  /** `null` until the responder has spoken. */
  readonly responderCookie: Cookie | null;
  /** First event that shows the responder's cookie. */
  readonly answered: number | null;
  readonly initiator: Peer;
  readonly responder: Peer;
  /** Addresses and ports of both ends, a row at each change. */
  readonly paths: readonly { readonly event: number; readonly initiator: string; readonly responder: string }[];
  /** Phase 1 messages seen, retransmissions left out. */
  readonly phase1Messages: number;
  /** Domain of interpretation in the SA payload: 1 IPsec, 2 GDOI (RFC 6407 2.1); `null` where none was seen. */
  readonly doi: number | null;
  readonly suite: Phase1Suite | null;
  /** As the initiator has them, which are both sides' as a rule. */
  readonly values: Phase1Values;
  /** As the responder has them, where the two ends are known to hold different pre-shared keys. */
  readonly responderValues: Phase1Values | null;
  readonly iv: IvChain;
  /** Messages that came in parts and are not whole yet, RFC-less extension of Cisco and Microsoft. */
  readonly fragments: readonly IkeFragments[];
  /** What each side showed to prove itself with, in the order of its payloads. */
  readonly certificates: Sided<readonly CertificateSeen[]>;
  /** Whether the identity stands in the certificate; `null` where one of them is not known. */
  readonly identityCertified: Sided<boolean | null>;
  readonly nat: { readonly initiator: boolean | null; readonly responder: boolean | null; readonly port: number };
  readonly authenticated: { readonly initiator: boolean | null; readonly responder: boolean | null };
  /** Event at which a side said that it knows of no earlier SAs, RFC 2407 4.6.3.3. */
  readonly initialContact: Sided<number | null>;
  /** Lifetime that the responder said it would apply, RFC 2407 4.6.3.1. */
  readonly responderLifetime: { readonly seconds: number | null; readonly kilobytes: number | null } | null;
  readonly dpd: Sided<DeadPeerDetection | null>;
  readonly xauth: Xauth | null;
  readonly configuration: Configuration | null;
  readonly established: number | null;
  readonly ended: { readonly event: number; readonly why: string } | null;
  readonly exchanges: PersistentMap<Exchange>;
  /** Quick modes that are not at their end, or of which a step is only assumed; the newest last, no more than 64. */
  readonly openQuickModes: readonly MessageId[];
  readonly first: number;
  readonly last: number;
  /** Encrypted messages, and how many of them were opened. */
  readonly encrypted: number;
  readonly opened: number;
  /** Members that are known only from a device's log; absent where packets showed all. */
  readonly reported?: readonly string[];
  /** What packets and logs say each, where both speak of it. */
  readonly sources?: Sources;
}

/** A negotiation as packets alone show it, if any do, and as each log alone tells of it, by the log's input and the name that it had there. */
export interface Sources {
  readonly packets: Negotiation | null;
  readonly logs: PersistentMap<Negotiation>;
}

/** All that is known after the event `index`. It has one JSON form, and so a digest (`hash.ts`). */
export interface State {
  /** Index of the last event folded in. */
  readonly index: number;
  readonly now: Timestamp | null;
  readonly secrets: readonly KnownSecret[];
  readonly reassembly: Reassembly;
  readonly negotiations: PersistentMap<Negotiation>;
  /** Ids of negotiations by both cookies, and by initiator cookie and ends, for messages that lack the other. */
  readonly byCookie: PersistentMap<string>;
  /** How many negotiations an initiator cookie has: cookies are chosen by peers and can collide. */
  readonly cookieUses: PersistentMap<number>;
  /** First event at which an IKE message was seen, by direction and content. */
  readonly messages: PersistentMap<number>;
  /** The copies of each IKE message, by content alone. */
  readonly copies: PersistentMap<Copies>;
  /** IPsec SAs by protocol, destination and SPI. */
  readonly associations: PersistentMap<Association>;
  readonly findings: Findings;
  /** What lines of device logs lean on, by input; absent while no log has spoken. */
  readonly reporting?: PersistentMap<Reporting>;
  /** By what a negotiation of packets and one of a log find each other; absent while no log has spoken. */
  readonly meeting?: Meeting;
}

export const initialState: State = {
  index: 0,
  now: null,
  secrets: [],
  reassembly: noFragments,
  negotiations: emptyMap,
  byCookie: emptyMap,
  cookieUses: emptyMap,
  messages: emptyMap,
  copies: emptyMap,
  associations: emptyMap,
  findings: noFindings,
};

export const keepSecret = (state: State, event: SecretLearned): State => ({
  ...state,
  secrets: [...state.secrets, { about: event.about, ref: event.ref, value: event.value, since: state.index }],
});
