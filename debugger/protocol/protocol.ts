/**
 * What the window and the engine host say to each other: the same messages over a MessagePort in Electron and over a WebSocket in a
 * browser (packed with msgpackr there). The window asks, each question with a number; the host answers with that number, and tells
 * of its own accord what the window did not ask for.
 */
import type {
  CaseList,
  CaseView,
  CertificatesOfSide,
  Difference,
  EspChart,
  EspFilm,
  Hit,
  LadderRow,
  LogPage,
  Moment,
  Overview,
  Place,
  PolicyPage,
  Side,
  TimingPage,
} from '../../engine/index.ts';

import type { ForkWish, LiveView } from './live.ts';

/** The window knows the engine's view models through this file alone. */
export type * from '../../engine/index.ts';
export type * from './live.ts';
export type BufferName = Place['buffer'];

/** A file as the window has it. The window never names a path: menus and dialogs of the main process tell the host of those. */
export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A trace that ships with the program. */
export interface BundledTrace {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  readonly packets: number;
}

/** Questions and their answers, by name. */
export interface Asks {
  /** What is open now. */
  hello: { readonly ask: Record<string, never>; readonly answer: Greeting };
  /** Opens files together, as one log: captures, event logs and key files, recognised by what is in them. `add`: to what is open. */
  open: { readonly ask: { readonly files: readonly GivenFile[]; readonly add: boolean }; readonly answer: { readonly ok: boolean } };
  openBundled: { readonly ask: { readonly id: string }; readonly answer: { readonly ok: boolean } };
  /** A pre-shared key that somebody typed, for the whole log, for one negotiation, or for one side of it. */
  givePsk: {
    readonly ask: { readonly psk: string; readonly negotiation: string | null; readonly side: 'initiator' | 'responder' | null };
    readonly answer: { readonly ok: boolean };
  };
  /** g^xy of a negotiation, in hex. */
  giveDhSecret: {
    readonly ask: { readonly hex: string; readonly negotiation: string };
    readonly answer: { readonly ok: boolean; readonly message: string };
  };
  /** Stops reading; what was read stays open. */
  cancel: { readonly ask: Record<string, never>; readonly answer: { readonly ok: boolean } };
  close: { readonly ask: Record<string, never>; readonly answer: { readonly ok: boolean } };
  /** Rows `from` up to, not including, `to`. Long runs of ESP are one row each, but those that begin at the events `unfolded`. */
  ladder: {
    readonly ask: { readonly from: number; readonly to: number; readonly unfolded: readonly number[] };
    readonly answer: readonly LadderRow[];
  };
  /** The row in which an event stands, or into which it is folded. */
  rowOf: { readonly ask: { readonly event: number; readonly unfolded: readonly number[] }; readonly answer: number };
  moment: {
    readonly ask: { readonly event: number; readonly reveal: Reveal; readonly negotiation: string | null };
    readonly answer: Moment;
  };
  /** Sequence numbers of a tunnel over time (that of the event where none is named), drawn in so many columns; a stretch of it, or all. */
  espChart: {
    readonly ask: {
      readonly tunnel: string | null;
      readonly event: number;
      readonly columns: number;
      readonly from: number | null;
      readonly to: number | null;
    };
    readonly answer: EspChart;
  };
  /** The replay window of an SA around an event, a row a packet; `null` where there is no SA. */
  espFilm: {
    readonly ask: { readonly sa: string | null; readonly event: number; readonly rows: number };
    readonly answer: EspFilm | null;
  };
  /** Every negotiation with its verdict, the worst first. */
  cases: { readonly ask: Record<string, never>; readonly answer: CaseList };
  /** One negotiation with all its findings, that number in full; `negotiation` is `null` for findings of none. */
  case: { readonly ask: { readonly negotiation: string | null; readonly finding: number }; readonly answer: CaseView | null };
  /** What was offered against what is wanted: of a negotiation, else of the first. */
  policy: { readonly ask: { readonly negotiation: string | null }; readonly answer: PolicyPage };
  /** What a device of that side printed, or would have printed: so many lines at least before and behind an event. */
  logLines: {
    readonly ask: { readonly at: number; readonly lines: number; readonly side: Side };
    readonly answer: LogPage;
  };
  /** How long handshakes and answers took, each tunnel's SAs on a line of time, ICMP errors, and losses between two captures. */
  timing: { readonly ask: Record<string, never>; readonly answer: TimingPage };
  /** Each side that shows certificates, anywhere in the log. */
  certificates: { readonly ask: Record<string, never>; readonly answer: readonly CertificatesOfSide[] };
  /** Events that match a search, in order; at most 10,000. `error` says what is wrong with the search, and where. */
  find: { readonly ask: { readonly query: string }; readonly answer: { readonly hits: readonly Hit[]; readonly error: string | null } };
  /** The event log as a file; `withSecrets` keeps the records of secret octets. */
  save: { readonly ask: { readonly withSecrets: boolean }; readonly answer: GivenFile };
  /** In Electron: leads all windows to a run elsewhere on this machine, by the address that its `--debug` printed. */
  attach: { readonly ask: { readonly address: string }; readonly answer: { readonly ok: boolean; readonly message: string } };
  /** Something that an operator asks of the running engine, in words: `continue`, `break at MM5`, `drop next`. */
  operate: { readonly ask: { readonly request: string }; readonly answer: { readonly ok: boolean; readonly message: string } };
  /** The message that the engine would send next; `null` where none is held back. `round` is `EngineView.round`. */
  pending: { readonly ask: { readonly round: number; readonly reveal: Reveal }; readonly answer: Moment | null };
  /** Another future from an event of the log that is shown, which has to be the engine's or a fork of it; it is opened. */
  fork: { readonly ask: ForkWish; readonly answer: { readonly ok: boolean; readonly message: string } };
  /** What differs between the engine's log (`a`) and that of a fork (`b`), times apart; so many differences at most. */
  compareFork: {
    readonly ask: { readonly fork: number };
    readonly answer: { readonly differences: readonly Difference[]; readonly more: boolean };
  };
  /** Opens the log of the running engine, or that of a fork. */
  showLive: { readonly ask: { readonly fork: number | null }; readonly answer: { readonly ok: boolean } };
}

