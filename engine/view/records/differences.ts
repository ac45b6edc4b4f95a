/** `ikewind diff`: what differs between two logs, one plain object an event. Secrets and keys that differ are named, never shown. */
import { toHex } from '../../bytes/hex.ts';
import type { Event } from '../../event/event.ts';
import { canonical } from '../../event/json.ts';
import { startOf } from '../../log/log.ts';
import { contentOf, type Pair, type Placed, pairEvents } from '../../replay/compare.ts';
import { lookAt, type Replay } from '../../replay/replay.ts';
import { timestamp, timestampText } from '../../values/timestamp.ts';
import { labelAt } from '../ladder.ts';
import type { PacketNode, PacketView } from '../models.ts';
import { packetView } from '../packet.ts';
import { eventFields } from './events.ts';
import { keysRecord } from './keys.ts';

/** A value of each log; `null` where that log has none. */
export interface Both {
  readonly a: string | null;
  readonly b: string | null;
}

/** A field of the packet tree, by its path, or a member of the event. `a` and `b`: what it says; `octets`: its octets as hex. */
export interface FieldDifference extends Both {
  readonly field: string;
  readonly octets?: Both;
}

/** One event that differs, or, with `what` `keys`, all keys that do at the end. */
export interface Difference {
  readonly what: Event['kind'] | 'keys';
  /** Its index in each log; `null` where that log lacks it. */
  readonly a: number | null;
  readonly b: number | null;
  /** `MM5`, `ESP`, of a secret what it is; else empty. */
  readonly label: string;
  /** Seconds since the start of each log; `null` where they agree. */
  readonly time: Both | null;
  readonly fields: readonly FieldDifference[];
  /** Steps that a side made at it, in one log and not in the other. */
  readonly states: readonly (Both & { readonly side: string })[];
}

export interface DifferenceOptions {
  /** Two runs never take the same time: look at the rest alone. */
  readonly ignoreTime?: boolean;
}

/** In the order of both logs, the first difference first; nothing where they are equal. */
export function* differences(a: Replay, b: Replay, { ignoreTime = false }: DifferenceOptions = {}): Generator<Difference> {
  const logs = { a: logOf(a), b: logOf(b) };
  for (const pair of pairEvents(a, b)) {
    const found = differenceOf(logs, pair, ignoreTime);
    if (found) yield found;
  }
  const fields = keyDifferences(a, b);
  if (fields.length > 0) yield { what: 'keys', a: a.lastIndex, b: b.lastIndex, label: 'at the end', time: null, fields, states: [] };
}

interface Compared {
  readonly replay: Replay;
  readonly start: bigint | null;
  /** `from > to` of each step, with its side, by event. */
  readonly steps: ReadonlyMap<number, readonly string[]>;
}

const logOf = (replay: Replay): Compared => {
  const steps = new Map<number, string[]>();
  for (const { event, side, from, to } of replay.transitions) {
    const step = `${side} ${from} > ${to}`;
    const list = steps.get(event);
    if (list) list.push(step);
    else steps.set(event, [step]);
  }
  return { replay, start: startOf(replay.log), steps };
};

const differenceOf = (
  logs: { readonly a: Compared; readonly b: Compared },
  { a, b, equal }: Pair,
  ignoreTime: boolean,
): Difference | null => {
  const either = a ?? b;
  if (!either) return null;
  const states = stateDifferences(a ? stepsAt(logs.a, a) : [], b ? stepsAt(logs.b, b) : []);
  const times = { a: a && offset(logs.a, a), b: b && offset(logs.b, b) };
  const time = ignoreTime || !a || !b || times.a === times.b ? null : times;
  if (equal && states.length === 0 && time === null) return null;
  return {
    what: either.event.kind,
    a: a?.index ?? null,
    b: b?.index ?? null,
    label: labelOf((a ? logs.a : logs.b).replay, either),
    time,
    fields: a && b && !equal ? fieldDifferences(logs.a.replay, a, logs.b.replay, b) : [],
    states,
  };
};

const labelOf = (replay: Replay, { index, event }: Placed): string => {
  if (event.kind === 'DatagramSeen') return labelAt(replay, lookAt(replay, index).seen);
  return event.kind === 'SecretLearned' ? event.about.what : '';
};

const stepsAt = ({ steps }: Compared, { index }: Placed): readonly string[] => steps.get(index) ?? [];

