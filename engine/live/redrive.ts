/** Gives the inputs of a live log to the engine again and compares everything that comes out with what was recorded, octet for octet. */
import { toHex } from '../bytes/hex.ts';
import type { TreeNode } from '../bytes/tree.ts';
import type { Plan } from '../decide/plan.ts';
import type { Event } from '../event/event.ts';
import type { Log } from '../log/log.ts';
import type { Context } from '../state/context.ts';
import type { Seen } from '../state/seen.ts';
import { accept, type Draw, type Happened, type Input, type Pump, startPump } from './pump.ts';

/** The first thing that is not as it was recorded. */
export interface Divergence {
  /** Event of the log at which they part. */
  readonly event: number;
  /** In words: `a sent message differs`. */
  readonly what: string;
  /** Octet of the datagram at which they part; `null` where it is not about octets. */
  readonly offset: number | null;
  /** The field in which that octet stands: `ISAKMP header / Responder cookie`. */
  readonly field: string | null;
  /** Octets from `offset` on, at most 16, as the log has them and as they came out now; `null` where there are none. */
  readonly recorded: string | null;
  readonly now: string | null;
  /** Inputs that can explain it, the latest first: those of the negotiation since a message of ours agreed there; where there is none, before that. */
  readonly inputs: readonly number[];
}

export interface Redriven {
  readonly inputs: number;
  readonly sent: number;
  readonly divergence: Divergence | null;
  /** Nothing differs but that the last round lacks its end, as in the log of a run that was killed. */
  readonly isCut: boolean;
}

/** What comes from outside; all else follows from it. */
export const isInput = (event: Event): event is Input =>
  event.kind === 'TimerFired' || event.kind === 'OperatorRequested' || (event.kind === 'DatagramSeen' && event.via === 'received');

/** Where a run stood at the end of its log, or at the last input whose consequences are whole there. */
export interface Resumed {
  readonly pump: Pump;
  /** Events up to there; what stands behind never left, since a datagram leaves when all of its round is on disk. */
  readonly kept: number;
}

/** `plan` as the log's own configuration gives it. Chance comes out of the log, by its purpose. */
export const redrive = (ctx: Context, plan: Plan, log: Log): Redriven => {
  const { inputs, sent, divergence, isCut } = drive(ctx, plan, log);
  return { inputs, sent, divergence, isCut };
};

/** The same, to go on from there; or where the log and this engine part, which cannot be gone on from. */
export const resume = (ctx: Context, plan: Plan, log: Log): Resumed | Divergence => {
  const { pump, kept, divergence, isCut } = drive(ctx, plan, log);
  return divergence && !isCut ? divergence : { pump, kept };
};

interface Driven extends Redriven, Resumed {}

/** Inputs of a negotiation, and how many of them were there when a message of ours in it agreed last. */
interface Told {
  readonly inputs: number[];
  agreed: number;
}

/** What names no negotiation concerns all. */
const subjectOf = (happened: readonly Happened[]): string => happened.find(({ seen }) => seen.ike)?.seen.ike?.negotiation ?? '';

const explaining = (told: ReadonlyMap<string, Told>, subject: string, input: number): readonly number[] => {
  const { inputs, agreed } = told.get(subject) ?? { inputs: [], agreed: 0 };
  const since = inputs.slice(agreed);
  return [...new Set([input, ...(since.length > 0 ? since : inputs).toReversed()])].slice(0, mostNamed);
};
const mostNamed = 16;

