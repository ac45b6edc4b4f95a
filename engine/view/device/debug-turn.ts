/** One message as the device sees it, and the lines that sending and receiving share. RFC 2408 3.1. */
import type { Side } from '../../state/fact.ts';
import { get } from '../../state/persistent-map.ts';
import type { IkeSeen, Transition } from '../../state/seen.ts';
import { type Exchange, exchangeKey, type Negotiation, type State } from '../../state/state.ts';
import type { Packet } from '../../wire/packet.ts';
import type { LogLine } from '../models.ts';
import { ownSas, sayCreated, sayCreating } from './debug-ipsec.ts';
import { proposalsIn } from './debug-transforms.ts';
import { type Device, endsOf } from './device.ts';
import { say, sayOld, sayPlain, type Voice } from './voice.ts';
import { signed, stateWord } from './words.ts';

/** One message and what the device does about it. */
export interface Turn {
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

export const sayRows = (v: Voice, rows: readonly Transition[]): void => {
  for (const t of rows) {
    say(v, `${t.exchange === null ? '' : `Node ${signed(t.exchange)}, `}Input = ${t.because}`);
    say(v, `Old State = ${t.from}  New State = ${t.to}`);
  }
};

export const letterOf = (side: Side): string => (side === 'initiator' ? 'I' : 'R');
const kinds: Readonly<Record<number, Exchange['kind']>> = { 5: 'informational', 6: 'transaction', 32: 'quick', 33: 'newGroup' };
const phase1Types = new Set([1, 2, 4]);
const transaction = 6;
export const isPhase1 = ({ ike }: Turn): boolean => phase1Types.has(ike.message.header.exchangeType);

/** The word behind (I) or (R): the state in which the device is when it prints the line. */
export const packetWord = (turn: Turn): string => {
  const { device, n, was } = turn;
  const before = was?.[device.side].state ?? 'IKE_READY';
  const after = n[device.side].state;
  const sent = turn.ike.side === device.side;
  // Messages of phase 1 and of XAUTH and mode config lead to a state of their own; the last of each goes out of the one before.
  const leads = isPhase1(turn) || turn.ike.message.header.exchangeType === transaction;
  const atSending = leads && after !== 'IKE_P1_COMPLETE' && after !== 'IKE_DEST_SA' ? after : before;
  const word = stateWord(sent ? atSending : before);
  return word === 'QM_IDLE' ? 'QM_IDLE      ' : word;
};

export const sayPacketSent = (turn: Turn): void => {
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

export const sayPacketReceived = (turn: Turn): void => {
  const { v, device, packet, n, was } = turn;
  const { remote } = endsOf(device, n);
  const isNew = was === undefined && isPhase1(turn);
  const as = isNew ? '(N) NEW SA' : `(${letterOf(device.side)}) ${packetWord(turn)}`;
  const ports = packet.sport === null || packet.dport === null ? '' : ` dport ${packet.dport} sport ${packet.sport} Global`;
  sayOld(v, `received packet from ${packet.src ?? remote.address}${ports} ${as}`, wholeMessage(turn));
  if (isNew && ports !== '') sayPlain(v, `local port ${packet.dport}, remote port ${packet.sport}`, wholeMessage(turn));
};

/** The node of an exchange of phase 2 is made at its first message, whoever sends it. */
export const sayNewNode = (turn: Turn): void => {
  const { messageId, exchangeType } = turn.ike.message.header;
  const kind = kinds[exchangeType] ?? 'unknown';
  const known = turn.was && get(turn.was.exchanges, exchangeKey(kind, messageId));
  if (messageId !== 0 && !known) sayPlain(turn.v, `set new node ${signed(messageId)} to ${packetWord(turn)}`);
};

/** Transforms that phase 1 was offered. */
export const offersOf = (n: Negotiation) => proposalsIn(n.values.saI?.value).flatMap((p) => p.transforms);

export const isEndOfQuickMode = ({ rows }: Turn): boolean => rows.some((t) => t.to === 'IKE_QM_PHASE2_COMPLETE');

/** QM3 has gone out or come in: both directions are there. */
export const sayInstalled = (turn: Turn, reason: string, rows: () => void): void => {
  const { v, device, n, ike, state } = turn;
  const { messageId } = ike.message.header;
  const sas = ownSas(device, state, n.id, messageId);
  sayCreating(v, sas);
  if (ike.side === device.side) sayPacketSent(turn);
  say(v, `deleting node ${signed(messageId)} error FALSE reason "${reason}"`);
  rows();
  sayCreated(v, sas);
};
