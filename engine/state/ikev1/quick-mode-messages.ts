/** What the three messages of quick mode bring and prove, RFC 2409 5.5; with the second the keys of the IPsec SAs exist. */
import { toHex } from '../../bytes/hex.ts';
import { identityText } from '../../wire/payload/identification.ts';
import type { Payload } from '../../wire/payload-chain.ts';
import { type Claim, type Context, type Outcome, type PayloadOf, payloadOf, payloadsOf } from '../context.ts';
import { type Fact, type IvChain, other, type Side } from '../fact.ts';
import { attributeOf } from '../ike/suite.ts';
import { installAssociations, matureAssociations } from '../ipsec/install.ts';
import { set } from '../persistent-map.ts';
import type { Authenticator, Opened, Transition } from '../seen.ts';
import { exchangeKey, type Negotiation, type State } from '../state.ts';
import { agreementsOf, associationsOf } from './agreement.ts';
import { quickModeSecret } from './derive.ts';
import { provePhase2 } from './proof.ts';
import type { QuickMode } from './quick-mode.ts';
import { moveQuickMode } from './rows.ts';
import { connected, learnStatus, lifetimeSaid } from './status-notifies.ts';
import { type QuickMessageName, quickMode } from './transitions.ts';

/**
 * Which of the messages it is: the side that began sends QM1 and QM3, the other QM2, and QM4 where the commit bit asks for it (RFC 2408 3.1).
 * Where it could be opened, its payloads tell; else the order does. `null`: none of them.
 */
export const quickModeMessage = (q: QuickMode, speaker: Side, opened: readonly Payload[] | null): QuickMessageName | null => {
  const begun = speaker === q.begunBy;
  if (opened && payloadOf(opened, 'securityAssociation')) return begun ? 'QM1' : 'QM2';
  if (opened) return begun ? (opened.length === 1 ? 'QM3' : null) : saysConnected(opened) ? 'QM4' : null;
  if (!begun) return q.messages < 2 ? 'QM2' : q.messages === 3 && q.commit ? 'QM4' : null;
  return q.messages === 0 ? 'QM1' : q.messages < 3 ? 'QM3' : null;
};

const saysConnected = (payloads: readonly Payload[]): boolean =>
  payloadsOf(payloads, 'notification').some((p) => p.content.notifyType === connected);

const names: readonly QuickMessageName[] = ['QM1', 'QM2', 'QM3', 'QM4'];
const ordinary = 3;

/** What was said first stands: who repeats it in other octets changes nothing. */
const learn = (q: QuickMode, name: QuickMessageName, payloads: readonly Payload[], opened: Opened, event: number): QuickMode => {
  if (name === 'QM3' || name === 'QM4' || (name === 'QM1' ? q.offered : q.answered).length > 0) return q;
  const body = (p: Payload | undefined): Fact | null =>
    p ? { value: opened.bytes.slice(p.body.start, p.body.end), since: event, basis: 'seen' } : null;
  const proposals = payloadsOf(payloads, 'securityAssociation').map((p) => p.content.proposals);
  const [idI, idR] = payloadsOf(payloads, 'identification').map((p) => identityText(p.content.idType, p.content.data));
  const transform = proposals[0]?.[0]?.transforms[0];
  if (name === 'QM1') {
    return {
      ...q,
      offered: proposals,
      nonceI: body(payloadOf(payloads, 'nonce')),
      gxi: body(payloadOf(payloads, 'keyExchange')),
      idCi: idI ?? null,
      idCr: idR ?? null,
    };
  }
  return {
    ...q,
    answered: proposals,
    nonceR: body(payloadOf(payloads, 'nonce')),
    gxr: body(payloadOf(payloads, 'keyExchange')),
    pfsGroup: transform ? attributeOf(transform.attributes, 3) : null,
    lifetime: lifetimeSaid(payloads, false),
  };
};

const mismatch = (n: Negotiation, proof: Authenticator): Claim => ({
  code: 'quick-mode-hash-mismatch',
  severity: 'error',
  about: n.id,
  message: `${proof.name} is wrong: the message was changed on its way, or its sender uses other keys.`,
  evidence: `expected ${proof.expected ? toHex(proof.expected) : 'unknown'}, seen ${toHex(proof.seen)}`,
  rfc: proof.rfc,
});

