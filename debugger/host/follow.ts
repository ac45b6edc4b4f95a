/** Octets of a file that is still growing, or of a pipe, as they come. */
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Stream } from 'effect';
import { LoadError } from './load-error.ts';

/** Milliseconds between two looks at a file that did not grow. */
const pause = 200;
const mostAtOnce = 1 << 20;

/** What the file holds and whatever is added to it, without an end. Errors: it cannot be read, or it became shorter. */
export const growingFile = (path: string): Stream.Stream<Uint8Array, LoadError> =>
  Stream.fromAsyncIterable(piecesOf(path), (fault) => (fault instanceof LoadError ? fault : unreadable(path, fault)));

async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    let at = 0;
    for (;;) {
      const piece = await pieceAt(file, at);
      if (piece.length > 0) yield piece;
      else if (await isShorter(file, at)) throw cutShort(path);
      else await sleep(pause);
      at += piece.length;
    }
  } finally {
    await file.close();
  }
}

const pieceAt = async (file: FileHandle, at: number): Promise<Uint8Array> => {
  const buffer = new Uint8Array(mostAtOnce);
  const { bytesRead } = await file.read(buffer, 0, mostAtOnce, at);
  return buffer.slice(0, bytesRead);
};

const isShorter = async (file: FileHandle, at: number): Promise<boolean> => {
  const info = await file.stat();
  return info.isFile() && info.size < at;
};

const cutShort = (path: string): LoadError =>
  new LoadError({
    reason: 'not-readable',
    file: path,
    title: `${path} became shorter`,
    message: 'What was read from it is not there any more.',
    cure: 'Follow the file that took its place.',
  });

const unreadable = (path: string, fault: unknown): LoadError => {
  const code = fault instanceof Error && 'code' in fault ? fault.code : '';
  return new LoadError({
    reason: code === 'ENOENT' ? 'not-found' : 'not-readable',
    file: path,
    title: code === 'ENOENT' ? `${path} was not found` : `${path} cannot be read`,
    message: code === 'EISDIR' ? 'It is a folder.' : 'It cannot be followed.',
    cure: 'Check the name and the rights of the file.',
  });
};
