/**
 * `debug crypto isakmp` and `debug crypto ipsec` of one device, out of any log: messages, payloads, transitions, SAs, in the forms of IOS
 * 12.4. What a device itself has printed stands as it is. Nothing is said that the log does not show. RFC 2408, RFC 2409.
 */
import { eventsAt } from '../../log/log.ts';
import { type Replay, walk } from '../../replay/replay.ts';
import { other, type Side } from '../../state/fact.ts';
import { get } from '../../state/persistent-map.ts';
import type { IkeSeen, Seen, Transition } from '../../state/seen.ts';
import { type Exchange, exchangeKey, type Negotiation, type State } from '../../state/state.ts';
import type { MessageId } from '../../values/message-id.ts';
import type { Packet } from '../../wire/packet.ts';
import type { LogLine } from '../models.ts';
import { ownProxies, ownSas, sayCreated, sayCreating, saySpis, sayValidation } from './debug-ipsec.ts';
import { notifyLines, placeOf, sayIdentity, sayPayloads } from './debug-payloads.ts';
import { proposalsIn, sayPhaseOneChoice, sayPhaseTwoChoice } from './debug-transforms.ts';
import { connectionOf, type Device, deviceOf, endsOf, type Speaker, stampOf } from './device.ts';
import { proxiesIn } from './proxy.ts';
import { more, say, sayOld, sayPlain, sayRaw, type Voice, voice } from './voice.ts';
import { methodWords, signed, spiHex, stateWord } from './words.ts';

/** Lines of the events `from` to `to`, both included: a seek and a fold of those events. */
export const logLines = (replay: Replay, from: number, to: number, side: Side): readonly LogLine[] => [
  ...debugLines(replay, { side, policy: null }, from, to),
];

/** Lines of one device over the events `from` to `to`, in the order in which it prints them. */
export function* debugLines(replay: Replay, speaker: Speaker, from = 0, to = replay.lastIndex): Generator<LogLine> {
  const device = deviceOf(replay, speaker);
  for (const { index, before, state, seen } of walk(replay, Math.max(0, from), to)) {
    yield* reportedLines(replay, index, seen, device.side);
    yield* spoken(device, index, before, state, seen);
  }
}

/** What a device printed itself. Where it is known to be the other one, it is not this device's voice. */
function* reportedLines(replay: Replay, index: number, seen: Seen, side: Side): Generator<LogLine> {
  for (const event of eventsAt(replay.log, index)) {
    if (event.kind !== 'DeviceReported') continue;
    const told = seen.transitions;
    if (told.length > 0 && !told.some((t) => t.side === side)) continue;
    for (const text of event.text.split('\n')) yield { event: index, text, place: null };
  }
}

const spoken = (device: Device, index: number, before: State, state: State, seen: Seen): readonly LogLine[] => {
  const [event] = eventsAt(device.replay.log, index);
  if (event?.kind !== 'DatagramSeen') return [];
  const mine = seen.transitions.filter((t) => t.side === device.side);
  const { ike, packet } = seen;
  const n = ike ? get(state.negotiations, ike.negotiation) : undefined;
  const v = voice(index, stampOf(event.at), 0);
  if (!ike || !packet || !n || n.version !== 1) {
    for (const t of mine) sayTransition(v, device, state, t);
    return v.lines;
  }
  const turn: Turn = { v, device, n, was: get(before.negotiations, n.id), ike, packet, rows: mine, state };
  v.connection = turn.was || !isPhase1(turn) ? connectionOf(device, turn.was ?? n) : 0;
  if (ike.side === device.side) sayMessageSent(turn);
  else sayMessageReceived(turn);
  return v.lines;
};

/** One message and what the device does about it. */
interface Turn {
  readonly v: Voice;
  readonly device: Device;
  /** After the message, and before it where there was something. */
  readonly n: Negotiation;
  readonly was: Negotiation | undefined;
  readonly ike: IkeSeen;
  readonly packet: Packet;
  /** Transitions of this device. */
  readonly rows: readonly Transition[];
  readonly state: State;
}