const offset = ({ start }: Compared, { event }: Placed): string | null =>
  event.at === null || start === null ? null : timestampText(timestamp(event.at - start));

const stateDifferences = (a: readonly string[], b: readonly string[]): Difference['states'] => {
  const split = (step: string) => ({ side: step.slice(0, step.indexOf(' ')), said: step.slice(step.indexOf(' ') + 1) });
  const lacking = (from: readonly string[], other: readonly string[]) => from.filter((s) => !other.includes(s)).map(split);
  return [
    ...lacking(a, b).map(({ side, said }) => ({ side, a: said, b: null })),
    ...lacking(b, a).map(({ side, said }) => ({ side, a: null, b: said })),
  ];
};

interface Said {
  readonly text: string;
  readonly octets?: string;
}

const fieldDifferences = (a: Replay, inA: Placed, b: Replay, inB: Placed): readonly FieldDifference[] => {
  const found = between(fieldsOf(a, inA), fieldsOf(b, inB));
  // What differs is a secret: its fields are masked on both sides, and so look alike.
  if (found.length === 0 && canonical(contentOf(inA.event)) !== canonical(contentOf(inB.event)))
    return [{ field: 'value', a: masked, b: masked }];
  return found;
};

const masked = '(masked)';

const between = (a: ReadonlyMap<string, Said>, b: ReadonlyMap<string, Said>): readonly FieldDifference[] => {
  const found: FieldDifference[] = [];
  for (const field of new Set([...a.keys(), ...b.keys()])) {
    const ours = a.get(field);
    const theirs = b.get(field);
    if (ours?.text === theirs?.text && ours?.octets === theirs?.octets) continue;
    const octets = { a: ours?.octets ?? null, b: theirs?.octets ?? null };
    found.push({ field, a: ours?.text ?? null, b: theirs?.text ?? null, ...((octets.a ?? octets.b) ? { octets } : {}) });
  }
  return found;
};

const fieldsOf = (replay: Replay, { index, event }: Placed): ReadonlyMap<string, Said> => {
  const fields = new Map<string, Said>();
  if (event.kind !== 'DatagramSeen') {
    for (const [name, value] of Object.entries(eventFields(event))) {
      if (name !== 'ref') fields.set(name, { text: typeof value === 'string' ? value : canonical(value) });
    }
    return fields;
  }
  fields.set('via', { text: event.via });
  const { state, seen } = lookAt(replay, index);
  const view = packetView(replay, index, state, seen, labelAt(replay, seen));
  if (view) for (const node of view.nodes) addLeaves(fields, view, node);
  else fields.set('octets', { text: toHex(event.datagram.bytes) });
  return fields;
};

const addLeaves = (fields: Map<string, Said>, view: PacketView, node: PacketNode): void => {
  if (node.children.length > 0) {
    for (const child of node.children) addLeaves(fields, view, child);
    return;
  }
  const { buffer, start, end } = node.place;
  const octets = toHex((view.buffers.find((b) => b.name === buffer)?.bytes ?? new Uint8Array()).subarray(start, end));
  fields.set(node.id, { text: node.value ?? octets, octets });
};

/** Keys by the place of their negotiation or SA in the list: cookies and SPIs differ from run to run. */
const keyDifferences = (a: Replay, b: Replay): readonly FieldDifference[] =>
  between(keysOf(a), keysOf(b)).map(({ field, ...said }) => ({
    field,
    a: said.a === null ? null : masked,
    b: said.b === null ? null : masked,
  }));

const keysOf = (replay: Replay): ReadonlyMap<string, Said> => {
  const { ikev1, esp } = keysRecord(replay);
  const keys = new Map<string, Said>();
  const add = (where: string, record: object): void => {
    for (const [name, value] of Object.entries(record)) {
      if (typeof value === 'string' && secretNames.test(name)) keys.set(`${where} ${name}`, { text: value });
    }
  };
  ikev1.forEach((record, i) => {
    add(`ISAKMP SA ${i + 1}${record.side ? ` ${record.side}` : ''}`, record);
  });
  esp.forEach((record, i) => {
    add(`${record.protocol.toUpperCase()} SA ${i + 1}`, record);
  });
  return keys;
};

/** Members that are values of a key or go into one; the others say whose they are. */
const secretNames = /Key$|^dh|^skeyid|^nonce|Iv$/;
