/** Informational exchange, RFC 2409 5.7: notifies and deletes, and what they do to negotiations and SAs. */

import { toHex } from '../../bytes/hex.ts';
import { notifyTypesV1 } from '../../registry/notify-type.ts';
import { nameOf } from '../../registry/registry.ts';
import type { MessageId } from '../../values/message-id.ts';
import { spi as spiOf } from '../../values/spi.ts';
import type { IkeMessage } from '../../wire/ike-message.ts';
import type { Payload } from '../../wire/payload-chain.ts';
import { type Claim, type Context, type Outcome, payloadOf, payloadsOf } from '../context.ts';
import { type IvChain, other, type Side } from '../fact.ts';
import type { Peer } from '../ike/peer.ts';
import { associationKey } from '../ipsec/association.ts';
import { deleteAssociation } from '../ipsec/install.ts';
import { get, set } from '../persistent-map.ts';
import type { Authenticator, Opened, Transition } from '../seen.ts';
import { exchangeKey, type Negotiation, type OtherExchange, type State } from '../state.ts';
import { associationsOf } from './agreement.ts';
import { newGroupSaid } from './new-group.ts';
import { provePhase2 } from './proof.ts';
import type { QuickMode } from './quick-mode.ts';
import { movePhase1, moveQuickMode } from './rows.ts';
import { connected, learnStatus } from './status-notifies.ts';
import { applyTransaction, transactionResult } from './transaction.ts';
import { notifyReceived, phase1Deleted, quickModeRefused, type Row } from './transitions.ts';

const isakmp = 1;
const protocolNames: Readonly<Record<number, 'esp' | 'ah'>> = { 2: 'ah', 3: 'esp' };

const quickModeOf = (n: Negotiation, id: MessageId | null | undefined): QuickMode | undefined => {
  const e = id == null ? undefined : get(n.exchanges, exchangeKey('quick', id));
  return e?.kind === 'quick' ? e : undefined;
};

/** What is said, in words: `delete ESP c185666e`, `notify NO-PROPOSAL-CHOSEN`. */
const said = (payloads: readonly Payload[]): string | null => {
  const words = payloads.flatMap((p): string[] => {
    const c = p.content;
    if (c.kind === 'notification') return [`notify ${nameOf(notifyTypesV1, c.notifyType) ?? c.notifyType}`];
    if (c.kind !== 'delete') return [];
    const name = c.protocolId === isakmp ? 'ISAKMP' : (protocolNames[c.protocolId] ?? `protocol ${c.protocolId}`).toUpperCase();
    return [`delete ${name} ${c.spis.map((s) => toHex(s)).join(' ')}`];
  });
  return words.length > 0 ? words.join(', ') : null;
};

interface Effect {
  readonly negotiation: Negotiation;
  readonly transitions: readonly Transition[];
  readonly claims: readonly Claim[];
  readonly associations: State['associations'];
}

const namesThis = (n: Negotiation, spis: readonly Uint8Array[]): boolean =>
  spis.every((s) => s.length !== 16) || spis.some((s) => toHex(s) === `${n.initiatorCookie}${n.responderCookie}`);

/** The rows of the table say where a side stands as a rule; one that gave up before it had finished stands elsewhere. */
const deletionOf = (n: Negotiation, speaker: Side): readonly Row<Peer['state']>[] =>
  phase1Deleted.map((row) =>
    row.from === 'IKE_P1_COMPLETE' ? { ...row, from: n[row.who === 'sender' ? speaker : other(speaker)].state } : row,
  );

