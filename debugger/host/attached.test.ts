/** A session at a running engine: its log grows, it is held and let go, the next message is seen and changed. */
import * as NodeFileSystem from '@effect/platform-node/NodeFileSystem';
import { Effect } from 'effect';
import { expect, test } from 'vitest';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { accept, type LiveInput, type Round } from '../../engine/index.ts';
import { ctx, type End, makeWorld, responderAddress, tripleDes } from '../../test/live/two-engines.ts';
import { tracesFolder } from '../../test/support/trace.ts';
import type { Answer, Ask, AskName, LiveView, Telling } from '../protocol/protocol.ts';
import { type Attachment, makeAttachment } from './attached.ts';
import { makeSession, type Session } from './session.ts';

const origin = { input: 0, number: 0 };

interface Engine {
  readonly attachment: Attachment;
  /** Asks the initiator; the responder answers until nobody says any more. */
  readonly ask: (request: string) => void;
}

const engineOf = (): Engine => {
  const world = makeWorld(tripleDes);
  const { initiator, responder } = world;
  const attachment = makeAttachment('connect 198.51.100.1', initiator.pump.plan, initiator.log.given);
  const give = (end: End, input: LiveInput): Round => {
    const round = accept(ctx, end.pump, input, end.draw);
    end.pump = round.pump;
    if (end === initiator) attachment.watch(round);
    return round;
  };
  const settle = (first: Round): void => {
    const onTheWay = [...first.sends];
    for (let send = onTheWay.shift(); send; send = onTheWay.shift()) {
      const to = send.datagram.dst === responderAddress ? responder : initiator;
      onTheWay.push(...give(to, { kind: 'DatagramSeen', at: world.now, origin, via: 'received', datagram: send.datagram }).sends);
    }
  };
  const ask = (request: string): void => settle(give(initiator, { kind: 'OperatorRequested', at: world.now, origin, request }));
  attachment.engine(ask);
  return { attachment, ask };
};

const until = (is: () => boolean): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (let i = 0; i < 200 && !is(); i++) yield* Effect.sleep('20 millis');
    expect(is()).toBe(true);
  });

interface Window {
  readonly tellings: readonly Telling[];
  readonly live: () => LiveView | undefined;
  readonly lastIndex: () => number;
  readonly ask: <N extends AskName>(name: N, ask: Ask<N>) => Effect.Effect<Answer<N>>;
}

const windowOn = (session: Session): Window => {
  const tellings: Telling[] = [];
  const connection = session.connect((telling) => tellings.push(telling));
  let asked = 0;
  return {
    tellings,
    live: () => tellings.findLast((t) => t.tell === 'live')?.live ?? undefined,
    lastIndex: () => tellings.findLast((t) => t.tell === 'opened')?.overview.lastIndex ?? 0,
    ask: <N extends AskName>(name: N, ask: Ask<N>) =>
      Effect.gen(function* () {
        const id = ++asked;
        connection.receive({ id, name, ask });
        const found = () => tellings.find((t) => (t.tell === 'answer' || t.tell === 'refused') && t.id === id);
        yield* until(() => found() !== undefined);
        const told = found();
        if (told?.tell !== 'answer') throw new Error(told?.tell === 'refused' ? told.message : 'nothing');
        return told.answer as Answer<N>;
      }),
  };
};

const attached = (work: (window: Window, engine: Engine) => Effect.Effect<void>): Promise<void> =>
  Effect.runPromise(
    Effect.gen(function* () {
      const session = yield* makeSession({ crypto: nodeCrypto, version: '0', shell: 'browser', tracesDir: tracesFolder });
      const engine = engineOf();
      const window = windowOn(session);
      yield* Effect.forkScoped(session.attach(engine.attachment));
      engine.ask('break at MM5');
      yield* until(() => window.live() !== undefined);
      yield* work(window, engine);
    }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer)),
  );