const sayTransition = (v: Voice, device: Device, state: State, t: Transition): void => {
  const n = get(state.negotiations, t.negotiation);
  const at = n && n.version === 1 && t.negotiation !== undefined ? connectionOf(device, n) : v.connection;
  if (v.connection === 0) v.connection = at;
  say(v, `${t.exchange === null ? '' : `Node ${signed(t.exchange)}, `}Input = ${t.because}`);
  say(v, `Old State = ${t.from}  New State = ${t.to}`);
};

const sayRows = ({ v }: Turn, rows: readonly Transition[]): void => {
  for (const t of rows) {
    say(v, `${t.exchange === null ? '' : `Node ${signed(t.exchange)}, `}Input = ${t.because}`);
    say(v, `Old State = ${t.from}  New State = ${t.to}`);
  }
};

const letterOf = (side: Side): string => (side === 'initiator' ? 'I' : 'R');
const kinds: Readonly<Record<number, Exchange['kind']>> = { 5: 'informational', 6: 'transaction', 32: 'quick', 33: 'newGroup' };
const phase1Types = new Set([1, 2, 4]);
const isPhase1 = ({ ike }: Turn): boolean => phase1Types.has(ike.message.header.exchangeType);

/** The word behind (I) or (R): the state in which the device is when it prints the line. */
const packetWord = (turn: Turn): string => {
  const { device, n, was } = turn;
  const before = was?.[device.side].state ?? 'IKE_READY';
  const after = n[device.side].state;
  const sent = turn.ike.side === device.side;
  const atSending = isPhase1(turn) && after !== 'IKE_P1_COMPLETE' && after !== 'IKE_DEST_SA' ? after : before;
  const word = stateWord(sent ? atSending : before);
  return word === 'QM_IDLE' ? 'QM_IDLE      ' : word;
};

const sayPacketSent = (turn: Turn): void => {
  const { v, device, packet, ike } = turn;
  const { remote } = endsOf(device, turn.n);
  const to = packet.dst ?? remote.address;
  const ports = packet.sport === null || packet.dport === null ? '' : ` my_port ${packet.sport} peer_port ${packet.dport}`;
  const place = wholeMessage(turn);
  say(v, ` sending packet to ${to}${ports} (${letterOf(device.side)}) ${packetWord(turn)}`, place);
  if (ike.retransmissionOf === null && ports !== '') say(v, `Sending an IKE ${to.includes(':') ? 'IPv6' : 'IPv4'} Packet.`, place);
};

const wholeMessage = ({ packet }: Turn): LogLine['place'] => ({
  buffer: packet.content.buffer,
  start: packet.content.start,
  end: packet.content.end,
});

const sayPacketReceived = (turn: Turn): void => {
  const { v, device, packet, n, was } = turn;
  const { remote } = endsOf(device, n);
  const isNew = was === undefined && isPhase1(turn);
  const as = isNew ? '(N) NEW SA' : `(${letterOf(device.side)}) ${packetWord(turn)}`;
  const ports = packet.sport === null || packet.dport === null ? '' : ` dport ${packet.dport} sport ${packet.sport} Global`;
  sayOld(v, `received packet from ${packet.src ?? remote.address}${ports} ${as}`, wholeMessage(turn));
  if (isNew && ports !== '') sayPlain(v, `local port ${packet.dport}, remote port ${packet.sport}`, wholeMessage(turn));
};

/** The node of an exchange of phase 2 is made at its first message, whoever sends it. */
const sayNewNode = (turn: Turn): void => {
  const { messageId, exchangeType } = turn.ike.message.header;
  const kind = kinds[exchangeType] ?? 'unknown';
  const known = turn.was && get(turn.was.exchanges, exchangeKey(kind, messageId));
  if (messageId !== 0 && !known) sayPlain(turn.v, `set new node ${signed(messageId)} to QM_IDLE      `);
};

// ------------------------------------------------------------------------------------------------ received

