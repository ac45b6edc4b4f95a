/** Everything that the window knows, as one plain record. The engine's models are kept as they came; the rest is what somebody chose. */
import type { TimeForm } from '../../protocol/clock.ts';
import type {
  BufferName,
  BundledTrace,
  Greeting,
  Hit,
  LadderRow,
  LiveView,
  MissingKey,
  Moment,
  Overview,
  Proof,
  Reveal,
} from '../../protocol/protocol.ts';
import type { LineStatus } from './line.ts';

export type ViewName = 'step' | 'diagnose' | 'policy' | 'keys' | 'sas' | 'esp' | 'log' | 'timing' | 'certificates';
export type Theme = 'system' | 'light' | 'dark';
export interface Times {
  readonly form: TimeForm;
  readonly zone: string;
}
export type Dialog =
  | { readonly name: 'palette' | 'help' | 'goto' | 'damage' | 'save' | 'pending' | 'fork' | 'compare' | 'attach' | 'times' }
  | { readonly name: 'proof'; readonly proof: Proof }
  | { readonly name: 'missing'; readonly missing: MissingKey };

/** One thing lit in every view: a node of the packet tree, a node of the keys view, or both. */
export interface Pointer {
  readonly node: string | null;
  readonly key: string | null;
}

/** A search that playing stops at. */
export interface Breakpoint {
  readonly id: number;
  readonly query: string;
  readonly on: boolean;
  /** Events, in order; `null` until the engine has answered. */
  readonly hits: readonly number[] | null;
  readonly error: string | null;
}

export interface Bookmark {
  readonly event: number;
  readonly label: string;
}

export interface Search {
  readonly query: string;
  /** `null` until the engine has answered. */
  readonly hits: readonly Hit[] | null;
  readonly error: string | null;
  readonly open: boolean;
}

/** `null`: what the present event belongs to. */
export interface Chosen {
  readonly tunnel: string | null;
  readonly sa: string | null;
  readonly direction: 0 | 1 | null;
  /** A stretch of time that the charts show; all of it otherwise. */
  readonly stretch: readonly [number, number] | null;
  /** A negotiation, and one of its findings. */
  readonly negotiation: string | null;
  readonly finding: number;
}

export interface Progress {
  readonly what: string;
  readonly done: number;
  readonly total: number;
  readonly negotiations: number;
}

export interface Failure {
  readonly title: string;
  readonly message: string;
  readonly cure: string;
}

export interface WindowState {
  readonly line: LineStatus;
  readonly version: string;
  readonly shell: Greeting['shell'];
  readonly bundled: readonly BundledTrace[];

  /** The engine that runs behind the window; `null` where none does. */
  readonly live: LiveView | null;

  readonly overview: Overview | null;
  /** Counts up when a log is opened or keys are added: whatever was fetched before is out of date. */
  readonly generation: number;
  /** Pages of ladder rows by page number, as far as they were fetched in this generation. */
  readonly pages: ReadonlyMap<number, readonly LadderRow[]>;
  /** Runs of packets that are shown one by one: their first event, and how many packets. */
  readonly unfolded: ReadonlyMap<number, number>;
  /** Rows that the ladder wants to draw: from, up to. */
  readonly wanted: readonly [number, number];
  readonly progress: Progress | null;
  readonly failure: Failure | null;
  /** The engine host ended by itself. */
  readonly stopped: { readonly message: string; readonly restarting: boolean } | null;

  /** Where we stand. `moment` follows: it is of another event while the answer is on its way. */
  readonly event: number;
  readonly moment: Moment | null;
  /** The engine could not give the moment of `event`. */
  readonly stuck: string | null;
  readonly selection: Pointer;
  /** The path that somebody chose last: taken up again by every packet that has it. */
  readonly path: string | null;
  readonly hover: Pointer;
  /** Tree nodes that somebody opened or closed; the others follow the packet. */
  readonly folds: ReadonlyMap<string, boolean>;
  /** The octets that the bytes panel shows, if the packet has such. */
  readonly buffer: BufferName;
  /** All buffers at once, where there is room for them. */
  readonly both: boolean;
  readonly reveal: Reveal;

  readonly playing: boolean;
  /** Events a second. */
  readonly speed: number;
  readonly breakpoints: readonly Breakpoint[];
  readonly bookmarks: readonly Bookmark[];
  readonly search: Search;

  readonly view: ViewName;
  /** What the pages of ESP, findings and policies show, where somebody chose; kept from one visit of a page to the next. */
  readonly chosen: Chosen;
  /** Pictures as tables. */
  readonly tables: boolean;
  readonly dialog: Dialog | null;
  /** Said once, politely, and gone after a while. */
  readonly notice: string | null;
  /** The negotiations column as a pop-over, where the window is narrow. */
  readonly sideOpen: boolean;
  readonly damageSeen: boolean;
  readonly theme: Theme;
  /** How times are written; the zone is that of absolute ones, by its IANA name. */
  readonly times: Times;
  /** Single letters as commands can be switched off. */
  readonly letters: boolean;
}

export const rowsInPage = 128;
/** Rows of the ladder, with those of the runs that were unfolded. */
export const rowCount = ({ overview, unfolded }: Pick<WindowState, 'overview' | 'unfolded'>): number =>
  [...unfolded.values()].reduce((rows, packets) => rows + packets - 1, overview?.ladderRows ?? 0);

export const nothing: Pointer = { node: null, key: null };
export const noSearch: Search = { query: '', hits: null, error: null, open: false };

export const nothingChosen: Chosen = { tunnel: null, sa: null, direction: null, stretch: null, negotiation: null, finding: 0 };

export const initialState: WindowState = {
  line: 'connecting',
  version: '',
  shell: 'browser',
  bundled: [],
  live: null,
  overview: null,
  generation: 0,
  pages: new Map(),
  unfolded: new Map(),
  wanted: [0, 0],
  progress: null,
  failure: null,
  stopped: null,
  event: 0,
  moment: null,
  stuck: null,
  selection: nothing,
  path: null,
  hover: nothing,
  folds: new Map(),
  buffer: 'decrypted',
  both: true,
  reveal: [],
  playing: false,
  speed: 1,
  breakpoints: [],
  bookmarks: [],
  search: noSearch,
  view: 'step',
  chosen: nothingChosen,
  tables: false,
  dialog: null,
  notice: null,
  sideOpen: false,
  damageSeen: false,
  theme: 'system',
  times: { form: 'relative', zone: 'UTC' },
  letters: true,
};
