/** An engine that takes part: sockets, alarm and chance on one side, a log on disk on the other. What is sent was on disk before. */
import { Effect, type Scope } from 'effect';
import { makeAlarm, now } from '../../engine/host/clock.ts';
import { drawEntropy } from '../../engine/host/entropy.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { openRawEsp, type RawEsp } from '../../engine/host/raw-esp.ts';
import { openUdp, type Udp } from '../../engine/host/udp.ts';
import {
  accept,
  type Event,
  impair,
  impairs,
  type LiveContext,
  type LiveInput,
  leaveRequest,
  type News,
  newsOf,
  type Plan,
  type Pump,
  type Round,
  rawPeers,
  resume,
  resumeRequest,
  startPump,
  troublesOfArrival,
  writeEntry,
} from '../../engine/index.ts';
import { LiveError, portError, rawError } from './live-error.ts';
import { makeInbox } from './live-inbox.ts';
import { beginLog, type LogFile, reopenLog } from './live-log.ts';
import { standRequest } from './live-plan.ts';

export interface LiveOptions {
  readonly plan: Plan;
  /** Configuration and secrets: index 0 of the log. */
  readonly given: readonly Event[];
  /** The `.ikelog` to write; one that is there is not replaced. */
  readonly log: string;
  /** Go on with the log, which is there, as if nothing had been between. */
  readonly resume: boolean;
  readonly news: (news: News) => void;
  /** Everything asked for stands, or will not come about. */
  readonly verdict: (failure: string | null) => void;
  /** Something that the wire did not take, and that is no error of ours. */
  readonly remark: (sentence: string) => void;
  /** For a debugger: all that each input led to. */
  readonly watch?: (round: Round) => void;
  /** The same, of a log that is resumed: what happened before. */
  readonly earlier?: (events: readonly Event[]) => void;
  /** Once, where the log takes nothing more: nothing is folded and nothing leaves any more, and the scope is to be closed. */
  readonly broke: (error: LiveError) => void;
}

export interface Live {
  /** `connect 198.51.100.1` and what else `decide` knows. */
  readonly request: (request: string) => void;
  /** What was asked for in an earlier run of the same log, and stands. */
  readonly standing: readonly string[];
}

const origin = { input: 0, number: 0 };

/** Datagrams that wait: first messages of peers, and all others. */
const mostFirst = 256;
const mostOthers = 4096;
const fewAtOnce = 8;

/** A batch that was folded, and whose datagrams may not leave yet. */
interface Left {
  readonly before: Pump;
  readonly after: Pump;
  readonly rounds: readonly Round[];
}

interface Begun {
  readonly file: LogFile;
  /** Nothing came of it: as if it had not been begun. */
  readonly discard: () => void;
  readonly pump: Pump;
  readonly standing: readonly string[];
  readonly earlier: readonly Event[];
}