const sayMessageReceived = (turn: Turn): void => {
  const { v, ike, n, device } = turn;
  sayPacketReceived(turn);
  if (ike.retransmissionOf !== null) {
    say(v, ` phase ${isPhase1(turn) ? 1 : 2} packet is a duplicate of a previous packet.`);
    sayRows(turn, turn.rows);
    return;
  }
  if (!isPhase1(turn)) sayNewNode(turn);
  // In phase 1 the device moves on receipt and works then; MM6, AM3 and all of phase 2 come the other way round.
  const last = turn.rows.findLastIndex((t) => t.because.startsWith('IKE_MESG_FROM_PEER'));
  const step = turn.rows[last];
  const first = step && step.from !== 'IKE_I_MM5' && step.to !== 'IKE_P1_COMPLETE' ? last + 1 : Math.max(0, last);
  const moved = isPhase1(turn) ? first : 0;
  sayRows(turn, turn.rows.slice(0, moved));
  sayPayloads(v, ike.payloads, {
    device,
    negotiation: n,
    messageId: ike.message.header.messageId,
    peer: endsOf(device, n).remote.address,
    afterOffer: () => sayOfferReceived(turn),
  });
  sayKeysMade(turn);
  sayVerdict(turn);
  if (isEndOfQuickMode(turn)) sayInstalled(turn, 'QM done (await)', () => sayRows(turn, turn.rows.slice(moved)));
  else {
    sayNodeGone(turn);
    sayRows(turn, turn.rows.slice(moved));
  }
};

const offersOf = (n: Negotiation) => proposalsIn(n.values.saI?.value).flatMap((p) => p.transforms);

/** The answer to the device's own offer tells what was taken of it; its verdict on another's offer comes with its answer. */
const sayOfferReceived = (turn: Turn): void => {
  const { v, ike, n, was, device } = turn;
  const offer = ike.payloads.find((p) => p.content.kind === 'securityAssociation');
  if (offer?.content.kind !== 'securityAssociation') return;
  const place = placeOf(offer);
  const { proposals } = offer.content;
  if (isPhase1(turn)) {
    // Only what answers is a choice: the responder's.
    if (ike.side !== 'responder') return;
    const chosen = proposals.flatMap((p) => p.transforms)[0];
    if (n.values.preSharedKey) say(v, `found peer pre-shared key matching ${endsOf(device, n).remote.address}`);
    if (chosen) sayPhaseOneChoice(v, { offers: offersOf(was ?? n), chosen, policy: null, place });
    return;
  }
  const q = get(n.exchanges, exchangeKey('quick', ike.message.header.messageId));
  if (q?.kind !== 'quick' || q.begunBy !== device.side) return;
  sayPhaseTwoChoice(v, proposals, place);
};

/** Both public values and nonces are there, RFC 2409 5: from here on the SA has its number. */
const sayKeysMade = ({ v, device, n, ike }: Turn): void => {
  if (!ike.payloads.some((p) => p.content.kind === 'keyExchange') || ike.message.header.messageId !== 0) return;
  v.connection = device.connections.get(n.id) ?? v.connection;
  say(v, 'SKEYID state generated');
};

/** What became of the peer's proof of its identity. A message that does not open is no message to the device. */
const sayVerdict = (turn: Turn): void => {
  const { v, ike, n, device, state } = turn;
  if (!isPhase1(turn)) return;
  const peer = endsOf(device, n).remote.address;
  const proof = ike.authenticators.find((a) => /^(?:HASH|SIG)_[IR]$/.test(a.name));
  if (proof?.verdict === 'equal') {
    say(v, 'SA authentication status:');
    more(v, '\tauthenticated');
    say(v, `SA has been authenticated with ${peer}`);
  } else if (proof?.verdict === 'differs') {
    say(v, 'SA authentication status:');
    more(v, '\tnot authenticated');
  }
  const finding = get(state.findings, `pre-shared-key-mismatch ${n.id}`);
  if (finding?.events.includes(v.event)) {
    sayRaw(v, `%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from ${peer} failed its sanity check or is malformed`);
  }
};

/** An informational exchange is one message: its node goes at once. */
const sayNodeGone = ({ v, ike }: Turn): void => {
  const { messageId, exchangeType } = ike.message.header;
  if (exchangeType === 5 && messageId !== 0) say(v, `deleting node ${signed(messageId)} error FALSE reason "Informational (in) state 1"`);
};

