/** One negotiation as a verdict looks at it: its messages in order, its quick modes, its SAs with their packets; and claims about it. */
import type { Message } from '../../replay/chronicle.ts';
import { groupAt } from '../../replay/index-of-events.ts';
import type { Replay } from '../../replay/replay.ts';
import type { Traffic } from '../../replay/traffic.ts';
import { other, type Side } from '../../state/fact.ts';
import type { Severity } from '../../state/finding.ts';
import type { QuickMode } from '../../state/ikev1/quick-mode.ts';
import type { Association } from '../../state/ipsec/association.ts';
import { values } from '../../state/persistent-map.ts';
import type { Negotiation } from '../../state/state.ts';
import { type Code, causes } from './causes.ts';

/** One SA with the packets that came on it. */
export interface SaTale {
  readonly key: string;
  readonly sa: Association;
  readonly traffic: Traffic | null;
}

export interface Tale {
  readonly replay: Replay;
  readonly n: Negotiation;
  /** In the order in which they came, repetitions included. */
  readonly messages: readonly Message[];
  /** Those of phase 1. */
  readonly phase1: readonly Message[];
  readonly quickModes: readonly QuickMode[];
  readonly sas: readonly SaTale[];
  /** SAs between the same two ends of which no negotiation tells: without keys, all of them. */
  readonly strays: readonly SaTale[];
  /** A device's log says that its tunnel is set up. */
  readonly toldUp: boolean;
}

/** `shown`: the packets leave no other explanation. `likely`, `possible`: others fit, and are given too. */
export type Certainty = 'shown' | 'likely' | 'possible';

/** A value and the event that shows it. */
export interface Evidence {
  readonly event: number;
  readonly text: string;
  /** Payload in that event's message where the value stands. */
  readonly payload?: 'notification' | 'securityAssociation' | 'hash' | 'attributes' | 'identification' | 'natDiscovery';
}

/** What is claimed, before the table of causes has its say. */
export interface Claim {
  /** Of the table of causes, or one that the reducer alone has. */
  readonly code: string;
  /** A negotiation's id; `null`: none that the trace tells of. */
  readonly about: string | null;
  readonly certainty: Certainty;
  readonly events: readonly number[];
  /** How often, where not every event is listed. */
  readonly count: number;
  readonly message: string;
  readonly evidence: readonly Evidence[];
  readonly severity: Severity;
  readonly opposite: string;
  readonly remedy: string;
  /** The one test that tells this cause from the others that fit. */
  readonly tellApart: string | null;
  /** What cannot be known from where the trace was taken. */
  readonly limits: string | null;
  readonly rfc: string;
}

type Given = { readonly code: Code } & Pick<Claim, 'events' | 'message'> & Partial<Omit<Claim, 'code' | 'events' | 'message' | 'about'>>;

const mostEvents = 100;

/** A claim about a negotiation (or about none), completed from the table of causes. */
export const claim = (about: string | null, given: Given): Claim => {
  const { severity, opposite, remedy, rfc } = causes[given.code];
  return {
    severity,
    opposite,
    remedy,
    rfc,
    certainty: 'shown',
    tellApart: null,
    limits: null,
    evidence: [],
    count: given.events.length,
    about,
    ...given,
    events: given.events.slice(0, mostEvents),
  };
};

const phase1Types = new Set([1, 2, 4]);

/** Two ends, whoever speaks. */
export const endsKey = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

/** `sas`: all of this negotiation; `strays`: those of nobody between its ends; `until`: the last event that is told of. */
export const taleOf = (
  replay: Replay,
  n: Negotiation,
  sas: readonly SaTale[],
  strays: readonly SaTale[],
  until = replay.lastIndex,
): Tale => {
  const all = replay.chronicle.messages.get(n.id) ?? [];
  const messages = until < replay.lastIndex ? all.filter((m) => m.event <= until) : all;
  return {
    replay,
    n,
    messages,
    phase1: messages.filter((m) => phase1Types.has(m.exchangeType)),
    quickModes: values(n.exchanges)
      .filter((e) => e.kind === 'quick')
      .sort((a, b) => a.first - b.first),
    sas,
    strays,
    toldUp: (toldUpAt(replay).get(n.id) ?? Number.POSITIVE_INFINITY) <= until,
  };
};

/** Reckoned once for each replay. */
const known = new WeakMap<Replay, ReadonlyMap<string, number>>();

/** The first line that says that a tunnel is set up, by negotiation. Some devices name neither SPIs with their ends nor message IDs. */
const toldUpAt = (replay: Replay): ReadonlyMap<string, number> => {
  const before = known.get(replay);
  if (before) return before;
  const out = new Map<string, number>();
  replay.log.happened.forEach((e, i) => {
    if (e.kind !== 'DeviceReported' || e.report?.says !== 'association' || e.report.doing !== 'installed') return;
    const id = replay.index.groups[groupAt(replay.index, i + 1)]?.negotiation;
    if (id && !out.has(id)) out.set(id, i + 1);
  });
  known.set(replay, out);
  return out;
};

export const timeOf = (replay: Replay, event: number): bigint | null => replay.log.happened[event - 1]?.at ?? null;

/** Seconds between two events; `null` without a clock. */
export const secondsBetween = (replay: Replay, from: number, to: number): number | null => {
  const [a, b] = [timeOf(replay, from), timeOf(replay, to)];
  return a === null || b === null ? null : Number(b - a) / 1e9;
};

/** `12.0 s`, `350 ms`. */
export const secondsText = (seconds: number | null): string =>
  seconds === null ? 'an unknown time' : seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;

/** How many seconds of the log are left behind an event. */
export const secondsAfter = (replay: Replay, event: number): number => secondsBetween(replay, event, replay.lastIndex) ?? 0;

export const isPreSharedKey = ({ suite }: Negotiation): boolean =>
  suite?.authentication === 1 || suite?.authentication === 65001 || suite?.authentication === 65002;

export const endOf = (n: Negotiation, side: Side): string => n[side].address;

/** `the responder, 198.51.100.1`. */
export const whoIs = (n: Negotiation, side: Side): string => `the ${side}, ${endOf(n, side)}`;

export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** Whether an IPsec SA came into being, as far as can be seen: a quick mode to its end, or ESP that its keys prove. */
export const isUp = ({ quickModes, sas, toldUp }: Tale): boolean =>
  toldUp ||
  quickModes.some((q) => q.result === 'complete') ||
  sas.some(({ sa }) => sa.state !== 'larval' && (sa.packets > 0 || sa.reported !== undefined));

/** Messages of one label, the first copy of each before its repetitions, by side. */
export const copiesOf = (messages: readonly Message[], first: Message): readonly Message[] =>
  messages.filter((m) => m === first || m.repeats === first.event);

/** The messages at the end that one side sent without any from the other after them. */
export const lastWords = (messages: readonly Message[]): readonly Message[] => {
  const side = messages.at(-1)?.side;
  if (!side) return [];
  const other_ = messages.findLastIndex((m) => m.side === other(side));
  return messages.slice(other_ + 1);
};
