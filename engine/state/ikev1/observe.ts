/** One IKEv1 message, RFC 2408 3.1: to which exchange it belongs, opened where it can be, and handed to what knows that exchange. */
import { hashLength } from '../../crypto/provider.ts';
import { flagsV1 } from '../../wire/ike-header.ts';
import type { IkeMessage } from '../../wire/ike-message.ts';
import type { Packet } from '../../wire/packet.ts';
import { genericHeaderLength, type Payload } from '../../wire/payload-chain.ts';
import type { Claim, Context, Outcome } from '../context.ts';
import { type IvChain, other, type Side } from '../fact.ts';
import { methodFamily } from '../ike/authentication-method.ts';
import { algorithmsOf } from '../ike/suite.ts';
import { get, set } from '../persistent-map.ts';
import type { IkeSeen } from '../seen.ts';
import { type Exchange, exchangeKey, type Negotiation, type OtherExchange, type State } from '../state.ts';
import { deriveValues, withOtherKeys } from './derive.ts';
import { beginOther, observeInformational } from './informational.ts';
import { modeOf } from './negotiation.ts';
import { beginChain, type Judge, type Opening, openIke } from './opening.ts';
import { completePhase1, judgePhase1, observePhase1Message, phase1Message } from './phase1.ts';
import { judgeHash } from './proof.ts';
import { beginQuickMode } from './quick-mode.ts';
import { judgeQuickMode, observeQuickMode, quickModeMessage } from './quick-mode-messages.ts';
import type { QuickMessageName } from './transitions.ts';

export interface Observed extends Outcome {
  readonly ike: IkeSeen;
}

const exchangeKinds: Readonly<Record<number, Exchange['kind']>> = { 5: 'informational', 6: 'transaction', 32: 'quick', 33: 'newGroup' };
const otherLabels: Readonly<Record<OtherExchange['kind'], string>> = {
  informational: 'INFO',
  transaction: 'CFG',
  newGroup: 'NGM',
  unknown: 'IKE',
};
const phase1Types = new Set([1, 2, 4]);

/** In phase 2 there must have been a phase 1, seen or not: RFC 2409 5.5. A message in the clear is no phase 2. */
const established = (n: Negotiation, encrypted: boolean): Negotiation => {
  if (!encrypted || n.phase1Messages > 0 || n.initiator.state !== 'IKE_READY') return n;
  return {
    ...n,
    initiator: { ...n.initiator, state: 'IKE_P1_COMPLETE' },
    responder: { ...n.responder, state: 'IKE_P1_COMPLETE' },
  };
};

const nothing = (n: Negotiation, state: State): Outcome => ({
  negotiation: n,
  transitions: [],
  authenticators: [],
  claims: [],
  associations: state.associations,
});

/**
 * Under a key that opens nothing, the first message that is encrypted accuses the pre-shared key: it is all that keys depend on there. Not
 * so where the message before it, and with it the IV, is not in the trace.
 */
const keyClaim = (n: Negotiation, opening: Opening, label: string): Claim[] =>
  opening.closed?.startsWith('Ka does not open') &&
  methodFamily(n.suite) === 'preSharedKey' &&
  ((label === 'MM5' && n.phase1Messages === 4) || (label === 'MM6' && n.phase1Messages === 5))
    ? [
        {
          code: 'pre-shared-key-mismatch',
          severity: 'error',
          about: n.id,
          message: `${label} does not open with the key that follows from the secrets given: the pre-shared key or g^xy is another one, or the message was damaged.`,
          evidence: 'the decrypted octets are no payloads',
          rfc: 'RFC 2409 5.4',
        },
      ]
    : [];

const seenOf = (
  message: IkeMessage,
  n: Negotiation,
  speaker: Side,
  label: string,
  opening: Opening,
  payloads: readonly Payload[],
  outcome: Outcome,
): IkeSeen => ({
  message,
  negotiation: n.id,
  side: speaker,
  label,
  retransmissionOf: null,
  reassembled: null,
  opened: opening.opened,
  payloads,
  closed: opening.closed,
  authenticators: outcome.authenticators,
});

const counted = (n: Negotiation, encrypted: boolean, opened: boolean): Negotiation =>
  encrypted ? { ...n, encrypted: n.encrypted + 1, opened: n.opened + (opened ? 1 : 0) } : n;

const strayLabels: Readonly<Partial<Record<Negotiation['mode'], string>>> = { main: 'MM', aggressive: 'AM', base: 'BM' };

interface OpenedPhase1 {
  readonly n: Negotiation;
  readonly opening: Opening;
}

