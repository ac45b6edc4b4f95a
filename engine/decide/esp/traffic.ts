/** What taking part remembers of the packets inside IPsec SAs: answers that are owed, pings that run, and how many were let in. RFC 4301 5.2. */
import { emptyMap, type PersistentMap } from '../../state/persistent-map.ts';
import type { InnerPacket } from '../inner/ipv4.ts';
import type { Ping } from './ping.ts';

/** An answer, and the negotiation whose SA asked: it goes to that peer, whoever else shares an address or a network with it. */
export interface Answer {
  readonly packet: InnerPacket;
  readonly asked: string;
}

export interface Traffic {
  /** In the order in which they are to go. */
  readonly answers: readonly Answer[];
  readonly pings: readonly Ping[];
  /** Port from which an authentic packet came last, where it is another than that of the messages, by negotiation. */
  readonly ports: PersistentMap<{ readonly port: number; readonly event: number }>;
  /** Packets inside that were let in. */
  readonly accepted: number;
  /** Packets that were let in by the SA, and were not what it is for. */
  readonly strayed: number;
}

export const noTraffic: Traffic = { answers: [], pings: [], ports: emptyMap, accepted: 0, strayed: 0 };
