/** What the device prints about a message that it sends: RFC 2409 5, the forms of IOS 12.4. */
import { other } from '../../state/fact.ts';
import { get } from '../../state/persistent-map.ts';
import { exchangeKey } from '../../state/state.ts';
import type { MessageId } from '../../values/message-id.ts';
import { ownProxies, ownSas, saySpis, sayValidation } from './debug-ipsec.ts';
import { notifyLines, placeOf, sayIdentity } from './debug-payloads.ts';
import { sayPhaseOneChoice, sayPhaseTwoChoice } from './debug-transforms.ts';
import {
  isEndOfQuickMode,
  isPhase1,
  letterOf,
  offersOf,
  packetWord,
  sayInstalled,
  sayNewNode,
  sayPacketSent,
  sayRows,
  type Turn,
} from './debug-turn.ts';
import { endsOf } from './device.ts';
import { proxiesIn } from './proxy.ts';
import { more, say, sayRaw, type Voice } from './voice.ts';
import { methodWords, signed, spiHex } from './words.ts';

/** Inputs that IOS prints once the packet is out. */
const afterSending = /IKE_INIT_QM|IKE_SPI_REPLY|IKE_PHASE1_DEL|IKE_PHASE1_COMPLETE/;

export const sayMessageSent = (turn: Turn): void => {
  const { v, ike, rows } = turn;
  if (ike.retransmissionOf !== null) {
    say(v, ` retransmitting phase ${isPhase1(turn) ? 1 : 2} ${packetWord(turn).trim()}...`);
    sayPacketSent(turn);
    sayRows(turn.v, rows);
    return;
  }
  const complete = rows.findLastIndex((t) => t.because.endsWith('IKE_PROCESS_COMPLETE'));
  const late = rows.findIndex((t) => afterSending.test(t.because) || (t.exchange !== null && t.to === 'IKE_QM_PHASE2_COMPLETE'));
  const refusal = rows.findIndex((t) => t.exchange !== null && t.from === t.to);
  const cut = [complete, late, refusal].find((i) => i >= 0) ?? rows.length;
  if (isPhase1(turn)) sayBeforePhase1(turn);
  else sayBeforePhase2(turn);
  sayRows(turn.v, rows.slice(0, cut));
  if (rows.some((t) => t.because.endsWith('IKE_SA_REQ_MM'))) say(v, ' beginning Main Mode exchange');
  if (rows.some((t) => t.because.endsWith('IKE_SA_REQ_AM'))) say(v, ' beginning Aggressive Mode exchange');
  if (isPhase1(turn)) sayOwnIdentity(turn);
  if (isEndOfQuickMode(turn)) {
    sayInstalled(turn, 'No Error', () => {
      sayRows(turn.v, rows.slice(cut));
    });
    return;
  }
  sayPacketSent(turn);
  sayAfterSending(turn);
  sayRows(turn.v, rows.slice(cut));
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
