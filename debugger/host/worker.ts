/** Entry of the engine host in Electron: a utility process. Main gives orders; each window has a port of its own and is not seen by main. */
import { basename } from 'node:path';
import * as NodeFileSystem from '@effect/platform-node/NodeFileSystem';
import { type Cause, Deferred, Effect, FiberSet, Queue, Stream } from 'effect';
import type { MessagePortMain } from 'electron';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import type { Telling } from '../protocol/protocol.ts';
import { checkQuestion } from '../protocol/validate.ts';
import { bundledTraces } from './bundled.ts';
import { compact } from './compact.ts';
import { type FarEnd, makeFarEnd } from './far-end.ts';
import { growingFile } from './follow.ts';
import type { HostNews, Order } from './orders.ts';
import { makeSession, type Session } from './session.ts';

type Start = Extract<Order, { order: 'start' }>;

const host = Effect.gen(function* () {
  const run = yield* FiberSet.makeRuntime();
  const started = yield* Deferred.make<Start>();
  const ready = yield* Deferred.make<Pick<Host, 'session' | 'farEnd'>>();
  const pieces = yield* Queue.unbounded<Uint8Array, Cause.Done>();
  const windows = new Set<Tell>();
  // Orders may come before the session is there: each waits for it, in the order in which they came.
  process.parentPort.on('message', ({ data, ports: [port] }) => {
    const order = data as Order;
    if (order.order === 'start') run(Deferred.succeed(started, order));
    else run(Effect.flatMap(Deferred.await(ready), (ends) => obey({ ...ends, pieces, windows }, order, port)));
  });
  const { version, tracesDir, replayWindow } = yield* Deferred.await(started);
  const session = yield* makeSession({ crypto: nodeCrypto, version, shell: 'electron', tracesDir, replayWindow });
  yield* Deferred.succeed(ready, { session, farEnd: makeFarEnd(session) });
  report({ news: 'bundled', traces: yield* bundledTraces(tracesDir) });
  return yield* Effect.never;
});

type Tell = (telling: Telling) => void;

interface Host {
  readonly session: Session;
  readonly farEnd: FarEnd;
  /** What came on the standard input of main. */
  readonly pieces: Queue.Queue<Uint8Array, Cause.Done>;
  readonly windows: Set<Tell>;
}

const report = (news: HostNews): void => process.parentPort.postMessage(news);

const obey = (host: Host, order: Exclude<Order, Start>, port: MessagePortMain | undefined): Effect.Effect<unknown> => {
  const { session, farEnd, pieces, windows } = host;
  if (order.order === 'open' || order.order === 'openBundled' || order.order === 'follow') farEnd.detach();
  switch (order.order) {
    case 'connect':
      return Effect.sync(() => {
        if (!port) return;
        const tell: Tell = (telling) => port.postMessage(compact(telling));
        const connection = farEnd.connect(tell);
        windows.add(tell);
        port.on('message', ({ data }) => {
          const checked = checkQuestion(data);
          if (checked.ok && checked.question.name.startsWith('open')) report({ news: 'handed-over' });
          connection.receive(data);
        });
        port.on('close', () => {
          windows.delete(tell);
          connection.close();
        });
        port.start();
      });
    case 'open':
      return session.openPaths(order.what);
    case 'openBundled':
      return session.openBundled(order.id, order.stay);
    case 'follow':
      return follow(host, order);
    case 'piece':
      return Queue.offer(pieces, order.octets);
    case 'noMorePieces':
      return Queue.end(pieces);
    default:
      return order satisfies never;
  }
};

/** Until it ends, or something else is opened. */
const follow = ({ session, pieces, windows }: Host, { path, keys, psk }: Extract<Order, { order: 'follow' }>): Effect.Effect<unknown> => {
  const what =
    path === null ? { name: 'standard input', octets: Stream.fromQueue(pieces) } : { name: basename(path), octets: growingFile(path) };
  return Effect.catch(session.follow({ ...what, keys, psk }), ({ title, message, cure }) =>
    Effect.sync(() => {
      for (const tell of windows) tell({ tell: 'failed', title, message, cure });
    }),
  );
};

Effect.runFork(Effect.scoped(host).pipe(Effect.provide(NodeFileSystem.layer)));
