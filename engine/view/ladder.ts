/** The ladder: one row a message with who sent it, what it carries and where it leaves both sides; heads between exchanges. */
import type { SecretAbout } from '../event/secret.ts';
import { type Log, startOf } from '../log/log.ts';
import { type Group, senderAt } from '../replay/index-of-events.ts';
import { type Replay, walk } from '../replay/replay.ts';
import { packetsUpTo, verdictAt } from '../replay/traffic.ts';
import { openPacket } from '../state/ipsec/open.ts';
import { get } from '../state/persistent-map.ts';
import type { Seen } from '../state/seen.ts';
import type { State } from '../state/state.ts';
import { messageId, messageIdText } from '../values/message-id.ts';
import { spiText } from '../values/spi.ts';
import type { Packet } from '../wire/packet.ts';
import { innerWords } from './inner.ts';
import { type Folding, groupOfRow, isFolded, ladderPlaces, longestRun, rowIn } from './ladder-places.ts';
import type { LadderRow, Tone } from './models.ts';
import { isOwn, ownDetail, ownLabel } from './own-event.ts';
import { negotiationOf, partOf } from './part.ts';
import { timeOf } from './records/time.ts';
import { reportRow } from './report-line.ts';
import { counted, delta, grouped, payloadWords } from './words.ts';

type MessageRow = Extract<LadderRow, { kind: 'message' }>;

const roots: Readonly<Partial<Record<SecretAbout['what'], string>>> = {
  preSharedKey: 'pre-shared key',
  dhSharedSecret: 'g^xy',
  dhPrivateValue: 'private value',
  rsaPrivateKey: 'private RSA key',
  signaturePrivateKey: 'private key for signatures',
  xauthPassword: 'password of a user',
};