/** Rows of this message, and before them those of messages that must have passed unseen. */
const move = (
  n: Negotiation,
  q: QuickMode,
  name: QuickMessageName,
  speaker: Side,
  event: number,
): { exchange: QuickMode; transitions: readonly Transition[] } => {
  const number = names.indexOf(name) + 1;
  let exchange = q;
  const transitions: Transition[] = [];
  for (let k = q.messages + 1; k <= number; k++) {
    const at = names[k - 1];
    if (at === undefined) break;
    const by = k % 2 === 0 ? other(q.begunBy) : q.begunBy;
    const moved = moveQuickMode(n.id, exchange, quickMode[at], k === number ? speaker : by, event, k < number);
    exchange = moved.exchange;
    transitions.push(...moved.transitions);
  }
  return { exchange: { ...exchange, messages: Math.max(q.messages, number) }, transitions };
};

const proofOf = (
  ctx: Context,
  n: Negotiation,
  q: QuickMode,
  name: QuickMessageName,
  opened: Opened,
  hash: PayloadOf<'hash'>,
  event: number,
): Authenticator => provePhase2(ctx, n, hashNumbers[name], q.messageId, opened, hash, q, event);

const hashNumbers = { QM1: 1, QM2: 2, QM3: 3, QM4: 4 } as const satisfies Record<QuickMessageName, number>;

/** How a message that was opened would prove itself: tells readings of it apart. */
export const judgeQuickMode = (
  ctx: Context,
  n: Negotiation,
  q: QuickMode,
  speaker: Side,
  opened: Opened,
  event: number,
): Authenticator['verdict'] => {
  const { payloads } = opened.chain;
  const name = quickModeMessage(q, speaker, payloads);
  const hash = payloadOf(payloads, 'hash');
  return name && hash ? proofOf(ctx, n, learn(q, name, payloads, opened, event), name, opened, hash, event).verdict : 'unknown';
};

/** Quick modes that are followed to their end at once; what a flood begins beyond that stays as it is. */
const mostOpen = 64;

/** `iv` is the chain after this message; a message whose HASH is wrong leaves it where it was. */
export const observeQuickMode = (
  ctx: Context,
  state: State,
  n: Negotiation,
  before: QuickMode,
  name: QuickMessageName | null,
  speaker: Side,
  payloads: readonly Payload[],
  opened: Opened | null,
  iv: IvChain,
  commit: boolean,
): Outcome => {
  const event = state.index;
  const hash = opened ? payloadOf(payloads, 'hash') : undefined;
  const learned = opened && name ? learn(before, name, payloads, opened, event) : before;
  const proof = opened && hash && name ? proofOf(ctx, n, learned, name, opened, hash, event) : null;
  const wrong = proof?.verdict === 'differs';
  const trusted = wrong ? before : learned;
  let q: QuickMode = { ...trusted, last: event, iv: wrong ? before.iv : iv, commit: before.commit || (commit && !wrong) };
  let transitions: readonly Transition[] = [];
  let associations = state.associations;
  if (name && !wrong) {
    const moved = move(n, q, name, speaker, event);
    q = moved.exchange;
    transitions = moved.transitions;
    q = { ...q, dhSharedSecret: q.dhSharedSecret ?? quickModeSecret(ctx, state.secrets, n, q.messageId, q, q.pfsGroup) };
    if (learned.answered !== before.answered) {
      const agreements = agreementsOf(ctx, n, q);
      associations = installAssociations(ctx, associations, agreements, event, state.now);
      q = { ...q, spis: agreements.map((a) => a.spi) };
    }
    // QM2 may have come late, after QM3.
    if (q.messages >= ordinary) associations = matureAssociations(associations, associationsOf(n, q), event);
    if (name === 'QM3') q = { ...q, result: 'complete' };
    if (name === 'QM4') q = { ...q, connected: event, result: 'complete' };
  }
  const said = wrong || !opened ? n : learnStatus(n, speaker, payloads, event);
  return {
    negotiation: {
      ...said,
      exchanges: set(n.exchanges, exchangeKey('quick', q.messageId), q),
      openQuickModes: n.openQuickModes.includes(q.messageId) ? n.openQuickModes : [...n.openQuickModes, q.messageId].slice(-mostOpen),
    },
    transitions,
    authenticators: proof ? [proof] : [],
    claims: proof && wrong ? [mismatch(n, proof)] : [],
    associations,
  };
};
