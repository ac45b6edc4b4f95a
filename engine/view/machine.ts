/** The state machines of phase 1 and of quick mode, drawn: states as dots in rows, messages as arrows between the two sides. */
import type { Replay, TimedTransition } from '../replay/replay.ts';
import { other, type Side } from '../state/fact.ts';
import { phase1Exchanges } from '../state/ikev1/phase1.ts';
import { type QuickMessageName, quickMode, type Row } from '../state/ikev1/transitions.ts';
import { entries, get } from '../state/persistent-map.ts';
import type { Negotiation, State } from '../state/state.ts';
import { type MessageId, messageIdText } from '../values/message-id.ts';
import type { MachineView } from './models.ts';

type StateDot = MachineView['states'][number];
type Step = MachineView['steps'][number];
type When = StateDot['when'];

const made = new WeakMap<Replay, Map<string, readonly TimedTransition[]>>();

/** Transitions of one negotiation, in order. */
const transitionsOf = (replay: Replay, negotiation: string): readonly TimedTransition[] => {
  let byNegotiation = made.get(replay);
  if (!byNegotiation) {
    const lists = new Map<string, TimedTransition[]>();
    for (const t of replay.transitions) {
      const list = lists.get(t.negotiation);
      if (list) list.push(t);
      else lists.set(t.negotiation, [t]);
    }
    byNegotiation = lists;
    made.set(replay, byNegotiation);
  }
  return byNegotiation.get(negotiation) ?? [];
};

interface Place {
  readonly state: string;
  readonly side: Side;
  readonly row: number;
}

/** Rows in which the two columns have their states: one step down for each message, whoever sends it. */
const layout = (messages: readonly (readonly Row<string>[])[], begunBy: Side, start: string, speaker: (k: number) => Side): Place[] => {
  const places: Place[] = [
    { state: start, side: begunBy, row: 0 },
    { state: start, side: other(begunBy), row: 0 },
  ];
  messages.forEach((rows, k) => {
    for (const row of rows) {
      const side = row.who === 'sender' ? speaker(k) : other(speaker(k));
      const known = places.some((p) => p.side === side && p.state === row.to);
      if (known) continue;
      const below = places.filter((p) => p.side === side && p.row > k).length;
      places.push({ state: row.to, side, row: k + 1 + below });
    }
  });
  return places;
};

const whenOf = (event: number | null, now: boolean): When => (now ? 'now' : event === null ? 'ahead' : 'past');

const dots = (
  places: readonly Place[],
  done: readonly TimedTransition[],
  current: Readonly<Record<Side, string>>,
  at: number,
): StateDot[] =>
  places.map((p) => {
    const entered = p.row === 0 ? undefined : done.find((t) => t.side === p.side && t.to === p.state);
    const now = current[p.side] === p.state;
    return {
      id: `${p.side} ${p.state}`,
      label: p.state,
      side: p.side,
      row: p.row,
      when: whenOf(entered?.event ?? (p.row === 0 ? 0 : null), now),
      assumed: entered !== undefined && (entered.provenAt === null || entered.provenAt > at),
      event: entered?.event ?? null,
    };
  });

/** The message that a table row describes was seen when its sender's rows were made, and were proven by nothing else. */
const steps = (
  names: readonly string[],
  tables: readonly (readonly Row<string>[])[],
  speaker: (k: number) => Side,
  done: readonly TimedTransition[],
  at: number,
): Step[] =>
  names.map((label, k) => {
    const sent = tables[k]?.findLast((row) => row.who === 'sender' && row.from !== row.to);
    const side = speaker(k);
    const event = done.find((t) => t.side === side && t.to === sent?.to && t.from === sent.from)?.event ?? null;
    return { label, from: side, row: k + 1, when: whenOf(event, event === at), event };
  });

/** States that the exchange itself does not have: those of XAUTH and mode config, and the end. */
const placesBeyond = (places: readonly Place[], done: readonly TimedTransition[], n: Negotiation): Place[] => {
  const beyond: Place[] = [];
  const row = Math.max(...places.map((p) => p.row)) + 1;
  const add = (state: string, side: Side, at: number): void => {
    if (![...places, ...beyond].some((p) => p.side === side && p.state === state)) beyond.push({ state, side, row: at });
  };
  for (const t of done) if (t.to !== 'IKE_DEST_SA') add(t.to, t.side, row + beyond.filter((p) => p.side === t.side).length);
  const bottom = Math.max(row, ...beyond.map((p) => p.row + 1));
  if (n.ended) for (const side of ['initiator', 'responder'] as const) add('IKE_DEST_SA', side, bottom);
  return beyond;
};

const phase1Machine = (replay: Replay, n: Negotiation, at: number, current: boolean): MachineView | null => {
  const exchange = phase1Exchanges[n.mode];
  // The base exchange has no states between its two ends.
  if (!exchange || n.mode === 'base') return null;
  const done = transitionsOf(replay, n.id).filter((t) => t.exchange === null && t.event <= at);
  const speaker = (k: number): Side => (k % 2 === 0 ? 'initiator' : 'responder');
  const inside = layout(exchange.rows, 'initiator', 'IKE_READY', speaker);
  const places = [...inside, ...placesBeyond(inside, done, n)];
  return {
    id: `${n.id} phase1`,
    title: 'phase 1',
    current,
    rows: Math.max(...places.map((p) => p.row)) + 1,
    states: dots(places, done, { initiator: n.initiator.state, responder: n.responder.state }, at),
    steps: steps(exchange.names, exchange.rows, speaker, done, at),
  };
};

const quickNames: readonly QuickMessageName[] = ['QM1', 'QM2', 'QM3'];

const quickMachine = (replay: Replay, n: Negotiation, id: MessageId, at: number, current: boolean): MachineView | null => {
  const q = get(n.exchanges, `quick ${id}`);
  if (q?.kind !== 'quick') return null;
  const done = transitionsOf(replay, n.id).filter((t) => t.exchange === id && t.event <= at);
  const speaker = (k: number): Side => (k === 1 ? other(q.begunBy) : q.begunBy);
  const tables = quickNames.map((name) => quickMode[name]);
  const places = layout(tables, q.begunBy, 'IKE_QM_READY', speaker);
  // The side that answers takes two steps with QM2: both columns end in one row.
  const bottom = Math.max(...places.map((p) => p.row));
  const level = places.map((p) => (p.state === 'IKE_QM_PHASE2_COMPLETE' ? { ...p, row: bottom } : p));
  return {
    id: `${n.id} quick ${id}`,
    title: `quick mode ${messageIdText(id)}`,
    current,
    rows: bottom + 1,
    states: dots(level, done, { initiator: q.initiatorState, responder: q.responderState }, at),
    steps: steps(quickNames, tables, speaker, done, at),
  };
};

/** Machines of one negotiation: phase 1, then its quick modes so far. `exchange`: the quick mode that the event belongs to. */
export const machines = (
  replay: Replay,
  state: State,
  negotiation: string | null,
  exchange: MessageId | null,
  at: number,
): MachineView[] => {
  const n = negotiation === null ? undefined : get(state.negotiations, negotiation);
  if (n?.version !== 1) return [];
  const quicks = entries(n.exchanges)
    .flatMap(([, e]) => (e.kind === 'quick' ? [e] : []))
    .sort((a, b) => a.first - b.first);
  const phase1 = phase1Machine(replay, n, at, exchange === null);
  const out: MachineView[] = phase1 ? [phase1] : [];
  for (const q of quicks) {
    const machine = quickMachine(replay, n, q.messageId, at, q.messageId === exchange);
    if (machine) out.push(machine);
  }
  return out;
};
