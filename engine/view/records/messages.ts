/** `ikewind messages`: one plain object a datagram, in the order of the capture, by the field names that other decoders are compared with. */
import type { DatagramSeen } from '../../event/event.ts';
import { eventsAt } from '../../log/log.ts';
import { type Replay, walk } from '../../replay/replay.ts';
import { firstEventOf } from '../../replay/traffic.ts';
import { get } from '../../state/persistent-map.ts';
import type { Seen } from '../../state/seen.ts';
import type { State } from '../../state/state.ts';
import type { AhRecord, Ends, EspRecord, IkeRecord, MessageRecord, OtherRecord } from './message-record.ts';
import { nestedRecords } from './nested.ts';
import { ahFields, espFields, extendedFields, ikeFields, openedPayloads, problemsOf, reassembledFields } from './packet-fields.ts';
import { icmpFields } from './quotes.ts';
import { timeOf } from './time.ts';

/** IP fragments and TCP segments have an object where they complete a packet, and where something is wrong with one of them. */
export function* messageRecords(replay: Replay, { from = 1, opened = new Map() }: MessagesFrom = {}): Generator<MessageRecord> {
  for (const { index, state, seen } of walk(replay, from)) {
    const [event] = eventsAt(replay.log, index);
    if (event?.kind !== 'DatagramSeen' || !seen.packet) continue;
    yield* recordsOf(replay, event, index, state, seen, 0, opened);
    for (const further of seen.further) yield* recordsOf(replay, event, index, state, further.seen, further.nested, opened);
  }
}

/** A retransmission is not opened again: what its first copy held stands here, by event. */
type OpenedBefore = Map<number, readonly number[]>;

/** Where to begin in a log that grows; `opened` is kept from one time to the next. */
export interface MessagesFrom {
  readonly from?: number;
  readonly opened?: OpenedBefore;
}

function* recordsOf(
  replay: Replay,
  event: DatagramSeen,
  index: number,
  state: State,
  seen: Seen,
  nested: number,
  opened: OpenedBefore,
): Generator<MessageRecord> {
  const { packet } = seen;
  if (!packet) return;
  const inside = openedPayloads(seen);
  if (inside) opened.set(index, inside);
  const ends = endsOf(event, seen, index);
  const problems = problemsOf(seen);
  if (packet.carried === 'fragment' && problems.length === 0) return;
  const found = sightingFrame(replay, seen);
  yield {
    ...ends,
    ...(nested > 0 ? { nested } : {}),
    ...(packet.carrier === null ? {} : { carrier: packet.carrier }),
    ...recordOf(replay, state, seen, opened),
    ...(found === undefined ? {} : { sightingOf: found }),
    problems,
  };
  if (nested === 0) yield* nestedRecords(replay.context, state, seen, ends);
}

const frameOf = (replay: Replay, index: number): number => eventsAt(replay.log, index)[0]?.origin.number || index;

/** The frame at which the packet was seen first. */
const sightingFrame = (replay: Replay, { ipsec, sightingOf }: Seen): number | undefined => {
  if (sightingOf !== null) return frameOf(replay, sightingOf);
  const traffic = ipsec?.sighting ? replay.index.traffic.get(ipsec.association) : undefined;
  const first = traffic && ipsec ? firstEventOf(traffic, ipsec.sequence) : undefined;
  return first === undefined ? undefined : frameOf(replay, first);
};

const endsOf = (event: DatagramSeen, seen: Seen, index: number): Ends => ({
  // What reached us by a socket has no frame number: its index counts.
  frame: event.origin.number || index,
  time: timeOf(event.at),
  src: seen.packet?.src ?? null,
  dst: seen.packet?.dst ?? null,
});

type Own<R> = Omit<R, keyof Ends | 'problems'>;

const recordOf = (
  replay: Replay,
  state: State,
  { packet, ike, ipsec, sightingOf }: Seen,
  opened: OpenedBefore,
): Own<IkeRecord> | Own<EspRecord> | Own<AhRecord> | Own<OtherRecord> => {
  if (packet && ike) {
    const original = ike.retransmissionOf;
    const inside = opened.get(original ?? sightingOf ?? state.index);
    const first = original === null ? undefined : frameOf(replay, original);
    const common = ikeFields(packet, ike.message);
    if (ike.reassembled) {
      const whole = opened.get(ike.reassembled.repeats ?? state.index);
      return { ...common, decrypted: false, reassembled: reassembledFields(ike.reassembled, whole), negotiation: ike.negotiation };
    }
    return {
      ...common,
      decrypted: inside !== undefined && common.encrypted,
      ...(inside && common.encrypted ? { decryptedPayloads: inside } : {}),
      ...(first === undefined ? {} : { retransmissionOf: first }),
      negotiation: ike.negotiation,
    };
  }
  if (packet && ipsec) {
    const { header, spi, authenticated, replay: judged } = ipsec;
    const a = get(state.associations, ipsec.association);
    const own = { ...extendedFields(a, ipsec), authenticated, replay: judged };
    if ('nextHeader' in header) return { ...ahFields(header), ...own };
    return { ...espFields(replay.context, packet, { spi, sequence: header.sequence }, a, authenticated), ...own };
  }
  if (packet?.carried === 'nat-keepalive') return { kind: 'nat-keepalive' };
  return { kind: 'other', ...(packet ? icmpFields(packet) : {}) };
};
