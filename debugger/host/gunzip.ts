/** Gzip (RFC 1952) undone with bounds: what was cut is read as far as it goes, and a small file cannot fill the memory. */

import { createGunzip } from 'node:zlib';
import { Effect } from 'effect';

export interface Unzipped {
  readonly bytes: Uint8Array;
  /** Why reading stopped before the end; `null` where all of it was read. */
  readonly stopped: { readonly code: 'gzip-cut' | 'gzip-broken' | 'gzip-expansion'; readonly message: string } | null;
}

interface Bounds {
  /** Octets that may come out at most, whatever went in. */
  readonly most: number;
  /** Octets that may come out for each that went in, once more than `free` came out. Captures of real traffic stay below 100. */
  readonly ratio: number;
  readonly free: number;
}

const gibi = 2 ** 30;
const usualBounds: Bounds = { most: 2 * gibi, ratio: 250, free: 2 ** 26 };

/** Never fails: what could be read is returned with the reason why it ended. Interrupting frees the decompressor. */
export const gunzip = (zipped: Uint8Array, bounds: Bounds = usualBounds): Effect.Effect<Unzipped> =>
  Effect.callback<Unzipped>((resume) => {
    const stream = createGunzip({ chunkSize: 2 ** 18 });
    const chunks: Uint8Array[] = [];
    let length = 0;
    const allowed = Math.min(bounds.most, Math.max(bounds.free, zipped.length * bounds.ratio));
    const done = (stopped: Unzipped['stopped']): void => {
      stream.removeAllListeners();
      // A decompressor that was stopped half-way may still report: nobody is listening for that any more.
      stream.on('error', () => undefined);
      stream.destroy();
      resume(Effect.succeed({ bytes: joined(chunks, length), stopped }));
    };
    stream.on('data', (chunk: Uint8Array) => {
      const kept = length + chunk.length > allowed ? chunk.subarray(0, allowed - length) : chunk;
      chunks.push(kept);
      length += kept.length;
      if (kept !== chunk) {
        done({ code: 'gzip-expansion', message: `The gzip data holds more than ${allowed} octets; what follows was not read.` });
      }
    });
    stream.on('end', () => done(null));
    stream.on('error', (error: NodeJS.ErrnoException) =>
      done(
        error.code === 'Z_BUF_ERROR'
          ? { code: 'gzip-cut', message: `The gzip data ends too early: ${length} octets came out before that.` }
          : { code: 'gzip-broken', message: `The gzip data is broken after ${length} octets of its content.` },
      ),
    );
    stream.end(zipped);
    return Effect.sync(() => stream.destroy());
  });

const joined = (chunks: readonly Uint8Array[], length: number): Uint8Array => {
  const out = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
};
