/** The logs that come with a running engine: its own, which grows, and those that were forked from it. */
import type { Log } from '../../engine/index.ts';
import type { ForkView, LiveView } from '../protocol/live.ts';
import type { Attached } from './attached.ts';

export interface Fork {
  readonly view: ForkView;
  readonly log: Log;
}

export interface LiveLogs {
  readonly engine: Attached;
  readonly forks: readonly Fork[];
}

/** `shown`: the engine or the fork whose log is open; anything else is neither. */
export const liveView = ({ engine, forks }: LiveLogs, shown: object | null): LiveView => ({
  engine: engine.view(),
  forks: forks.map(({ view }) => view),
  shown: shown === engine ? 'engine' : (forks.find((fork) => fork === shown)?.view.id ?? null),
});

/** Events of the engine's log that a reading of it does not have yet. */
export const lacking = ({ engine }: LiveLogs, read: number) => engine.since(read - engine.log().given.length);
