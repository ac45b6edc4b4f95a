/** The ladder: one row a message with who sent it, what it carries and where it leaves both sides; heads between exchanges. */
import { type Log, startOf } from '../log/log.ts';
import { groupAt } from '../replay/index-of-events.ts';
import { type Replay, walk } from '../replay/replay.ts';
import { openPacket } from '../state/ipsec/open.ts';
import { get } from '../state/persistent-map.ts';
import type { Seen } from '../state/seen.ts';
import type { State } from '../state/state.ts';
import { messageId, messageIdText } from '../values/message-id.ts';
import { spiText } from '../values/spi.ts';
import type { Packet } from '../wire/packet.ts';
import { innerWords } from './inner.ts';
import type { LadderRow, Tone } from './models.ts';
import { partOf } from './part.ts';
import { counted, delta, payloadWords } from './words.ts';

type MessageRow = Extract<LadderRow, { kind: 'message' }>;

const roots = { preSharedKey: 'pre-shared key', dhSharedSecret: 'g^xy' } as const;

/** Rows for what is given: the roots by name, all that could be derived from them in one row. */
const givenRows = (log: Log): LadderRow[] => {
  const rows: LadderRow[] = [];
  let others = 0;
  for (const event of log.given) {
    if (event.kind !== 'SecretLearned') continue;
    const from = `learned from ${log.inputs[event.origin.input]?.name ?? 'what was given'}`;
    const { what } = event.about;
    if (what === 'preSharedKey' || what === 'dhSharedSecret') rows.push({ kind: 'given', event: 0, label: roots[what], detail: from });
    else others++;
  }
  if (others > 0)
    rows.push({
      kind: 'given',
      event: 0,
      label: counted(others, 'key'),
      detail: 'supplied; those that can be derived are derived all the same',
    });
  return rows;
};

const phase1Heads = {
  main: 'Main mode',
  aggressive: 'Aggressive mode',
  base: 'Base exchange',
  ikev2: 'IKEv2',
  unknown: 'Phase 1',
} as const;

const headOf = (replay: Replay, group: Replay['index']['groups'][number]): LadderRow => {
  const { event } = group;
  switch (group.kind) {
    case 'phase1':
    case 'ikev2': {
      const mode = group.negotiation ? get(replay.final.negotiations, group.negotiation)?.mode : undefined;
      return { kind: 'group', event, label: phase1Heads[mode ?? 'unknown'], code: null };
    }
    case 'quick':
      return { kind: 'group', event, label: 'Quick mode', code: group.exchange === null ? null : messageIdText(messageId(group.exchange)) };
    case 'informational':
      return { kind: 'group', event, label: 'Informational', code: null };
    case 'transaction':
      return { kind: 'group', event, label: 'Transaction', code: null };
    case 'ipsec':
      return { kind: 'group', event, label: `IPsec, ${counted(group.count, 'packet')}`, code: null };
    case 'other':
      return { kind: 'group', event, label: `Other, ${counted(group.count, 'packet')}`, code: null };
  }
};

const endText = (address: string | null, port: number | null): string => `${address ?? 'unknown'}${port === null ? '' : ` ${port}`}`;

const carriedWords: Readonly<Record<Packet['carried'], string>> = {
  ike: 'IKE',
  esp: 'ESP',
  ah: 'AH',
  'nat-keepalive': 'KEEPALIVE',
  fragment: 'FRAGMENT',
  other: 'OTHER',
};

const ikeNote = (seen: NonNullable<Seen['ike']>): { note: string | null; tone: Tone | null } => {
  if (seen.retransmissionOf !== null) return { note: `retransmission of #${seen.retransmissionOf}`, tone: 'note' };
  const wrong = seen.authenticators.find((a) => a.verdict === 'differs');
  if (wrong) return { note: `${wrong.name} is wrong`, tone: 'bad' };
  const issue = seen.message.issues.find((i) => i.blame === 'malformed');
  return issue ? { note: issue.message, tone: 'warning' } : { note: null, tone: null };
};

/** The label of a message; one that repeats another has that one's. */
export const labelAt = (replay: Replay, seen: Seen): string => {
  if (seen.ike) {
    const { retransmissionOf } = seen.ike;
    if (retransmissionOf === null) return seen.ike.label;
    for (const step of walk(replay, retransmissionOf, retransmissionOf)) return step.seen.ike?.label ?? 'IKE';
  }
  if (seen.ipsec) return seen.ipsec.protocol.toUpperCase();
  return seen.packet ? carriedWords[seen.packet.carried] : 'given';
};

