/** `ikewind simulate`: engines against each other over a network from a seed, in virtual time. Status 1 where a rule is broken. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Effect, Option } from 'effect';
import { Argument, Command, Flag } from 'effect/cli';
import { nodeCrypto } from '../../../engine/host/node-crypto.ts';
import { type Decision, decisionText, minimise, simulate as run, type Scenario, type Simulated, writeLog } from '../../../engine/index.ts';
import { readGiven } from '../../host/files.ts';
import { decisionsIn, readScenario } from '../../host/scenario.ts';
import { bundledNames } from '../../host/scenarios.ts';
import { Matched, Unreadable } from '../failure.ts';
import { writeWhole } from '../files.ts';
import { breathe, remark } from '../io.ts';
import * as options from '../options.ts';
import { json, printRecord } from '../output.ts';

const scenario = Argument.String('scenario').pipe(
  Argument.withDescription(`A scenario as JSON, or one that comes along: ${bundledNames.join(', ')}`),
  Argument.withDefault('pair'),
);

const whole = (name: string, usually: number, least: number, what: string) =>
  Flag.Int(name).pipe(
    Flag.withDescription(what),
    Flag.withMetavar('N'),
    Flag.withDefault(usually),
    Flag.filter(
      (n) => n >= least,
      (n) => `--${name} is ${least} or more, not ${n}`,
    ),
  );

const seed = whole('seed', 1, 0, 'The first seed');
const runs = whole('runs', 100, 1, 'How many seeds, one after the other');
const shrink = Flag.Boolean('minimise').pipe(
  Flag.withDescription('Shrink the first run that fails to the fewest things that go wrong and still break the rule'),
  Flag.withDefault(false),
);
const repeat = Flag.String('repeat').pipe(
  Flag.withDescription('One run in which just that goes wrong which a file of -o lists'),
  Flag.withMetavar('decisions.json'),
  Flag.optional,
);
const output = Flag.String('output').pipe(
  Flag.withAlias('o'),
  Flag.withDescription(
    'A folder for the logs of the first run that fails, or of the last one: an event log of each end and one of the wire',
  ),
  Flag.withMetavar('DIR'),
  Flag.optional,
);

const ctx = { crypto: nodeCrypto, replayWindow: 64, detail: false };

export const simulate = Command.make(
  'simulate',
  { scenario, seed, runs, minimise: shrink, repeat, output, format: options.format },
  (given) =>
    Effect.gen(function* () {
      const about = yield* readScenario(given.scenario);
      const listed = Option.isSome(given.repeat) ? yield* decisionsIn((yield* readGiven(given.repeat.value)).bytes) : null;
      const failures: Simulated[] = [];
      let last: Simulated | null = null;
      const seeds = listed === null ? given.runs : 1;
      for (let i = 0; i < seeds; i++) {
        last = run(ctx, about, given.seed + i, listed);
        if (last.failure) failures.push(last);
        yield* breathe;
      }
      const [first] = failures;
      const shown = first && given.minimise ? smallest(about, first) : (first ?? last);
      if (Option.isSome(given.output) && shown) yield* writeRun(given.output.value, shown);
      const record = {
        scenario: given.scenario,
        seed: given.seed,
        runs: seeds,
        failed: failures.map((f) => ({ seed: f.seed, ...f.failure, repeat: commandFor(given.scenario, f.seed) })),
        ...(shown?.failure && { decisions: shown.decisions }),
      };
      yield* printRecord(record, given.format, function* () {
        for (const f of record.failed) yield `seed ${f.seed}: ${f.checker} at ${f.at} s: ${f.what}\n  again: ${f.repeat}`;
        if (shown?.failure) {
          yield `${given.minimise ? 'it takes no more than this' : 'what went wrong on purpose'} (seed ${shown.seed}):`;
          for (const decision of shown.decisions) yield `  ${decisionText(decision)}`;
        }
        yield `${given.scenario}: ${seeds} ${seeds === 1 ? 'run' : 'runs'} from seed ${given.seed}, ${failures.length} failed`;
      });
      if (failures.length > 0) return yield* new Matched({ message: `${failures.length} of ${seeds} runs broke a rule` });
    }),
).pipe(
  Command.withDescription(
    'Engines against each other over a seeded network in virtual time, with crashes; rules are checked at every step',
  ),
  Command.withExamples([
    { command: 'ikewind simulate --runs 1000', description: 'A thousand runs of two ends, from seed 1' },
    { command: 'ikewind simulate hub --seed 17 --runs 1 --minimise -o hub', description: 'One run again, made small, with its logs' },
  ]),
);

const commandFor = (name: string, n: number): string => `ikewind simulate ${name} --seed ${n} --runs 1`;

/** The same rule has to be broken, not just any. */
const smallest = (about: Scenario, failed: Simulated): Simulated => {
  const again = (some: readonly Decision[]): Simulated => run(ctx, about, failed.seed, some);
  const few = minimise(failed.decisions, (some) => again(some).failure?.checker === failed.failure?.checker);
  const small = again(few);
  return small.failure ? small : failed;
};

const writeRun = (folder: string, { logs, wire, decisions }: Simulated) =>
  Effect.gen(function* () {
    yield* Effect.tryPromise({
      try: () => mkdir(folder, { recursive: true }),
      catch: () => new Unreadable({ message: `${folder} cannot be made` }),
    });
    for (const { end, log } of logs) yield* writeWhole(join(folder, `${end.name}.ikelog`), writeLog(log), true);
    const capture = { inputs: [{ name: 'wire', kind: 'capture', detail: 'simulated' } as const], given: [], happened: wire, damage: [] };
    yield* writeWhole(join(folder, 'wire.ikelog'), writeLog(capture), false);
    yield* writeWhole(join(folder, 'decisions.json'), [new TextEncoder().encode(`${json(decisions, 2)}\n`)], false);
    yield* remark(`${folder}: an event log of each end, wire.ikelog and decisions.json`);
  });
