/** An engine that takes part: sockets, alarm and chance on one side, a log on disk on the other. What is sent was on disk before. */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { Effect, type Scope } from 'effect';
import { makeAlarm, now } from '../../engine/host/clock.ts';
import { drawEntropy } from '../../engine/host/entropy.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { openUdp, type Udp } from '../../engine/host/udp.ts';
import {
  accept,
  type Event,
  fileHeader,
  type LiveInput,
  leaveRequest,
  type News,
  newsOf,
  type Plan,
  startPump,
  writeEntry,
} from '../../engine/index.ts';
import { LiveError } from './live-error.ts';
import { standRequest } from './live-plan.ts';

export interface LiveOptions {
  readonly plan: Plan;
  /** Configuration and secrets: index 0 of the log. */
  readonly given: readonly Event[];
  /** The `.ikelog` to write; one that is there is not replaced. */
  readonly log: string;
  readonly news: (news: News) => void;
  /** Everything asked for stands, or will not come about. */
  readonly verdict: (failure: string | null) => void;
  /** Something that the wire did not take, and that is no error of ours. */
  readonly remark: (sentence: string) => void;
}

export interface Live {
  /** `connect 198.51.100.1` and what else `decide` knows. */
  readonly request: (request: string) => void;
}

const origin = { input: 0, number: 0 };

/** Runs until the scope closes: then deletes go out for all that stands, and the log is closed. */
export const takePart = (options: LiveOptions): Effect.Effect<Live, LiveError, Scope.Scope> =>
  Effect.gen(function* () {
    const { plan } = options;
    const file = yield* openLog(options);
    const ctx = { crypto: nodeCrypto, replayWindow: 64, detail: false };
    let pump = startPump(ctx, plan, options.given);
    let udp: Udp | undefined;
    let happened = 0;
    const leaving = new Set<Promise<void>>();
    const take = (input: LiveInput): void => {
      const before = pump;
      const round = accept(ctx, pump, input, drawEntropy);
      pump = round.pump;
      happened += round.happened.length;
      file.append(round.happened.map(({ event }) => writeEntry({ entry: 'happened', event })));
      for (const { datagram } of round.sends) {
        const sending: Promise<void> | undefined = udp?.send(datagram).then((refused) => {
          if (refused !== null) options.remark(`a datagram to ${datagram.dst} was not sent: ${refused}`);
        });
        if (sending) leaving.add(sending.finally(() => leaving.delete(sending)));
      }
      alarm.set(round.deadline?.at ?? null);
      deadline = round.deadline?.timer ?? null;
      for (const news of newsOf(before, round)) options.news(news);
      if (round.verdict) options.verdict(round.verdict.do === 'Failed' ? round.verdict.why : null);
    };
    let deadline: string | null = null;
    const alarm = makeAlarm(() => {
      if (deadline !== null) take({ kind: 'TimerFired', at: now(), origin, timer: deadline });
    });
    const request = (text: string): void => take({ kind: 'OperatorRequested', at: now(), origin, request: text });
    udp = yield* Effect.acquireRelease(
      Effect.tryPromise({
        try: () =>
          openUdp(
            plan.local,
            [plan.port, plan.natPort],
            (datagram) => take({ kind: 'DatagramSeen', at: now(), origin, via: 'received', datagram }),
            options.remark,
          ),
        catch: (fault) => portError(plan, fault),
      }),
      (socket) => Effect.sync(() => socket.close()),
    );
    yield* Effect.addFinalizer(() =>
      Effect.promise(async () => {
        request(leaveRequest);
        await Promise.all(leaving);
        alarm.set(null);
        file.append([writeEntry({ entry: 'end', given: options.given.length, happened })]);
      }),
    );
    request(standRequest(plan));
    return { request };
  });

interface LogFile {
  /** Returns when the octets are on disk. */
  readonly append: (records: readonly Uint8Array[]) => void;
}

/** Readable for its owner only: it holds secrets. */
const ownersOnly = 0o600;

const openLog = ({ log, given, plan }: LiveOptions): Effect.Effect<LogFile, LiveError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        const fd = openSync(log, 'wx', ownersOnly);
        const append = (records: readonly Uint8Array[]): void => {
          for (const record of records) for (let at = 0; at < record.length; ) at += writeSync(fd, record, at);
          fdatasyncSync(fd);
        };
        const input = { name: 'live', kind: 'live', detail: `taking part at ${plan.local}` } as const;
        append([fileHeader(), writeEntry({ entry: 'input', input }), ...given.map((event) => writeEntry({ entry: 'given', event }))]);
        return { fd, append };
      },
      catch: (fault) => logError(log, fault),
    }),
    ({ fd }) => Effect.sync(() => closeSync(fd)),
  );

const codeOf = (fault: unknown): string => (fault instanceof Error && 'code' in fault ? String(fault.code) : '');

const logError = (log: string, fault: unknown): LiveError =>
  codeOf(fault) === 'EEXIST'
    ? new LiveError({ reason: 'log', message: `${log} is there already.`, cure: 'Name another file with --log.' })
    : new LiveError({ reason: 'log', message: `${log} cannot be written (${codeOf(fault)}).`, cure: 'Check the folder and its rights.' });

const portError = ({ local, port, natPort }: Plan, fault: unknown): LiveError => {
  const ports = `ports ${port} and ${natPort} of ${local}`;
  switch (codeOf(fault)) {
    case 'EACCES':
    case 'EPERM':
      return new LiveError({
        reason: 'port',
        message: `There is no right to bind ${ports}.`,
        cure: 'Run as root or with CAP_NET_BIND_SERVICE, or choose ports above 1023 with --port and --nat-port.',
      });
    case 'EADDRINUSE':
      return new LiveError({
        reason: 'port',
        message: `One of the ${ports} is taken.`,
        cure: 'End the other IKE daemon, or choose others.',
      });
    case 'EADDRNOTAVAIL':
      return new LiveError({ reason: 'port', message: `${local} is no address of this machine.`, cure: 'Name one with --local.' });
    default:
      return new LiveError({ reason: 'port', message: `The ${ports} cannot be bound (${codeOf(fault)}).`, cure: 'Name others.' });
  }
};
