/** What the window does by itself: asks the engine for what the state calls for, and puts the answers into the state. */
import type { Observable } from 'rxjs';
import {
  catchError,
  debounceTime,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  filter,
  finalize,
  map,
  merge,
  mergeMap,
  of,
  Subject,
  switchMap,
  throttle,
  timer,
  withLatestFrom,
} from 'rxjs';
import type { Reveal } from '../../protocol/protocol.ts';
import type { Action } from './action.ts';
import type { Engine } from './engine.ts';
import { isStop } from './reduce-marks.ts';
import { rowCount, rowsInPage, type WindowState } from './state.ts';

type States = Observable<WindowState>;
type Effect = (states: States, engine: Engine) => Observable<Action>;

/** Events a second at speed 1. */
const pace = 1.25;
const noticeLasts = 4000;
const sayAfter = 150;

/** All of it: actions to dispatch, for as long as somebody listens. */
export const effects: Effect = (states, engine) =>
  merge(
    ...[followLine, followNews, followEvent, followLadder, followBreakpoints, followSearch, play, forgetNotice].map((effect) =>
      effect(states, engine),
    ),
  );

const followLine: Effect = (_, engine) =>
  engine.status.pipe(
    switchMap((status) =>
      merge(
        of<Action>({ type: 'line', status }),
        status !== 'open'
          ? EMPTY
          : engine.ask('hello', {}).pipe(
              map((greeting): Action => ({ type: 'greeted', greeting })),
              catchError((error: Error) => of(refusal(error))),
            ),
      ),
    ),
  );

const followNews: Effect = (_, engine) =>
  engine.news.pipe(
    mergeMap((telling): Observable<Action> => {
      switch (telling.tell) {
        case 'opened':
          return of({ type: 'opened', overview: telling.overview, at: telling.at });
        case 'closed':
          return of({ type: 'closed' });
        case 'live':
          return of({ type: 'live', live: telling.live });
        case 'progress': {
          const { what, done, total, negotiations } = telling;
          return of({ type: 'progress', progress: { what, done, total, negotiations } });
        }
        case 'failed': {
          const { title, message, cure } = telling;
          return of({ type: 'failed', failure: { title, message, cure } });
        }
        case 'stopped':
          return of({ type: 'stopped', message: telling.message, restarting: telling.restarting });
        case 'command':
          return EMPTY; // followed where commands are run
      }
    }),
  );

const followEvent: Effect = (states, engine) =>
  states.pipe(
    filter(({ overview, line }) => overview !== null && line === 'open'),
    distinctUntilChanged((a, b) => a.event === b.event && a.generation === b.generation && a.reveal === b.reveal && a.line === b.line),
    map(({ event, generation, reveal, moment }) => ({ event, generation, reveal, negotiation: moment?.negotiation ?? null })),
    // A key that is held down gives steps faster than answers: ask for the first, then for the last of those that came meanwhile.
    oneAtATime(({ generation, ...ask }: { event: number; generation: number; reveal: Reveal; negotiation: string | null }) =>
      engine.ask('moment', ask).pipe(
        map((moment): Action => ({ type: 'moment', moment, generation })),
        catchError((error: Error) => of<Action>({ type: 'stuck', message: error.message })),
      ),
    ),
  );

const followLadder: Effect = (states, engine) => {
  const asked = new Set<string>();
  return states.pipe(
    filter(({ overview, line }) => overview !== null && line === 'open'),
    distinctUntilChanged(
      (a, b) => a.wanted === b.wanted && a.generation === b.generation && a.unfolded === b.unfolded && a.line === b.line,
    ),
    mergeMap((state) =>
      pagesBetween(state.wanted, rowCount(state))
        .filter((page) => !state.pages.has(page) && !asked.has(pageName(state, page)))
        .map((page) => ({ page, generation: state.generation, unfolded: state.unfolded })),
    ),
    mergeMap((wish) => {
      const { page, generation, unfolded } = wish;
      const name = pageName(wish, page);
      asked.add(name);
      return engine.ask('ladder', { from: page * rowsInPage, to: (page + 1) * rowsInPage, unfolded: [...unfolded.keys()] }).pipe(
        map((rows): Action => ({ type: 'rows', page, rows, generation, unfolded })),
        catchError((error: Error) => of(refusal(error))),
        finalize(() => asked.delete(name)),
      );
    }),
  );
};

