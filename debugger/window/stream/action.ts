/** What can happen in the window: what somebody did, and what the engine host said. */
import type { BufferName, Greeting, Hit, LadderRow, LiveView, Moment, Overview } from '../../protocol/protocol.ts';
import type { LineStatus } from './line.ts';
import type { Chosen, Dialog, Failure, Progress, Theme, Times, ViewName, WindowState } from './state.ts';

export type Action =
  // what the host said
  | { readonly type: 'line'; readonly status: LineStatus }
  | { readonly type: 'greeted'; readonly greeting: Greeting }
  | { readonly type: 'opened'; readonly overview: Overview; readonly at: number | null }
  | { readonly type: 'closed' }
  | { readonly type: 'live'; readonly live: LiveView | null }
  | { readonly type: 'stopped'; readonly message: string; readonly restarting: boolean }
  | { readonly type: 'progress'; readonly progress: Progress | null }
  | { readonly type: 'failed'; readonly failure: Failure | null }
  | { readonly type: 'moment'; readonly moment: Moment; readonly generation: number }
  | { readonly type: 'stuck'; readonly message: string }
  | {
      readonly type: 'rows';
      readonly page: number;
      readonly rows: readonly LadderRow[];
      readonly generation: number;
      /** As it was when they were asked for. */
      readonly unfolded: WindowState['unfolded'];
    }
  // time
  | { readonly type: 'go'; readonly event: number }
  /** To where something can be seen: the packet's view, with that node selected. */
  | { readonly type: 'show'; readonly event: number; readonly node: string | null }
  | { readonly type: 'play'; readonly on: boolean }
  | { readonly type: 'speed'; readonly speed: number }
  // selection
  | { readonly type: 'selectNode'; readonly node: string | null; readonly show?: BufferName }
  | { readonly type: 'selectKey'; readonly key: string | null }
  | { readonly type: 'hover'; readonly node: string | null; readonly key: string | null }
  | { readonly type: 'fold'; readonly node: string; readonly open: boolean }
  | { readonly type: 'unfold'; readonly event: number; readonly packets: number; readonly open: boolean }
  | { readonly type: 'buffer'; readonly buffer: BufferName | 'both' }
  | { readonly type: 'reveal'; readonly key: string }
  | { readonly type: 'revealAll'; readonly on: boolean }
  // breakpoints, bookmarks, search
  | { readonly type: 'breakpointAdded'; readonly query: string }
  | { readonly type: 'breakpointRemoved'; readonly id: number }
  | { readonly type: 'breakpointSwitched'; readonly id: number; readonly on: boolean }
  | { readonly type: 'breakpointFound'; readonly id: number; readonly hits: readonly number[]; readonly error: string | null }
  | { readonly type: 'bookmark'; readonly event: number }
  | { readonly type: 'searched'; readonly query: string }
  | { readonly type: 'searchFound'; readonly query: string; readonly hits: readonly Hit[]; readonly error: string | null }
  | { readonly type: 'searchOpen'; readonly open: boolean }
  // the window itself
  | { readonly type: 'view'; readonly view: ViewName }
  | { readonly type: 'choose'; readonly chosen: Partial<Chosen> }
  | { readonly type: 'tables'; readonly on: boolean }
  | { readonly type: 'dialog'; readonly dialog: Dialog | null }
  | { readonly type: 'notice'; readonly text: string | null }
  | { readonly type: 'side'; readonly open: boolean }
  | { readonly type: 'damageSeen' }
  | { readonly type: 'theme'; readonly theme: Theme }
  | { readonly type: 'times'; readonly times: Partial<Times> }
  | { readonly type: 'letters'; readonly on: boolean }
  | { readonly type: 'wanted'; readonly from: number; readonly to: number };