const isEndOfQuickMode = ({ rows }: Turn): boolean => rows.some((t) => t.to === 'IKE_QM_PHASE2_COMPLETE');

// ------------------------------------------------------------------------------------------------ sent

/** Inputs that IOS prints once the packet is out. */
const afterSending = /IKE_INIT_QM|IKE_SPI_REPLY|IKE_PHASE1_DEL|IKE_PHASE1_COMPLETE/;

const sayMessageSent = (turn: Turn): void => {
  const { v, ike, rows } = turn;
  if (ike.retransmissionOf !== null) {
    say(v, ` retransmitting phase ${isPhase1(turn) ? 1 : 2} ${packetWord(turn).trim()}...`);
    sayPacketSent(turn);
    sayRows(turn, rows);
    return;
  }
  const complete = rows.findLastIndex((t) => t.because.endsWith('IKE_PROCESS_COMPLETE'));
  const late = rows.findIndex((t) => afterSending.test(t.because) || (t.exchange !== null && t.to === 'IKE_QM_PHASE2_COMPLETE'));
  const refusal = rows.findIndex((t) => t.exchange !== null && t.from === t.to);
  const cut = [complete, late, refusal].find((i) => i >= 0) ?? rows.length;
  if (isPhase1(turn)) sayBeforePhase1(turn);
  else sayBeforePhase2(turn);
  sayRows(turn, rows.slice(0, cut));
  if (rows.some((t) => t.because.endsWith('IKE_SA_REQ_MM'))) say(v, ' beginning Main Mode exchange');
  if (rows.some((t) => t.because.endsWith('IKE_SA_REQ_AM'))) say(v, ' beginning Aggressive Mode exchange');
  if (isPhase1(turn)) sayOwnIdentity(turn);
  if (isEndOfQuickMode(turn)) {
    sayInstalled(turn, 'No Error', () => {
      sayRows(turn, rows.slice(cut));
    });
    return;
  }
  sayPacketSent(turn);
  sayAfterSending(turn);
  sayRows(turn, rows.slice(cut));
};

/** The responder's verdict on the offer, known from its answer. */
const sayBeforePhase1 = (turn: Turn): void => {
  const { v, ike, n, device } = turn;
  const answer = ike.payloads.find((p) => p.content.kind === 'securityAssociation');
  if (answer?.content.kind !== 'securityAssociation' || device.side !== 'responder') return;
  const chosen = answer.content.proposals.flatMap((p) => p.transforms)[0];
  if (n.values.preSharedKey) say(v, `found peer pre-shared key matching ${endsOf(device, n).remote.address}`);
  if (chosen) sayPhaseOneChoice(v, { offers: offersOf(n), chosen, policy: device.policy, place: placeOf(answer) });
};

/** An encrypted identity in phase 1 is the device's own, RFC 2409 5.4. */
const sayOwnIdentity = ({ v, ike, n }: Turn): void => {
  const id = ike.payloads.find((p) => p.content.kind === 'identification');
  if (id?.content.kind !== 'identification') return;
  const method = methodWords(n.suite?.authentication ?? null);
  if (ike.payloads.some((p) => p.content.kind === 'notification' && p.content.notifyType === 24578)) say(v, 'Send initial contact');
  if (method !== null) {
    const type = { 1: 'ID_IPV4_ADDR', 2: 'ID_FQDN', 3: 'ID_USER_FQDN', 5: 'ID_IPV6_ADDR', 9: 'ID_DER_ASN1_DN', 11: 'ID_KEY_ID' }[
      id.content.idType
    ];
    say(v, `SA is doing ${method} authentication${type === undefined ? '' : ` using id type ${type}`}`);
  }
  sayIdentity(v, id, id.content);
  say(v, `Total payload length: ${id.span.end - id.span.start}`);
};

