/** The log of a live run on disk: begun, or gone on with where an earlier run ended or broke off. What is to be acted upon is synced first. */
import { closeSync, fdatasync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { Effect, type Scope } from 'effect';
import { type Event, fileHeader, type Log, readLog, writeEntry } from '../../engine/index.ts';
import { LiveError } from './live-error.ts';

export interface LogFile {
  readonly append: (records: readonly Uint8Array[]) => void;
  /** Resolves when all that was appended before is on disk. */
  readonly sync: () => Promise<void>;
}

/** Readable for its owner only: it holds secrets. */
const ownersOnly = 0o600;

const appended = (fd: number, records: readonly Uint8Array[]): void => {
  const all = records.length === 1 && records[0] ? records[0] : Buffer.concat(records);
  for (let at = 0; at < all.length; ) at += writeSync(fd, all, at);
};

const synced = (fd: number): Promise<void> =>
  new Promise((resolve, reject) => fdatasync(fd, (fault) => (fault ? reject(fault) : resolve())));

/** One that is there is not replaced. */
export const beginLog = (name: string, given: readonly Event[], detail: string): Effect.Effect<LogFile, LiveError, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.try({
        try: () => {
          const fd = openSync(name, 'wx', ownersOnly);
          const input = { name: 'live', kind: 'live', detail } as const;
          appended(fd, [
            fileHeader(),
            writeEntry({ entry: 'input', input }),
            ...given.map((event) => writeEntry({ entry: 'given', event })),
          ]);
          return fd;
        },
        catch: (fault) => logError(name, fault),
      }),
      (fd) => Effect.sync(() => closeSync(fd)),
    ),
    (fd) => ({ append: (records) => appended(fd, records), sync: () => synced(fd) }),
  );

export interface Earlier {
  readonly log: Log;
  /** The file, cut after so many events: at the first thing that is appended, and not before. */
  readonly file: (kept: number) => LogFile;
}

/** A whole log, or one that was cut at its end, as a crash leaves it. */
export const reopenLog = (name: string): Effect.Effect<Earlier, LiveError, Scope.Scope> =>
  Effect.gen(function* () {
    const octets = yield* Effect.try({ try: () => new Uint8Array(readFileSync(name)), catch: (fault) => logError(name, fault) });
    const read = readLog(octets);
    if (!read.ok) return yield* refused(`${name}: ${read.message}`);
    const { log, damage, good } = read;
    if (damage && !crashed.has(damage.code)) return yield* refused(`${name} is damaged at offset ${damage.offset}: ${damage.message}`);
    const fd = yield* Effect.acquireRelease(
      Effect.try({ try: () => openSync(name, 'a'), catch: (fault) => logError(name, fault) }),
      (open) => Effect.sync(() => closeSync(open)),
    );
    const end = damage ? 0 : writeEntry({ entry: 'end', given: log.given.length, happened: log.happened.length }).length;
    const file = (kept: number): LogFile => {
      const unfinished = log.happened.slice(kept).reduce((sum, event) => sum + writeEntry({ entry: 'happened', event }).length, 0);
      let isCut = false;
      return {
        append: (records) => {
          if (!isCut) ftruncateSync(fd, good - end - unfinished);
          isCut = true;
          appended(fd, records);
        },
        sync: () => synced(fd),
      };
    };
    return { log, file };
  });

const crashed: ReadonlySet<string> = new Set(['no-end-record', 'truncated-record']);

const refused = (message: string): Effect.Effect<never, LiveError> =>
  Effect.fail(new LiveError({ reason: 'log', message, cure: 'Begin another log, without --resume.' }));

const codeOf = (fault: unknown): string => (fault instanceof Error && 'code' in fault ? String(fault.code) : '');

const logError = (log: string, fault: unknown): LiveError => {
  switch (codeOf(fault)) {
    case 'EEXIST':
      return new LiveError({
        reason: 'log',
        message: `${log} is there already.`,
        cure: 'Name another file with --log, or go on with it: --resume.',
      });
    case 'ENOENT':
      return new LiveError({
        reason: 'log',
        message: `${log} is not there.`,
        cure: 'Begin it: without --resume, in a folder that is there.',
      });
    default:
      return new LiveError({
        reason: 'log',
        message: `${log} cannot be written (${codeOf(fault)}).`,
        cure: 'Check the folder and its rights.',
      });
  }
};