const applyDeletes = (state: State, n: Negotiation, payloads: readonly Payload[], speaker: Side, effect: Effect, event: number): Effect => {
  let out = effect;
  for (const { content } of payloadsOf(payloads, 'delete')) {
    if (content.protocolId === isakmp) {
      // One ISAKMP SA may carry the delete of another between the same two: RFC 2408 3.15 has it name both cookies.
      if (out.negotiation.ended || !namesThis(n, content.spis)) continue;
      const ended = { ...out.negotiation, ended: { event, why: `deleted by ${speaker}` } };
      const moved = movePhase1(ended, deletionOf(ended, speaker), speaker, event);
      out = {
        ...out,
        negotiation: moved.negotiation,
        transitions: [...out.transitions, ...moved.transitions],
        claims: [
          ...out.claims,
          {
            code: 'deleted-by-peer',
            severity: 'note',
            about: n.id,
            message: `The ${speaker} deleted the ISAKMP SA.`,
            evidence: 'a DELETE payload for protocol ISAKMP',
            rfc: 'RFC 2408 3.15',
          },
        ],
      };
      continue;
    }
    const protocol = protocolNames[content.protocolId];
    if (!protocol) continue;
    for (const octets of content.spis) {
      if (octets.length !== 4) continue;
      const spi = spiOf(octets.reduce((v, o) => v * 256 + o, 0));
      const key = associationKey(protocol, n[speaker].address, spi);
      const a = get(out.associations, key);
      // It may have been made under an ISAKMP SA that is gone by now.
      const under = a?.negotiation == null || a.negotiation === n.id ? n : get(state.negotiations, a.negotiation);
      const maker = under && quickModeOf(under, a?.exchange);
      const partners = maker ? associationsOf(under, maker) : [];
      out = { ...out, associations: deleteAssociation(out.associations, key, partners, event) };
    }
  }
  return out;
};

/** A quick mode that the other side began and that was not answered yet: what an error notify refuses. */
const refusedBy = (n: Negotiation, speaker: Side): QuickMode | undefined =>
  n.openQuickModes
    .flatMap((id) => quickModeOf(n, id) ?? [])
    .filter((q) => q.begunBy !== speaker && q.messages === 1 && q.result === null)
    .sort((a, b) => b.last - a.last)[0];

const firstStatus = 16384;

const applyNotifies = (
  n: Negotiation,
  payloads: readonly Payload[],
  speaker: Side,
  trusted: boolean,
  effect: Effect,
  event: number,
): Effect => {
  let out = effect;
  for (const { content } of payloadsOf(payloads, 'notification')) {
    const name = nameOf(notifyTypesV1, content.notifyType) ?? String(content.notifyType);
    const error = content.notifyType < firstStatus;
    const refused = error && trusted && content.protocolId !== isakmp ? refusedBy(out.negotiation, speaker) : undefined;
    if (refused) {
      const moved = moveQuickMode(n.id, refused, quickModeRefused, speaker, event);
      const exchange: QuickMode = { ...moved.exchange, result: `refused: ${name}` };
      out = {
        ...out,
        negotiation: { ...out.negotiation, exchanges: set(out.negotiation.exchanges, exchangeKey('quick', refused.messageId), exchange) },
        transitions: [...out.transitions, ...moved.transitions],
      };
    }
    if (error) out = { ...out, claims: [...out.claims, refusal(n, speaker, name, out.negotiation.established !== null, trusted)] };
    const receiver = other(speaker);
    const at = out.negotiation[receiver].state;
    out = {
      ...out,
      transitions: [
        ...out.transitions,
        { negotiation: n.id, side: receiver, exchange: null, from: at, to: at, because: notifyReceived, proven: false },
      ],
    };
  }
  return out;
};

const refusal = (n: Negotiation, speaker: Side, name: string, established: boolean, trusted: boolean): Claim => ({
  code: name === 'NO-PROPOSAL-CHOSEN' ? (established ? 'phase2-no-proposal-chosen' : 'phase1-no-proposal-chosen') : 'refused',
  severity: 'error',
  about: n.id,
  message: `The ${speaker} refuses: ${name}.${trusted ? '' : ' Nothing proves who sent this notify.'}`,
  evidence: `a notify of type ${name}`,
  rfc: 'RFC 2408 3.14',
});

