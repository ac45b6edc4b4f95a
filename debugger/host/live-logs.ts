/** The logs that come with a running engine: its own, which grows, and those that were forked from it. */
import { type Crypto, type Difference, differences, fork, type Log, operation, replayOf } from '../../engine/index.ts';
import type { ForkView, ForkWish, LiveView } from '../protocol/live.ts';
import type { Attached } from './attached.ts';

export interface Fork {
  readonly view: ForkView;
  readonly log: Log;
  /** Its first own event. */
  readonly first: number;
}

export interface LiveLogs {
  readonly engine: Attached;
  readonly forks: readonly Fork[];
}

/** `shown`: the engine or the fork whose log is open; anything else is neither. */
export const liveView = ({ engine, forks }: LiveLogs, shown: object | null): LiveView => ({
  engine: engine.view(),
  forks: forks.map(({ view }) => view),
  shown: shown === engine ? 'engine' : (forks.find((one) => one === shown)?.view.id ?? null),
});

/** Events of the engine's log that a reading of it does not have yet. */
export const lacking = ({ engine }: LiveLogs, read: number) => engine.since(read - engine.given.length);

const futures: Readonly<Record<ForkWish['future'], string>> = {
  simulated: 'In virtual time, against a peer that an engine of ours plays.',
  recorded: 'With what was recorded after it.',
};

/** Each is a log in memory. */
const mostForks = 64;

/** Of the log that is shown. A sentence where there is none to be had. */
export const makeFork = (crypto: Crypto, { engine, forks }: LiveLogs, shown: object | null, wish: ForkWish): Fork | string => {
  if (forks.length === mostForks) return `There are ${mostForks} forks already; start anew for more.`;
  const log = shown === engine ? engine.log() : forks.find((one) => one === shown)?.log;
  if (!log) return 'This log is not that of the engine, nor a fork of it.';
  const isChange = (request: string): boolean => operation(request)?.do === 'change';
  const isEdit = (request: string): boolean => isChange(request) && request.startsWith('edit ');
  const wrong = wish.requests.find((request) => !isChange(request)) ?? wish.came.find((request) => !isEdit(request));
  if (wrong !== undefined) return `"${wrong}" is nothing that can be asked for the next message.`;
  const forked = fork({ crypto, replayWindow: 64, detail: false }, engine.plan, log, wish);
  if (!forked) return 'Nobody can be told from this log who would be the peer.';
  const id = forks.length + 1;
  const how = [
    futures[wish.future],
    ...(wish.without ? ['What came here does not come.'] : []),
    ...wish.came.map((r) => `What came: ${r.replace('edit next ', '')}.`),
    ...wish.requests.map((r) => `${r}.`),
  ].join(' ');
  const view = { id, name: `Fork ${id} at #${wish.event}`, event: wish.event, how, outcome: forked.verdict ?? 'nothing was asked for' };
  return { view, log: forked.log, first: Math.min(forked.first, forked.log.happened.length) };
};

/** Enough to read. */
const mostDifferences = 100;

export const compared = (
  crypto: Crypto,
  engine: Attached,
  { log }: Fork,
): { readonly differences: readonly Difference[]; readonly more: boolean } => {
  const found: Difference[] = [];
  for (const difference of differences(replayOf(engine.log(), crypto), replayOf(log, crypto), { ignoreTime: true })) {
    if (found.length === mostDifferences) return { differences: found, more: true };
    found.push(difference);
  }
  return { differences: found, more: false };
};
