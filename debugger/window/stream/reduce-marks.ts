/** The part of the window's reducer that keeps what somebody marked: breakpoints, bookmarks, the search. */
import type { Action } from './action.ts';
import { type Bookmark, type Breakpoint, noSearch, type Search, type WindowState } from './state.ts';

type BreakpointAction = Extract<Action, { type: `breakpoint${string}` }>;
type SearchAction = Extract<Action, { type: `search${string}` }>;

export function rebreak(breakpoints: readonly Breakpoint[], action: BreakpointAction): readonly Breakpoint[] {
  switch (action.type) {
    case 'breakpointAdded': {
      const query = action.query.trim();
      if (query === '' || breakpoints.some((breakpoint) => breakpoint.query === query)) return breakpoints;
      const id = Math.max(0, ...breakpoints.map((breakpoint) => breakpoint.id)) + 1;
      return [...breakpoints, { id, query, on: true, hits: null, error: null }];
    }
    case 'breakpointRemoved':
      return breakpoints.filter(({ id }) => id !== action.id);
    case 'breakpointSwitched':
      return breakpoints.map((breakpoint) => (breakpoint.id === action.id ? { ...breakpoint, on: action.on } : breakpoint));
    case 'breakpointFound':
      return breakpoints.map((breakpoint) =>
        breakpoint.id === action.id ? { ...breakpoint, hits: action.hits, error: action.error } : breakpoint,
      );
  }
}

/** Sets a bookmark at an event, named after the event, or takes away the one that is there. */
export function remark({ bookmarks, moment }: WindowState, event: number): readonly Bookmark[] {
  if (bookmarks.some((bookmark) => bookmark.event === event)) return bookmarks.filter((bookmark) => bookmark.event !== event);
  const label = moment?.event === event ? moment.label : `event ${event}`;
  return [...bookmarks, { event, label }].sort((a, b) => a.event - b.event);
}

export function research(search: Search, action: SearchAction): Search {
  switch (action.type) {
    case 'searched':
      return action.query === '' ? noSearch : { query: action.query, hits: null, error: null, open: true };
    case 'searchFound':
      return action.query === search.query ? { ...search, hits: action.hits, error: action.error } : search;
    case 'searchOpen':
      return { ...search, open: action.open && search.query !== '' };
  }
}

/** The first event after `from` at which a breakpoint that is on was hit; `null` where there is none. */
export function nextStop(breakpoints: readonly Breakpoint[], from: number): number | null {
  const stops = breakpoints.filter(({ on }) => on).flatMap(({ hits }) => (hits ?? []).find((event) => event > from) ?? []);
  return stops.length === 0 ? null : Math.min(...stops);
}

export const isStop = (breakpoints: readonly Breakpoint[], event: number): boolean =>
  breakpoints.some(({ on, hits }) => on && (hits ?? []).includes(event));
