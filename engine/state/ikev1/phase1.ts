/** What the exchanges of phase 1 have in common: what a message brings, what it proves, and how far it takes both sides. RFC 2409 5, RFC 2408 4. */

import { toHex } from '../../bytes/hex.ts';
import { equalOctets } from '../../bytes/octets.ts';
import { vendorIdName } from '../../registry/vendor-id.ts';
import type { Packet } from '../../wire/packet.ts';
import { identityText } from '../../wire/payload/identification.ts';
import type { Payload } from '../../wire/payload-chain.ts';
import { type Claim, type Context, type Outcome, payloadOf, payloadsOf } from '../context.ts';
import { type Fact, noChain, other, type Side } from '../fact.ts';
import { encryptsWithRsa, methodFamily } from '../ike/authentication-method.ts';
import { natOf } from '../ike/nat.ts';
import type { Phase1StateName } from '../ike/peer.ts';
import { type Phase1Suite, phase1Suite } from '../ike/suite.ts';
import type { Authenticator, Opened, Transition } from '../seen.ts';
import type { Negotiation, Phase1Values, State } from '../state.ts';
import { aggressiveModeMessage } from './aggressive-mode.ts';
import { baseExchangeMessage } from './base-exchange.ts';
import { learnCertificates } from './certificates.ts';
import { deriveValues, preSharedKeysDiffer, withOtherKeys } from './derive.ts';
import { openEncryptedBodies } from './encrypted-bodies.ts';
import { mainModeMessage } from './main-mode.ts';
import { proveIdentity, proveSignature } from './proof.ts';
import { movePhase1 } from './rows.ts';
import { learnStatus } from './status-notifies.ts';
import { aggressiveMode, baseExchange, mainMode, type Phase1MessageName, type Row } from './transitions.ts';
import { weaknesses } from './weakness.ts';

/** The messages of an exchange in order, of which the initiator sends the odd ones, and the rows of each. */
interface Phase1Exchange {
  readonly names: readonly Phase1MessageName[];
  readonly rows: readonly (readonly Row<Phase1StateName>[])[];
}

const exchangeOf = (table: Readonly<Partial<Record<Phase1MessageName, readonly Row<Phase1StateName>[]>>>): Phase1Exchange => ({
  names: Object.keys(table) as Phase1MessageName[],
  rows: Object.values(table),
});

/** The exchanges of phase 1 that are followed, by mode. */
export const phase1Exchanges: Readonly<Partial<Record<Negotiation['mode'], Phase1Exchange>>> = {
  main: exchangeOf(mainMode),
  aggressive: exchangeOf(aggressiveMode),
  base: exchangeOf(baseExchange),
};

const senderOf = (number: number): Side => (number % 2 === 1 ? 'initiator' : 'responder');

/** Which message of its exchange it is; `null` for one that is none of them. */
export const phase1Message = (
  n: Negotiation,
  payloads: readonly Payload[],
  encrypted: boolean,
  speaker: Side,
): Phase1MessageName | null => {
  switch (n.mode) {
    case 'main':
      return mainModeMessage(payloads, encrypted, speaker);
    case 'aggressive':
      return aggressiveModeMessage(payloads, encrypted, speaker);
    case 'base':
      return encrypted ? null : baseExchangeMessage(payloads, speaker);
    default:
      return null;
  }
};

/** The one transform of an answer. An answer with several chooses none. */
const chosenSuite = (payloads: readonly Payload[]): Phase1Suite | null => {
  const transforms = payloadOf(payloads, 'securityAssociation')?.content.proposals.flatMap((p) => p.transforms) ?? [];
  return transforms.length === 1 && transforms[0] ? phase1Suite(transforms[0].attributes) : null;
};

/** The suite by which a message is to be read: what was chosen, or in the first message of aggressive mode the first that is offered. */
const suiteFor = (n: Negotiation, payloads: readonly Payload[]): Phase1Suite | null => {
  const first = payloadOf(payloads, 'securityAssociation')?.content.proposals[0]?.transforms[0];
  return n.suite ?? (first ? phase1Suite(first.attributes) : null);
};

