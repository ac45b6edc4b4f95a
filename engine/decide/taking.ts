/**
 * What taking part has to remember beside what watching shows: chance that was drawn, what we said last and wait for, what was asked of us.
 * A fold of the same events, so that a session resumes from its log.
 */
import type { Event } from '../event/event.ts';
import { other, type Side } from '../state/fact.ts';
import type { Phase1MessageName } from '../state/ikev1/transitions.ts';
import { emptyMap, entries, get, type PersistentMap, set, without } from '../state/persistent-map.ts';
import type { IkeSeen, Seen } from '../state/seen.ts';
import type { Negotiation, State } from '../state/state.ts';
import type { IpAddress } from '../values/ip-address.ts';
import type { Timestamp } from '../values/timestamp.ts';
import type { PayloadContent } from '../wire/payload/content.ts';
import { type Alarms, disarm, noAlarms } from './alarms.ts';
import { type Doubts, isBelieved } from './belief.ts';
import { noTraffic, type Traffic } from './esp/traffic.ts';
import type { UdpDatagram } from './intent.ts';
import { followLines, type Lines, noLines } from './lines.ts';
import { type Memory, noMemory } from './memory.ts';
import { progressAfter } from './progress.ts';
import { type Request, readRequest } from './requests.ts';
import { type Transactions, withLease, withWord } from './transactions.ts';

/** One exchange as we talk in it: RFC 2408 5.1 wants the last message kept until it is answered. */
export interface Conversation {
  /** `event`: when it was said first; `at`: when last. */
  readonly sent: { readonly datagram: UdpDatagram; readonly event: number; readonly at: Timestamp | null } | null;
  /** How often we waited for an answer in vain. */
  readonly repeats: number;
  /** Event of the last message of the peer that took the exchange on; one that says the same again asks for our last message. */
  readonly received: number | null;
  /** Our last message is to be sent again. */
  readonly resend: boolean;
}

/** What was asked of us, in words, and what they mean. */
export interface Asked {
  readonly event: number;
  readonly request: string;
  readonly means: Request | null;
}

export type Identification = Extract<PayloadContent, { readonly kind: 'identification' }>;

export interface Taking {
  readonly state: State;
  /** Chance by its purpose. */
  readonly drawn: PersistentMap<Uint8Array>;
  /** By `conversationKey`. */
  readonly conversations: PersistentMap<Conversation>;
  /** Message IDs of the conversations with something to send again, by negotiation: it has had thousands after a day. */
  readonly resends: PersistentMap<readonly number[]>;
  /** The last message of phase 1 that passed, by negotiation. */
  readonly progress: PersistentMap<Phase1MessageName>;
  /** Why we do not believe a peer that signed, `null` where we do, by negotiation. */
  readonly doubts: Doubts;
  /** Negotiations whose peer has let go of all that they made. */
  readonly dropped: PersistentMap<true>;
  /** Event of the latest message of the peer, by negotiation. */
  readonly heard: PersistentMap<number>;
  /** Client identities in the first message of a quick mode, by conversation. */
  readonly identities: PersistentMap<readonly Identification[]>;
  /** What was said in transaction exchanges, by negotiation. */
  readonly transactions: Transactions;
  /** Inner addresses that we gave, with the negotiation that holds each. */
  readonly leases: PersistentMap<string>;
  /** Number of the error notify by which a peer refused, in the clear or not, by negotiation. */
  readonly refusals: PersistentMap<number>;
  /** What was asked of us, with the events that asked. */
  readonly requests: readonly Asked[];
  /** Sequence numbers, by SA, that are behind us since we went on from a log. */
  readonly leaps: PersistentMap<bigint>;
  /** Datagrams that we have sent. */
  readonly sent: number;
  readonly armed: Alarms;
  /** Negotiations that something happened to since nothing was owed to them; the first is looked at next. */
  readonly agenda: readonly string[];
  /** Address of the peer, by negotiation: of those that we began, or whose peer has proven itself. */
  readonly peers: PersistentMap<IpAddress>;
  /** The same negotiations, by address of the peer. */
  readonly withPeer: PersistentMap<readonly string[]>;
  /** Who brought what, so that it can be forgotten. */
  readonly memory: Memory;
  /** What stands, by peer. */
  readonly lines: Lines;
  /** Packets inside IPsec SAs. */
  readonly traffic: Traffic;
  /** The verdict as it was told last. */
  readonly verdict: string | null;
}