const ipsecRow = (
  replay: Replay,
  state: State,
  seen: Seen,
): Pick<MessageRow, 'detail' | 'lock' | 'note' | 'tone' | 'negotiation' | 'part' | 'side'> | null => {
  const { ipsec, packet } = seen;
  if (!ipsec || !packet) return null;
  const association = get(state.associations, ipsec.association);
  const opened = association ? openPacket(replay.context, association, packet) : null;
  const inside = opened ? ` · ${innerWords(opened)}` : '';
  const faults: { note: string; tone: Tone }[] = [];
  if (ipsec.authenticated === false) faults.push({ note: 'wrong ICV', tone: 'bad' });
  if (ipsec.replay === 'replayed') faults.push({ note: 'replayed', tone: 'warning' });
  if (ipsec.replay === 'old') faults.push({ note: 'too old for the window', tone: 'warning' });
  return {
    detail: `${spiText(ipsec.spi)} seq ${ipsec.sequence}${inside}`,
    lock: opened ? 'opened' : ipsec.protocol === 'esp' ? 'sealed' : null,
    note: faults[0]?.note ?? null,
    tone: faults[0]?.tone ?? null,
    negotiation: association?.negotiation ?? null,
    part: ipsec.association,
    side: association?.side ?? null,
  };
};

const messageRow = (replay: Replay, event: number, state: State, seen: Seen): MessageRow => {
  const at = replay.log.happened[event - 1]?.at ?? null;
  const base = {
    kind: 'message',
    event,
    delta: delta(at, startOf(replay.log)),
    label: labelAt(replay, seen),
    initiatorState: null,
    responderState: null,
  } as const;
  const { ike, packet } = seen;
  const ipsec = ipsecRow(replay, state, seen);
  if (ipsec) return { ...base, ...ipsec };
  if (ike) {
    const last = (side: 'initiator' | 'responder'): string | null => seen.transitions.findLast((t) => t.side === side)?.to ?? null;
    const sealed = ike.message.encrypted !== null || ike.message.payloads.some((p) => p.type === 46 || p.type === 53);
    const words = payloadWords(ike.payloads, ike.message.header.major);
    return {
      ...base,
      side: ike.side,
      detail: words || (sealed ? 'encrypted' : ''),
      lock: ike.opened ? 'opened' : sealed ? 'sealed' : null,
      initiatorState: last('initiator'),
      responderState: last('responder'),
      negotiation: ike.negotiation,
      part: partOf(state, seen, ike.negotiation),
      ...ikeNote(ike),
    };
  }
  const other = packet ? `${endText(packet.src, packet.sport)} → ${endText(packet.dst, packet.dport)}` : '';
  return {
    ...base,
    side: null,
    detail: other,
    lock: null,
    negotiation: null,
    part: null,
    note: packet?.cut ? 'cut by the snap length' : null,
    tone: packet?.cut ? 'note' : null,
  };
};

/** Row of the first message: what was given stands above. */
const givenCount = (replay: Replay): number => givenRows(replay.log).length;

/** Rows of the whole ladder: what was given, heads of groups, events. */
export const ladderRowCount = (replay: Replay): number => givenCount(replay) + replay.lastIndex + replay.index.groups.length;

/** The row in which an event stands; index 0 stands in the first, what is past the end in the last. */
export const rowOfEvent = (replay: Replay, event: number): number => {
  const at = Math.min(event, replay.lastIndex);
  return at <= 0 ? 0 : givenCount(replay) + at + groupAt(replay.index, at);
};

/** The event that stands in a row, or behind it where the row is a head. */
const eventOfRow = (replay: Replay, row: number): number => {
  let low = 1;
  let high = replay.lastIndex;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rowOfEvent(replay, middle) >= row) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** Rows `from` up to, not including, `to`: costs a seek and a fold of the events shown. */
export const ladderRows = (replay: Replay, from: number, to: number): readonly LadderRow[] => {
  const given = givenRows(replay.log);
  const end = Math.min(to, ladderRowCount(replay));
  const rows: LadderRow[] = given.slice(Math.max(0, from), Math.max(0, end));
  if (end <= given.length || replay.lastIndex === 0 || from >= end) return rows;
  const first = eventOfRow(replay, Math.max(from, given.length));
  for (const { index, state, seen } of walk(replay, first)) {
    const row = rowOfEvent(replay, index);
    if (row > end) break;
    const group = replay.index.groups[groupAt(replay.index, index)];
    if (group?.event === index && row - 1 >= from) rows.push(headOf(replay, group));
    if (row >= end) break;
    if (row >= from) rows.push(messageRow(replay, index, state, seen));
  }
  return rows;
};
