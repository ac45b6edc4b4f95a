/** Everything that the window draws about one event and the state after it, made in one go. */
import { lookAt, type Replay } from '../replay/replay.ts';
import { get } from '../state/persistent-map.ts';
import type { Seen } from '../state/seen.ts';
import type { State } from '../state/state.ts';
import type { MessageId } from '../values/message-id.ts';
import { associationsView, peerRows } from './associations.ts';
import { changes } from './changes.ts';
import { explain } from './explain.ts';
import { keysView, type Reveal } from './keys.ts';
import { labelAt } from './ladder.ts';
import { machines } from './machine.ts';
import type { Moment } from './models.ts';
import { isOwn, ownLabel, ownPage } from './own-event.ts';
import { packetView } from './packet.ts';
import { negotiationOf, partOf } from './part.ts';
import { utc } from './words.ts';

/** Which secrets to show, and which negotiation to stay with. */
export interface MomentOptions {
  readonly reveal: Reveal;
  /** Show this negotiation where the event belongs to none. */
  readonly negotiation: string | null;
}

/** The quick mode that an event belongs to: its own, or the one that made the SA of its packet. */
const exchangeOf = (state: State, seen: Seen): MessageId | null => {
  if (seen.ike) return seen.ike.message.header.exchangeType === 32 ? seen.ike.message.header.messageId : null;
  if (seen.report) return seen.report.exchange;
  return seen.ipsec ? (get(state.associations, seen.ipsec.association)?.exchange ?? null) : null;
};

/** Costs one seek and one event with all trees. Indices outside the log are brought into it. */
export const moment = (replay: Replay, event: number, options: MomentOptions): Moment => {
  const { before, state, seen } = lookAt(replay, event);
  const its = negotiationOf(state, seen);
  const negotiation = its ?? options.negotiation;
  const exchange = exchangeOf(state, seen);
  const happened = replay.log.happened[state.index - 1];
  const own = isOwn(happened) ? happened : null;
  const label = own ? ownLabel(own) : labelAt(replay, seen);
  return {
    event: state.index,
    time: utc(happened?.at ?? null),
    label,
    negotiation,
    part: partOf(state, seen, its),
    packet: packetView(replay, state.index, state, seen, label),
    machines: machines(replay, state, negotiation, exchange, state.index),
    associations: associationsView(state, negotiation, seen.ipsec?.association ?? null),
    peers: peerRows(state, negotiation),
    changes: changes(before, state, seen, options.reveal),
    keys: keysView(replay, state, negotiation, state.index, { authenticators: seen.ike?.authenticators ?? [], exchange }, options.reveal),
    explanation: own ? ownPage(own) : explain(state, seen),
  };
};