const quiet: Conversation = { sent: null, repeats: 0, received: null, resend: false };

export const beginTaking = (state: State): Taking => ({
  state,
  drawn: emptyMap,
  conversations: emptyMap,
  resends: emptyMap,
  progress: emptyMap,
  doubts: emptyMap,
  dropped: emptyMap,
  heard: emptyMap,
  identities: emptyMap,
  transactions: emptyMap,
  leases: emptyMap,
  refusals: emptyMap,
  requests: [],
  leaps: emptyMap,
  sent: 0,
  armed: noAlarms,
  agenda: [],
  peers: emptyMap,
  withPeer: emptyMap,
  memory: noMemory,
  lines: noLines,
  traffic: noTraffic,
  verdict: null,
});

export const conversationKey = (negotiation: string, messageId: number): string => `${negotiation} ${messageId}`;
export const conversationOf = (t: Taking, key: string): Conversation => get(t.conversations, key) ?? quiet;

/** What was said: in one piece, or put together. */
const messageOf = (ike: IkeSeen) => (ike.reassembled ?? ike).message;

const withConversation = (t: Taking, key: string, c: Conversation): Taking => {
  const conversations = set(t.conversations, key, c);
  if (c.resend === conversationOf(t, key).resend) return { ...t, conversations };
  const [negotiation = '', id] = key.split(' ');
  const others = (get(t.resends, negotiation) ?? []).filter((known) => known !== Number(id));
  const now = c.resend ? [...others, Number(id)] : others;
  return { ...t, conversations, resends: now.length > 0 ? set(t.resends, negotiation, now) : without(t.resends, negotiation) };
};

/** Which side of a negotiation stands at `local`; `null` for one between others. */
export const sideOf = (n: Negotiation, local: IpAddress): Side | null =>
  n.initiator.address === local ? 'initiator' : n.responder.address === local ? 'responder' : null;

const firstStatus = 16384;

/** A request to go on where an earlier run of the same log ended or broke off. */
export const resumeRequest = 'resume';

/** Takes in one event together with what observing it gave. */
export const follow = (before: Taking, event: Event, state: State, seen: Seen): Taking => {
  const t: Taking = { ...before, state };
  switch (event.kind) {
    case 'EntropyDrawn':
      return event.value ? { ...t, drawn: set(t.drawn, event.purpose, event.value) } : t;
    case 'OperatorRequested': {
      const asked: Asked = { event: state.index, request: event.request, means: readRequest(event.request) };
      const requested: Taking = { ...t, requests: [...t.requests, asked] };
      return event.request === resumeRequest ? leapt(requested) : requested;
    }
    case 'TimerFired': {
      const key = conversationOfTimer(event.timer);
      const unarmed: Taking = { ...t, armed: disarm(t.armed, event.timer) };
      if (key === null) return unarmed;
      const c = conversationOf(t, key);
      return withConversation(unarmed, key, { ...c, repeats: c.repeats + 1, resend: true });
    }
    case 'DatagramSeen': {
      const { datagram } = event;
      const lines = followLines(t.lines, event, state, seen, (n, peer) => isBelieved(t.doubts, n, other(peer)));
      const counted: Taking = event.via === 'sent' ? { ...t, lines, sent: t.sent + 1 } : { ...t, lines };
      if (!seen.ike || datagram.form !== 'udp') return counted;
      return event.via === 'sent' ? said(counted, datagram, event.at, seen) : heard(counted, seen);
    }
    default:
      return t;
  }
};

/**
 * What was asked before we took leave is done with. After a crash the log is ahead of the wire, if the disk kept its word. A sequence number that is used twice opens what it protects, so that we
 * do not lean on it: numbers go on far behind those that are known. RFC 4303 3.3.3.
 */
const leapt = (t: Taking): Taking => {
  let { leaps } = t;
  for (const [key, { highest }] of entries(t.state.associations)) leaps = set(leaps, key, (highest ?? 0n) + margin);
  const left = t.requests.findLastIndex((r) => r.request === 'leave');
  return { ...t, leaps, verdict: null, requests: t.requests.slice(left + 1) };
};
const margin = 1024n;

