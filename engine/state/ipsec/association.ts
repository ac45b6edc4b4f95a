/** One direction of an IPsec SA, RFC 4301 4.4.2, as an observer knows it. Its states are those of RFC 2367. */
import type { IpAddress } from '../../values/ip-address.ts';
import type { MessageId } from '../../values/message-id.ts';
import type { SequenceNumber } from '../../values/sequence-number.ts';
import type { Spi } from '../../values/spi.ts';
import type { Fact, Side } from '../fact.ts';
import type { ReplayWindow } from './replay-window.ts';

/** Transform of ESP or AH as quick mode agreed on it, by the numbers of RFC 2407 4.4 and 4.5. */
export interface IpsecSuite {
  readonly transform: number;
  readonly keyBits: number | null;
  /** Authentication algorithm attribute; `null` where none was agreed. */
  readonly authentication: number | null;
  readonly esn: boolean;
}

/** One direction of one IPsec SA, RFC 4301 4.4.2; also an SPI of which no negotiation was seen. Counters are of packets. */
export interface Association {
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
  readonly state: 'larval' | 'mature' | 'dying' | 'dead';
  /** Event that made it, or the first packet seen. */
  readonly since: number;
  readonly last: number;
  readonly window: ReplayWindow;
  /** Lowest number seen; `null` before the first packet. */
  readonly lowest: SequenceNumber | null;
  /** Which numbers came at all, over many more than a receiver's window covers: one that came too late is not lost. */
  readonly arrivals: ReplayWindow;
  /** How many different numbers came. */
  readonly arrived: number;
  readonly highest: SequenceNumber | null;
  /** Packets judged new. */
  readonly received: number;
  readonly replayed: number;
  readonly old: number;
  readonly badIcv: number;
  readonly packets: number;
  /** Octets of ESP or AH packets, with their headers. */
  readonly bytes: number;
  /** Members that are known only from a device's log; absent where packets showed all. */
  readonly reported?: readonly string[];
}

/** Which SA a datagram belongs to: SPIs are the receiver's choice, so the destination counts. */
export const associationKey = (protocol: 'esp' | 'ah', dst: IpAddress, spi: number): string => `${protocol} ${dst} ${spi}`;

/** Numbers that `arrivals` covers. */
export const arrivalsCovered = 1024;

/** Numbers between the lowest and the highest that came, which never did; RFC 4303 3.4.3 leaves counting them to us. */
export const lostOf = ({ lowest, highest, arrived }: Association): bigint => {
  if (lowest === null || highest === null) return 0n;
  const lost = highest - lowest + 1n - BigInt(arrived);
  return lost < 0n ? 0n : lost;
};