type Brought = Pick<Phase1Values, 'gxi' | 'gxr' | 'nonceI' | 'nonceR' | 'idI' | 'idR' | 'saI'>;

/** Values that the payloads bring, as octets of `bytes`. */
const broughtBy = (
  ctx: Context,
  state: State,
  n: Negotiation,
  speaker: Side,
  payloads: readonly Payload[],
  bytes: Uint8Array,
): Partial<Brought> => {
  const seen = (value: Uint8Array | null): Fact | null => value && { value, since: state.index, basis: 'seen' };
  const body = (p: Payload | undefined): Uint8Array | null => (p ? bytes.slice(p.body.start, p.body.end) : null);
  const suite = suiteFor(n, payloads);
  const family = methodFamily(suite);
  const clear = {
    keyExchange: body(payloadOf(payloads, 'keyExchange')),
    nonce: body(payloadOf(payloads, 'nonce')),
    identification: body(payloadOf(payloads, 'identification')),
  };
  const hidden = suite !== null && family !== null && encryptsWithRsa(family) && clear.nonce !== null;
  const plain = hidden ? openEncryptedBodies(ctx, state.secrets, n, suite, family, speaker, payloads, bytes) : clear;
  const [ke, nonce, id] = [seen(plain.keyExchange), seen(plain.nonce), seen(plain.identification)];
  return speaker === 'initiator'
    ? { gxi: ke, nonceI: nonce, idI: id, saI: seen(body(payloadOf(payloads, 'securityAssociation'))) }
    : { gxr: ke, nonceR: nonce, idR: id };
};

/** What follows from public values and nonces, and is to be derived anew where those change. */
const underived = (v: Phase1Values): Phase1Values => ({
  ...v,
  dhSharedSecret: null,
  skeyid: null,
  skeyidD: null,
  skeyidA: null,
  skeyidE: null,
  encryptionKey: null,
  initialIv: null,
});

/** What was said first stands, once it was answered. Until then who says it again in other octets means the newer. */
const take = (n: Negotiation, brought: Partial<Brought>, mayReplace: boolean): Negotiation => {
  let values = n.values;
  let changed = false;
  for (const [name, fact] of Object.entries(brought) as [keyof Brought, Fact | null][]) {
    const before = values[name];
    if (!fact || (before && (!mayReplace || equalOctets(before.value, fact.value)))) continue;
    changed ||= before !== null;
    values = { ...values, [name]: fact };
  }
  return changed ? { ...n, values: underived(values), responderValues: null, iv: noChain } : { ...n, values };
};

/** Implementations send a dozen at most. */
const mostVendorIds = 100;

const withVendors = (n: Negotiation, speaker: Side, payloads: readonly Payload[]): Negotiation => {
  const names = payloadsOf(payloads, 'vendorId').map((p) => vendorIdName(p.content.data) ?? toHex(p.content.data));
  const known = n[speaker].vendorIds;
  const news = names.filter((name, i) => !known.includes(name) && names.indexOf(name) === i);
  return news.length === 0 ? n : { ...n, [speaker]: { ...n[speaker], vendorIds: [...known, ...news].slice(0, mostVendorIds) } };
};

/** The identity as text, where its body is known: it begins with type, protocol and port, RFC 2407 4.6.2. */
const withIdentity = (n: Negotiation, speaker: Side, body: Fact | null | undefined): Negotiation =>
  body && body.value.length >= 4
    ? { ...n, [speaker]: { ...n[speaker], identity: identityText(body.value[0] ?? 0, body.value.subarray(4)) } }
    : n;

const withDoi = (n: Negotiation, payloads: readonly Payload[]): Negotiation => {
  const doi = payloadOf(payloads, 'securityAssociation')?.content.doi;
  return n.doi === null && doi !== undefined ? { ...n, doi } : n;
};

interface Moved {
  readonly negotiation: Negotiation;
  readonly transitions: readonly Transition[];
}

