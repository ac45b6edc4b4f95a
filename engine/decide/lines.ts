/**
 * What stands with each peer: its ISAKMP SAs and the pairs of IPsec SAs, whichever of them made these (RFC 4301 4.4), and when either end was heard
 * last (RFC 3706 5.4, RFC 3948 4). A fold, so that what has to be looked at for one peer does not grow with the others.
 */
import type { DatagramSeen } from '../event/event.ts';
import { other, type Side } from '../state/fact.ts';
import { associationsOf } from '../state/ikev1/agreement.ts';
import type { QuickMode } from '../state/ikev1/quick-mode.ts';
import { emptyMap, get, type PersistentMap, set, without } from '../state/persistent-map.ts';
import type { IkeSeen, Seen } from '../state/seen.ts';
import { exchangeKey, type Negotiation, type State } from '../state/state.ts';
import type { MessageId } from '../values/message-id.ts';
import type { Timestamp } from '../values/timestamp.ts';

/** An ISAKMP SA whose peer has proven itself. */
export interface Stood {
  readonly negotiation: string;
  readonly event: number;
  readonly at: Timestamp | null;
}

/** What one quick mode made: an SA in each direction, by their keys in the state. */
export interface Pair extends Stood {
  readonly exchange: MessageId;
  /** We began the quick mode. */
  readonly ours: boolean;
  readonly inbound: string;
  readonly outbound: string;
}

/** Everything with one peer, in the order in which it came about. */
export interface Line {
  readonly name: string;
  readonly isakmp: readonly Stood[];
  readonly pairs: readonly Pair[];
  /** All its ISAKMP SAs, gone or not. */
  readonly members: readonly string[];
  /** The ISAKMP SA that came last, gone or not. */
  readonly newest: string | null;
  /** When the peer last sent something that nobody else can send. */
  readonly heardAt: Timestamp | null;
  /** When we last sent it anything. */
  readonly sentAt: Timestamp | null;
  /** When we last asked whether it lives. */
  readonly askedAt: Timestamp | null;
}

export interface Lines {
  readonly byName: PersistentMap<Line>;
  /** Names by negotiation: addresses and ports may change under it. */
  readonly of: PersistentMap<string>;
  /** Names by the peer's address and port. */
  readonly at: PersistentMap<string>;
}

export const noLines: Lines = { byName: emptyMap, of: emptyMap, at: emptyMap };

const beginLine = (name: string): Line => ({
  name,
  isakmp: [],
  pairs: [],
  members: [],
  newest: null,
  heardAt: null,
  sentAt: null,
  askedAt: null,
});

const keep = (lines: Lines, line: Line): Lines => ({ ...lines, byName: set(lines.byName, line.name, line) });

export const lineOf = (lines: Lines, negotiation: string): Line | undefined => {
  const name = get(lines.of, negotiation);
  return name === undefined ? undefined : get(lines.byName, name);
};

/** Whether a peer of ours, on that side of a negotiation, has proven itself. */
type Believes = (n: Negotiation, peer: Side) => boolean;

/** Takes in one datagram together with what observing it gave. */
export const followLines = (lines: Lines, event: DatagramSeen, state: State, seen: Seen, isBelieved: Believes): Lines => {
  const sent = event.via === 'sent';
  if (seen.ike) return ofIke(lines, event, state, seen.ike, sent, isBelieved);
  const heard = sent ? { sentAt: event.at } : { heardAt: event.at };
  if (seen.ipsec) {
    const genuine = sent || (seen.ipsec.authenticated === true && seen.ipsec.replay === 'new');
    const made = get(state.associations, seen.ipsec.association)?.negotiation;
    const line = genuine && made != null ? lineOf(lines, made) : undefined;
    return line ? keep(lines, { ...line, ...heard }) : lines;
  }
  const { datagram } = event;
  if (!sent || datagram.form !== 'udp') return lines;
  const name = get(lines.at, placeKey(datagram.dst, datagram.dport));
  const line = name === undefined ? undefined : get(lines.byName, name);
  return line ? keep(lines, { ...line, ...heard }) : lines;
};

const placeKey = (address: string, port: number | null): string => `${address} ${port}`;

const rUThere = 36136;

