/** A folder of traces: each capture, log or text in it is one, with the key files that lie beside it. */
import { basename, join } from 'node:path';
import { Effect, FileSystem } from 'effect';
import { recognise } from '../../engine/index.ts';
import { readGiven } from '../host/files.ts';
import { Unreadable } from './failure.ts';

export interface TraceFiles {
  /** Relative to the folder: `site-a/capture.pcap`. */
  readonly name: string;
  readonly inputs: readonly string[];
  readonly keys: readonly string[];
  /** Text, which may be a device's log or just a text: where it is not understood, it was none. */
  readonly perhaps: boolean;
}

/** Folders inside folders inside folders: beyond this depth nobody keeps traces. */
const deepest = 6;

export const isFolder = (path: string): Effect.Effect<boolean, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    if (path === '-') return false;
    const fs = yield* FileSystem.FileSystem;
    const info = yield* Effect.option(fs.stat(path));
    return info._tag === 'Some' && info.value.type === 'Directory';
  });

/** All traces below a folder, by name. Files that are none of ours are passed over. */
export const tracesIn = (folder: string): Effect.Effect<readonly TraceFiles[], Unreadable, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const found = yield* below(folder, '', 0);
    if (found.length === 0) return yield* new Unreadable({ message: `${folder}: there is no capture, event log or device log in it` });
    return found;
  });

const below = (folder: string, prefix: string, depth: number): Effect.Effect<readonly TraceFiles[], Unreadable, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem;
    const names = yield* fs.readDirectory(folder).pipe(Effect.mapError(() => new Unreadable({ message: `${folder} cannot be listed` })));
    const traces: string[] = [];
    const keys: string[] = [];
    const texts: string[] = [];
    const out: TraceFiles[] = [];
    for (const name of names.toSorted()) {
      const path = join(folder, name);
      if (yield* isFolder(path)) {
        if (depth < deepest && !name.startsWith('.')) out.push(...(yield* below(path, `${prefix}${name}/`, depth + 1)));
        continue;
      }
      const kind = yield* kindOf(path);
      if (kind === 'trace') traces.push(path);
      else if (kind === 'keys') keys.push(path);
      else if (kind === 'text') texts.push(path);
    }
    const traceOf = (path: string, perhaps: boolean): TraceFiles => ({
      name: `${prefix}${basename(path)}`,
      inputs: [path],
      keys: keysFor(path, keys),
      perhaps,
    });
    // Beside captures lie the logs of the daemons that made them: those tell of the same once more.
    const logs = traces.length > 0 ? [] : texts;
    return [...traces.map((path) => traceOf(path, false)), ...logs.map((path) => traceOf(path, true)), ...out];
  });

/** `x.keys.json` belongs to `x.pcap` alone; other key files to all that is beside them. */
const keysFor = (trace: string, keys: readonly string[]): readonly string[] => {
  const stem = basename(trace).replace(/\.[^.]+(\.gz)?$/, '');
  const named = keys.filter((k) => basename(k).startsWith(`${stem}.`));
  if (named.length > 0) return named;
  const whole = keys.filter((k) => basename(k) === 'keys.json');
  return whole.length > 0 ? whole : keys.filter((k) => !/\.keys\.json$/.test(k));
};

/** By content; of text only what is called a log or a text, since folders hold read-mes and configurations too. */
const kindOf = (path: string): Effect.Effect<'trace' | 'keys' | 'text' | 'other', never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const file = yield* Effect.option(readGiven(path));
    if (file._tag === 'None') return 'other';
    switch (recognise(file.value.bytes)) {
      case 'pcap':
      case 'pcapng':
      case 'ikelog':
        return 'trace';
      case 'gzip':
        return /\.(pcap|pcapng|cap)\.gz$/.test(path) ? 'trace' : 'other';
      case 'keys-json':
      case 'wireshark-keys':
        return 'keys';
      case 'text':
        return /\.(log|txt)$/i.test(path) ? 'text' : 'other';
      default:
        return 'other';
    }
  });