const said = (t: Taking, datagram: UdpDatagram, at: Timestamp | null, { ike }: Seen): Taking => {
  if (!ike) return t;
  const key = conversationKey(ike.negotiation, messageOf(ike).header.messageId);
  const c = conversationOf(t, key);
  const again = ike.retransmissionOf !== null;
  const isPiece = ike.message.payloads[0]?.content.kind === 'fragment';
  if (isPiece && !again && !ike.reassembled) return t;
  // What would be said again is the whole of it.
  const whole = isPiece ? (again ? (c.sent?.datagram ?? datagram) : wholeOf(datagram, ike)) : datagram;
  // Said again, it still answers what it answered first: two ends could otherwise ask each other for ever.
  const event = again && c.sent && c.resend ? c.sent.event : t.state.index;
  const told = withConversation(t, key, { ...c, sent: { datagram: whole, event, at }, repeats: again ? c.repeats : 0, resend: false });
  return again ? told : withIdentities(withProgress(withSaid(told, ike), ike, true), key, ike);
};

/** The message that this piece has completed, with what stood before the piece's own header. */
const wholeOf = (datagram: UdpDatagram, { message, reassembled }: IkeSeen): UdpDatagram => ({
  ...datagram,
  bytes: Uint8Array.of(...datagram.bytes.subarray(0, message.headerNode.span.start), ...(reassembled?.bytes ?? [])),
});

const withProgress = (t: Taking, ike: IkeSeen, ours: boolean): Taking => {
  const n = get(t.state.negotiations, ike.negotiation);
  const before = get(t.progress, ike.negotiation) ?? null;
  const now = n ? progressAfter(n, before, ike, ours) : null;
  return now === null || now === before ? t : { ...t, progress: set(t.progress, ike.negotiation, now) };
};

const withSaid = (t: Taking, ike: IkeSeen): Taking => ({
  ...t,
  transactions: withWord(t.transactions, ike, 'said', t.state.index),
  leases: withLease(t.leases, ike),
});

const heard = (before: Taking, { ike, transitions }: Seen): Taking => {
  if (!ike) return before;
  const t: Taking = { ...before, heard: set(before.heard, ike.negotiation, before.state.index) };
  const key = conversationKey(ike.negotiation, messageOf(ike).header.messageId);
  const c = conversationOf(t, key);
  if (ike.retransmissionOf !== null) {
    // Only the message that our last one answers asks for it again. Anything looser, and two ends would ask each other for ever.
    const asks = c.sent !== null && ike.retransmissionOf === c.received && c.sent.event > c.received;
    return asks ? withConversation(t, key, { ...c, resend: true }) : t;
  }
  const refusal = ike.payloads.find((p) => p.content.kind === 'notification' && p.content.notifyType < firstStatus)?.content;
  const refused = refusal?.kind === 'notification' ? { ...t, refusals: set(t.refusals, ike.negotiation, refusal.notifyType) } : t;
  const transactions = withWord(refused.transactions, ike, 'heard', t.state.index);
  const { progress } = withProgress(refused, ike, false);
  const messageId = messageOf(ike).header.messageId;
  // What is said in a transaction exchange moves the gateway alone; phase 1 moves as far as it is proven to us.
  const isMoved = messageId === 0 ? progress !== refused.progress : transitions.length > 0 || transactions !== refused.transactions;
  if (!isMoved) return lacksLast(refused, ike, messageId);
  const moved = withConversation({ ...refused, transactions, progress }, key, { ...c, received: t.state.index, resend: false });
  return withIdentities(lacksLast(moved, ike, messageId), key, ike);
};

/** In aggressive mode the initiator has finished before we have heard it. If it goes on and we lack its third message, our second asks for it. */
const lacksLast = (t: Taking, { negotiation, side, message }: IkeSeen, messageId: number): Taking => {
  if (side !== 'initiator' || messageId === 0 || get(t.progress, negotiation) !== 'AM2') return t;
  // Who names our cookie has our second message: nobody gets it again in another's name.
  if (message.header.responderCookie !== get(t.state.negotiations, negotiation)?.responderCookie) return t;
  const key = conversationKey(negotiation, 0);
  return withConversation(t, key, { ...conversationOf(t, key), resend: true });
};

const withIdentities = (t: Taking, key: string, { label, payloads }: IkeSeen): Taking => {
  if (label !== 'QM1') return t;
  const named = payloads.flatMap((p) => (p.content.kind === 'identification' ? [p.content] : []));
  return { ...t, identities: set(t.identities, key, named) };
};

const timerPrefix = 'retransmit ';
export const retransmissionTimer = (conversation: string): string => `${timerPrefix}${conversation}`;
const conversationOfTimer = (timer: string): string | null => (timer.startsWith(timerPrefix) ? timer.slice(timerPrefix.length) : null);
