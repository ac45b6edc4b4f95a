/** One IKEv1 message, RFC 2408 3.1: to which exchange it belongs, opened where it can be, and handed to what knows that exchange. */
import type { IkeMessage } from '../../wire/ike-message.ts';
import type { Packet } from '../../wire/packet.ts';
import type { Payload } from '../../wire/payload-chain.ts';
import type { Claim, Context, Outcome } from '../context.ts';
import type { IvChain, Side } from '../fact.ts';
import { get, set } from '../persistent-map.ts';
import type { IkeSeen } from '../seen.ts';
import { type Exchange, exchangeKey, type Negotiation, type OtherExchange, type State } from '../state.ts';
import { deriveValues } from './derive.ts';
import { beginOther, observeInformational } from './informational.ts';
import { mainModeMessage, observeMainMode } from './main-mode.ts';
import { beginChain, type Opening, openIke } from './opening.ts';
import { beginQuickMode, observeQuickMode, quickModeMessage } from './quick-mode-messages.ts';

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

/** In phase 2 there must have been a phase 1, seen or not: RFC 2409 5.5. */
const established = (n: Negotiation): Negotiation => {
  if (n.phase1Messages > 0 || n.initiator.state !== 'IKE_READY') return n;
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

/** Under a key that opens nothing, the sixth or fifth message of main mode accuses the pre-shared key: it is all that keys depend on there. */
const keyClaim = (n: Negotiation, opening: Opening, label: string): Claim[] =>
  opening.closed?.startsWith('Ka does not open') && n.opened === 0 && (label === 'MM5' || label === 'MM6')
    ? [
        {
          code: 'pre-shared-key-mismatch',
          severity: 'error',
          about: n.id,
          message: `${label} does not open with the key that follows from the secrets given: the pre-shared key or g^xy is another one.`,
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

const observeExchange = (ctx: Context, state: State, given: Negotiation, speaker: Side, packet: Packet, message: IkeMessage): Observed => {
  const known = established({ ...given, values: deriveValues(ctx, state.secrets, given) });
  const kind = exchangeKinds[message.header.exchangeType] ?? 'unknown';
  const encrypted = message.encrypted !== null;
  const before = get(known.exchanges, exchangeKey(kind, message.header.messageId));
  const chain: IvChain = before?.iv ?? beginChain(ctx, known, message);
  const opening = openIke(ctx, known, packet, message, chain, state.index);
  const payloads = opening.opened?.chain.payloads ?? message.payloads;
  const n = counted(known, encrypted, opening.opened !== null);
  if (kind === 'quick') {
    const q = before?.kind === 'quick' ? before : beginQuickMode(message.header.messageId, speaker, state.index, chain);
    const name = quickModeMessage(q, speaker);
    const outcome = observeQuickMode(ctx, state, n, q, name, speaker, payloads, opening.opened, opening.iv);
    return { ...outcome, ike: seenOf(message, n, speaker, name ?? 'QM', opening, payloads, outcome) };
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
