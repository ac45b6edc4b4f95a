/** `ikewind diagnose`: a verdict on each negotiation with its evidence; over a folder, on each trace in it. */
import { Effect } from 'effect';
import { Command, Flag } from 'effect/cli';
import { type DiagnosisRecord, diagnosisRecord } from '../../../engine/index.ts';
import type { LoadError } from '../../host/load-error.ts';
import { damageFindings } from '../damage.ts';
import { Unreadable, type WrongUsage } from '../failure.ts';
import { failOn, type Named, type Needs, readReplay } from '../inputs.ts';
import { version } from '../installation.ts';
import { Io, warn } from '../io.ts';
import * as options from '../options.ts';
import { printLines, printRecord, printRecords } from '../output.ts';
import type { Diagnosed } from '../reports/diagnosed.ts';
import { junitLines } from '../reports/junit.ts';
import { sarif } from '../reports/sarif.ts';
import { diagnosisLines } from '../text/diagnosis.ts';
import { harmless, type Paint, paintFor } from '../text/paint.ts';
import { isFolder, tracesIn } from '../traces.ts';

const format = Flag.Literals('format', ['text', 'json', 'ndjson', 'junit', 'sarif'] as const).pipe(
  Flag.withDescription('What the answer looks like; junit and sarif are for build servers'),
  Flag.withMetavar('text|json|ndjson|junit|sarif'),
  Flag.withDefault('text' as const),
);

type Asked = Named & { readonly window: number };

/** What could not be read is a finding of the whole trace, before all others. */
const diagnosed = (given: Asked): Effect.Effect<DiagnosisRecord, LoadError | Unreadable | WrongUsage, Needs> =>
  Effect.map(readReplay(given), (replay) => {
    const record = diagnosisRecord(replay);
    return { ...record, findings: [...damageFindings(replay.log), ...record.findings] };
  });

/** Each trace by itself: one that cannot be read does not stop the others. */
const ofFolders = (given: Asked) =>
  Effect.gen(function* () {
    const out: Diagnosed[] = [];
    for (const path of given.inputs) {
      const traces = (yield* isFolder(path)) ? yield* tracesIn(path) : [{ name: path, inputs: [path], keys: [], perhaps: false }];
      for (const { name, inputs, keys, perhaps } of traces) {
        const one = diagnosed({ ...given, inputs, keys: [...keys, ...given.keys] });
        const result = yield* one.pipe(
          Effect.map((diagnosis): Diagnosed => ({ name, path: inputs[0] ?? name, diagnosis, unreadable: null })),
          Effect.catch((why) => {
            const reason = why._tag === 'LoadError' ? `${why.title}. ${why.message}` : why.message;
            return Effect.as(perhaps ? Effect.void : warn(reason), {
              name,
              path: inputs[0] ?? name,
              diagnosis: null,
              unreadable: reason,
            } satisfies Diagnosed);
          }),
        );
        if (result.diagnosis || !perhaps) out.push(result);
      }
    }
    if (out.every((t) => t.diagnosis === null)) return yield* new Unreadable({ message: 'none of the traces could be read' });
    return out;
  });

function* folderLines(traces: Iterable<Diagnosed>, paint: Paint, columns: number): Generator<string> {
  let first = true;
  for (const { name, diagnosis, unreadable } of traces) {
    if (!first) yield '';
    first = false;
    yield paint(harmless(name), 'bold');
    if (diagnosis) yield* diagnosisLines(diagnosis, { paint, columns });
    else yield `  ${paint(harmless(unreadable ?? ''), 'bad')}`;
  }
}

export const diagnose = Command.make('diagnose', { ...options.reading, format }, (given) =>
  Effect.gen(function* () {
    const { out, env } = yield* Io;
    const { columns } = out;
    const folders = yield* Effect.forEach(given.inputs, isFolder);
    const many = folders.includes(true);
    const traces: readonly Diagnosed[] = many
      ? yield* ofFolders(given)
      : [{ name: given.inputs.join(', '), path: given.inputs[0] ?? '-', diagnosis: yield* diagnosed(given), unreadable: null }];
    const [only] = traces;
    if (given.format === 'junit') yield* printLines(junitLines(traces));
    else if (given.format === 'sarif') yield* printLines([JSON.stringify(sarif(traces, version), null, 2)]);
    else if (many) {
      if (given.format === 'text') yield* printLines(folderLines(traces, paintFor(out, env), columns));
      else yield* printRecords(traces.map(recordOf), given.format, () => []);
    } else if (only?.diagnosis) {
      yield* printRecord(only.diagnosis, given.format, (record, paint) => diagnosisLines(record, { paint, columns }));
    }
    if (given.failOn.length === 0) return;
    yield* failOn(
      given.failOn,
      traces.flatMap(({ diagnosis }) => (diagnosis ? [...diagnosis.negotiations.flatMap((n) => n.findings), ...diagnosis.findings] : [])),
    );
  }),
).pipe(
  Command.withDescription('What became of each negotiation and why: causes, evidence, remedies; of one trace or of a folder of them'),
  Command.withExamples([
    { command: 'ikewind diagnose capture.pcap --keys keys.json', description: 'The verdict, with what shows it and what to do' },
    { command: 'ikewind diagnose traces --format junit --fail-on error', description: 'Every trace in a folder, for a build server' },
  ]),
);

const recordOf = ({ name, diagnosis, unreadable }: Diagnosed) => ({
  trace: name,
  unreadable,
  ...(diagnosis ?? { negotiations: [], findings: [] }),
});
