/** From what was named on the command line to a log and its replay. The only file here that knows how inputs are loaded. */
import { Effect, type FileSystem, Option } from 'effect';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { buildReplay, type Log, mergeReadings, overview, preSharedKeyOctets, type Reading, type Replay } from '../../engine/index.ts';
import { readGiven } from '../host/files.ts';
import { readInputs, typedSecret } from '../host/load.ts';
import type { LoadError } from '../host/load-error.ts';
import { refusals } from './alignment.ts';
import { damageFindings, damageSentences } from './damage.ts';
import { Matched, Unreadable, WrongUsage } from './failure.ts';
import { breathe, Io, warn } from './io.ts';

export interface Named {
  readonly inputs: readonly string[];
  readonly keys: readonly string[];
  readonly pskFile: Option.Option<string>;
  /** Of logs whose lines name none. */
  readonly year?: Option.Option<number>;
}

export type Needs = FileSystem.FileSystem | Io;

/** Reads the inputs, tells of damage on standard error, and answers with the log. Secrets stand in it as events of index 0. */
export const readLog = (named: Named): Effect.Effect<Log, LoadError | Unreadable | WrongUsage, Needs> =>
  Effect.gen(function* () {
    const wanted = [...named.inputs, ...named.keys, ...Option.toArray(named.pskFile)];
    if (wanted.filter((name) => name === '-').length > 1) {
      return yield* new WrongUsage({ message: 'standard input (-) can be named once only' });
    }
    const io = yield* Io;
    const inputs = yield* Effect.forEach(named.inputs, (name) => readGiven(name));
    const keys = yield* Effect.forEach(named.keys, (name) => Effect.map(readGiven(name), (file) => ({ ...file, keysOnly: true })));
    const typed = (yield* preSharedKey(named)).map(({ name, octets }) => secretFrom(name, octets));
    const pulse = (file: string, done: number, total: number) =>
      progress(`${file}: ${done} of ${total} octets`).pipe(Effect.andThen(breathe), Effect.provideService(Io, io), Effect.as(true));
    const readings = yield* readInputs([...inputs, ...keys], pulse, named.year && Option.getOrUndefined(named.year));
    yield* progress('');
    const log = mergeReadings([...readings, ...typed]);
    if (log.inputs.every((input) => input.kind === 'keys')) {
      return yield* new Unreadable({
        message: `${named.inputs.join(', ')}: keys alone, nothing that they could open. Name a capture or an event log too.`,
      });
    }
    for (const sentence of [...damageSentences(log), ...refusals(log)]) yield* warn(sentence);
    return log;
  });

/** Secrets alone, for an input that is read as it comes. */
export const readKeyInputs = (named: Named): Effect.Effect<readonly Reading[], LoadError | Unreadable, Needs> =>
  Effect.gen(function* () {
    const files = yield* Effect.forEach(named.keys, (name) => Effect.map(readGiven(name), (file) => ({ ...file, keysOnly: true })));
    const typed = (yield* preSharedKey(named)).map(({ name, octets }) => secretFrom(name, octets));
    return [...(yield* readInputs(files, () => Effect.void)), ...typed];
  });

/** The octets of the file without the line end that editors leave; else those of the environment's text. None where neither is given. */
export const preSharedKey = ({ pskFile }: Pick<Named, 'pskFile'>) =>
  Effect.gen(function* () {
    if (Option.isNone(pskFile)) {
      const { env } = yield* Io;
      const octets = preSharedKeyOctets(env['IKEWIND_PSK'] ?? '');
      return octets.length === 0 ? [] : [{ name: 'IKEWIND_PSK', octets }];
    }
    const { name, bytes } = yield* readGiven(pskFile.value);
    const octets = asWritten(withoutLineEnd(bytes));
    if (octets.length === 0) return yield* new Unreadable({ message: `${name} is empty: a pre-shared key has one octet at least` });
    return [{ name, octets }];
  });

const secretFrom = (name: string, octets: Uint8Array): Reading => {
  const reading = typedSecret({ what: 'preSharedKey' }, octets);
  return { ...reading, input: { ...reading.input, name, detail: 'a pre-shared key' } };
};

/** Hex behind `0x` is what it stands for; anything else is taken octet by octet, text or not. */
const asWritten = (bytes: Uint8Array): Uint8Array => (bytes[0] === 0x30 ? preSharedKeyOctets(new TextDecoder().decode(bytes)) : bytes);

const withoutLineEnd = (bytes: Uint8Array): Uint8Array => {
  if (bytes.at(-1) !== 0x0a) return bytes;
  return bytes.subarray(0, bytes.at(-2) === 0x0d ? -2 : -1);
};

/** Reads the inputs and folds them. Slices of work are short, so that an interruption is noticed. */
export const readReplay = (named: Named & { readonly window: number }): Effect.Effect<Replay, LoadError | Unreadable | WrongUsage, Needs> =>
  Effect.gen(function* () {
    const log = yield* readLog(named);
    const fold = buildReplay(log, nodeCrypto, { replayWindow: named.window });
    let step = fold.next();
    while (!step.done) {
      yield* progress(`${step.value.done} of ${step.value.total} events`);
      yield* breathe;
      step = fold.next();
    }
    yield* progress('');
    return step.value;
  });

/** How far the work is, on a line that is written over; for a person alone. Nothing takes the line away. */
export const progress = (text: string): Effect.Effect<void, never, Io> =>
  Effect.gen(function* () {
    const { err } = yield* Io;
    if (err.isTerminal) yield* Effect.ignore(Effect.tryPromise(() => err.write(`\r\u001b[K${text}`)));
  });

/** A finding as far as `--fail-on` looks at it. */
interface Judged {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
}

const severities: readonly string[] = ['error', 'warning', 'note'];

/** Status 1 where a finding, or a place that could not be read, is as bad as one of `wanted` or has its code. */
export const failOnLog = (wanted: readonly string[], replay: Replay): Effect.Effect<void, Matched> =>
  wanted.length === 0 ? Effect.void : failOn(wanted, [...damageFindings(replay.log), ...overview(replay, '').findings]);

/** The same before anything was replayed. */
export const failOnDamage = (wanted: readonly string[], log: Log): Effect.Effect<void, Matched> => failOn(wanted, damageFindings(log));

/** The same over findings at hand. */
export const failOn = (wanted: readonly string[], findings: readonly Judged[]): Effect.Effect<void, Matched> => {
  const mildest = Math.max(...wanted.map((w) => severities.indexOf(w)));
  const match = findings.find(({ code, severity }) => wanted.includes(code) || severities.indexOf(severity) <= mildest);
  return match ? Effect.fail(new Matched({ message: `--fail-on: found ${match.code} (${match.severity})` })) : Effect.void;
};
