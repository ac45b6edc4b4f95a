/** Entry of the engine host in Electron: a utility process. Main gives orders; each window has a port of its own and is not seen by main. */
import * as NodeFileSystem from '@effect/platform-node/NodeFileSystem';
import { Deferred, Effect, FiberSet } from 'effect';
import type { MessagePortMain } from 'electron';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { checkQuestion } from '../protocol/validate.ts';
import { bundledTraces } from './bundled.ts';
import { compact } from './compact.ts';
import type { HostNews, Order } from './orders.ts';
import { makeSession, type Session } from './session.ts';

type Start = Extract<Order, { order: 'start' }>;

const host = Effect.gen(function* () {
  const run = yield* FiberSet.makeRuntime();
  const started = yield* Deferred.make<Start>();
  const ready = yield* Deferred.make<Session>();
  // Orders may come before the session is there: each waits for it, in the order in which they came.
  process.parentPort.on('message', ({ data, ports: [port] }) => {
    const order = data as Order;
    if (order.order === 'start') run(Deferred.succeed(started, order));
    else run(Effect.flatMap(Deferred.await(ready), (session) => obey(session, order, port)));
  });
  const { version, tracesDir, replayWindow } = yield* Deferred.await(started);
  const session = yield* makeSession({ crypto: nodeCrypto, version, shell: 'electron', tracesDir, replayWindow });
  yield* Deferred.succeed(ready, session);
  report({ news: 'bundled', traces: yield* bundledTraces(tracesDir) });
  return yield* Effect.never;
});

const report = (news: HostNews): void => process.parentPort.postMessage(news);

const obey = (session: Session, order: Exclude<Order, Start>, port: MessagePortMain | undefined): Effect.Effect<unknown> => {
  switch (order.order) {
    case 'connect':
      return Effect.sync(() => {
        if (!port) return;
        const connection = session.connect((telling) => port.postMessage(compact(telling)));
        port.on('message', ({ data }) => {
          const checked = checkQuestion(data);
          if (checked.ok && checked.question.name.startsWith('open')) report({ news: 'handed-over' });
          connection.receive(data);
        });
        port.on('close', connection.close);
        port.start();
      });
    case 'open':
      return session.openPaths(order.what);
    case 'openBundled':
      return session.openBundled(order.id, order.stay);
    default:
      return order satisfies never;
  }
};

Effect.runFork(Effect.scoped(host).pipe(Effect.provide(NodeFileSystem.layer)));
