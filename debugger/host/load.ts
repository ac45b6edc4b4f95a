/** From files to readings that can be merged into one event log: each recognised by its content, and read in slices. */
import { Effect } from 'effect';
import {
  assumedYear,
  type Damage,
  type InputKind,
  type Log,
  type Reading,
  readKeys,
  readLog,
  readPcap,
  readPcapng,
  readText,
  recognise,
  recogniseText,
  type SecretAbout,
} from '../../engine/index.ts';
import type { GivenFile } from '../protocol/protocol.ts';
import { gunzip } from './gunzip.ts';
import { LoadError } from './load-error.ts';

/** Called between slices with the octets of the present file that lie behind. It lets others run. */
export type Pulse = (file: string, done: number, total: number) => Effect.Effect<unknown>;

type Read = Effect.Effect<readonly Reading[], LoadError>;

/** A file, and whether it was given for its keys alone: a daemon's log has lines too. */
export interface InputFile extends GivenFile {
  readonly keysOnly?: boolean;
}

/**
 * One reading for each file, in their order; an event log gives one for each of its inputs. A log whose lines name no year is read in
 * `year`, else in that of another input. Errors: `LoadError`, for the first file that cannot be read at all. What is damaged is read as far
 * as it goes.
 */
export const readInputs = (files: readonly InputFile[], pulse: Pulse, year?: number): Read =>
  Effect.gen(function* () {
    const readings = yield* readAll(files, pulse, year);
    const known = year === undefined ? assumedYear(readings) : undefined;
    return known === undefined ? readings : yield* readAll(files, pulse, known);
  });

const readAll = (files: readonly InputFile[], pulse: Pulse, year: number | undefined): Read =>
  Effect.gen(function* () {
    const readings: Reading[] = [];
    for (const file of files) {
      readings.push(...(yield* readOne(file, readings.length, pulse, year)));
    }
    return readings;
  });

/** A secret that somebody typed, as an input of its own. */
export const typedSecret = (about: SecretAbout, value: Uint8Array): Reading => ({
  input: { name: 'the keyboard', kind: 'keys', detail: 'one secret, typed' },
  events: [{ kind: 'SecretLearned', at: null, origin: { input: 0, number: 0 }, about, ref: 0, value }],
  damage: [],
});

const readOne = (file: InputFile, input: number, pulse: Pulse, year: number | undefined): Read =>
  Effect.gen(function* () {
    const kind = recognise(file.bytes);
    if (kind !== 'gzip') return yield* readKind(kind, file, input, pulse, year);
    const { bytes, stopped } = yield* gunzip(file.bytes);
    const inside = recognise(bytes);
    if (inside === 'gzip') return yield* notUnderstood(file, 'gzip data inside gzip data', 'Unpack it once, and open what comes out.');
    const readings = yield* readKind(inside, { ...file, bytes }, input, pulse, year);
    if (!stopped) return readings;
    const damage: Damage = { input, offset: bytes.length, code: stopped.code, message: stopped.message, bytes: new Uint8Array() };
    // The capture's own complaint about its end, if there is one, follows from this and is said after it.
    return readings.map((r, i) => (i === 0 ? { ...r, damage: [damage, ...r.damage] } : r));
  });

/** What holds packets is no file of keys, even where secrets stand in it too. */
const withPackets: ReadonlySet<InputKind> = new Set(['pcap', 'pcapng', 'ikelog']);

const readKind = (kind: InputKind, file: InputFile, input: number, pulse: Pulse, year: number | undefined): Read => {
  if (file.keysOnly && withPackets.has(kind)) return notUnderstood(file, 'packets, where keys are wanted', 'Name it as an input.');
  switch (kind) {
    case 'pcap':
      return inSlices(readPcap(file.bytes, file.name, input), file, pulse);
    case 'pcapng':
      return inSlices(readPcapng(file.bytes, file.name, input), file, pulse);
    case 'keys-json':
    case 'wireshark-keys':
      return readKeyFile(file, input);
    case 'ikelog':
      return readEventLog(file, input);
    case 'text':
      return file.keysOnly ? readKeyFile(file, input) : readDeviceLog(file, input, pulse, year);
    default:
      return file.bytes.length === 0
        ? new LoadError({
            reason: 'empty',
            file: file.name,
            title: `${file.name} is empty`,
            message: 'The file holds no octets.',
            cure: 'Record or copy it again.',
          })
        : notUnderstood(
            file,
            `unknown data that begins with ${firstOctets(file.bytes)}`,
            'Open a capture (pcap, pcapng), an event log (.ikelog), or a key file.',
          );
  }
};