/** Runs until the scope closes: then deletes go out for all that stands, and the log is closed. */
export const takePart = (options: LiveOptions): Effect.Effect<Live, LiveError, Scope.Scope> =>
  Effect.gen(function* () {
    const { plan } = options;
    const ctx = { crypto: nodeCrypto, replayWindow: 64, detail: false };
    const begun = yield* options.resume ? goneOn(ctx, options) : begin(ctx, options);
    let { pump } = begun;
    let happened = begun.earlier.length;
    options.earlier?.(begun.earlier);
    let timer: string | null = null;
    let udp: Udp | undefined;
    let raw: RawEsp | undefined;
    const leaving = new Set<Promise<void>>();
    const later = new Set<NodeJS.Timeout>();
    const sent = (refusal: Promise<string | null> | undefined, what: string): void => {
      const sending: Promise<void> | undefined = refusal?.then((why) => {
        if (why !== null) options.remark(`${what} was not sent: ${why}`);
      });
      if (sending) leaving.add(sending.finally(() => leaving.delete(sending)));
    };
    const leave = (datagram: Parameters<Udp['send']>[0]): void => sent(udp?.send(datagram), `a datagram to ${datagram.dst}`);
    const inbox = makeInbox(plan.natPort, mostFirst, mostOthers);
    const unsynced: Left[] = [];
    let syncing: Promise<void> | null = null;
    /** Over: no input is taken in. */
    let isOver = false;
    const broken = (error: LiveError): void => {
      isOver = true;
      isBroken = true;
      unsynced.length = 0;
      alarm.set(null);
      options.broke(error);
    };
    let isBroken = false;
    /** Tells once. */
    const kept = (error: LiveError | null): boolean => {
      if (error && !isBroken) broken(error);
      return error === null && !isBroken;
    };
    /** What was folded leaves when it is on disk; what is folded meanwhile goes there at one go, so that a flood waits for the disk once and not each. */
    const sync = async (): Promise<void> => {
      while (unsynced.length > 0) {
        const ready = unsynced.splice(0);
        if (!kept(await begun.file.sync())) break;
        for (const { before, after, rounds } of ready) {
          for (const send of rounds.flatMap((round) => round.sends)) {
            for (const { datagram, delay } of impair(send.troubles, send.datagram)) {
              if (delay === 0) leave(datagram);
              else later.add(setTimeout(() => leave(datagram), delay));
            }
          }
          for (const peer of rawPeers(before, after)) raw?.expect(peer);
          for (const frame of rounds.flatMap((round) => round.frames)) sent(raw?.send(frame), 'ESP');
        }
      }
      syncing = null;
    };
    const fold = (inputs: readonly LiveInput[]): void => {
      if (isOver) return;
      const before = pump;
      const rounds: Round[] = [];
      for (const input of inputs) {
        const round = accept(ctx, pump, input, drawEntropy);
        rounds.push(round);
        pump = round.pump;
      }
      const last = rounds.at(-1);
      if (!last) return;
      const events = rounds.flatMap((round) => round.happened);
      happened += events.length;
      if (!kept(begun.file.append(events.map(({ event }) => writeEntry({ entry: 'happened', event }))))) return;
      unsynced.push({ before, after: pump, rounds });
      syncing ??= sync();
      timer = last.deadline?.timer ?? null;
      alarm.set(last.deadline?.at ?? null);
      let at = before;
      for (const round of rounds) {
        for (const news of newsOf(at, round)) options.news(news);
        if (round.verdict) options.verdict(round.verdict.do === 'Failed' ? round.verdict.why : null);
        options.watch?.(round);
        at = round.pump;
      }
    };
    /** A few, then the sockets are read again: more is read than folded, so that what is too much waits here, where it can be told apart. */
    const work = (): void => {
      if (isOver) return;
      fold(inbox.take(fewAtOnce).map((datagram) => ({ kind: 'DatagramSeen', at: now(), origin, via: 'received', datagram })));
      isWorking = !inbox.isEmpty();
      if (isWorking) setImmediate(work);
    };
    let isWorking = false;
    const soon = (datagram: Parameters<typeof inbox.put>[0]): void => {
      inbox.put(datagram);
      if (!isWorking) setImmediate(work);
      isWorking = true;
    };
    let arrived = 0;
    const arrive = (datagram: Parameters<typeof inbox.put>[0]): void => {
      arrived += 1;
      const arrivals =
        datagram.form === 'udp' && plan.impairments && impairs(pump.taking)
          ? impair(troublesOfArrival(plan.impairments, arrived), datagram)
          : [{ datagram, delay: 0 }];
      for (const arrival of arrivals) {
        if (arrival.delay === 0) soon(arrival.datagram);
        else later.add(setTimeout(() => soon(arrival.datagram), arrival.delay));
      }
    };
    const atOnce = (input: LiveInput): void => fold([input]);
    const alarm = makeAlarm(() => {
      if (timer !== null) atOnce({ kind: 'TimerFired', at: now(), origin, timer });
    });
    const request = (text: string): void => atOnce({ kind: 'OperatorRequested', at: now(), origin, request: text });
    const orDiscard = <A>(had: Effect.Effect<A, LiveError, Scope.Scope>) => Effect.tapError(had, () => Effect.sync(begun.discard));
    udp = yield* Effect.acquireRelease(
      Effect.tryPromise({
        try: () => openUdp(plan.local, [plan.port, plan.natPort], arrive, options.remark),
        catch: (fault) => portError(plan, fault),
      }),
      (socket) => Effect.sync(() => socket.close()),
    ).pipe(orDiscard);
    if (plan.rawEsp) {
      raw = yield* Effect.acquireRelease(
        Effect.tryPromise({ try: () => openRawEsp(plan.local, soon, options.remark), catch: rawError }),
        (helpers) => Effect.sync(() => helpers.close()),
      ).pipe(orDiscard);
    }
    yield* Effect.addFinalizer(() =>
      Effect.promise(async () => {
        request(leaveRequest);
        isOver = true;
        alarm.set(null);
        while (syncing) await syncing;
        for (const timeout of later) clearTimeout(timeout);
        await Promise.all(leaving);
        // A log that breaks off has no end, and can be gone on with.
        if (!isBroken && kept(begun.file.append([writeEntry({ entry: 'end', given: options.given.length, happened })]))) {
          kept(await begun.file.sync());
        }
        if (inbox.lost() > 0) options.remark(`${inbox.lost()} datagrams were not looked at: more came than could be`);
      }),
    );
    request(options.resume ? resumeRequest : standRequest(plan));
    if (isBroken) begun.discard();
    return { request, standing: begun.standing };
  });

