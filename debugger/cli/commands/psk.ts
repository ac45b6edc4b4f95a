/** `ikewind psk`: tries a list of pre-shared keys, one a line, and says which fits. */
import { Effect } from 'effect';
import { Command, Flag } from 'effect/cli';
import { type PskTrial, preSharedKeyOctets, pskTrials } from '../../../engine/index.ts';
import { readGiven } from '../../host/files.ts';
import { WrongUsage } from '../failure.ts';
import { progress, readReplay } from '../inputs.ts';
import { breathe } from '../io.ts';
import * as options from '../options.ts';
import { printRecord } from '../output.ts';

const list = Flag.String('list').pipe(
  Flag.withDescription('The keys to try, one a line, as text or as hex behind 0x; - is standard input'),
  Flag.withMetavar('FILE'),
);

const { inputs, keys, pskFile, year, window } = options.reading;

export const psk = Command.make(
  'psk',
  { inputs, keys, pskFile, year, window, list, format: options.format, reveal: options.reveal },
  (given) =>
    Effect.gen(function* () {
      if (given.list === '-' && [...given.inputs, ...given.keys].includes('-')) {
        return yield* new WrongUsage({ message: 'standard input (-) can be named once only' });
      }
      const candidates = linesOf((yield* readGiven(given.list)).bytes);
      const trials = pskTrials(yield* readReplay(given));
      const negotiations: Tried[] = [];
      for (const [at, trial] of trials.entries()) {
        const fit = trial.possible ? yield* firstFit(trial, candidates, `negotiation ${at + 1} of ${trials.length}`) : null;
        negotiations.push(triedOf(trial, fit, given.reveal));
      }
      yield* printRecord({ keys: candidates.length, negotiations }, given.format, textLines);
    }),
).pipe(
  Command.withDescription('Tries pre-shared keys on every negotiation that one authenticates. Keys are not printed, only their line'),
  Command.withExamples([
    { command: 'ikewind psk aggressive.pcap --list words.txt', description: 'Aggressive mode shows a hash that the key makes' },
    { command: 'ikewind psk main.pcap --keys gxy.json --list -', description: 'Main mode needs g^xy; the list comes from standard input' },
  ]),
);

interface Candidate {
  /** From 1. */
  readonly line: number;
  readonly octets: Uint8Array;
}

interface Fit extends Candidate {
  readonly whose: readonly string[];
}

interface Tried {
  readonly id: string;
  readonly initiator: string;
  readonly responder: string;
  readonly tried: boolean;
  /** What the keys were held against, or why none could be. */
  readonly against: string | null;
  readonly why: string | null;
  readonly line: number | null;
  /** The ends that are proven to use it. */
  readonly fits: readonly string[];
  readonly key?: string;
}

/** Keys tried between two looks at signals. */
const atOnce = 256;
/** Octets: a key that no device takes is no key. */
const longest = 4096;

const firstFit = (trial: Extract<PskTrial, { possible: true }>, candidates: readonly Candidate[], name: string) =>
  Effect.gen(function* () {
    for (const [i, candidate] of candidates.entries()) {
      if (i % atOnce === 0) {
        yield* progress(`${name}: ${i} of ${candidates.length} keys`);
        yield* breathe;
      }
      const whose = trial.fits(candidate.octets);
      if (whose.length > 0) {
        yield* progress('');
        return { ...candidate, whose };
      }
    }
    yield* progress('');
    return null;
  });

/** Lines as octets, whatever their encoding; empty ones are no keys. */
const linesOf = (bytes: Uint8Array): readonly Candidate[] => {
  const found: Candidate[] = [];
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const stop = bytes.indexOf(0x0a, start);
    const end = stop < 0 ? bytes.length : stop;
    const octets = bytes.subarray(start, end > start && bytes[end - 1] === 0x0d ? end - 1 : end);
    if (octets.length > 0 && octets.length <= longest) found.push({ line, octets: octets[0] === 0x30 ? asHex(octets) : octets });
    start = end + 1;
  }
  return found;
};

const asHex = (octets: Uint8Array): Uint8Array => {
  const text = new TextDecoder().decode(octets);
  return /^0x/i.test(text) ? preSharedKeyOctets(text) : octets;
};

const triedOf = (trial: PskTrial, fit: Fit | null, reveal: boolean): Tried => ({
  id: trial.negotiation,
  initiator: trial.initiator,
  responder: trial.responder,
  tried: trial.possible,
  against: trial.possible ? trial.against : null,
  why: trial.possible ? null : trial.why,
  line: fit?.line ?? null,
  fits: fit?.whose ?? [],
  ...(fit && reveal && { key: new TextDecoder().decode(fit.octets) }),
});

function* textLines({ keys: count, negotiations }: { readonly keys: number; readonly negotiations: readonly Tried[] }): Generator<string> {
  if (negotiations.length === 0) yield 'No negotiation here is authenticated by a pre-shared key.';
  for (const { id, initiator, responder, tried, against, why, line, fits, key } of negotiations) {
    const name = `${id} (${initiator} to ${responder})`;
    if (!tried) yield `${name}: cannot be tried. ${why}`;
    else if (line === null) yield `${name}: none of ${count} keys fits ${against}.`;
    else
      yield `${name}: the key of line ${line} fits ${against}: it is the ${fits.join("'s and the ")}'s.${key === undefined ? '' : ` It is ${key}`}`;
  }
}
