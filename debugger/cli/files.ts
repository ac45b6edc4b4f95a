/** Files that the command writes: whole or not at all. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Effect } from 'effect';
import { Unreadable, WrongUsage } from './failure.ts';

/** Read and write for the owner alone: what holds secrets. */
const ownersOnly = 0o600;
const everybodys = 0o666;

/**
 * Writes beside the target under another name and renames, so that nobody ever sees half a file; after a failure or an interruption
 * nothing is left behind. Replaces what was there. `secret`: readable for its owner only.
 */
export const writeWhole = (path: string, chunks: Iterable<Uint8Array>, secret: boolean): Effect.Effect<void, Unreadable> => {
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}`);
  const write = Effect.tryPromise({
    try: async () => {
      const file = await open(beside, 'wx', secret ? ownersOnly : everybodys);
      try {
        for (const chunk of chunks) await file.writeFile(chunk);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
    },
    catch: (fault) => new Unreadable({ message: `${path} cannot be written: ${reasonOf(fault)}` }),
  });
  return write.pipe(Effect.ensuring(Effect.promise(() => rm(beside, { force: true }))));
};

/** Writes files into a folder that is made where needed. Without `force` nothing that is there is replaced, and nothing is written then. */
export const writeInto = (
  folder: string,
  files: ReadonlyMap<string, string>,
  force: boolean,
): Effect.Effect<readonly string[], Unreadable | WrongUsage> =>
  Effect.gen(function* () {
    const paths = [...files.keys()].map((name) => join(folder, name));
    const there = yield* attempt(folder, async () => {
      await mkdir(folder, { recursive: true });
      return Promise.all(paths.map(exists));
    });
    const taken = paths.filter((_path, i) => there[i]);
    if (taken.length > 0 && !force) {
      return yield* new WrongUsage({ message: `${taken.join(', ')}: there already; give --force to replace` });
    }
    const encoder = new TextEncoder();
    for (const [i, text] of [...files.values()].entries()) yield* writeWhole(paths[i] ?? '', [encoder.encode(text)], true);
    return paths;
  });

/** Whether two names mean one file, through links too. A file that is not there yet is its own. */
export const isSameFile = (a: string, b: string): Effect.Effect<boolean> => Effect.promise(async () => (await real(a)) === (await real(b)));

const real = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));

const exists = (path: string): Promise<boolean> =>
  realpath(path).then(
    () => true,
    () => false,
  );

const attempt = <A>(path: string, work: () => Promise<A>): Effect.Effect<A, Unreadable> =>
  Effect.tryPromise({ try: work, catch: (fault) => new Unreadable({ message: `${path} cannot be written: ${reasonOf(fault)}` }) });

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  EACCES: 'the rights of its folder do not permit it',
  EPERM: 'the rights of its folder do not permit it',
  EISDIR: 'it is a folder',
  EEXIST: 'it is a file, not a folder',
  ENOTDIR: 'a part of its path is not a folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
};

const reasonOf = (fault: unknown): string => {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : '';
  return reasons[code] ?? (code || 'the system reported a fault');
};