export const beginOther = (kind: OtherExchange['kind'], message: IkeMessage, begunBy: Side, event: number, iv: IvChain): OtherExchange => ({
  kind,
  messageId: message.header.messageId,
  begunBy,
  first: event,
  last: event,
  iv,
  result: null,
});

const exchangeWords: Readonly<Record<OtherExchange['kind'], string>> = {
  informational: 'informational',
  transaction: 'transaction',
  newGroup: 'new group',
  unknown: 'unknown',
};

/** RFC 2408 3.1: CONNECTED may come in an exchange of its own, under the message ID of the quick mode that asked for it. */
const withConnected = (n: Negotiation, id: MessageId, event: number): Negotiation => {
  const q = quickModeOf(n, id);
  return q && q.connected === null ? { ...n, exchanges: set(n.exchanges, exchangeKey('quick', id), { ...q, connected: event }) } : n;
};

/** What an exchange has come to, in words. */
const resultOf = (exchange: OtherExchange, speaker: Side, payloads: readonly Payload[]): string | null => {
  switch (exchange.kind) {
    case 'transaction':
      return transactionResult(payloads, said(payloads) ?? exchange.result);
    case 'newGroup':
      return newGroupSaid(payloads, speaker !== exchange.begunBy) ?? said(payloads) ?? exchange.result;
    default:
      return said(payloads) ?? exchange.result;
  }
};

/**
 * Informational, transaction and new group exchanges, which are authenticated alike: RFC 2409 5.6 and 5.7, draft-dukes-ike-mode-cfg-02 3.1.1.
 * `opened` is `null` for a message in the clear: it is then nobody's word for sure.
 */
export const observeInformational = (
  ctx: Context,
  state: State,
  n: Negotiation,
  before: OtherExchange,
  message: IkeMessage,
  speaker: Side,
  payloads: readonly Payload[],
  opened: Opened | null,
  iv: IvChain,
): Outcome => {
  const event = state.index;
  const hash = opened ? payloadOf(payloads, 'hash') : undefined;
  const proof: Authenticator | null =
    opened && hash
      ? provePhase2(ctx, n, 'informational', message.header.messageId, opened, hash, { nonceI: null, nonceR: null }, event)
      : null;
  const wrong = proof?.verdict === 'differs';
  const trusted = opened !== null && !wrong;
  const result = wrong ? before.result : resultOf(before, speaker, payloads);
  const exchange: OtherExchange = { ...before, last: event, iv: wrong ? before.iv : iv, result };
  const kept: Negotiation = { ...n, exchanges: set(n.exchanges, exchangeKey(exchange.kind, message.header.messageId), exchange) };
  const told = trusted ? learnStatus(kept, speaker, payloads, event) : kept;
  const moved =
    trusted && exchange.kind === 'transaction' ? applyTransaction(told, speaker, payloads, event) : { negotiation: told, transitions: [] };
  const still: Effect = { ...moved, claims: [], associations: state.associations };
  const afterDeletes = trusted ? applyDeletes(state, moved.negotiation, payloads, speaker, still, event) : still;
  const connects = trusted && payloadsOf(payloads, 'notification').some((p) => p.content.notifyType === connected);
  const effect = wrong ? afterDeletes : applyNotifies(moved.negotiation, payloads, speaker, trusted, afterDeletes, event);
  const mismatch: Claim[] =
    proof && wrong
      ? [
          {
            code: 'authentication-failed',
            severity: 'warning',
            about: n.id,
            message: `The hash of a message in the ${exchangeWords[exchange.kind]} exchange is wrong: what it says is not believed.`,
            evidence: `expected ${proof.expected ? toHex(proof.expected) : 'unknown'}, seen ${toHex(proof.seen)}`,
            rfc: 'RFC 2409 5.7',
          },
        ]
      : [];
  const negotiation = connects ? withConnected(effect.negotiation, message.header.messageId, event) : effect.negotiation;
  return { ...effect, negotiation, authenticators: proof ? [proof] : [], claims: [...effect.claims, ...mismatch] };
};
