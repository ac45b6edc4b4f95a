/** The window's own reducer: (state, action) to state, pure. What the host said comes first, then what somebody did. */
import { nodeAt, nodeOfKey, pathIn } from '../packet/path.ts';
import type { Action } from './action.ts';
import { rebreak, remark, research } from './reduce-marks.ts';
import { initialState, noSearch, nothing, nothingChosen, type Pointer, type ViewName, type WindowState } from './state.ts';
import { hasView } from './views.ts';

export function reduce(state: WindowState, action: Action): WindowState {
  switch (action.type) {
    case 'line':
      return { ...state, line: action.status, playing: action.status === 'open' && state.playing };
    case 'greeted': {
      const { version, shell, bundled, overview, live } = action.greeting;
      const greeted = { ...state, version, shell, bundled, live, stopped: null };
      if (overview === null) return state.overview === null ? greeted : close(greeted);
      // Of a log that grows, the end is what happens now.
      const first = live?.shown === 'engine' ? overview.lastIndex : null;
      return open(greeted, overview, state.overview?.name === overview.name ? state.event : first);
    }
    case 'opened':
      return open(state, action.overview, action.at);
    case 'closed':
      return close(state);
    case 'live':
      return { ...state, live: action.live, dialog: action.live?.engine.pending == null ? withoutPending(state.dialog) : state.dialog };
    case 'stopped':
      return { ...state, stopped: { message: action.message, restarting: action.restarting }, progress: null, playing: false };
    case 'progress':
      return { ...state, progress: action.progress, failure: action.progress ? null : state.failure };
    case 'failed':
      return { ...state, failure: action.failure, progress: null };
    case 'moment':
      return arrive(state, action);
    case 'stuck':
      return { ...state, stuck: action.message, playing: false };
    case 'rows': {
      if (action.generation !== state.generation || action.unfolded !== state.unfolded) return state;
      return { ...state, pages: new Map(state.pages).set(action.page, action.rows) };
    }
    case 'wanted':
      return state.wanted[0] === action.from && state.wanted[1] === action.to ? state : { ...state, wanted: [action.from, action.to] };

    case 'go':
      return go(state, action.event);
    case 'show': {
      const gone = go({ ...state, view: 'step' }, action.event);
      if (action.node === null) return gone;
      // The packet may be on its way: it takes the path up when it comes.
      return gone.moment?.event === gone.event ? selectNode(gone, action.node, undefined) : { ...gone, path: action.node };
    }
    case 'play':
      return { ...state, playing: action.on && state.overview !== null };
    case 'speed':
      return { ...state, speed: action.speed };

    case 'selectNode':
      return selectNode(state, action.node, action.show);
    case 'selectKey':
      return selectKey(state, action.key);
    case 'hover':
      return state.hover.node === action.node && state.hover.key === action.key
        ? state
        : { ...state, hover: { node: action.node, key: action.key } };
    case 'fold':
      return { ...state, folds: new Map(state.folds).set(action.node, action.open) };
    case 'unfold': {
      const unfolded = new Map(state.unfolded);
      if (action.open) unfolded.set(action.event, action.packets);
      else unfolded.delete(action.event);
      return { ...state, unfolded, pages: new Map() };
    }
    case 'buffer':
      return action.buffer === 'both' ? { ...state, both: true } : { ...state, buffer: action.buffer, both: false };
    case 'reveal': {
      const shown = state.reveal === 'all' ? (state.moment?.keys.nodes ?? []).map(({ id }) => id) : state.reveal;
      return { ...state, reveal: shown.includes(action.key) ? shown.filter((key) => key !== action.key) : [...shown, action.key] };
    }
    case 'revealAll':
      return { ...state, reveal: action.on ? 'all' : [] };

    case 'breakpointAdded':
    case 'breakpointRemoved':
    case 'breakpointSwitched':
    case 'breakpointFound':
      return { ...state, breakpoints: rebreak(state.breakpoints, action) };
    case 'bookmark':
      return { ...state, bookmarks: remark(state, action.event) };
    case 'searched':
    case 'searchFound':
    case 'searchOpen':
      return { ...state, search: research(state.search, action) };

    case 'view':
      return { ...state, view: action.view, sideOpen: false };
    case 'choose':
      return { ...state, chosen: { ...state.chosen, ...action.chosen } };
    case 'tables':
      return { ...state, tables: action.on };
    case 'dialog':
      return { ...state, dialog: action.dialog };
    case 'notice':
      return { ...state, notice: action.text };
    case 'side':
      return { ...state, sideOpen: action.open };
    case 'damageSeen':
      return { ...state, damageSeen: true };
    case 'theme':
      return { ...state, theme: action.theme };
    case 'times':
      return { ...state, times: { ...state.times, ...action.times } };
    case 'letters':
      return { ...state, letters: action.on };
    default:
      return unreachable(action);
  }
}