test('the log grows under the window; a held message is seen field by field, changed, and let go', () =>
  attached((window, { ask, attachment }) =>
    Effect.gen(function* () {
      expect(window.live()).toMatchObject({ engine: { status: 'running', breakpoints: ['MM5'] }, shown: 'engine', forks: [] });
      ask('connect 198.51.100.1');
      yield* until(() => window.live()?.engine.status === 'held');
      expect(window.live()?.engine).toMatchObject({ why: 'MM5', pending: 'MM5: who we are, and the proof', changes: [] });
      expect(window.lastIndex()).toBe(attachment.since(0).length);
      const { round = 0 } = window.live()?.engine ?? {};
      const moment = yield* window.ask('pending', { round, reveal: [] });
      expect(moment).toMatchObject({ label: 'MM5', event: window.lastIndex() + 1 });
      expect(moment?.packet?.nodes.map((n) => n.name)).toContain('Encrypted data');
      const hash = JSON.stringify(moment?.packet?.nodes.map((n) => n.children.map((c) => c.name)));
      expect(hash).toContain('Identification');

      expect(yield* window.ask('operate', { request: 'edit next payloads 11 63' })).toEqual({ ok: true, message: '' });
      yield* until(() => window.live()?.engine.changes.length === 1);
      const edited = yield* window.ask('pending', { round: round + 1, reveal: [] });
      expect(edited?.packet?.buffers[0]?.bytes[11]).toBe(0x63);

      expect(yield* window.ask('operate', { request: 'spare next' })).toMatchObject({ ok: true });
      expect(yield* window.ask('operate', { request: 'continue' })).toMatchObject({ ok: true });
      yield* until(() => window.live()?.engine.verdict === 'everything asked for stands');
      expect(window.live()?.engine).toMatchObject({ status: 'running', pending: null });
      expect(yield* window.ask('pending', { round, reveal: [] })).toBeNull();
      attachment.end('the time was up');
      yield* until(() => window.live()?.engine.status === 'ended');
      expect(yield* window.ask('operate', { request: 'pause' })).toMatchObject({ ok: false });
    }),
  ));

test('what an operator cannot ask is refused in a sentence, and reaches no log', () =>
  attached((window, { attachment }) =>
    Effect.gen(function* () {
      const before = attachment.since(0).length;
      for (const request of ['leave', 'connect 192.0.2.9', 'rm -rf /', 'break at']) {
        const { ok, message } = yield* window.ask('operate', { request });
        expect(ok).toBe(false);
        expect(message).toContain('nothing that an operator can ask');
      }
      expect(attachment.since(0).length).toBe(before);
    }),
  ));

test('another log is opened, and back to that of the engine, which went on', () =>
  attached((window, { ask, attachment }) =>
    Effect.gen(function* () {
      const { bundled } = yield* window.ask('hello', {});
      yield* window.ask('openBundled', { id: bundled[0]?.id ?? '' });
      ask('connect 198.51.100.1');
      yield* until(() => window.live()?.engine.status === 'held');
      expect(window.live()?.shown).toBeNull();
      expect(yield* window.ask('pending', { round: 0, reveal: [] })).toBeNull();
      yield* window.ask('showLive', { fork: null });
      expect(window.live()?.shown).toBe('engine');
      expect(window.lastIndex()).toBe(attachment.since(0).length);
      yield* window.ask('operate', { request: 'continue' });
      yield* until(() => window.lastIndex() === attachment.since(0).length && window.live()?.engine.verdict !== null);
    }),
  ));

test('a fork from the held moment succeeds where what left failed; it is told apart, and compared', () =>
  attached((window, { ask, attachment }) =>
    Effect.gen(function* () {
      ask('connect 198.51.100.1');
      yield* until(() => window.live()?.engine.status === 'held');
      const { heldAt } = window.live()?.engine ?? {};
      yield* window.ask('operate', { request: 'edit next payloads 11 63' });
      yield* window.ask('operate', { request: 'continue' });
      const event = heldAt ?? 0;
      const wish = { event, future: 'simulated', requests: [], without: false, came: [] } as const;
      expect(yield* window.ask('fork', wish)).toEqual({ ok: true, message: 'everything asked for stands' });
      expect(window.live()).toMatchObject({
        shown: 1,
        forks: [{ id: 1, name: `Fork 1 at #${event}`, outcome: 'everything asked for stands' }],
      });
      expect(window.tellings.findLast((t) => t.tell === 'opened')).toMatchObject({
        at: event + 1,
        overview: { negotiations: [{ verdict: 'up' }] },
      });
      const { differences } = yield* window.ask('compareFork', { fork: 1 });
      expect(
        differences
          .find((d) => d.label === 'MM5')
          ?.fields.map((f) => f.field)
          .join(),
      ).toContain('Identification');

      // Of the fork another one, with a loss; and nothing that is no change.
      expect(yield* window.ask('fork', { ...wish, requests: ['drop next'] })).toMatchObject({ ok: true });
      expect(window.live()?.shown).toBe(2);
      expect(yield* window.ask('fork', { ...wish, requests: ['pause'] })).toMatchObject({ ok: false });
      yield* window.ask('showLive', { fork: null });
      expect(window.lastIndex()).toBe(attachment.since(0).length);
    }),
  ));
