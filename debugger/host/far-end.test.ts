/** Windows of one program at the session of another: they are led there, talk there, and come back. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as NodeFileSystem from '@effect/platform-node/NodeFileSystem';
import { Effect } from 'effect';
import { expect, test } from 'vitest';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { makeWorld, tripleDes } from '../../test/live/two-engines.ts';
import { tracesFolder } from '../../test/support/trace.ts';
import type { Telling } from '../protocol/protocol.ts';
import { makeAttachment } from './attached.ts';
import { makeFarEnd } from './far-end.ts';
import { serve } from './serve.ts';
import { makeSession } from './session.ts';

const origin = { input: 0, number: 0 };
test('led to a run elsewhere, and back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ikewind-far-'));
  writeFileSync(join(folder, 'index.html'), '');
  const { initiator } = makeWorld(tripleDes);
  const told: Telling[] = [];
  const has = (what: string, is: (telling: Telling) => boolean): Promise<unknown> =>
    expect.poll(() => (told.some(is) ? what : `not yet: ${what}`), { timeout: 10_000 }).toBe(what);
  const answerTo = (id: number) => told.find((t) => t.tell === 'answer' && t.id === id);

  await Effect.runPromise(
    Effect.gen(function* () {
      const there = yield* makeSession({ crypto: nodeCrypto, version: 'there', shell: 'browser', tracesDir: tracesFolder });
      const attachment = makeAttachment('connect 198.51.100.1', initiator.pump.plan, initiator.log.given);
      const asked: string[] = [];
      attachment.engine((request) => asked.push(request));
      yield* Effect.forkScoped(there.attach(attachment));
      const event = { kind: 'OperatorRequested', at: 0n as never, origin, request: 'stand' } as const;
      attachment.watch({
        pump: initiator.pump,
        happened: [
          { index: 1, event, seen: { packet: null, ike: null, ipsec: null, sightingOf: null, further: [], transitions: [], proofs: [] } },
        ],
        sends: [],
        frames: [],
        pending: null,
        deadline: null,
        verdict: null,
      });
      const { url } = yield* serve(there, { windowDir: folder, port: 0 });

      const here = yield* makeSession({ crypto: nodeCrypto, version: 'here', shell: 'electron', tracesDir: tracesFolder });
      const farEnd = makeFarEnd(here);
      const window = farEnd.connect((telling) => told.push(telling));
      yield* Effect.promise(async () => {
        window.receive({ id: 1, name: 'attach', ask: { address: 'http://example.com:80/?token=x' } });
        await has('refused', () => JSON.stringify(answerTo(1)).includes('no address'));
        window.receive({ id: 2, name: 'attach', ask: { address: url } });
        await has('attached', () => JSON.stringify(answerTo(2)).includes('true'));
        await has('its log', (t) => t.tell === 'opened' && t.overview.name === 'connect 198.51.100.1');
        await has('its state', (t) => t.tell === 'live' && t.live?.engine.status === 'running');
        window.receive({ id: 3, name: 'operate', ask: { request: 'pause' } });
        await has('asked', () => answerTo(3) !== undefined);
        expect(asked).toEqual(['pause']);
        // Another window of this program is led there too; the address is not asked for again.
        const others: Telling[] = [];
        farEnd.connect((telling) => others.push(telling));
        await expect.poll(() => others.some((t) => t.tell === 'opened'), { timeout: 10_000 }).toBe(true);

        window.receive({ id: 4, name: 'close', ask: {} });
        await has('let go', (t) => t.tell === 'live' && t.live === null);
        window.receive({ id: 5, name: 'hello', ask: {} });
        await has('at home', () => JSON.stringify(answerTo(5)).includes('"here"'));
        window.receive({ id: 6, name: 'attach', ask: { address: url } });
        await has('once only', () => JSON.stringify(answerTo(6)).includes('used before'));
      });
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
  );
  rmSync(folder, { recursive: true });
});
