/** Main mode, RFC 2409 5.4 (RFC 2408 4.5, Identity Protection): which of the six messages it is, and what it brings. */
import { toHex } from '../../bytes/hex.ts';
import { vendorIdName } from '../../registry/vendor-id.ts';
import type { Packet } from '../../wire/packet.ts';
import { identityText } from '../../wire/payload/identification.ts';
import type { Payload } from '../../wire/payload-chain.ts';
import { type Claim, type Context, type Outcome, payloadOf, payloadsOf } from '../context.ts';
import type { Fact, Side } from '../fact.ts';
import { natOf } from '../ike/nat.ts';
import { type Phase1Suite, phase1Suite } from '../ike/suite.ts';
import type { Opened, Transition } from '../seen.ts';
import type { Negotiation, State } from '../state.ts';
import { deriveValues, preSharedKeysDiffer } from './derive.ts';
import { proveIdentity } from './proof.ts';
import { movePhase1 } from './rows.ts';
import { type MessageName, mainMode, mainModeNames } from './transitions.ts';
import { weaknesses } from './weakness.ts';

/** By what it carries and who sends it; `null` for a message that is none of the six. */
export const mainModeMessage = (payloads: readonly Payload[], encrypted: boolean, speaker: Side): MessageName | null => {
  const initiator = speaker === 'initiator';
  if (encrypted) return initiator ? 'MM5' : 'MM6';
  if (payloadOf(payloads, 'keyExchange')) return initiator ? 'MM3' : 'MM4';
  if (payloadOf(payloads, 'securityAssociation')) return initiator ? 'MM1' : 'MM2';
  return null;
};

const seen = (value: Uint8Array, event: number): Fact => ({ value, since: event, basis: 'seen' });

/** The one transform of an answer. An answer with several chooses none. */
const chosenSuite = (payloads: readonly Payload[]): Phase1Suite | null => {
  const transforms = payloadOf(payloads, 'securityAssociation')?.content.proposals.flatMap((p) => p.transforms) ?? [];
  return transforms.length === 1 && transforms[0] ? phase1Suite(transforms[0].attributes) : null;
};

/** Facts that the payloads bring, as octets of `bytes`. */
const learn = (n: Negotiation, name: MessageName, payloads: readonly Payload[], bytes: Uint8Array, event: number): Negotiation => {
  const body = (p: Payload | undefined): Fact | null => (p ? seen(bytes.slice(p.body.start, p.body.end), event) : null);
  const v = n.values;
  switch (name) {
    case 'MM1':
      return { ...n, values: { ...v, saI: v.saI ?? body(payloadOf(payloads, 'securityAssociation')) } };
    case 'MM2':
      return { ...n, suite: n.suite ?? chosenSuite(payloads) };
    case 'MM3':
      return {
        ...n,
        values: { ...v, gxi: v.gxi ?? body(payloadOf(payloads, 'keyExchange')), nonceI: v.nonceI ?? body(payloadOf(payloads, 'nonce')) },
      };
    case 'MM4':
      return {
        ...n,
        values: { ...v, gxr: v.gxr ?? body(payloadOf(payloads, 'keyExchange')), nonceR: v.nonceR ?? body(payloadOf(payloads, 'nonce')) },
      };
    case 'MM5':
      return { ...n, values: { ...v, idI: v.idI ?? body(payloadOf(payloads, 'identification')) } };
    case 'MM6':
      return { ...n, values: { ...v, idR: v.idR ?? body(payloadOf(payloads, 'identification')) } };
  }
};

/** Implementations send a dozen at most. */
const mostVendorIds = 100;

const withVendors = (n: Negotiation, speaker: Side, payloads: readonly Payload[]): Negotiation => {
  const names = payloadsOf(payloads, 'vendorId').map((p) => vendorIdName(p.content.data) ?? toHex(p.content.data));
  const known = n[speaker].vendorIds;
  const news = names.filter((name, i) => !known.includes(name) && names.indexOf(name) === i);
  return news.length === 0 ? n : { ...n, [speaker]: { ...n[speaker], vendorIds: [...known, ...news].slice(0, mostVendorIds) } };
};

const withIdentity = (n: Negotiation, speaker: Side, payloads: readonly Payload[]): Negotiation => {
  const id = payloadOf(payloads, 'identification');
  return id ? { ...n, [speaker]: { ...n[speaker], identity: identityText(id.content.idType, id.content.data) } } : n;
};