const pageName = ({ generation, unfolded }: Pick<WindowState, 'generation' | 'unfolded'>, page: number): string =>
  `${generation}:${[...unfolded.keys()].join()}:${page}`;

/** Page numbers that hold the rows from, up to; never beyond the last row. */
export function pagesBetween([from, to]: readonly [number, number], rows: number): number[] {
  const pages: number[] = [];
  for (let page = Math.floor(Math.max(0, from) / rowsInPage); page * rowsInPage < Math.min(to, rows); page += 1) pages.push(page);
  return pages;
}

const followBreakpoints: Effect = (states, engine) => {
  const asked = new Set<string>();
  return states.pipe(
    filter(({ overview, line }) => overview !== null && line === 'open'),
    mergeMap(({ breakpoints, generation }) =>
      breakpoints
        .filter(({ hits, error, id }) => hits === null && error === null && !asked.has(`${generation}:${id}`))
        .map((breakpoint) => ({ ...breakpoint, generation })),
    ),
    mergeMap(({ id, query, generation }) => {
      asked.add(`${generation}:${id}`);
      return engine.ask('find', { query }).pipe(
        map(({ hits, error }): Action => ({ type: 'breakpointFound', id, hits: hits.map(({ event }) => event), error })),
        catchError((error: Error) => of<Action>({ type: 'breakpointFound', id, hits: [], error: error.message })),
      );
    }),
  );
};

const followSearch: Effect = (states, engine) =>
  states.pipe(
    map(({ search, generation, overview }) => ({ query: overview ? search.query : '', generation })),
    distinctUntilChanged((a, b) => a.query === b.query && a.generation === b.generation),
    debounceTime(sayAfter),
    switchMap(({ query }) =>
      query === ''
        ? EMPTY
        : engine.ask('find', { query }).pipe(
            map(({ hits, error }): Action => ({ type: 'searchFound', query, hits, error })),
            catchError((error: Error) => of<Action>({ type: 'searchFound', query, hits: [], error: error.message })),
          ),
    ),
  );

const play: Effect = (states) =>
  states.pipe(
    map(({ playing, speed }) => ({ playing, speed })),
    distinctUntilChanged((a, b) => a.playing === b.playing && a.speed === b.speed),
    switchMap(({ playing, speed }) => (playing ? timer(0, 1000 / (pace * speed)) : EMPTY)),
    withLatestFrom(states),
    map(([, state]) => state),
    // A slow answer holds the play head: nobody can follow what was never drawn.
    filter((state) => state.moment?.event === state.event),
    mergeMap((state): Action[] => {
      const next = state.event + 1;
      if (next > (state.overview?.lastIndex ?? 0)) return [{ type: 'play', on: false }];
      const go: Action = { type: 'go', event: next };
      return isStop(state.breakpoints, next) ? [go, { type: 'play', on: false }] : [go];
    }),
  );

const forgetNotice: Effect = (states) =>
  states.pipe(
    map(({ notice }) => notice),
    distinctUntilChanged(),
    switchMap((notice) => (notice === null ? EMPTY : timer(noticeLasts).pipe(map((): Action => ({ type: 'notice', text: null }))))),
  );

export const refusal = (error: Error): Action => ({
  type: 'failed',
  failure: {
    title: 'The engine could not answer',
    message: `${error.message} This is our fault, not the trace’s.`,
    cure: 'What is open stays as it is. Try again, or open the file anew.',
  },
});

/** One question at a time; of those that come while it is open only the last is asked, when it has its answer. */
function oneAtATime<T, R>(project: (value: T) => Observable<R>) {
  return (source: Observable<T>): Observable<R> => {
    const free = new Subject<void>();
    return source.pipe(
      throttle(() => free, { leading: true, trailing: true }),
      exhaustMap((value) => project(value).pipe(finalize(() => free.next()))),
    );
  };
}