/** Rows for what is given: the roots by name, all that could be derived from them in one row. */
const givenRows = (log: Log): LadderRow[] => {
  const rows: LadderRow[] = [];
  let others = 0;
  for (const event of log.given) {
    if (event.kind !== 'SecretLearned') continue;
    const from = `learned from ${log.inputs[event.origin.input]?.name ?? 'what was given'}`;
    const { what } = event.about;
    const label = roots[what];
    if (label !== undefined) rows.push({ kind: 'given', event: 0, label, detail: from });
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

const headOf = (replay: Replay, group: Group, folding: Folding): LadderRow => {
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
      return {
        kind: 'group',
        event,
        label: `IPsec, ${counted(group.count, 'packet')}`,
        code: null,
        ...(folding !== 'none' && group.count > longestRun ? { folds: group.count } : {}),
      };
    case 'other':
      return { kind: 'group', event, label: otherHead(replay, group), code: null };
  }
};

/** So many events are looked at, to name them. */
const longestLook = 256;

const otherHead = ({ log }: Replay, { event, count }: Group): string => {
  const own = count <= longestLook && log.happened.slice(event - 1, event - 1 + count).every(isOwn);
  return own ? `The engine, ${counted(count, 'step')}` : `Other, ${counted(count, 'packet')}`;
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
  const issue = [...seen.message.issues, ...(seen.reassembled?.message.issues ?? [])].find((i) => i.blame === 'malformed');
  if (issue) return { note: issue.message, tone: 'warning' };
  const { reassembled } = seen;
  if (!reassembled) return { note: null, tone: null };
  const what = reassembled.repeats === null ? '' : `, again what #${reassembled.repeats} said`;
  return { note: `put together from ${counted(reassembled.events.length, 'part')}${what}`, tone: 'note' };
};

/** The label of a message; one that repeats another has that one's. */
export const labelAt = (replay: Replay, seen: Seen): string => {
  if (seen.ike) {
    const first = seen.ike.retransmissionOf ?? seen.sightingOf;
    if (first === null) return seen.ike.label;
    for (const step of walk(replay, first, first)) return step.seen.ike?.label ?? 'IKE';
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
  if (ipsec.sighting) faults.push({ note: 'seen before, elsewhere', tone: 'note' });
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

/** Of an event, and of the one before it. */
const timesAt = ({ happened }: Log, event: number): Pick<MessageRow, 'at' | 'before'> => ({
  at: timeOf(happened[event - 1]?.at ?? null),
  before: timeOf(happened[event - 2]?.at ?? null),
});

const messageRow = (replay: Replay, event: number, state: State, seen: Seen): MessageRow => {
  const happened = replay.log.happened[event - 1];
  const at = happened?.at ?? null;
  const base = {
    kind: 'message',
    event,
    delta: delta(at, startOf(replay.log)),
    ...timesAt(replay.log, event),
    label: labelAt(replay, seen),
    initiatorState: null,
    responderState: null,
  } as const;
  const { ike, packet } = seen;
  if (happened?.kind === 'DeviceReported')
    return { ...base, ...reportRow(happened, seen, partOf(state, seen, negotiationOf(state, seen))) };
  if (isOwn(happened)) {
    const own = { label: ownLabel(happened), side: null, detail: ownDetail(happened), lock: null } as const;
    return { ...base, ...own, negotiation: null, part: null, note: null, tone: null };
  }
  const ipsec = ipsecRow(replay, state, seen);
  if (ipsec) return { ...base, ...ipsec };
  if (ike) {
    const last = (side: 'initiator' | 'responder'): string | null => seen.transitions.findLast((t) => t.side === side)?.to ?? null;
    const message = ike.reassembled?.message ?? ike.message;
    const sealed = message.encrypted !== null || message.payloads.some((p) => p.type === 46 || p.type === 53);
    const words = payloadWords(ike.payloads, message.header.major);
    return {
      ...base,
      side: ike.side,
      detail: words || (sealed ? 'encrypted' : ''),
      lock: ike.opened ? 'opened' : sealed ? 'sealed' : null,
      initiatorState: last('initiator'),
      responderState: last('responder'),
      negotiation: ike.negotiation,
      part: partOf(state, seen, ike.negotiation),
      ...(seen.sightingOf === null ? ikeNote(ike) : { note: `seen before at #${seen.sightingOf}`, tone: 'note' as const }),
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

/** Rows of the whole ladder: what was given, heads of groups, events; a folded run is one row. */
export const ladderRowCount = (replay: Replay, folding: Folding = 'none'): number =>
  ladderPlaces(replay, givenCount(replay), folding).total;

/** The row in which an event stands, or into which it is folded; index 0 stands in the first, what is past the end in the last. */
export const rowOfEvent = (replay: Replay, event: number, folding: Folding = 'none'): number =>
  rowIn(replay, ladderPlaces(replay, givenCount(replay), folding), event);

/** What came in a run, from the packed arrays: nothing is folded again. */
const foldRow = (replay: Replay, group: Group): LadderRow => {
  const { event, count } = group;
  const last = event + count - 1;
  const sent = { initiator: 0, responder: 0, nobody: 0 };
  let octets = 0;
  for (let at = event; at <= last; at++) {
    sent[senderAt(replay.index, at) ?? 'nobody']++;
    octets += replay.index.sizes[at] ?? 0;
  }
  const faults = { replayed: 0, old: 0, badIcv: 0 };
  for (const t of replay.index.traffic.values()) {
    for (let i = packetsUpTo(t, event - 1); i < t.count && (t.events[i] ?? 0) <= last; i++) {
      const verdict = verdictAt(t, i);
      if (verdict === 'replayed' || verdict === 'old' || verdict === 'badIcv') faults[verdict]++;
    }
  }
  const start = startOf(replay.log);
  const at = (e: number) => delta(replay.log.happened[e - 1]?.at ?? null, start);
  const notes = [
    faults.badIcv > 0 ? `${counted(faults.badIcv, 'wrong ICV')}` : '',
    faults.replayed > 0 ? `${grouped(faults.replayed)} replayed` : '',
    faults.old > 0 ? `${grouped(faults.old)} too old` : '',
  ].filter((n) => n !== '');
  return {
    kind: 'fold',
    event,
    last,
    delta: at(event),
    until: at(last),
    ...timesAt(replay.log, event),
    label: counted(count, 'packet'),
    detail: `${grouped(octets)} octets`,
    initiator: sent.initiator,
    responder: sent.responder,
    note: notes.length === 0 ? null : notes.join(', '),
    tone: faults.badIcv > 0 ? 'bad' : notes.length > 0 ? 'warning' : null,
  };
};

/** Rows `from` up to, not including, `to`: costs a seek for each group and a fold of the events shown. */
export const ladderRows = (replay: Replay, from: number, to: number, folding: Folding = 'none'): readonly LadderRow[] => {
  const given = givenRows(replay.log);
  const places = ladderPlaces(replay, given.length, folding);
  const end = Math.min(to, places.total);
  const start = Math.max(0, from);
  const rows: LadderRow[] = given.slice(start, Math.max(0, end));
  const { groups } = replay.index;
  if (end <= given.length || start >= end) return rows;
  for (let g = groupOfRow(places, Math.max(start, given.length)); g < groups.length; g++) {
    const group = groups[g];
    const head = places.heads[g] ?? 0;
    if (!group || head >= end) break;
    if (head >= start) rows.push(headOf(replay, group, folding));
    if (isFolded(group, folding)) {
      if (head + 1 >= start && head + 1 < end) rows.push(foldRow(replay, group));
      continue;
    }
    const first = group.event + Math.max(0, start - head - 1);
    const last = Math.min(group.event + group.count - 1, group.event + end - head - 2);
    for (const { index, state, seen } of walk(replay, first, last)) rows.push(messageRow(replay, index, state, seen));
  }
  return rows;
};
