/**
 * One open log and everything that windows ask about it. Several windows may be connected: they share the log, each stands where it
 * likes. Long work runs in slices, tells how far it is at most ten times a second, and can be cancelled.
 */
import { Effect, FiberSet, type FileSystem, Queue, type Scope, Stream } from 'effect';
import {
  type Crypto,
  type Event,
  type Followed,
  follow as followInput,
  fromHex,
  growReplay,
  lastIndex,
  mergeReadings,
  overview,
  pendingMoment,
  preSharedKeyOctets,
  type Reading,
  type Replay,
  replayOf,
  type SecretAbout,
} from '../../engine/index.ts';
import type { Answer, AskName, ForkWish, Telling } from '../protocol/protocol.ts';
import type { AnyQuestion } from '../protocol/validate.ts';
import type { Attached } from './attached.ts';
import { bundledFiles, bundledName, bundledTraces } from './bundled.ts';
import { type Connection, hearing, Refusal } from './connection.ts';
import { readGiven } from './files.ts';
import { makeFolding } from './folding.ts';
import { compared, type Fork, type LiveLogs, lacking, liveView, makeFork } from './live-logs.ts';
import { type InputFile, readInputs, typedSecret } from './load.ts';
import { keysAlone, type LoadError, noSuchTrace, nothingHappened } from './load-error.ts';
import { joined } from './octets.ts';
import { type Current, cookiesOf, isAlone, isKeyFile, nameOf, placeOf } from './open-log.ts';
import { makeTurns } from './turns.ts';
import { viewOf } from './views.ts';

export interface SessionOptions {
  readonly crypto: Crypto;
  readonly version: string;
  readonly shell: 'electron' | 'browser';
  /** The folder of the bundled traces. */
  readonly tracesDir: string;
  /** Packets that the replay window of ESP and AH spans; 64 where nobody says. */
  readonly replayWindow?: number | undefined;
}

export interface PathsToOpen {
  readonly paths: readonly string[];
  readonly keys?: readonly string[];
  /** A pre-shared key for the whole log, as text or as hex behind `0x`. */
  readonly psk?: string | undefined;
  readonly add?: boolean;
  /** Where to stand: an index, `end`, or a search. */
  readonly at?: string | undefined;
  /** The windows stay where they stand: what was open before is opened again. */
  readonly stay?: boolean;
}

export interface Session {
  readonly connect: (tell: (telling: Telling) => void) => Connection;
  /** For menus, arguments and the terminal. `false` where nothing could be opened; the windows are told why. */
  readonly openPaths: (what: PathsToOpen) => Effect.Effect<boolean>;
  readonly openBundled: (id: string, stay?: boolean) => Effect.Effect<boolean>;
  /** Shows what comes as it comes, until it ends or something else is opened. Errors: those of reading it, and of its keys. */
  readonly follow: (what: InputToFollow) => Effect.Effect<void, LoadError>;
  /** Shows the log of a running engine as it grows, and lets the windows ask things of the engine. */
  readonly attach: (engine: Attached) => Effect.Effect<void>;
}

export interface InputToFollow {
  readonly name: string;
  readonly octets: Stream.Stream<Uint8Array, LoadError>;
  /** Files with keys, by path. */
  readonly keys: readonly string[];
  readonly psk?: string | undefined;
  readonly year?: number | undefined;
}

