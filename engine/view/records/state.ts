/** `ikewind state`: everything known after one event, as one plain object. */
import { toHex } from '../../bytes/hex.ts';
import { type Replay, stateAt } from '../../replay/replay.ts';
import type { Side } from '../../state/fact.ts';
import { stateHash } from '../../state/hash.ts';
import type { Peer } from '../../state/ike/peer.ts';
import type { CertificateSeen } from '../../state/ikev1/certificate-seen.ts';
import { type Association, lostOf } from '../../state/ipsec/association.ts';
import { type Life, lifeOf } from '../../state/ipsec/lifetime.ts';
import { windowText } from '../../state/ipsec/replay-window.ts';
import { entries, values } from '../../state/persistent-map.ts';
import type { Exchange, Negotiation, State } from '../../state/state.ts';
import { noCookie } from '../../values/cookie.ts';
import { noAddress } from '../../values/ip-address.ts';
import { spiText } from '../../values/spi.ts';
import { byWeight, diagnose, foundSoFar } from '../diagnose/diagnose.ts';
import type { Claim } from '../diagnose/tale.ts';
import type { Reveal } from './events.ts';
import { type FindingRecord, findingRecord } from './findings.ts';
import { type IpsecSuiteRecord, ipsecSuiteRecord, type Phase1SuiteRecord, phase1SuiteRecord } from './names.ts';
import { type Time, timeOf } from './time.ts';

/** The answer of `state --format json`. It holds no secret. */
export interface StateRecord {
  readonly event: number;
  /** The last time that an input named. */
  readonly time: Time;
  /** Digest of the whole state, equal on every machine. */
  readonly hash: string;
  readonly negotiations: readonly NegotiationRecord[];
  readonly ipsecSas: readonly IpsecSaRecord[];
  readonly findings: readonly FindingRecord[];
}

/** One end; `null` where a value is not known. */
export interface PeerRecord {
  readonly address: string | null;
  readonly port: number | null;
  readonly identity: string | null;
  readonly state: string;
  /** Names of its vendor IDs; octets in hex where we have no name. */
  readonly vendor: readonly string[];
}

/** A certificate that a side showed; times are seconds since 1970. What could not be read is `null`. */
export interface CertificateRecord {
  readonly event: number;
  readonly encoding: number;
  readonly subject: string | null;
  readonly issuer: string | null;
  readonly serial: string | null;
  readonly notBefore: number | null;
  readonly notAfter: number | null;
  readonly alternativeNames: readonly string[];
  readonly authority: boolean | null;
  readonly key: { readonly type: string; readonly bits: number | null } | null;
  readonly sha256: string | null;
  readonly validThen: boolean | null;
  /** Which of the same message's certificates signed it, by place. */
  readonly signedBy: number | null;
}

/** One pair of cookies, RFC 2408 2.5.3. */
export interface NegotiationRecord {
  readonly id: string;
  readonly version: 1 | 2;
  /** `null` where only a log tells of it: logs print no cookies as a rule. */
  readonly ispi: string | null;
  readonly rspi: string | null;
  readonly initiator: PeerRecord;
  readonly responder: PeerRecord;
  readonly suite: Phase1SuiteRecord | null;
  readonly lifetimeSeconds: number | null;
  readonly nat: Negotiation['nat'];
  readonly authenticated: Negotiation['authenticated'];
  readonly established: number | null;
  readonly ended: Negotiation['ended'];
  readonly paths: Negotiation['paths'];
  /** Dead peer detection, RFC 3706, by the side that asks; `null`: it never did. */
  readonly dpd: Negotiation['dpd'];
  /** Event at which a side said that it knows of no earlier SAs. */
  readonly initialContact: Negotiation['initialContact'];
  /** Who the user is, and whether he was believed; `null`: nobody asked. */
  readonly xauth: Negotiation['xauth'];
  /** What one side gave the other to configure itself with. */
  readonly configuration: Negotiation['configuration'];
  readonly certificates: Readonly<Record<Side, readonly CertificateRecord[]>>;
  readonly exchanges: readonly ExchangeRecord[];
  /** Members that are known only from a device's log. */
  readonly reported?: readonly string[];
}

/** One exchange of phase 2, by message ID. States are those of quick mode, `null` for other kinds. */
export interface ExchangeRecord {
  readonly messageId: number;
  readonly begunBy: Side;
  readonly kind: Exchange['kind'];
  readonly initiatorState: string | null;
  readonly responderState: string | null;
  readonly result: string | null;
}

/** One direction of one protocol. */
export interface IpsecSaRecord {
  readonly negotiation: string | null;
  /** Message ID of the exchange that made it. */
  readonly exchange: number | null;
  readonly bundle: string | null;
  readonly protocol: 'esp' | 'ah';
  readonly spi: string;
  readonly src: string | null;
  readonly dst: string;
  readonly mode: Association['mode'];
  readonly udpEncap: boolean | null;
  readonly suite: IpsecSuiteRecord | null;
  readonly selectors: Association['selectors'];
  readonly pfsGroup: number | null;
  readonly lifetimeSeconds: number | null;
  readonly lifetimeKilobytes: number | null;
  /** `dying` where a lifetime is past, though nobody said so. */
  readonly state: Association['state'];
  /** What is left of the lifetimes; below 0 where they are past, `null` where they are not known. */
  readonly remaining: { readonly seconds: number | null; readonly kilobytes: number | null };
  readonly sequence: {
    readonly highest: NumberRecord | null;
    readonly received: number;
    /** Numbers between the lowest and the highest seen that never came. */
    readonly lost: NumberRecord;
    readonly replayed: number;
    readonly old: number;
    readonly badIcv: number;
  };
  /** With extended numbers: how their upper half is known. */
  readonly highHalf?: Association['highHalf'];
  /** Hex, newest bit last. */
  readonly window: string;
  readonly packets: number;
  readonly bytes: number;
  /** Members that are known only from a device's log. */
  readonly reported?: readonly string[];
}