/** Text in which no line is known is opened all the same: every line is kept, and it is said that none speaks. */
const readDeviceLog = (file: GivenFile, input: number, pulse: Pulse, year: number | undefined): Read =>
  Effect.map(inSlices(readText(file.bytes, file.name, input, { year }), file, pulse), (readings) =>
    recogniseText(new TextDecoder().decode(file.bytes)) === 'unknown'
      ? readings.map((reading) => ({ ...reading, damage: [nothingKnown(input, reading.events.length), ...reading.damage] }))
      : readings,
  );

const nothingKnown = (input: number, lines: number): Damage => ({
  input,
  offset: 0,
  code: 'text-not-understood',
  message: `no line is one of a device that is known here (Cisco IOS, IOS-XE and ASA, Linksys, strongSwan, libreswan); all ${lines} are kept as they stand`,
  bytes: new Uint8Array(),
});

const inSlices = (progress: Generator<number, Reading>, file: GivenFile, pulse: Pulse): Effect.Effect<readonly Reading[]> =>
  Effect.gen(function* () {
    let step = progress.next();
    while (!step.done) {
      yield* pulse(file.name, step.value, file.bytes.length);
      step = progress.next();
    }
    return [step.value];
  });

const readKeyFile = (file: GivenFile, input: number): Read => {
  const { events, issues } = readKeys(new TextDecoder().decode(file.bytes), input);
  const [first] = issues;
  if (events.length === 0) {
    return notUnderstood(
      file,
      first ? `a key file with nothing usable in it: line ${first.line}, ${first.message}` : 'a key file without a key',
      'Give a keys.json, or the tables that Wireshark keeps of IKEv1 and ESP keys.',
    );
  }
  const notes = first ? `, ${issues.length} not used, the first on line ${first.line}: ${first.message}` : '';
  const detail = `${events.length} ${events.length === 1 ? 'secret' : 'secrets'}${notes}`;
  return Effect.succeed([{ input: { name: file.name, kind: 'keys', detail }, events, damage: [] }]);
};

const readEventLog = (file: GivenFile, input: number): Read => {
  const read = readLog(file.bytes);
  if (read.ok) {
    const [first = unnamed(file), ...others] = readingsOf(read.log, input);
    // The break is one of the whole file, and is told with its first input.
    return Effect.succeed(
      read.damage ? [{ ...first, damage: [{ ...read.damage, input }, ...first.damage] }, ...others] : [first, ...others],
    );
  }
  const newer = read.reason === 'newer-version';
  return new LoadError({
    reason: newer ? 'newer-version' : 'not-understood',
    file: file.name,
    title: `${file.name} cannot be read by this version`,
    message: read.message,
    cure: newer ? 'Open it with a newer ikewind.' : 'Copy it again from where it was written.',
  });
};

const unnamed = (file: GivenFile): Reading => ({ input: { name: file.name, kind: 'log', detail: 'event log' }, events: [], damage: [] });

/** A log taken apart again: merging the parts gives the same order, because merging depends on nothing but the parts. */
export const readingsOf = (log: Log, first: number): readonly Reading[] =>
  log.inputs.map((input, i) => ({
    input,
    events: [...log.given, ...log.happened]
      .filter((e) => e.origin.input === i)
      .map((e) => ({ ...e, origin: { ...e.origin, input: first + i } })),
    damage: log.damage.filter((d) => d.input === i).map((d) => ({ ...d, input: first + i })),
  }));

const notUnderstood = (file: GivenFile, found: string, cure: string): LoadError =>
  new LoadError({
    reason: 'not-understood',
    file: file.name,
    title: `${file.name} is not understood`,
    message: `It holds ${found}.`,
    cure,
  });

// Not more than a magic number: the file may hold secrets.
const firstOctets = (bytes: Uint8Array): string => Array.from(bytes.subarray(0, 4), (b) => b.toString(16).padStart(2, '0')).join(' ');