export const makeSession = (options: SessionOptions): Effect.Effect<Session, never, Scope.Scope | FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const windows = new Set<(telling: Telling) => void>();
    const run = yield* FiberSet.makeRuntime<FileSystem.FileSystem>();
    const context = yield* Effect.context<FileSystem.FileSystem>();
    const folding = options.replayWindow === undefined ? {} : { replayWindow: options.replayWindow };
    let current: Current | null = null;
    let live: LiveLogs | null = null;

    const tellAll = (telling: Telling): void => {
      for (const tell of windows) tell(telling);
    };

    const seenOf = (logs: LiveLogs) => liveView(logs, current?.growing ?? null);
    const tellLive = (): void => {
      if (live) tellAll({ tell: 'live', live: seenOf(live) });
    };

    const { progress, fold, cancel, begin } = makeFolding(options, tellAll);
    const { attempt, inTurn, idle, clear } = yield* makeTurns(tellAll, begin);

    const show = (
      name: string,
      readings: readonly Reading[],
      typed: readonly Reading[],
      at: (replay: Replay) => number | null,
      growing: object | null = null,
    ): Effect.Effect<boolean, LoadError> =>
      Effect.gen(function* () {
        const merged = mergeReadings([...readings, ...typed]);
        if (merged.happened.length === 0) return yield* nothingHappened(merged);
        const { log, replay } = yield* fold(merged);
        current = { name, readings, typed, log, replay, growing };
        tellAll({ tell: 'opened', overview: overview(replay, name), at: at(replay) });
        return true;
      });

    const openFiles = (
      files: readonly InputFile[],
      { add = false, psk, at, stay = false }: Omit<PathsToOpen, 'paths' | 'keys'>,
    ): Effect.Effect<boolean, LoadError> =>
      Effect.gen(function* () {
        const readings = yield* readInputs(files, (file, done, total) => progress(`Reading ${file}`, done, total, 0));
        const keysOnly = readings.every(({ input }) => input.kind === 'keys');
        const kept = (add || keysOnly) && current ? current : null;
        if (keysOnly && !kept) return yield* keysAlone(files);
        const typed = psk ? [typedSecret({ what: 'preSharedKey' }, preSharedKeyOctets(psk))] : (kept?.typed ?? []);
        const name = nameOf(kept, files);
        const place = (replay: Replay) => (stay || (kept && !at) ? null : placeOf(replay, at));
        return yield* show(name, [...(kept?.readings ?? []), ...readings], typed, place, kept?.growing);
      });

    const give = (about: SecretAbout, value: Uint8Array): Effect.Effect<boolean> =>
      Effect.gen(function* () {
        yield* idle;
        const now = current;
        if (!now) return false;
        const others = now.typed.filter(
          ({ events: [e] }) => e?.kind !== 'SecretLearned' || JSON.stringify(e.about) !== JSON.stringify(about),
        );
        return yield* attempt(show(now.name, now.readings, [...others, typedSecret(about, value)], () => null, now.growing));
      });

    const openBundled = (id: string, stay = false): Effect.Effect<boolean> =>
      attempt(
        Effect.gen(function* () {
          const files = yield* bundledFiles(options.tracesDir, id);
          return files ? yield* openFiles(files, { stay }) : yield* noSuchTrace(id);
        }),
      );

    const opened = (): Effect.Effect<Current, Refusal> =>
      current ? Effect.succeed(current) : Effect.fail(new Refusal('Nothing is open.'));
    const ok = (value: boolean) => ({ ok: value });

    const answer = (question: AnyQuestion): Effect.Effect<Answer<AskName>, Refusal, FileSystem.FileSystem> => {
      const { name, ask } = question;
      switch (name) {
        case 'hello':
          return Effect.map(bundledTraces(options.tracesDir), (bundled) => ({
            version: options.version,
            overview: current && overview(current.replay, current.name),
            bundled,
            shell: options.shell,
            live: live && seenOf(live),
          }));
        case 'open':
          return Effect.map(inTurn(ask.add || ask.files.every(isKeyFile), openFiles(ask.files, { add: ask.add })), ok);
        case 'openBundled':
          return Effect.map(openBundled(ask.id), ok);
        case 'givePsk': {
          const cookies = ask.negotiation === null ? null : cookiesOf(current, ask.negotiation);
          if (cookies === undefined) return Effect.succeed(ok(false));
          return Effect.map(
            give(
              {
                what: 'preSharedKey',
                ...(ask.side ? { side: ask.side } : {}),
                ...(cookies ? { initiatorCookie: cookies.initiatorCookie } : {}),
              },
              preSharedKeyOctets(ask.psk),
            ),
            ok,
          );
        }
        case 'giveDhSecret':
          return giveDhSecret(ask.hex, ask.negotiation);
        case 'cancel':
          cancel();
          return Effect.succeed(ok(true));
        case 'close':
          return Effect.gen(function* () {
            yield* clear;
            current = null;
            tellAll({ tell: 'closed' });
            return ok(true);
          });
        case 'rowOf':
        case 'moment':
        case 'espFilm':
          return Effect.map(openedAt(ask.event), (now) => viewOf(now, question));
        case 'ladder':
        case 'espChart':
        case 'cases':
        case 'case':
        case 'policy':
        case 'logLines':
        case 'timing':
        case 'certificates':
        case 'find':
        case 'save':
          return Effect.map(opened(), (now) => viewOf(now, question));
        case 'attach':
          return Effect.fail(new Refusal('A browser goes to that address by itself.'));
        case 'operate': {
          const refused = live ? live.engine.operate(ask.request) : noEngine;
          return Effect.succeed({ ok: refused === null, message: refused ?? '' });
        }
        case 'pending': {
          const datagram = live?.engine.pending() ?? null;
          if (!current || !datagram || current.growing !== live?.engine) return Effect.succeed(null);
          return Effect.succeed(pendingMoment(current.replay, datagram, { reveal: ask.reveal, negotiation: null }));
        }
        case 'fork':
          return forkHere(ask);
        case 'compareFork': {
          const to = live?.forks.find(({ view }) => view.id === ask.fork);
          return live && to
            ? Effect.succeed(compared(options.crypto, live.engine, to))
            : Effect.fail(new Refusal('There is no such fork.'));
        }
        case 'showLive': {
          const shown = ask.fork === null ? live?.engine : live?.forks.find(({ view }) => view.id === ask.fork);
          return shown
            ? Effect.map(showLog(shown, 'plan' in shown ? shown.since(0).length : shown.first), ok)
            : Effect.fail(new Refusal(noEngine));
        }
        default:
          return question satisfies never;
      }
    };

    const openedAt = (event: number): Effect.Effect<Current, Refusal> =>
      Effect.flatMap(opened(), (now) =>
        event <= lastIndex(now.log) ? Effect.succeed(now) : Effect.fail(new Refusal(`The log ends at event ${lastIndex(now.log)}.`)),
      );

    const giveDhSecret = (text: string, negotiation: string): Effect.Effect<Answer<'giveDhSecret'>> =>
      Effect.gen(function* () {
        const no = (message: string) => ({ ok: false, message });
        const value = fromHex(text.replace(/^\s*0x/i, '').replace(/[\s:]/g, ''));
        if (!value) return no('This is not hex: an even number of the digits 0 to 9 and a to f is wanted.');
        if (value.length < 16) return no(`${value.length} octets are too few for g^xy: the smallest group in use gives 96.`);
        const cookies = cookiesOf(current, negotiation);
        if (!cookies) return no('There is no such negotiation.');
        const taken = yield* give({ what: 'dhSharedSecret', ...cookies }, value);
        if (!taken || !current) return no('The key was not taken.');
        const missing = overview(current.replay, current.name).missing.find((m) => m.negotiation === negotiation);
        return { ok: true, message: missing ? `It was taken, and yet: ${missing.title}.` : 'It opens what was closed.' };
      });

    const connect = (tell: (telling: Telling) => void): Connection => {
      windows.add(tell);
      return { close: () => windows.delete(tell), receive: hearing(tell, (question) => answer(question), run) };
    };

    const openPaths = (what: PathsToOpen): Effect.Effect<boolean> =>
      inTurn(
        what.add ?? false,
        Effect.gen(function* () {
          const given = [
            ...what.paths.map((path) => ({ path, keysOnly: false })),
            ...(what.keys ?? []).map((path) => ({ path, keysOnly: true })),
          ];
          const files = yield* Effect.forEach(given, ({ path, keysOnly }) =>
            Effect.map(readGiven(path), (file) => ({ ...file, name: bundledName(options.tracesDir, path) ?? file.name, keysOnly })),
          );
          return yield* openFiles(files, what);
        }),
      );

    /** Folds what came of the first input. `false` where something else was opened meanwhile. */
    const grow = (growing: object, input: Reading['input'], events: readonly Event[], damage: Reading['damage']): boolean => {
      if (current?.growing !== growing) return false;
      const before = current;
      const readings = before.readings.map((r, i) =>
        i === 0 ? { input, events: r.events.concat(events), damage: r.damage.concat(damage) } : r,
      );
      const grown = growReplay({ ...before.replay, log: { ...before.log, damage: before.log.damage.concat(damage) } }, events);
      current = { ...before, readings, log: grown.log, replay: grown };
      tellAll({
        tell: 'opened',
        overview: overview(grown, before.name),
        at: before.log.happened.length === 0 ? Math.min(1, grown.lastIndex) : null,
      });
      return true;
    };

    const follow = ({ name, octets, keys, psk, year }: InputToFollow): Effect.Effect<void, LoadError> =>
      Effect.gen(function* () {
        const files = yield* Effect.forEach(keys, (path) => Effect.map(readGiven(path), (file) => ({ ...file, keysOnly: true })));
        const secrets = yield* readInputs(files, () => Effect.void);
        const typed = psk ? [typedSecret({ what: 'preSharedKey' }, preSharedKeyOctets(psk))] : [];
        const following = followInput(name, 0, { year });
        const growing = {};
        let isBegun = false;
        /** `false` where something else was opened meanwhile. */
        const add = ({ events, damage }: Followed): Effect.Effect<boolean> =>
          Effect.gen(function* () {
            if (events.length === 0 && damage.length === 0) return true;
            yield* idle;
            if (!isBegun) {
              isBegun = true;
              const readings = [{ input: following.input(), events: [], damage: [] }, ...secrets];
              const log = mergeReadings([...readings, ...typed]);
              current = { name, readings, typed, log, replay: replayOf(log, options.crypto, folding), growing };
            }
            return grow(growing, following.input(), events, damage);
          });
        // What comes within a moment is shown at once.
        yield* Stream.groupedWithin(octets, 1024, pause).pipe(
          Stream.mapEffect((pieces) => add(following.take(joined(pieces)))),
          Stream.takeWhile((goesOn) => goesOn),
          Stream.runDrain,
        );
        yield* add(following.end());
      }).pipe(Effect.provideContext(context));

    /** Opens the engine's log, or a fork's, as it is now; `shown` stands for it while it is open. */
    const showLog = (shown: Attached | Fork, at: number | null): Effect.Effect<boolean> => {
      const [log, name] = 'plan' in shown ? [shown.log(), shown.view().name] : [shown.log, shown.view.name];
      const input = log.inputs[0] ?? { name, kind: 'live', detail: '' };
      const reading = { input, events: [...log.given, ...log.happened], damage: [] };
      return Effect.tap(attempt(show(name, [reading], [], () => at, shown)), () => Effect.sync(tellLive));
    };

    const forkHere = (wish: ForkWish): Effect.Effect<Answer<'fork'>> =>
      Effect.gen(function* () {
        const made = live ? makeFork(options.crypto, live, isAlone(current) ? current.growing : null, wish) : noEngine;
        if (!live || typeof made === 'string') return { ok: false, message: typeof made === 'string' ? made : noEngine };
        live = { ...live, forks: [...live.forks, made] };
        return { ok: yield* showLog(made, made.first), message: made.view.outcome };
      });

    const attach = (engine: Attached): Effect.Effect<void> =>
      Effect.gen(function* () {
        const changes = yield* Queue.sliding<void>(1);
        engine.onChange(() => Queue.offerUnsafe(changes, undefined));
        const logs: LiveLogs = { engine, forks: [] };
        live = logs;
        if (engine.since(0).length === 0) yield* Queue.take(changes);
        yield* showLog(engine, null);
        while (true) {
          yield* Queue.take(changes);
          // What comes within a moment is shown at once.
          yield* Effect.sleep(briefly);
          yield* idle;
          const reading = current?.growing === engine ? current.readings[0] : undefined;
          const events = reading ? lacking(logs, reading.events.length) : [];
          if (reading && events.length > 0) grow(engine, reading.input, events, []);
          tellLive();
        }
      });

    return { connect, openPaths, openBundled, follow, attach };
  });

const briefly = '40 millis';

/** Windows are told of what grows no more often than this. */
const pause = '250 millis';

const noEngine = 'No engine runs here.';
