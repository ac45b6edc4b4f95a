/** Files read whole, with errors that say what is so and what to do. Paths come from people (arguments, dialogs), never from the window. */

import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import * as NodeStream from '@effect/platform-node/NodeStream';
import { Effect, FileSystem, Stream } from 'effect';
import type { PlatformError } from 'effect/PlatformError';
import type { GivenFile } from '../protocol/protocol.ts';
import { LoadError } from './load-error.ts';

/** Octets of one file at most: beyond it Node has no single array. */
const largestFile = 2 ** 31 - 1;

/**
 * Reads a file, a pipe, or with `-` standard input. `name` of the answer is the file's own name without its folder.
 * Errors: not found, a directory, not readable, larger than `most`.
 */
export const readGiven = (path: string, most: number = largestFile): Effect.Effect<GivenFile, LoadError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    if (path === '-') return { name: 'standard input', bytes: yield* gather(standardInput, most, path) };
    const fs = yield* FileSystem.FileSystem;
    const info = yield* fs.stat(path);
    if (info.type === 'Directory') {
      return yield* new LoadError({
        reason: 'is-a-directory',
        file: path,
        title: `${path} is a folder`,
        message: 'A folder was named where a file is wanted.',
        cure: 'Name the files in it, for example with a pattern.',
      });
    }
    if (Number(info.size) > most) return yield* tooLarge(path, most);
    // Only a regular file says its size beforehand; a pipe or a device is read until it ends or grows too large.
    const bytes = info.type === 'File' && Number(info.size) > 0 ? yield* fs.readFile(path) : yield* gather(piped(path), most, path);
    return { name: basename(path), bytes: plain(bytes) };
  }).pipe(Effect.catchTag('PlatformError', (error) => unreadable(path, error)));

const streamed = (path: string, open: () => NodeJS.ReadableStream): Stream.Stream<Uint8Array, LoadError> =>
  NodeStream.fromReadable({ evaluate: open, onError: () => faulty(path) });

const standardInput = streamed('standard input', () => process.stdin);

// The FileSystem's own stream reads at offsets, which a pipe does not have.
const piped = (path: string): Stream.Stream<Uint8Array, LoadError> => streamed(path, () => createReadStream(path));

const gather = (stream: Stream.Stream<Uint8Array, LoadError>, most: number, path: string): Effect.Effect<Uint8Array, LoadError> =>
  Effect.gen(function* () {
    const chunks: Uint8Array[] = [];
    let length = 0;
    yield* Stream.runForEach(stream, (chunk) => {
      length += chunk.length;
      if (length > most) return tooLarge(path, most);
      chunks.push(chunk);
      return Effect.void;
    });
    return plain(Buffer.concat(chunks, length));
  });

const plain = (b: Uint8Array): Uint8Array => new Uint8Array(b.buffer, b.byteOffset, b.byteLength);

const tooLarge = (path: string, most: number): LoadError =>
  new LoadError({
    reason: 'too-large',
    file: path,
    title: `${path} is too large`,
    message: `It has more than ${most} octets.`,
    cure: 'Cut it, for example with editcap, and open the parts.',
  });

const unreadable = (path: string, { reason }: PlatformError): LoadError => {
  if (reason._tag === 'NotFound') {
    return new LoadError({
      reason: 'not-found',
      file: path,
      title: `${path} was not found`,
      message: 'There is no file of that name.',
      cure: 'Check the name and the folder.',
    });
  }
  if (reason._tag !== 'PermissionDenied') return faulty(path);
  return new LoadError({
    reason: 'not-readable',
    file: path,
    title: `${path} cannot be read`,
    message: 'The rights of the file do not permit it.',
    cure: 'Change the rights of the file, or open a copy.',
  });
};

const faulty = (path: string): LoadError =>
  new LoadError({
    reason: 'not-readable',
    file: path,
    title: `${path} cannot be read`,
    message: 'The system reported a fault while reading it.',
    cure: 'Open a copy of it from another disk.',
  });
