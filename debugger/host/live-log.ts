/** The log of a live run on disk: begun, or gone on with where an earlier run ended or broke off. What is to be acted upon is synced first. */
import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { Effect, type Scope } from 'effect';
import { type Event, fileHeader, type Log, readLog, writeEntry } from '../../engine/index.ts';
import { goneError, keepError, LiveError, openError } from './live-error.ts';

/** What cannot be kept is told as a value: whoever would act upon it has to ask. */
export interface LogFile {
  readonly append: (records: readonly Uint8Array[]) => LiveError | null;
  /** Resolves when all that was appended before is on disk. */
  readonly sync: () => Promise<LiveError | null>;
}

export interface BegunLog extends LogFile {
  /** Nothing came of it: the file goes. */
  readonly discard: () => void;
}

/** Readable for its owner only: it holds secrets. */
const ownersOnly = 0o600;

const appended = (fd: number, records: readonly Uint8Array[]): void => {
  const all = records.length === 1 && records[0] ? records[0] : Buffer.concat(records);
  for (let at = 0; at < all.length; ) at += writeSync(fd, all, at);
};

/** `first`: ahead of what is appended. */
const logFile = (name: string, fd: number, first: () => void = () => undefined): LogFile => ({
  append: (records) => {
    try {
      first();
      appended(fd, records);
      return null;
    } catch (fault) {
      return keepError(name, fault);
    }
  },
  sync: () =>
    new Promise((resolve) =>
      fdatasync(fd, (fault) =>
        // A file that has no name any more takes everything, and keeps it for nobody.
        resolve(fault ? keepError(name, fault) : fstatSync(fd).nlink === 0 ? goneError(name) : null),
      ),
    ),
});

const opened = (name: string, flags: 'wx' | 'a'): Effect.Effect<number, LiveError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.try({ try: () => openSync(name, flags, ownersOnly), catch: (fault) => openError(name, flags === 'a', fault) }),
    (fd) => Effect.sync(() => closeSync(fd)),
  );

/** One that is there is not replaced. */
export const beginLog = (name: string, given: readonly Event[], detail: string): Effect.Effect<BegunLog, LiveError, Scope.Scope> =>
  Effect.gen(function* () {
    const fd = yield* opened(name, 'wx');
    const discard = (): void => rmSync(name, { force: true });
    const file = logFile(name, fd);
    const input = { name: 'live', kind: 'live', detail } as const;
    const fault = file.append([
      fileHeader(),
      writeEntry({ entry: 'input', input }),
      ...given.map((event) => writeEntry({ entry: 'given', event })),
    ]);
    if (fault) {
      discard();
      return yield* fault;
    }
    return { ...file, discard };
  });

export interface Earlier {
  readonly log: Log;
  /** The file, cut after so many events: at the first thing that is appended, and not before. */
  readonly file: (kept: number) => LogFile;
}

/** A whole log, or one that was cut at its end, as a crash leaves it. */
export const reopenLog = (name: string): Effect.Effect<Earlier, LiveError, Scope.Scope> =>
  Effect.gen(function* () {
    const octets = yield* Effect.try({ try: () => new Uint8Array(readFileSync(name)), catch: (fault) => openError(name, true, fault) });
    const read = readLog(octets);
    if (!read.ok) return yield* refused(`${name}: ${read.message}`);
    const { log, damage, good } = read;
    if (damage && !crashed.has(damage.code)) return yield* refused(`${name} is damaged at offset ${damage.offset}: ${damage.message}`);
    const fd = yield* opened(name, 'a');
    const end = damage ? 0 : writeEntry({ entry: 'end', given: log.given.length, happened: log.happened.length }).length;
    const file = (kept: number): LogFile => {
      const unfinished = log.happened.slice(kept).reduce((sum, event) => sum + writeEntry({ entry: 'happened', event }).length, 0);
      let isCut = false;
      return logFile(name, fd, () => {
        if (!isCut) ftruncateSync(fd, good - end - unfinished);
        isCut = true;
      });
    };
    return { log, file };
  });

const crashed: ReadonlySet<string> = new Set(['no-end-record', 'truncated-record']);

const refused = (message: string): Effect.Effect<never, LiveError> =>
  Effect.fail(new LiveError({ reason: 'log', message, cure: 'Begin another log, without --resume.' }));