/** Rows of the messages from the next one up to `number`: those before the last must have passed unseen, and this one proves them. */
const moveTo = (n: Negotiation, number: number, event: number, refused: boolean, lastProven: boolean): Moved => {
  let negotiation = n;
  const transitions: Transition[] = [];
  for (let k = n.phase1Messages + 1; k <= number; k++) {
    const rows = phase1Exchanges[n.mode]?.rows[k - 1] ?? [];
    const own = k === number && refused ? rows.filter((row) => row.who === 'sender') : rows;
    const moved = movePhase1(negotiation, own, senderOf(k), event, k < number || lastProven);
    negotiation = moved.negotiation;
    transitions.push(...moved.transitions);
  }
  return { negotiation: { ...negotiation, phase1Messages: Math.max(n.phase1Messages, number) }, transitions };
};

/**
 * RFC 2409 5: what is encrypted under a message ID follows on phase 1. Where the trace lacks the end of that, such a message shows it: all up to
 * the speaker's own last step is proven by it.
 */
export const completePhase1 = (n: Negotiation, speaker: Side, event: number): Moved => {
  const count = phase1Exchanges[n.mode]?.names.length ?? 0;
  if (n.phase1Messages === 0 || n.phase1Messages >= count) return { negotiation: n, transitions: [] };
  const { negotiation, transitions } = moveTo(n, count, event, false, speaker === other(senderOf(count)));
  return { negotiation: { ...negotiation, established: n.established ?? event }, transitions };
};

const hexOf = (bytes: Uint8Array | null): string => (bytes ? toHex(bytes) : 'unknown');

const unequalKeys = (n: Negotiation, message: string): Claim => ({
  code: 'pre-shared-key-mismatch',
  severity: 'error',
  about: n.id,
  message,
  evidence: 'the keys given for initiator and responder differ',
  rfc: 'RFC 2409 5.4',
});

/** In aggressive mode HASH_R hangs on the pre-shared key and values in the clear; in main mode a wrong key would have opened nothing. */
const mismatch = (n: Negotiation, proof: Authenticator): Claim => {
  const signature = proof.name.startsWith('SIG');
  const accusesKey = n.mode === 'aggressive' && methodFamily(n.suite) === 'preSharedKey';
  return {
    code: accusesKey ? 'pre-shared-key-mismatch' : 'authentication-failed',
    severity: 'error',
    about: n.id,
    message: signature
      ? `${proof.name} is wrong: it was not made with the key of the certificate, or over other values than those in this trace.`
      : `${proof.name} is wrong: the sender used another pre-shared key, or other values than those in this trace.`,
    evidence: `expected ${hexOf(proof.expected)}, seen ${hexOf(proof.seen)}`,
    rfc: proof.rfc,
  };
};

/** Messages in which a side proves who it is. */
const proving = new Set<Phase1MessageName>(['MM5', 'MM6', 'AM2', 'AM3']);

const proofIn = (
  ctx: Context,
  n: Negotiation,
  name: Phase1MessageName,
  speaker: Side,
  payloads: readonly Payload[],
): Authenticator | null => {
  if (!proving.has(name)) return null;
  const id = speaker === 'initiator' ? n.values.idI : n.values.idR;
  const signature = payloadOf(payloads, 'signature');
  if (signature) return proveSignature(ctx, n, speaker, signature, id);
  const hash = payloadOf(payloads, 'hash');
  return hash ? proveIdentity(ctx, n, speaker, hash, id) : null;
};

/** The octets in which a message's payloads stand. */
export const octetsOf = (packet: Packet, opened: Opened | null): Uint8Array => (opened ? opened.bytes : packet.bytes);