/** With the key that is known; where that opens nothing yet, with the one of the others given that does. */
const openPhase1 = (ctx: Context, state: State, n: Negotiation, speaker: Side, packet: Packet, message: IkeMessage): OpenedPhase1 => {
  const sealedName = message.encrypted ? phase1Message(n, [], true, speaker) : null;
  const openAs = (m: Negotiation): OpenedPhase1 => {
    const judge: Judge = (opened) => (sealedName ? judgePhase1(ctx, state, m, sealedName, speaker, packet, opened) : 'unknown');
    return { n: m, opening: openIke(ctx, m, speaker, packet.bytes, message, m.iv, state.index, judge) };
  };
  const first = openAs(n);
  if (!message.encrypted || first.opening.opened || n.opened > 0 || !first.opening.closed?.startsWith('Ka does not open')) return first;
  for (const other of withOtherKeys(ctx, state.secrets, n)) {
    const again = openAs(other);
    if (again.opening.opened) return again;
  }
  return first;
};

const observePhase1 = (ctx: Context, state: State, given: Negotiation, speaker: Side, packet: Packet, message: IkeMessage): Observed => {
  // What was seen first of it may have been an informational message.
  const known = given.mode === 'unknown' ? { ...given, mode: modeOf(message.header) } : given;
  const encrypted = message.encrypted !== null;
  const { n, opening } = openPhase1(ctx, state, known, speaker, packet, message);
  const payloads = opening.opened?.chain.payloads ?? message.payloads;
  const name = phase1Message(n, payloads, encrypted, speaker);
  const label = name ?? strayLabels[n.mode] ?? 'IKE';
  const before: Negotiation = counted({ ...n, iv: encrypted ? opening.iv : n.iv }, encrypted, opening.opened !== null);
  const outcome = name
    ? observePhase1Message(ctx, state, before, name, speaker, packet, payloads, opening.opened, encrypted && opening.opened === null)
    : nothing(before, state);
  // What comes when phase 1 is over, and proves nothing, does not move the block that all later exchanges begin from.
  const isStray = n.established !== null && !outcome.authenticators.some((a) => a.verdict === 'equal');
  return {
    ...outcome,
    negotiation: firstIv(isStray ? { ...outcome.negotiation, iv: n.iv } : outcome.negotiation),
    claims: [...outcome.claims, ...keyClaim(n, opening, label)],
    ike: seenOf(message, n, speaker, label, opening, payloads, outcome),
  };
};

/** As soon as both public values are known the chain of phase 1 has its first IV, RFC 2409 App. B. */
const firstIv = (n: Negotiation): Negotiation => {
  const iv = n.values.initialIv;
  const begun = n.iv.next !== null || n.iv.earlier.length > 0;
  return iv && !begun ? { ...n, iv: { next: iv, earlier: [] } } : n;
};

/**
 * A message that the first IV of its exchange does not open, under a key that opened others, is not the first: the trace lacks what was before.
 * QM3 alone holds a hash and nothing else, so its length tells it from QM2. RFC 2409 5.5.
 */
const firstOfThree = (n: Negotiation, message: IkeMessage, speaker: Side): { begunBy: Side; name: QuickMessageName } => {
  const algorithms = algorithmsOf(n.suite);
  const { start, end } = message.encrypted ?? { start: 0, end: 0 };
  const padding = algorithms ? end - start - genericHeaderLength - hashLength[algorithms.hash] : Number.POSITIVE_INFINITY;
  // Some stacks pad a whole block where nothing had to be padded.
  const hashAlone = padding >= 0 && padding <= (algorithms?.block ?? 0);
  return hashAlone ? { begunBy: speaker, name: 'QM3' } : { begunBy: other(speaker), name: 'QM2' };
};

