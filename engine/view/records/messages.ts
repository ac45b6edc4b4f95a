/** `ikewind messages`: one plain object a datagram, in the order of the capture, by the field names that other decoders are compared with. */
import type { DatagramSeen } from '../../event/event.ts';
import { eventsAt } from '../../log/log.ts';
import { type Replay, walk } from '../../replay/replay.ts';
import { get } from '../../state/persistent-map.ts';
import type { Seen } from '../../state/seen.ts';
import type { State } from '../../state/state.ts';
import type { AhRecord, Ends, EspRecord, IkeRecord, MessageRecord } from './message-record.ts';
import { nestedRecords } from './nested.ts';
import { ahFields, espFields, ikeFields, openedPayloads, problemsOf, reassembledFields } from './packet-fields.ts';
import { timeOf } from './time.ts';

/** IP fragments have an object where they complete a datagram, and where something is wrong with one of them. */
export function* messageRecords(replay: Replay): Generator<MessageRecord> {
  // A retransmission is not opened again: what its first copy held stands here, by event.
  const opened = new Map<number, readonly number[]>();
  for (const { index, state, seen } of walk(replay, 1)) {
    const [event] = eventsAt(replay.log, index);
    if (event?.kind !== 'DatagramSeen' || !seen.packet) continue;
    const inside = openedPayloads(seen);
    if (inside) opened.set(index, inside);
    const ends = endsOf(event, seen, index);
    const problems = problemsOf(seen);
    if (seen.packet.carried === 'fragment' && problems.length === 0) continue;
    yield { ...ends, ...recordOf(replay, state, seen, opened), problems };
    yield* nestedRecords(replay.context, state, seen, ends);
  }
}

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
  { packet, ike, ipsec }: Seen,
  opened: ReadonlyMap<number, readonly number[]>,
): Own<IkeRecord> | Own<EspRecord> | Own<AhRecord> | { readonly kind: 'nat-keepalive' | 'other' } => {
  if (packet && ike) {
    const original = ike.retransmissionOf;
    const inside = opened.get(original ?? state.index);
    const first = original === null ? undefined : eventsAt(replay.log, original)[0]?.origin.number || original;
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
    const judged = { authenticated: ipsec.authenticated, replay: ipsec.replay };
    if (ipsec.protocol === 'ah') return { ...ahFields(ipsec), ...judged };
    return { ...espFields(replay.context, packet, ipsec, get(state.associations, ipsec.association), judged.authenticated), ...judged };
  }
  return { kind: packet?.carried === 'nat-keepalive' ? 'nat-keepalive' : 'other' };
};