const sayBeforePhase2 = (turn: Turn): void => {
  const { v, ike, n, device } = turn;
  const { messageId } = ike.message.header;
  sayRefusal(turn);
  const q = get(n.exchanges, exchangeKey('quick', messageId));
  if (q?.kind === 'quick' && ike.message.header.exchangeType === 32) {
    if (q.begunBy === device.side && q.messages === 1) {
      say(v, `beginning Quick Mode exchange, M-ID of ${signed(messageId)}`);
      say(v, 'QM Initiator gets spi');
    } else if (q.begunBy !== device.side) sayAnswer(turn, messageId);
    return;
  }
  sayNewNode(turn);
  for (const { content: c } of ike.payloads) {
    if (c.kind === 'notification') {
      const [first, second] = notifyLines('Sending', c, messageId);
      say(v, first);
      more(v, second);
    }
  }
};

/** What the answer to QM1 shows of the judgement on it. */
const sayAnswer = (turn: Turn, messageId: MessageId): void => {
  const { v, ike, n, device, state } = turn;
  const answer = ike.payloads.find((p) => p.content.kind === 'securityAssociation');
  if (answer?.content.kind !== 'securityAssociation') return;
  const { local, remote } = endsOf(device, n);
  const { proposals } = answer.content;
  sayPhaseTwoChoice(v, proposals, placeOf(answer));
  const proxies = ownProxies(proxiesIn(ike.payloads), other(device.side), device.side);
  sayValidation(v, { local: local.address, remote: remote.address, proxies, proposals });
  const sas = ownSas(device, state, n.id, messageId);
  say(v, ` asking for ${proposals.length} spis from ipsec`);
  saySpis(v, sas);
};

/** The device turns an offer down with this notify: that of a quick mode, or that of phase 1. */
const sayRefusal = ({ v, rows, n, device, ike, was }: Turn): void => {
  if (!ike.payloads.some((p) => p.content.kind === 'notification' && p.content.notifyType === 14)) return;
  const { local, remote } = endsOf(device, n);
  const ends = `(local ${local.address} remote ${remote.address})`;
  if (rows.some((t) => t.exchange !== null && t.from === t.to)) say(v, ` phase 2 SA policy not acceptable! ${ends}`);
  else if (device.side === 'responder' && n.phase1Messages === 1) {
    sayPhaseOneChoice(v, { offers: offersOf(was ?? n), chosen: null, policy: device.policy, place: null });
    say(v, ` phase 1 SA policy not acceptable! ${ends}`);
  }
};

const sayAfterSending = ({ v, ike, rows, n, device }: Turn): void => {
  const { messageId, exchangeType } = ike.message.header;
  if (exchangeType !== 5) return;
  if (messageId !== 0) say(v, `purging node ${signed(messageId)}`);
  const refused = rows.find((t) => t.exchange !== null && t.from === t.to)?.exchange ?? null;
  if (refused !== null) say(v, `deleting node ${signed(refused)} error TRUE reason "QM rejected"`);
  for (const { content: c } of ike.payloads) {
    if (c.kind !== 'delete') continue;
    if (c.protocolId === 1) {
      say(v, `deleting SA reason "No reason" state (${letterOf(device.side)}) QM_IDLE       (peer ${endsOf(device, n).remote.address})`);
    } else sayDeletedSas(v, c.spis, c.protocolId);
  }
};

const sayDeletedSas = (v: Voice, spis: readonly Uint8Array[], protocolId: number): void => {
  for (const spi of spis) {
    if (spi.length !== 4) continue;
    const value = spi.reduce((s, b) => s * 256 + b, 0);
    sayRaw(v, `IPSEC(delete_sa): deleting SA,`);
    more(v, `  (sa) sa_prot= ${protocolId === 2 ? 51 : 50},`);
    more(v, `    sa_spi= ${spiHex(value)}(${value})`);
  }
};

/** QM3 has gone out or come in: both directions are there. */
const sayInstalled = (turn: Turn, reason: string, rows: () => void): void => {
  const { v, device, n, ike, state } = turn;
  const { messageId } = ike.message.header;
  const sas = ownSas(device, state, n.id, messageId);
  sayCreating(v, sas);
  if (ike.side === device.side) sayPacketSent(turn);
  say(v, `deleting node ${signed(messageId)} error FALSE reason "${reason}"`);
  rows();
  sayCreated(v, sas);
};