/** `all`, or the ids of key nodes that somebody asked to see. */
export type Reveal = 'all' | readonly string[];

export interface Greeting {
  readonly version: string;
  readonly overview: Overview | null;
  readonly bundled: readonly BundledTrace[];
  /** `electron`, or `browser` where the page cannot use menus. */
  readonly shell: 'electron' | 'browser';
  /** The engine that runs behind this; `null` where none does. */
  readonly live: LiveView | null;
}

/** Bounds of a question: what exceeds them is refused. */
export const limits = {
  files: 64,
  name: 1024,
  psk: 65_536,
  query: 10_000,
  reveal: 10_000,
  rows: 5_000,
  columns: 8_000,
  unfolded: 1_000,
  logLines: 4_000,
  request: 131_072,
  requests: 64,
} as const;

export type AskName = keyof Asks;
export type Ask<N extends AskName> = Asks[N]['ask'];
export type Answer<N extends AskName> = Asks[N]['answer'];

/** Window to host. */
export interface Question<N extends AskName = AskName> {
  readonly id: number;
  readonly name: N;
  readonly ask: Ask<N>;
}

/** Host to window: an answer, or something that happened. */
export type Telling =
  | { readonly tell: 'answer'; readonly id: number; readonly answer: unknown }
  /** The question could not be answered: ours to blame. */
  | { readonly tell: 'refused'; readonly id: number; readonly message: string }
  | { readonly tell: 'progress'; readonly what: string; readonly done: number; readonly total: number; readonly negotiations: number }
  /** A log was opened, or keys were added: everything shown before is out of date. `at` is where to stand. */
  | { readonly tell: 'opened'; readonly overview: Overview; readonly at: number | null }
  /** Nothing could be opened. What was open before still is. `cure`: the one next step. */
  | { readonly tell: 'failed'; readonly title: string; readonly message: string; readonly cure: string }
  | { readonly tell: 'closed' }
  /** The running engine is in another state, or another of its logs is shown; `null`: we are not at one any more. */
  | { readonly tell: 'live'; readonly live: LiveView | null }
  /** The engine host ended by itself, ours to blame. `restarting`: a new one is on its way and opens the same files again. */
  | { readonly tell: 'stopped'; readonly message: string; readonly restarting: boolean }
  /** A menu command: `open`, `keys`, `find`, `palette`, `theme:dark`... */
  | { readonly tell: 'command'; readonly command: string };

/** What the preload script puts on the window in Electron, and what the page makes of a WebSocket in a browser. */
export interface Channel {
  readonly send: (question: Question) => void;
  readonly onTelling: (listener: (telling: Telling) => void) => void;
}
