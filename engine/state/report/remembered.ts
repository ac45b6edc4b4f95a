/** What has to be remembered of a device's log to understand its next line: IOS prints one fact in several lines. */
import type { ReportedAssociation } from '../../event/report.ts';
import type { IpAddress } from '../../values/ip-address.ts';
import type { Side } from '../fact.ts';
import type { PersistentMap } from '../persistent-map.ts';
import type { Listed } from './names.ts';

/** What the lines of one log have said so far that later lines lean on. */
export interface Reporting {
  /** Negotiation that the latest line spoke of. */
  readonly current: string | null;
  /** Ids by `#709` (connection), `=name` (tunnel), `@192.0.2.2` (peer, the latest). */
  readonly names: PersistentMap<string>;
  /** Begun, and without a connection number so far; the newest last, no more than 16. */
  readonly unbound: readonly string[];
  /** The device's role, by negotiation, once a line has told it. */
  readonly sides: PersistentMap<Side>;
  /** The device's own address, and the peer that was named last. */
  readonly local: IpAddress;
  readonly peer: IpAddress;
  /** Printed before the transition that it causes. */
  readonly input: { readonly text: string; readonly messageId: number | null } | null;
  /** The transform that is held against a policy. */
  readonly offer: { readonly phase: 1 | 2; readonly listed: Listed } | null;
  /** One IPsec SA whose lines are being read. */
  readonly detail: ReportedAssociation | null;
  /** Whose ID payload comes next. */
  readonly identityOf: 'ours' | 'theirs' | null;
}

/** A negotiation that a log tells of, and that no packets were found to. */
export interface ToldOf {
  readonly id: string;
  readonly input: number;
  /** Whether its lines have times: without them, nothing is known of the order in which lines and packets were. */
  readonly timed: boolean;
}

/** Where negotiations of packets and of logs meet. */
export interface Meeting {
  /** Who is known by what: two ends, a cookie, the message ID of a quick mode. The newest last, no more than 16 of each. */
  readonly places: PersistentMap<{ readonly shown: readonly string[]; readonly told: readonly ToldOf[] }>;
  /** From the id that a negotiation had in a log to that of the packets. */
  readonly met: PersistentMap<string>;
}