/** Rows of this message, and before them those of messages that must have passed unseen: this one proves them. */
const move = (
  n: Negotiation,
  name: MessageName,
  event: number,
  refused: boolean,
): { negotiation: Negotiation; transitions: readonly Transition[] } => {
  const number = mainModeNames.indexOf(name) + 1;
  let negotiation = n;
  const transitions: Transition[] = [];
  for (let k = n.phase1Messages + 1; k <= number; k++) {
    const at = mainModeNames[k - 1];
    if (at === undefined) break;
    const rows = k === number && refused ? mainMode[at].filter((row) => row.who === 'sender') : mainMode[at];
    const moved = movePhase1(negotiation, rows, k % 2 === 1 ? 'initiator' : 'responder', event, k < number);
    negotiation = moved.negotiation;
    transitions.push(...moved.transitions);
  }
  return { negotiation: { ...negotiation, phase1Messages: Math.max(n.phase1Messages, number) }, transitions };
};

/**
 * RFC 2409 5: quick mode follows on phase 1. Where the trace lacks the end of a main mode, a message of quick mode shows it: all up to the
 * speaker's own last step is proven by it.
 */
export const completeMainMode = (
  n: Negotiation,
  speaker: Side,
  event: number,
): { negotiation: Negotiation; transitions: readonly Transition[] } => {
  if (n.mode !== 'main' || n.phase1Messages === 0 || n.phase1Messages >= mainModeNames.length) return { negotiation: n, transitions: [] };
  let negotiation = n;
  const transitions: Transition[] = [];
  for (let k = n.phase1Messages + 1; k <= mainModeNames.length; k++) {
    const at = mainModeNames[k - 1];
    if (at === undefined) break;
    const proven = k < mainModeNames.length || speaker === 'initiator';
    const moved = movePhase1(negotiation, mainMode[at], k % 2 === 1 ? 'initiator' : 'responder', event, proven);
    negotiation = moved.negotiation;
    transitions.push(...moved.transitions);
  }
  return { negotiation: { ...negotiation, phase1Messages: mainModeNames.length, established: n.established ?? event }, transitions };
};

const mismatch = (n: Negotiation, name: string, expected: string, got: string): Claim => ({
  code: 'authentication-failed',
  severity: 'error',
  about: n.id,
  message: `${name} is wrong: the sender used another pre-shared key, or other values than those in this trace.`,
  evidence: `expected ${expected}, seen ${got}`,
  rfc: 'RFC 2409 5',
});

export const observeMainMode = (
  ctx: Context,
  state: State,
  before: Negotiation,
  name: MessageName,
  speaker: Side,
  packet: Packet,
  payloads: readonly Payload[],
  opened: Opened | null,
): Outcome => {
  const event = state.index;
  const bytes = opened ? opened.bytes : packet.bytes;
  const readable = opened !== null || name < 'MM5';
  let n = readable ? learn(before, name, payloads, bytes, event) : before;
  n = withIdentity(withVendors(n, speaker, payloads), speaker, payloads);
  if (name === 'MM3' || name === 'MM4') n = natOf(ctx, n, speaker, payloads, packet);
  n = { ...n, values: deriveValues(ctx, state.secrets, n) };

  const claims: Claim[] = name === 'MM2' && n.suite ? weaknesses(n) : [];
  if (name === 'MM5' && preSharedKeysDiffer(state.secrets, n)) claims.push(unequalKeys(n));
  const hash = opened ? payloadOf(payloads, 'hash') : undefined;
  const proof = hash ? proveIdentity(ctx, n, speaker, hash, speaker === 'initiator' ? n.values.idI : n.values.idR) : null;
  if (proof?.verdict === 'differs') claims.push(mismatch(n, proof.name, hexOf(proof.expected), hexOf(proof.seen)));
  if (proof && proof.verdict !== 'unknown') {
    n = { ...n, authenticated: { ...n.authenticated, [speaker]: proof.verdict === 'equal' } };
  }
  const refused = name === 'MM6' && proof?.verdict === 'differs';
  const moved = move(n, name, event, refused);
  n = moved.negotiation;
  if (name === 'MM6' && !refused && n.established === null) n = { ...n, established: event };
  return {
    negotiation: n,
    transitions: moved.transitions,
    authenticators: proof ? [proof] : [],
    claims,
    associations: state.associations,
  };
};

const unequalKeys = (n: Negotiation): Claim => ({
  code: 'pre-shared-key-mismatch',
  severity: 'error',
  about: n.id,
  message: 'The two ends hold different pre-shared keys: the responder cannot open MM5.',
  evidence: 'the keys given for initiator and responder differ',
  rfc: 'RFC 2409 5.4',
});

const hexOf = (bytes: Uint8Array | null): string => (bytes ? toHex(bytes) : 'unknown');
