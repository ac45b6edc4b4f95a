// A session on an input that grows: windows are told of what came, keys can be given meanwhile, and what else is opened ends it.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as NodeFileSystem from '@effect/platform-node/NodeFileSystem';
import { Effect, Exit, Fiber, Queue, Scope, Stream } from 'effect';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import type { Telling } from '../protocol/protocol.ts';
import { makeSession, type Session } from './session.ts';

const tracesDir = resolve(import.meta.dirname, '../../traces');
const folder = join(tracesDir, 'mm-psk-3des-sha1-modp1024');
const capture = new Uint8Array(readFileSync(join(folder, 'capture.pcap')));

let scope: Scope.Closeable;
let session: Session;
let told: Telling[];

beforeEach(async () => {
  scope = Effect.runSync(Scope.make());
  session = await Effect.runPromise(
    makeSession({ crypto: nodeCrypto, version: '0', shell: 'browser', tracesDir }).pipe(
      Scope.provide(scope),
      Effect.provide(NodeFileSystem.layer),
    ),
  );
  told = [];
  session.connect((telling) => told.push(telling));
});

afterEach(() => Effect.runPromise(Scope.close(scope, Exit.void)));

const opened = () =>
  told.filter((t) => t.tell === 'opened').map(({ at, overview }) => ({ at, last: overview.lastIndex, missing: overview.missing.length }));

const until = async (fits: () => boolean): Promise<void> => {
  for (let i = 0; i < 200 && !fits(); i++) await new Promise((done) => setTimeout(done, 20));
};

test('what comes is appended; windows stay where they stand; keys open what is there and what comes', async () => {
  const queue = Effect.runSync(Queue.unbounded<Uint8Array>());
  const what = { name: 'live.pcap', octets: Stream.fromQueue(queue), keys: [] };
  const fiber = Effect.runFork(session.follow(what));
  Effect.runSync(Queue.offer(queue, capture.slice(0, 1000)));
  await until(() => opened().length === 1);
  expect(opened()).toEqual([{ at: 1, last: 3, missing: 0 }]);
  expect(await Effect.runPromise(session.openPaths({ paths: [], keys: [join(folder, 'keys.json')], add: true }))).toBe(true);
  Effect.runSync(Queue.offer(queue, capture.slice(1000)));
  await until(() => opened().at(-1)?.last === 19);
  expect(opened().at(-1)).toEqual({ at: null, last: 19, missing: 0 });
  await Effect.runPromise(Fiber.interrupt(fiber));
});

test('what else is opened ends it', async () => {
  const queue = Effect.runSync(Queue.unbounded<Uint8Array>());
  const done = Effect.runPromise(session.follow({ name: 'live.pcap', octets: Stream.fromQueue(queue), keys: [] }));
  Effect.runSync(Queue.offer(queue, capture.slice(0, 1000)));
  await until(() => opened().length === 1);
  await Effect.runPromise(session.openBundled('mm-psk-3des-sha1-modp1024'));
  const before = opened().length;
  Effect.runSync(Queue.offer(queue, capture.slice(1000)));
  await done;
  expect(opened()).toHaveLength(before);
});