const drive = (ctx: Context, plan: Plan, log: Log): Driven => {
  let pump = startPump(ctx, plan, log.given);
  const told = new Map<string, Told>();
  let [inputs, sent] = [0, 0];
  for (let at = 0; at < log.happened.length; ) {
    const parted = (difference: Difference, subject: string, isCut = false): Driven => {
      const divergence = { ...difference, inputs: explaining(told, subject, at + 1) };
      return { pump, kept: at, inputs, sent, divergence, isCut };
    };
    const input = log.happened[at];
    if (!input || !isInput(input)) {
      const what = `an event of kind ${input?.kind ?? 'none'} follows from no input`;
      return parted({ event: at + 1, what, ...without }, '');
    }
    let next = at + 1;
    while (next < log.happened.length && !isInput(log.happened[next] as Event)) next++;
    const recorded = log.happened.slice(at, next);
    const round = accept(ctx, pump, input, drawFrom(recorded));
    const subject = subjectOf(round.happened);
    for (let k = 0; k < Math.max(recorded.length, round.happened.length); k++) {
      const difference = compare(at + k + 1, recorded[k], round.happened[k]);
      if (difference) return parted(difference, subject, next === log.happened.length && k >= recorded.length);
    }
    const of = told.get(subject) ?? { inputs: [], agreed: 0 };
    if (round.sends.length > 0) of.agreed = of.inputs.length;
    of.inputs.push(at + 1);
    told.set(subject, of);
    pump = round.pump;
    inputs += 1;
    sent += round.sends.length;
    at = next;
  }
  return { pump, kept: log.happened.length, inputs, sent, divergence: null, isCut: false };
};

/** Chance that the log lacks is zeros: the comparison names the purpose that differs. */
const drawFrom =
  (recorded: readonly Event[]): Draw =>
  (purpose, length) => {
    const drawn = recorded.find((e) => e.kind === 'EntropyDrawn' && e.purpose === purpose);
    return (drawn?.kind === 'EntropyDrawn' ? drawn.value : null) ?? new Uint8Array(length);
  };

const told = (event: Event): string => {
  switch (event.kind) {
    case 'EntropyDrawn':
      return `chance for ${event.purpose}`;
    case 'DatagramSeen':
      return `a ${event.via} message`;
    default:
      return event.kind;
  }
};

const without = { offset: null, field: null, recorded: null, now: null };

type Difference = Omit<Divergence, 'inputs'>;

const compare = (event: number, recorded: Event | undefined, happened: Happened | undefined): Difference | null => {
  if (!recorded || !happened) {
    const what = recorded
      ? `${told(recorded)} was recorded and does not follow now`
      : happened
        ? `${told(happened.event)} follows now and was not recorded`
        : '';
    return { event, what, ...without };
  }
  const now = happened.event;
  if (told(recorded) !== told(now)) return { event, what: `recorded was ${told(recorded)}, now it is ${told(now)}`, ...without };
  if (recorded.kind !== 'DatagramSeen' || now.kind !== 'DatagramSeen') return null;
  return compareDatagrams(event, recorded, now, happened.seen);
};

type DatagramSeen = Extract<Event, { readonly kind: 'DatagramSeen' }>;

const ends = ({ datagram }: DatagramSeen): string =>
  datagram.form === 'udp' ? `${datagram.src}:${datagram.sport} to ${datagram.dst}:${datagram.dport}` : 'a frame';

const shownOctets = 16;

const compareDatagrams = (event: number, recorded: DatagramSeen, now: DatagramSeen, seen: Seen): Difference | null => {
  if (ends(recorded) !== ends(now)) return { event, what: `it went from ${ends(recorded)}, now ${ends(now)}`, ...without };
  const [a, b] = [recorded.datagram.bytes, now.datagram.bytes];
  const differing = a.findIndex((octet, i) => octet !== b[i]);
  const offset = differing >= 0 ? differing : a.length === b.length ? null : a.length;
  if (offset === null) return null;
  const field = fieldAt(seen.ike?.message.nodes ?? [], offset);
  const hex = (octets: Uint8Array): string => toHex(octets.subarray(offset, offset + shownOctets));
  return { event, what: 'a sent message differs', offset, field, recorded: hex(a), now: hex(b) };
};

/** Names of the nodes down to the leaf. */
const fieldAt = (nodes: readonly TreeNode[], offset: number): string | null => {
  const node = nodes.find((n) => n.span.buffer === 'wire' && n.span.start <= offset && offset < n.span.end);
  if (!node) return null;
  const inner = fieldAt(node.children ?? [], offset);
  return inner === null ? node.name : `${node.name} / ${inner}`;
};