const ofIke = (before: Lines, { at }: DatagramSeen, state: State, ike: IkeSeen, sent: boolean, isBelieved: Believes): Lines => {
  const n = get(state.negotiations, ike.negotiation);
  const peer = sent ? other(ike.side) : ike.side;
  if (!n || n.established === null || !isBelieved(n, peer)) return before;
  const isNew = get(before.of, n.id) === undefined;
  if (isNew && n.ended) return before;
  const { address, port, identity } = n[peer];
  // Several peers may share the address of a NAT.
  const name = get(before.of, n.id) ?? `${address} ${identity ?? ''}`;
  const line = get(before.byName, name) ?? beginLine(name);
  const place = placeKey(address, port);
  const lines: Lines = {
    ...before,
    of: isNew ? set(before.of, n.id, name) : before.of,
    at: get(before.at, place) === name ? before.at : set(before.at, place, name),
  };
  const asks = sent && ike.payloads.some((p) => p.content.kind === 'notification' && p.content.notifyType === rUThere);
  const heard = !sent && ike.authenticators.some((a) => a.verdict === 'equal');
  const stood: Stood = { negotiation: n.id, event: state.index, at };
  const pair = pairOf(n, state, ike, peer, sent, stood);
  const known = pair && line.pairs.some((p) => p.negotiation === n.id && p.exchange === pair.exchange);
  return settled(lines, place, {
    ...line,
    isakmp: (isNew ? [...line.isakmp, stood] : line.isakmp).filter((s) => get(state.negotiations, s.negotiation)?.ended === null),
    pairs: (pair && !known ? [...line.pairs, pair] : line.pairs).filter((p) => isStanding(state, p)),
    members: isNew ? [...line.members, n.id] : line.members,
    newest: isNew ? n.id : line.newest,
    heardAt: heard ? at : line.heardAt,
    sentAt: sent ? at : line.sentAt,
    askedAt: asks ? at : line.askedAt,
  });
};

/** The line without what came about before the event `since`. */
export const withOnly = (lines: Lines, line: Line, since: number): Lines =>
  keep(lines, { ...line, isakmp: line.isakmp.filter((s) => s.event >= since), pairs: line.pairs.filter((p) => p.event >= since) });

/** With whom nothing stands any more, there is no line. */
const settled = (lines: Lines, place: string, now: Line): Lines => {
  if (now.isakmp.length > 0 || now.pairs.length > 0) return keep(lines, now);
  let { of } = lines;
  for (const id of now.members) of = without(of, id);
  return { byName: without(lines.byName, now.name), of, at: without(lines.at, place) };
};

/** Whether something that stands leans on a negotiation, ended or not. */
export const isLeanedOn = (lines: Lines, negotiation: string): boolean => {
  const line = lineOf(lines, negotiation);
  return line !== undefined && (line.newest === negotiation || line.pairs.some((p) => p.negotiation === negotiation));
};

/** Either direction gone, and nothing gets through as it should. */
const isStanding = (state: State, { inbound, outbound }: Pair): boolean => {
  const [toUs, fromUs] = [get(state.associations, inbound)?.state, get(state.associations, outbound)?.state];
  return (toUs === 'mature' || toUs === 'larval') && fromUs !== undefined && fromUs !== 'dead';
};

/** The pair of a quick mode that this message completes. One that could not be opened completes nothing. */
const pairOf = (n: Negotiation, state: State, ike: IkeSeen, peer: Side, sent: boolean, stood: Stood): Pair | null => {
  const q = quickModeOf(n, ike.message.header.messageId);
  if (q?.result !== 'complete' || (!sent && ike.opened === null)) return null;
  const made = associationsOf(n, q).flatMap((key) => {
    const a = get(state.associations, key);
    return a?.negotiation === n.id && a.exchange === q.messageId ? [{ key, side: a.side }] : [];
  });
  const inbound = made.find((a) => a.side === peer)?.key;
  const outbound = made.find((a) => a.side !== peer)?.key;
  return inbound === undefined || outbound === undefined
    ? null
    : { ...stood, exchange: q.messageId, ours: q.begunBy !== peer, inbound, outbound };
};

export const quickModeOf = (n: Negotiation, id: MessageId): QuickMode | undefined => {
  const e = get(n.exchanges, exchangeKey('quick', id));
  return e?.kind === 'quick' ? e : undefined;
};
