/** Turns rows of the transition tables into transitions of the two sides, and moves the sides. */
import type { MessageId } from '../../values/message-id.ts';
import { other, type Side } from '../fact.ts';
import type { Peer, Phase1StateName } from '../ike/peer.ts';
import type { Transition } from '../seen.ts';
import type { Negotiation } from '../state.ts';
import type { QuickMode } from './quick-mode.ts';
import type { QuickModeStateName, Row } from './transitions.ts';

const transitionsOf = <S extends string>(
  rows: readonly Row<S>[],
  negotiation: string,
  speaker: Side,
  exchange: MessageId | null,
  proven: boolean,
): Transition[] =>
  rows.map((row) => ({
    negotiation,
    side: row.who === 'sender' ? speaker : other(speaker),
    exchange,
    from: row.from,
    to: row.to,
    because: row.because,
    proven: proven || row.who === 'sender',
  }));

/** The state in which the rows leave a side; `undefined` where they do not speak of it. */
const endOf = (transitions: readonly Transition[], side: Side): Transition | undefined => transitions.findLast((t) => t.side === side);

/** `proven`: the receiver's rows too, since this message shows that an earlier one, which the trace lacks, was received. */
export const movePhase1 = (
  n: Negotiation,
  rows: readonly Row<Peer['state']>[],
  speaker: Side,
  event: number,
  proven = false,
): { negotiation: Negotiation; transitions: readonly Transition[] } => {
  const transitions = transitionsOf(rows, n.id, speaker, null, proven);
  const move = (side: Side): Negotiation['initiator'] => {
    const end = endOf(transitions, side);
    return end ? { ...n[side], state: end.to as Phase1StateName, since: event, assumed: !end.proven } : n[side];
  };
  return { negotiation: { ...n, initiator: move('initiator'), responder: move('responder') }, transitions };
};

export const moveQuickMode = (
  id: string,
  q: QuickMode,
  rows: readonly Row<QuickModeStateName>[],
  speaker: Side,
  event: number,
  proven = false,
): { exchange: QuickMode; transitions: readonly Transition[] } => {
  const transitions = transitionsOf(rows, id, speaker, q.messageId, proven);
  const i = endOf(transitions, 'initiator');
  const r = endOf(transitions, 'responder');
  return {
    exchange: {
      ...q,
      initiatorState: (i?.to as QuickModeStateName | undefined) ?? q.initiatorState,
      responderState: (r?.to as QuickModeStateName | undefined) ?? q.responderState,
      initiatorSince: i ? event : q.initiatorSince,
      responderSince: r ? event : q.responderSince,
      initiatorAssumed: i ? !i.proven : q.initiatorAssumed,
      responderAssumed: r ? !r.proven : q.responderAssumed,
    },
    transitions,
  };
};