/** Decimal text where a number of JSON would not be exact. */
export type NumberRecord = number | string;

/** The state after the event `at`, which is brought into the log. It holds no secret, so there is nothing to reveal. */
export const stateRecord = (replay: Replay, at: number, _reveal: Reveal = {}): StateRecord => {
  const state = stateAt(replay, at);
  return {
    event: state.index,
    time: timeOf(state.now),
    hash: stateHash(replay.context.crypto, state),
    negotiations: byFirst(values(state.negotiations)).map(negotiationRecord),
    ipsecSas: entries(state.associations)
      .sort(([, a], [, b]) => a.since - b.since)
      .map(([, a]) => ipsecSaRecord(a, lifeOf(a, state.now))),
    findings: findingsAt(replay, state).map((f) => findingRecord(replay, f)),
  };
};

/** At the end the whole verdict; before it what was found so far, since nobody knows yet what will not be answered. */
const findingsAt = (replay: Replay, state: State): readonly Claim[] => {
  if (state.index < replay.lastIndex) return foundSoFar(replay, state);
  const { negotiations, findings } = diagnose(replay);
  return [...negotiations.flatMap((n) => n.findings), ...findings].sort(byWeight);
};

/** In the order in which they began; ids break ties, so that the order never depends on a hash. */
export const byFirst = (negotiations: readonly Negotiation[]): readonly Negotiation[] =>
  negotiations.toSorted((a, b) => a.first - b.first || (a.id < b.id ? -1 : 1));

const negotiationRecord = (n: Negotiation): NegotiationRecord => ({
  id: n.id,
  version: n.version,
  ispi: n.initiatorCookie === noCookie ? null : n.initiatorCookie,
  rspi: n.responderCookie,
  initiator: peerRecord(n.initiator),
  responder: peerRecord(n.responder),
  suite: phase1SuiteRecord(n.suite),
  lifetimeSeconds: n.responderLifetime?.seconds ?? n.suite?.lifetimeSeconds ?? null,
  nat: n.nat,
  authenticated: n.authenticated,
  established: n.established,
  ended: n.ended,
  paths: n.paths,
  dpd: n.dpd,
  initialContact: n.initialContact,
  xauth: n.xauth,
  configuration: n.configuration,
  certificates: { initiator: n.certificates.initiator.map(certificateRecord), responder: n.certificates.responder.map(certificateRecord) },
  exchanges: values(n.exchanges)
    .toSorted((a, b) => a.first - b.first || a.messageId - b.messageId)
    .map(exchangeRecord),
  ...(n.reported && { reported: n.reported }),
});

const certificateRecord = ({ event, encoding, facts, signedBy }: CertificateSeen): CertificateRecord => ({
  event,
  encoding,
  subject: facts?.subject ?? null,
  issuer: facts?.issuer ?? null,
  serial: facts?.serial ?? null,
  notBefore: facts?.notBefore ?? null,
  notAfter: facts?.notAfter ?? null,
  alternativeNames: facts?.alternativeNames ?? [],
  authority: facts?.authority ?? null,
  key: facts ? { type: facts.keyType, bits: facts.keyBits } : null,
  sha256: facts ? toHex(facts.sha256) : null,
  validThen: facts?.validThen ?? null,
  signedBy,
});

const peerRecord = ({ address, port, identity, state, vendorIds }: Peer): PeerRecord => ({
  address: address === noAddress ? null : address,
  port,
  identity,
  state,
  vendor: vendorIds,
});

const exchangeRecord = (e: Exchange): ExchangeRecord => ({
  messageId: e.messageId,
  begunBy: e.begunBy,
  kind: e.kind,
  initiatorState: e.kind === 'quick' ? e.initiatorState : null,
  responderState: e.kind === 'quick' ? e.responderState : null,
  result: e.result,
});

/** Three decimals are enough for whoever waits for a rekey. */
const leftOf = (life: Life['seconds']): number | null => (life ? Math.round((life.of - life.used) * 1000) / 1000 : null);

const ipsecSaRecord = (a: Association, life: Life): IpsecSaRecord => ({
  negotiation: a.negotiation,
  exchange: a.exchange,
  bundle: a.bundle,
  protocol: a.protocol,
  spi: spiText(a.spi),
  src: a.src === noAddress ? null : a.src,
  dst: a.dst,
  mode: a.mode,
  udpEncap: a.udpEncap,
  suite: ipsecSuiteRecord(a),
  selectors: a.selectors,
  pfsGroup: a.pfsGroup,
  lifetimeSeconds: a.lifetimeSeconds,
  lifetimeKilobytes: a.lifetimeKilobytes,
  state: life.state,
  remaining: { seconds: leftOf(life.seconds), kilobytes: leftOf(life.kilobytes) },
  sequence: {
    highest: a.highest === null ? null : exact(a.highest),
    received: a.received,
    lost: exact(lostOf(a)),
    replayed: a.replayed,
    old: a.old,
    badIcv: a.badIcv,
  },
  ...(a.suite?.esn === true && { highHalf: a.highHalf }),
  window: windowText(a.window),
  packets: a.packets,
  bytes: a.bytes,
  ...(a.reported && { reported: a.reported }),
});

const exact = (n: bigint): NumberRecord => (n <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(n) : n.toString());
