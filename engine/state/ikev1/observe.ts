/** One IKEv1 message, RFC 2408 3.1: to which exchange it belongs, opened where it can be, and handed to what knows that exchange. */
import { hashLength } from '../../crypto/provider.ts';
import type { IkeMessage } from '../../wire/ike-message.ts';
import type { Packet } from '../../wire/packet.ts';
import { genericHeaderLength, type Payload } from '../../wire/payload-chain.ts';
import type { Claim, Context, Outcome } from '../context.ts';
import { type IvChain, other, type Side } from '../fact.ts';
import { algorithmsOf } from '../ike/suite.ts';
import { get, set } from '../persistent-map.ts';
import type { IkeSeen } from '../seen.ts';
import { type Exchange, exchangeKey, type Negotiation, type OtherExchange, type State } from '../state.ts';
import { deriveValues } from './derive.ts';
import { beginOther, observeInformational } from './informational.ts';
import { completeMainMode, mainModeMessage, observeMainMode } from './main-mode.ts';
import { beginChain, type Opening, openIke } from './opening.ts';
import { beginQuickMode, observeQuickMode, quickModeMessage } from './quick-mode-messages.ts';
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
 * Under a key that opens nothing, the sixth or fifth message of main mode accuses the pre-shared key: it is all that keys depend on there. Not
 * so where the message before it, and with it the IV, is not in the trace.
 */
const keyClaim = (n: Negotiation, opening: Opening, label: string): Claim[] =>
  opening.closed?.startsWith('Ka does not open') &&
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
  opened: opening.opened,
  payloads,
  closed: opening.closed,
  authenticators: outcome.authenticators,
});

const counted = (n: Negotiation, encrypted: boolean, opened: boolean): Negotiation =>
  encrypted ? { ...n, encrypted: n.encrypted + 1, opened: n.opened + (opened ? 1 : 0) } : n;

const observePhase1 = (ctx: Context, state: State, n: Negotiation, speaker: Side, packet: Packet, message: IkeMessage): Observed => {
  const opening = openIke(ctx, n, packet, message, n.iv, state.index);
  const encrypted = message.encrypted !== null;
  const payloads = opening.opened?.chain.payloads ?? message.payloads;
  const name = n.mode === 'main' ? mainModeMessage(payloads, encrypted, speaker) : null;
  const label = name ?? (n.mode === 'aggressive' ? 'AM' : n.mode === 'base' ? 'BASE' : 'MM');
  const before: Negotiation = counted({ ...n, iv: encrypted ? opening.iv : n.iv }, encrypted, opening.opened !== null);
  const outcome = name
    ? observeMainMode(ctx, state, before, name, speaker, packet, payloads, opening.opened)
    : nothing({ ...before, phase1Messages: before.phase1Messages + 1 }, state);
  const withIv = firstIv(outcome.negotiation);
  return {
    ...outcome,
    negotiation: withIv,
    claims: [...outcome.claims, ...keyClaim(n, opening, label)],
    ike: seenOf(message, n, speaker, label, opening, payloads, outcome),
  };
};

/** As soon as both public values are known the chain of phase 1 has its first IV, RFC 2409 App. B. */
const firstIv = (n: Negotiation): Negotiation => {
  const iv = n.values.initialIv;
  const begun = n.iv.next !== null || n.iv.earlier.length > 0;
  return iv && !begun && n.encrypted === 0 ? { ...n, iv: { next: iv, earlier: [] } } : n;
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
  const ready = established({ ...given, values: deriveValues(ctx, state.secrets, given) }, encrypted);
  const completed = kind === 'quick' && encrypted ? completeMainMode(ready, speaker, state.index) : { negotiation: ready, transitions: [] };
  const known = completed.negotiation;
  const before = get(known.exchanges, exchangeKey(kind, message.header.messageId));
  const chain: IvChain = before?.iv ?? beginChain(ctx, known, message);
  const opening = openIke(ctx, known, packet, message, chain, state.index);
  const payloads = opening.opened?.chain.payloads ?? message.payloads;
  const n = counted(known, encrypted, opening.opened !== null);
  if (kind === 'quick') {
    // Only where MM6 opened is the block known that the first IV of every exchange is made of.
    const first = opening.notFirst && n.values.idR ? firstOfThree(n, message, speaker) : { begunBy: speaker, name: null };
    const q = before?.kind === 'quick' ? before : beginQuickMode(message.header.messageId, first.begunBy, state.index, chain);
    const inside = opening.opened?.chain.payloads ?? null;
    const name = before ? quickModeMessage(q, speaker, inside) : (first.name ?? quickModeMessage(q, speaker, inside));
    const outcome = observeQuickMode(ctx, state, n, q, name, speaker, payloads, opening.opened, opening.iv);
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
  return { ...outcome, ike: seenOf(message, n, speaker, otherLabels[kind], opening, payloads, outcome) };
};

export const observeIkev1 = (ctx: Context, state: State, n: Negotiation, speaker: Side, packet: Packet, message: IkeMessage): Observed =>
  phase1Types.has(message.header.exchangeType)
    ? observePhase1(ctx, state, n, speaker, packet, message)
    : observeExchange(ctx, state, n, speaker, packet, message);
