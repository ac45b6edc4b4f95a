/** One direction of an IPsec SA, RFC 4301 4.4.2, as an observer knows it. Its states are those of RFC 2367. */
import type { IpAddress } from '../../values/ip-address.ts';
import type { MessageId } from '../../values/message-id.ts';
import type { SequenceNumber } from '../../values/sequence-number.ts';
import type { Spi } from '../../values/spi.ts';
import type { Timestamp } from '../../values/timestamp.ts';
import type { Fact, Side } from '../fact.ts';
import type { Place } from '../sightings.ts';
import { type ReplayWindow, replayWindow } from './replay-window.ts';

/** Transform of ESP or AH as quick mode agreed on it, by the numbers of RFC 2407 4.4 and 4.5. */
export interface IpsecSuite {
  readonly transform: number;
  readonly keyBits: number | null;
  /** Authentication algorithm attribute; `null` where none was agreed. */
  readonly authentication: number | null;
  /** `null` where nobody said, and no ICV has shown it yet. */
  readonly esn: boolean | null;
}

/**
 * How the upper half of extended numbers is known: an ICV was right with it; it follows from the numbers before, from the first on; or it does not,
 * since the trace begins in the life of the SA.
 */
export type HighHalf = 'proven' | 'inferred' | 'unknown';

/** A place with the numbers that came there. */
export interface PlaceOfPackets extends Place {
  /** `null` as long as it is the only place: then the SA's own arrivals are the place's. */
  readonly arrivals: ReplayWindow | null;
  /** Numbers that came there once more. */
  readonly repeats: number;
}

/** What the packets of an SA add up to. A packet seen at several places counts once. */
export interface Counters {
  readonly window: ReplayWindow;
  /** Lowest number seen; `null` before the first packet. */
  readonly lowest: SequenceNumber | null;
  /** Which numbers came at all, over many more than a receiver's window covers: one that came too late is not lost. */
  readonly arrivals: ReplayWindow;
  /** How many different numbers came. */
  readonly arrived: number;
  /** How many came once more, whatever the window says of them. */
  readonly repeats: number;
  /** Extended numbers with their upper half. */
  readonly highest: SequenceNumber | null;
  /** Packets judged new. */
  readonly received: number;
  readonly replayed: number;
  readonly old: number;
  /** Packets that the window let pass, and whose ICV was wrong: RFC 4303 3.4 asks the window first. */
  readonly badIcv: number;
  /** Packets whose ICV was right. */
  readonly verified: number;
  readonly packets: number;
  /** Octets of ESP or AH packets, with their headers. */
  readonly bytes: number;
  /** `null` where the SA has no extended numbers. */
  readonly highHalf: HighHalf | null;
  /** It carries packets of other SAs, or IKE. */
  readonly nests: boolean;
  /** Where its packets were seen. */
  readonly places: readonly PlaceOfPackets[];
}

/** One direction of one IPsec SA, RFC 4301 4.4.2; also an SPI of which no negotiation was seen. Counters are of packets. */
export interface Association extends Counters {
  readonly protocol: 'esp' | 'ah';
  readonly spi: Spi;
  readonly src: IpAddress;
  readonly dst: IpAddress;
  /** Who sends on it, by role in phase 1; `null` where no negotiation is known. */
  readonly side: Side | null;
  readonly negotiation: string | null;
  readonly exchange: MessageId | null;
  /** Rows negotiated together share it. */
  readonly bundle: string | null;
  readonly mode: 'tunnel' | 'transport' | null;
  readonly udpEncap: boolean | null;
  readonly suite: IpsecSuite | null;
  readonly selectors: { readonly src: readonly string[]; readonly dst: readonly string[] };
  readonly pfsGroup: number | null;
  readonly lifetimeSeconds: number | null;
  readonly lifetimeKilobytes: number | null;
  /** KEYMAT whole, RFC 2409 5.5, and its parts. */
  readonly keymat: Fact | null;
  readonly encryptionKey: Fact | null;
  readonly integrityKey: Fact | null;
  /** As messages and packets have shown it; `lifeOf` says what has come of it by time. */
  readonly state: 'larval' | 'mature' | 'dying' | 'dead';
  /** Event that made it, or the first packet seen. */
  readonly since: number;
  readonly last: number;
  /** Event of the agreement that made it; `null` where none was seen. */
  readonly made: number | null;
  /** When that was, by the clock of the trace. */
  readonly madeAt: Timestamp | null;
  /** Members that are known only from a device's log; absent where packets showed all. */
  readonly reported?: readonly string[];
}

/** Which SA a datagram belongs to: SPIs are the receiver's choice, so the destination counts. */
export const associationKey = (protocol: 'esp' | 'ah', dst: IpAddress, spi: number): string => `${protocol} ${dst} ${spi}`;

/** Numbers that `arrivals` covers, where the replay window is no wider. */
const arrivalsCovered = 1024;

/** `size`: numbers that the replay window covers. */
export const noPackets = (size: number): Counters => ({
  window: replayWindow(size),
  lowest: null,
  arrivals: replayWindow(Math.max(arrivalsCovered, size)),
  arrived: 0,
  repeats: 0,
  highest: null,
  received: 0,
  replayed: 0,
  old: 0,
  badIcv: 0,
  verified: 0,
  packets: 0,
  bytes: 0,
  highHalf: null,
  nests: false,
  places: [],
});

/** The counters alone, for an SA that takes them over. */
export const countersOf = (a: Counters): Counters => ({
  window: a.window,
  lowest: a.lowest,
  arrivals: a.arrivals,
  arrived: a.arrived,
  repeats: a.repeats,
  highest: a.highest,
  received: a.received,
  replayed: a.replayed,
  old: a.old,
  badIcv: a.badIcv,
  verified: a.verified,
  packets: a.packets,
  bytes: a.bytes,
  highHalf: a.highHalf,
  nests: a.nests,
  places: a.places,
});

/** Numbers between the lowest and the highest that came, which never did; RFC 4303 3.4.3 leaves counting them to us. */
export const lostOf = ({ lowest, highest, arrived }: Association): bigint => {
  if (lowest === null || highest === null) return 0n;
  const lost = highest - lowest + 1n - BigInt(arrived);
  return lost < 0n ? 0n : lost;
};
