/** What lists and the scrubber need of every event, packed: who sent it, how much, in which group of the ladder it stands. */
import { type Log, lastIndex } from '../log/log.ts';
import type { Fact } from '../state/fact.ts';
import type { Association } from '../state/ipsec/association.ts';
import { get } from '../state/persistent-map.ts';
import type { Seen } from '../state/seen.ts';
import type { State } from '../state/state.ts';
import { addToTraffic, type TrafficIndex } from './traffic.ts';

/** By role in phase 1; `null` where the event belongs to no negotiation. */
export type Sender = 'initiator' | 'responder' | null;
const senders: readonly Sender[] = [null, 'initiator', 'responder'];

/** A run of events under one head in the ladder: main mode, one quick mode, ESP, the rest. */
export interface Group {
  readonly event: number;
  readonly kind: 'phase1' | 'quick' | 'informational' | 'transaction' | 'ikev2' | 'ipsec' | 'other';
  readonly negotiation: string | null;
  /** Message ID of a quick mode. */
  readonly exchange: number | null;
  /** Events in it. */
  count: number;
}

/** Made once while folding, a few octets an event. The arrays are by event index. */
export interface Index {
  /** By event: 0 nobody's, 1 initiator, 2 responder. */
  readonly sides: Uint8Array;
  /** Octets of the datagram. */
  readonly sizes: Uint32Array;
  readonly groups: Group[];
  /** Events that moved a state. */
  readonly changes: number[];
  /** IKE messages that were opened, in order, with the IV that fitted. */
  readonly opened: OpenedMessage[];
  /** ESP and AH packets, by SA. */
  readonly traffic: TrafficIndex;
}

/** An encrypted IKE message of which the inside is known. */
export interface OpenedMessage {
  readonly event: number;
  readonly negotiation: string;
  /** `MM5`, `QM1`, `INFO`. */
  readonly label: string;
  readonly messageId: number;
  readonly iv: Fact;
}

export const newIndex = (log: Log): Index => ({
  sides: new Uint8Array(lastIndex(log) + 1),
  sizes: new Uint32Array(lastIndex(log) + 1),
  groups: [],
  changes: [],
  opened: [],
  traffic: new Map(),
});

/** The index with room for events up to `last`: room grows by halves, so that many small steps cost no more than one. */
export const withRoom = (index: Index, last: number): Index => {
  const room = Math.max(last + 1, Math.ceil(index.sides.length * 1.5));
  const full = last < index.sides.length;
  const sides = full ? index.sides : new Uint8Array(room);
  const sizes = full ? index.sizes : new Uint32Array(room);
  if (!full) {
    sides.set(index.sides);
    sizes.set(index.sizes);
  }
  // What was reckoned of an SA's packets is remembered by their list: a list that grows is another.
  const traffic = new Map([...index.traffic].map(([key, t]) => [key, { ...t }]));
  return { ...index, sides, sizes, traffic };
};

/** Who sent what happened at an event. */
export const senderAt = (index: Index, event: number): Sender => senders[index.sides[event] ?? 0] ?? null;

const groupOf = (seen: Seen, a: Association | undefined): Omit<Group, 'event' | 'count'> => {
  if (seen.ipsec) return { kind: 'ipsec', negotiation: a?.negotiation ?? null, exchange: null };
  if (seen.report) {
    const { negotiation, exchange } = seen.report;
    return { kind: exchange === null ? 'phase1' : 'quick', negotiation, exchange };
  }
  if (!seen.ike) return { kind: 'other', negotiation: null, exchange: null };
  const { header } = seen.ike.message;
  const { negotiation } = seen.ike;
  if (header.major === 2) return { kind: 'ikev2', negotiation, exchange: null };
  switch (header.exchangeType) {
    case 1:
    case 2:
    case 4:
      return { kind: 'phase1', negotiation, exchange: null };
    case 32:
      return { kind: 'quick', negotiation, exchange: header.messageId };
    case 6:
      return { kind: 'transaction', negotiation, exchange: null };
    case 5:
      return { kind: 'informational', negotiation, exchange: null };
    default:
      return { kind: 'other', negotiation, exchange: null };
  }
};

const sideOf = (seen: Seen, a: Association | undefined): Sender => {
  if (seen.ike) return seen.ike.side;
  if (seen.report) return seen.report.side;
  return a?.side ?? null;
};

const addPacket = (index: Index, event: number, { ike, ipsec }: Seen): void => {
  // A packet seen at several places is one packet.
  if (ipsec && !ipsec.sighting) addToTraffic(index.traffic, event, ipsec);
  if (!ike?.opened) return;
  const { message, negotiation, label, opened } = ike;
  index.opened.push({ event, negotiation, label, messageId: message.header.messageId, iv: opened.iv });
};

/** Adds one event; the arrays are the index's own, filled in place while the log is folded for the first time. */
export const addToIndex = (index: Index, event: number, state: State, seen: Seen): void => {
  if (event === 0) return;
  const a = seen.ipsec ? get(state.associations, seen.ipsec.association) : undefined;
  index.sides[event] = senders.indexOf(sideOf(seen, a));
  index.sizes[event] = seen.packet ? seen.packet.content.end - seen.packet.content.start : 0;
  if (seen.transitions.some((t) => t.from !== t.to)) index.changes.push(event);
  addPacket(index, event, seen);
  for (const further of seen.further) addPacket(index, event, further.seen);
  const group = groupOf(seen, a);
  const last = index.groups.at(-1);
  if (last && last.kind === group.kind && last.negotiation === group.negotiation && last.exchange === group.exchange) last.count++;
  else index.groups.push({ ...group, event, count: 1 });
};

/** Lines since the event `first` under the name that a negotiation had in a log: it was found to be one that packets show. */
export const renameInIndex = ({ groups }: Index, told: string, shown: string, first: number): void => {
  for (let i = groups.length - 1; i >= 0; i--) {
    const group = groups[i];
    if (!group) return;
    if (group.negotiation === told) groups[i] = { ...group, negotiation: shown };
    if (group.event < first) return;
  }
};

/** The group in which an event stands, by number. */
export const groupAt = (index: Index, event: number): number => {
  let low = 0;
  let high = index.groups.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((index.groups[middle]?.event ?? 0) <= event) low = middle;
    else high = middle - 1;
  }
  return low;
};