const observeExchange = (ctx: Context, state: State, given: Negotiation, speaker: Side, packet: Packet, message: IkeMessage): Observed => {
  const kind = exchangeKinds[message.header.exchangeType] ?? 'unknown';
  const encrypted = message.encrypted !== null;
  const ready = established(deriveValues(ctx, state.secrets, given), encrypted);
  const follows = encrypted && (kind === 'quick' || kind === 'transaction' || kind === 'newGroup');
  const completed = follows ? completePhase1(ready, speaker, state.index) : { negotiation: ready, transitions: [] };
  const known = completed.negotiation;
  const { messageId } = message.header;
  const before = get(known.exchanges, exchangeKey(kind, messageId));
  const chain: IvChain = before?.iv ?? beginChain(ctx, known, message);
  const judge: Judge = (opened) =>
    kind === 'quick'
      ? judgeQuickMode(
          ctx,
          known,
          before?.kind === 'quick' ? before : beginQuickMode(messageId, speaker, state.index, chain),
          speaker,
          opened,
          state.index,
        )
      : judgeHash(ctx, known, messageId, opened, state.index);
  const opening = openIke(ctx, known, speaker, packet.bytes, message, chain, state.index, judge);
  const payloads = opening.opened?.chain.payloads ?? message.payloads;
  const n = counted(known, encrypted, opening.opened !== null);
  if (kind === 'quick') {
    // Only where MM6 opened is the block known that the first IV of every exchange is made of.
    const first = opening.notFirst && n.values.idR ? firstOfThree(n, message, speaker) : { begunBy: speaker, name: null };
    const q = before?.kind === 'quick' ? before : beginQuickMode(message.header.messageId, first.begunBy, state.index, chain);
    const inside = opening.opened?.chain.payloads ?? null;
    const name = before ? quickModeMessage(q, speaker, inside) : (first.name ?? quickModeMessage(q, speaker, inside));
    const commit = (message.header.flags & flagsV1.commit) !== 0;
    const outcome = observeQuickMode(ctx, state, n, q, name, speaker, payloads, opening.opened, opening.iv, commit);
    const transitions = [...completed.transitions, ...outcome.transitions];
    return { ...outcome, transitions, ike: seenOf(message, n, speaker, name ?? 'QM', opening, payloads, outcome) };
  }
  const exchange = before && before.kind !== 'quick' ? before : beginOther(kind, message, speaker, state.index, chain);
  // Transaction and new group messages are authenticated as informational ones are, RFC 2409 5.6 and draft-dukes-ike-mode-cfg-02 3.1.1.
  const outcome =
    kind !== 'unknown'
      ? observeInformational(ctx, state, n, exchange, message, speaker, payloads, opening.opened, opening.iv)
      : nothing(
          {
            ...n,
            exchanges: set(n.exchanges, exchangeKey(kind, message.header.messageId), { ...exchange, last: state.index, iv: opening.iv }),
          },
          state,
        );
  const transitions = [...completed.transitions, ...outcome.transitions];
  return { ...outcome, transitions, ike: seenOf(message, n, speaker, otherLabels[kind], opening, payloads, outcome) };
};

/** Exchange types that other protocols use in messages that look like IKE's: AuthIP's ([MS-AIPS] 2.2), and those of a group's keys (RFC 6407 3 and 4). */
const authIp = new Set([243, 244, 245, 246]);
const gdoi = 2;
const groupKeys: Readonly<Record<number, string>> = { 32: 'GKPULL', 33: 'GKPUSH' };
const gdoiPort = 848;

/** Which protocol it is, where it is none of ours: named, and nothing more is read into it. */
const foreignLabel = (n: Negotiation, packet: Packet, { header }: IkeMessage): string | null => {
  if (authIp.has(header.exchangeType)) return 'AUTHIP';
  const isGroup = n.doi === gdoi || packet.sport === gdoiPort || packet.dport === gdoiPort;
  return isGroup ? (groupKeys[header.exchangeType] ?? null) : null;
};

const foreignReasons: Readonly<Record<string, string>> = {
  AUTHIP: 'AuthIP is not followed: only Windows speaks it',
  GKPULL: 'group key management (GDOI) is not followed',
  GKPUSH: 'group key management (GDOI) is not followed',
};

const observeForeign = (state: State, n: Negotiation, speaker: Side, message: IkeMessage, label: string): Observed => {
  const outcome = nothing(counted(n, message.encrypted !== null, false), state);
  const closed = message.encrypted ? (foreignReasons[label] ?? null) : null;
  const opening: Opening = { opened: null, closed, notFirst: false, iv: n.iv };
  return { ...outcome, ike: seenOf(message, n, speaker, label, opening, message.payloads, outcome) };
};

/** `packet` carries `message` in its octets: as it was seen, or put together from parts. */
export const observeIkev1 = (ctx: Context, state: State, n: Negotiation, speaker: Side, packet: Packet, message: IkeMessage): Observed => {
  const foreign = foreignLabel(n, packet, message);
  if (foreign !== null) return observeForeign(state, n, speaker, message, foreign);
  return phase1Types.has(message.header.exchangeType)
    ? observePhase1(ctx, state, n, speaker, packet, message)
    : observeExchange(ctx, state, n, speaker, packet, message);
};
