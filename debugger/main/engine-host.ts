/** Starts the engine host, hands every window a port to it, and starts it again when it ends by itself. */
import { MessageChannelMain, type UtilityProcess, utilityProcess, type WebContents } from 'electron';
import type { HostNews, Order } from '../host/orders.ts';
import type { BundledTrace, Telling } from '../protocol/protocol.ts';

type Opening = Extract<Order, { order: 'open' | 'openBundled' | 'follow' }>;

/** The same, and nobody is moved from where they stand. */
const again = (order: Opening): Opening => {
  switch (order.order) {
    case 'open':
      return { ...order, what: { ...order.what, stay: true } };
    case 'openBundled':
      return { ...order, stay: true };
    default:
      return order;
  }
};

/** What came through a pipe cannot be had again. */
const isGone = (order: Opening): boolean => order.order === 'follow' && order.path === null;

export interface EngineHost {
  /** Opens something; it is opened again after a failure of the host. */
  readonly open: (order: Opening) => void;
  /** Hands on what comes on standard input; `null` at its end. */
  readonly piece: (octets: Uint8Array | null) => void;
  /** Gives a page that has loaded a port of its own. */
  readonly connect: (contents: WebContents) => void;
  readonly forget: (contents: WebContents) => void;
  readonly stop: () => void;
}

export interface EngineHostOptions {
  /** The bundle of the host. */
  readonly script: string;
  readonly version: string;
  readonly tracesDir: string;
  /** Packets that the replay window of ESP and AH spans. */
  readonly replayWindow: number | undefined;
  /** The traces that ship with the program, once they are known. */
  readonly onBundled: (traces: readonly BundledTrace[]) => void;
}

/** This many failures in a row, each within the time below, and it is not started again. */
const mostFailures = 3;
const rowMilliseconds = 60_000;

export const startEngineHost = ({ script, version, tracesDir, replayWindow, onBundled }: EngineHostOptions): EngineHost => {
  const windows = new Set<WebContents>();
  let child: UtilityProcess | undefined;
  let opened: readonly Opening[] = [];
  // What was open at the last failure: it is opened again once, and not a second time.
  let suspect: readonly Opening[] = [];
  let stopping = false;
  let failures = 0;

  const say = (order: Order): void => child?.postMessage(order);
  const tell = (contents: WebContents, telling: Telling): void => {
    if (!contents.isDestroyed()) contents.send('telling', telling);
  };

  const link = (contents: WebContents): void => {
    if (!child || contents.isDestroyed()) return;
    const { port1, port2 } = new MessageChannelMain();
    const order: Order = { order: 'connect' };
    child.postMessage(order, [port1]);
    contents.postMessage('port', null, [port2]);
  };

  const start = (): void => {
    const startedAt = performance.now();
    // No secret has to be in the arguments or the environment of the host.
    child = utilityProcess.fork(script, [], { serviceName: 'ikewind engine', stdio: 'inherit' });
    say({ order: 'start', version, tracesDir, replayWindow });
    child.on('message', (news: HostNews) => {
      // What a window handed over itself is not known here, so it cannot be opened again.
      if (news.news === 'handed-over') opened = [];
      else onBundled(news.traces);
    });
    child.once('exit', () => {
      child = undefined;
      if (stopping) return;
      failures = performance.now() - startedAt < rowMilliseconds ? failures + 1 : 1;
      const restarting = failures < mostFailures;
      for (const contents of windows)
        tell(contents, { tell: 'stopped', message: 'The engine ended by itself. The fault is ours.', restarting });
      if (!restarting) return;
      start();
      for (const contents of windows) link(contents);
      if (opened.length > 0 && opened !== suspect && !opened.some(isGone)) for (const order of opened) say(again(order));
      else for (const contents of windows) tell(contents, { tell: 'closed' });
      suspect = opened;
    });
  };

  start();
  return {
    open: (order) => {
      // What is added belongs to what is open.
      opened = order.order === 'open' && order.what.add ? [...opened, order] : [order];
      say(order);
    },
    piece: (octets) => say(octets ? { order: 'piece', octets } : { order: 'noMorePieces' }),
    connect: (contents) => {
      windows.add(contents);
      link(contents);
    },
    forget: (contents) => windows.delete(contents),
    stop: () => {
      stopping = true;
      child?.kill();
    },
  };
};