const begin = (ctx: LiveContext, { plan, given, log }: LiveOptions): Effect.Effect<Begun, LiveError, Scope.Scope> =>
  Effect.map(beginLog(log, given, `taking part at ${plan.local}`), (file) => ({
    file,
    discard: file.discard,
    pump: startPump(ctx, plan, given),
    standing: [],
    earlier: [],
  }));

/** The log is driven again, which shows whether this engine is the one that wrote it; then it goes on from there. */
const goneOn = (ctx: LiveContext, { plan, given, log: name }: LiveOptions): Effect.Effect<Begun, LiveError, Scope.Scope> =>
  Effect.gen(function* () {
    const { log, file } = yield* reopenLog(name);
    const [stood] = log.happened;
    if (!isSame(log.given, given) || stood?.kind !== 'OperatorRequested' || stood.request !== standRequest(plan)) {
      return yield* new LiveError({
        reason: 'log',
        message: `${name} was begun with another configuration, another secret or at another address.`,
        cure: 'Give the same ones, or begin another log, without --resume.',
      });
    }
    const resumed = resume(ctx, plan, log);
    if (!('pump' in resumed)) {
      return yield* new LiveError({
        reason: 'log',
        message: `${name} is not what this engine would have written: event ${resumed.event}: ${resumed.what}.`,
        cure: 'Begin another log, without --resume.',
      });
    }
    const { pump, kept } = resumed;
    const earlier = log.happened.slice(0, kept);
    const requests = earlier.flatMap((e) => (e.kind === 'OperatorRequested' ? [e.request] : []));
    return { file: file(kept), discard: () => undefined, pump, standing: requests.slice(requests.lastIndexOf(leaveRequest) + 1), earlier };
  });

/** Octet for octet, secrets too. */
const isSame = (one: readonly Event[], other: readonly Event[]): boolean =>
  one.length === other.length &&
  one.every((event, i) => {
    const its = other[i];
    return its !== undefined && Buffer.from(entryOf(event)).equals(entryOf(its));
  });

const entryOf = (event: Event): Uint8Array => writeEntry({ entry: 'given', event });