function unreachable(action: never): never {
  throw new Error(`No such action: ${JSON.stringify(action)}`);
}

/** A log was opened, or the same log again with more keys in it. The moment drawn so far stays until the new one is there. */
function open(state: WindowState, overview: WindowState['overview'] & object, at: number | null): WindowState {
  const same = state.overview?.name === overview.name;
  return {
    ...state,
    overview,
    generation: state.generation + 1,
    pages: new Map(),
    progress: null,
    failure: null,
    stopped: null,
    stuck: null,
    event: within(overview.lastIndex, at ?? (same ? placeIn(state, overview.lastIndex) : Math.min(1, overview.lastIndex))),
    moment: same ? state.moment : null,
    selection: same ? state.selection : nothing,
    path: same ? state.path : null,
    folds: same ? state.folds : new Map(),
    reveal: same ? state.reveal : [],
    playing: false,
    breakpoints: state.breakpoints.map((breakpoint) => ({ ...breakpoint, hits: null, error: null })),
    bookmarks: same ? state.bookmarks : [],
    search: same ? { ...state.search, hits: null } : noSearch,
    view: same || (state.view !== 'step' && hasView(overview, state.view)) ? state.view : firstView(overview, at),
    chosen: same ? state.chosen : nothingChosen,
    unfolded: same ? state.unfolded : new Map(),
    damageSeen: same && state.damageSeen && overview.damage.length === state.overview?.damage.length,
    dialog: state.dialog?.name === 'missing' ? null : state.dialog,
  };
}

/** What was held has left, or there is none any more. */
const withoutPending = (dialog: WindowState['dialog']): WindowState['dialog'] => (dialog?.name === 'pending' ? null : dialog);

/** Who stands at the end of a log that grows goes on with it. */
const placeIn = ({ event, overview }: WindowState, last: number): number =>
  overview && event === overview.lastIndex && overview.lastIndex > 0 ? last : event;

/** Where something went wrong, the verdict is what people want first; where somebody asked for a moment, the moment. */
const firstView = ({ findings }: WindowState['overview'] & object, at: number | null): ViewName =>
  (at === null || at <= 1) && findings.some(({ severity }) => severity === 'error') ? 'diagnose' : 'step';

function close(state: WindowState): WindowState {
  const { line, version, shell, bundled, live, generation, theme, times, letters, breakpoints, notice } = state;
  return { ...initialState, line, version, shell, bundled, live, generation: generation + 1, theme, times, letters, breakpoints, notice };
}

const within = (last: number, event: number): number => Math.max(0, Math.min(last, Math.round(event)));

function go(state: WindowState, event: number): WindowState {
  // Nobody can show another moment: the picture stays whole. An engine that is on its way back will show it.
  if (state.line === 'lost' || state.stopped?.restarting === false) return state;
  const to = within(state.overview?.lastIndex ?? 0, event);
  return to === state.event ? state : { ...state, event: to, hover: nothing, stuck: null };
}

function arrive(state: WindowState, { moment, generation }: Extract<Action, { type: 'moment' }>): WindowState {
  if (generation !== state.generation || moment.event !== state.event) return state;
  const node = pathIn(moment.packet, state.path);
  const nodes = moment.packet?.nodes ?? [];
  // A key that was chosen by itself stays chosen while the keys view still has it.
  const kept = state.selection.key !== null && moment.keys.nodes.some(({ id }) => id === state.selection.key);
  const fromNode = nodeAt(nodes, node)?.key ?? null;
  const byItself = state.selection.node === null && kept;
  const selection: Pointer = byItself
    ? { node: nodeOfKey(nodes, state.selection.key)?.id ?? null, key: state.selection.key }
    : { node, key: fromNode };
  return { ...state, moment, selection, stuck: null };
}

function selectNode(state: WindowState, id: string | null, show: WindowState['buffer'] | undefined): WindowState {
  const node = nodeAt(state.moment?.packet?.nodes ?? [], id);
  if (node === null) return { ...state, selection: nothing, path: null };
  return { ...state, selection: { node: node.id, key: node.key }, path: node.id, buffer: show ?? node.place.buffer };
}

function selectKey(state: WindowState, key: string | null): WindowState {
  const node = nodeOfKey(state.moment?.packet?.nodes ?? [], key);
  if (node === null) return { ...state, selection: { node: null, key } };
  return selectNode({ ...state, selection: { node: node.id, key } }, node.id, undefined);
}