/** What the message brings, with all that follows from it. */
const learn = (
  ctx: Context,
  state: State,
  before: Negotiation,
  name: Phase1MessageName,
  number: number,
  speaker: Side,
  packet: Packet,
  payloads: readonly Payload[],
  opened: Opened | null,
): { readonly n: Negotiation; readonly claims: readonly Claim[] } => {
  const answers = name === 'MM2' || name === 'AM2' || name === 'BM2';
  const mayReplace = opened === null && before.phase1Messages <= number;
  const chosen = answers ? chosenSuite(payloads) : null;
  let n = withDoi({ ...before, suite: mayReplace ? (chosen ?? before.suite) : (before.suite ?? chosen) }, payloads);
  const brought = broughtBy(ctx, state, n, speaker, payloads, octetsOf(packet, opened));
  n = withIdentity(withVendors(take(n, brought, mayReplace), speaker, payloads), speaker, brought.idI ?? brought.idR);
  n = deriveValues(ctx, state.secrets, natOf(ctx, n, speaker, payloads, packet));
  const id = speaker === 'initiator' ? n.values.idI : n.values.idR;
  const certified = learnCertificates(ctx, n, speaker, payloads, id?.value ?? null, state.index, state.now);
  return { n: certified.negotiation, claims: [...(answers && n.suite ? weaknesses(n) : []), ...certified.claims] };
};

/** How a message that was opened would prove itself: tells readings of it apart. */
export const judgePhase1 = (
  ctx: Context,
  state: State,
  n: Negotiation,
  name: Phase1MessageName,
  speaker: Side,
  packet: Packet,
  opened: Opened,
): Authenticator['verdict'] => {
  const { payloads } = opened.chain;
  const number = (phase1Exchanges[n.mode]?.names.indexOf(name) ?? -1) + 1;
  return (
    proofIn(ctx, learn(ctx, state, n, name, number, speaker, packet, payloads, opened).n, name, speaker, payloads)?.verdict ?? 'unknown'
  );
};

/** Where signatures identify, a hash shows no more than that its sender took part: hybrid authentication leaves the client to XAUTH. */
const identifies = (n: Negotiation, proof: Authenticator): boolean =>
  proof.verdict === 'differs' || proof.name.startsWith('SIG') || methodFamily(n.suite) !== 'signature';

export const observePhase1Message = (
  ctx: Context,
  state: State,
  before: Negotiation,
  name: Phase1MessageName,
  speaker: Side,
  packet: Packet,
  payloads: readonly Payload[],
  opened: Opened | null,
  closed: boolean,
): Outcome => {
  const event = state.index;
  const names = phase1Exchanges[before.mode]?.names ?? [];
  const number = names.indexOf(name) + 1;
  const learned = closed
    ? { n: deriveValues(ctx, state.secrets, before), claims: [] }
    : learn(ctx, state, before, name, number, speaker, packet, payloads, opened);
  let { n } = learned;
  const claims = [...learned.claims];
  let proof = closed ? null : proofIn(ctx, n, name, speaker, payloads);
  if (proof?.verdict === 'differs' && name === 'AM2') {
    for (const other of withOtherKeys(ctx, state.secrets, n)) {
      const again = proofIn(ctx, other, name, speaker, payloads);
      if (again?.verdict !== 'equal') continue;
      [n, proof] = [other, again];
      break;
    }
  }
  const wrong = proof?.verdict === 'differs';
  const differ = preSharedKeysDiffer(state.secrets, n) && methodFamily(n.suite) === 'preSharedKey';
  if (differ && name === 'MM5') claims.push(unequalKeys(n, 'The two ends hold different pre-shared keys: the responder cannot open MM5.'));
  else if (differ && name === 'AM2')
    claims.push(unequalKeys(n, 'The two ends hold different pre-shared keys: HASH_R is wrong to the initiator.'));
  else if (proof && wrong) claims.push(mismatch(n, proof));
  if (proof && proof.verdict !== 'unknown' && identifies(n, proof))
    // Who is proven stays so: a message that anybody could have sent after that proves nothing else.
    n = { ...n, authenticated: { ...n.authenticated, [speaker]: n.authenticated[speaker] === true || proof.verdict === 'equal' } };
  if (!wrong) n = learnStatus(n, speaker, closed ? [] : payloads, event);
  const last = number === names.length;
  const moved = moveTo(n, number, event, last && wrong, false);
  n = moved.negotiation;
  if (last && !wrong && n.established === null) n = { ...n, established: event };
  return { negotiation: n, transitions: moved.transitions, authenticators: proof ? [proof] : [], claims, associations: state.associations };
};
