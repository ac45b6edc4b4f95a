/** The traces that ship with the program: a folder each, told apart by its name, described by the first lines of its `about.md`. */

import { basename, dirname, join, resolve } from 'node:path';
import { Effect, FileSystem } from 'effect';
import { readPcap, readPcapng, recognise } from '../../engine/index.ts';
import type { BundledTrace, GivenFile } from '../protocol/protocol.ts';

/** Sorted by name. A folder that is not a whole trace is left out, and so is everything if there is no such folder. */
export const bundledTraces = (folder: string): Effect.Effect<readonly BundledTrace[], never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem;
    const names = yield* fs.readDirectory(folder);
    const traces = yield* Effect.forEach([...names].sort().filter(isId), (id) => Effect.option(describe(folder, id)), { concurrency: 8 });
    return traces.flatMap((t) => (t._tag === 'Some' ? [t.value] : []));
  }).pipe(Effect.orElseSucceed(() => []));

/** The capture of a trace and its keys; `undefined` where there is no such trace. */
export const bundledFiles = (folder: string, id: string): Effect.Effect<readonly GivenFile[] | undefined, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    if (!isId(id)) return undefined;
    const fs = yield* FileSystem.FileSystem;
    const read = (name: string) => Effect.map(fs.readFile(join(folder, id, name)), (bytes): GivenFile => ({ name, bytes: plain(bytes) }));
    const capture = yield* read('capture.pcap');
    const keys = yield* Effect.option(read('keys.json'));
    return [{ ...capture, name: `${id}.pcap` }, ...(keys._tag === 'Some' ? [keys.value] : [])];
  }).pipe(Effect.orElseSucceed(() => undefined));

/** A bundled capture is called by its trace: all of them have one file name. `undefined` for any other file. */
export const bundledName = (folder: string, path: string): string | undefined => {
  const trace = dirname(resolve(path));
  const isOne = dirname(trace) === resolve(folder) && isId(basename(trace)) && basename(path) === 'capture.pcap';
  return isOne ? `${basename(trace)}.pcap` : undefined;
};

const describe = (folder: string, id: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem;
    const about = yield* fs.readFileString(join(folder, id, 'about.md'));
    const lines = about.split('\n').map((line) => line.trim());
    const title = lines.find((line) => line.startsWith('# '))?.slice(2) ?? id;
    const detail = lines.find((line) => line !== '' && !line.startsWith('#')) ?? '';
    return { id, title, detail, packets: countPackets(yield* fs.readFile(join(folder, id, 'capture.pcap'))) } satisfies BundledTrace;
  });

const countPackets = (bytes: Uint8Array): number => {
  const reader = recognise(bytes) === 'pcapng' ? readPcapng : readPcap;
  const progress = reader(bytes, 'capture', 0);
  let step = progress.next();
  while (!step.done) step = progress.next();
  return step.value.events.length;
};

// A name is a folder beside the others, never a way out of them.
const isId = (name: string): boolean => /^[a-z0-9][a-z0-9-]*$/.test(name);

const plain = (b: Uint8Array): Uint8Array => new Uint8Array(b.buffer, b.byteOffset, b.byteLength);
