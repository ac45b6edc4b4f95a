/** `replay --verify`: does the engine, given the inputs of a live log again, send what it sent? */
import { Effect } from 'effect';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { type Log, type Redriven, readLog, redrive } from '../../engine/index.ts';
import { readGiven } from '../host/files.ts';
import { planOfLog } from '../host/live-plan.ts';
import { Matched, Unreadable } from './failure.ts';
import { warn } from './io.ts';
import { type Format, printRecords } from './output.ts';

/** Status 1 where one diverges. */
export const verifyLogs = (names: readonly string[], format: Format) =>
  Effect.gen(function* () {
    const records = yield* Effect.forEach(names, (name) =>
      Effect.gen(function* () {
        const log = yield* liveLog(name);
        const plan = yield* planOfLog(log);
        return { input: name, events: log.happened.length, ...redrive({ crypto: nodeCrypto, replayWindow: 64, detail: true }, plan, log) };
      }),
    );
    yield* printRecords(records, format, (all) => [...all].map(line));
    const diverged = records.find((r) => r.divergence !== null);
    if (diverged) return yield* new Matched({ message: `${diverged.input} diverges at event ${diverged.divergence?.event}` });
  });

const liveLog = (name: string) =>
  Effect.gen(function* () {
    const { bytes } = yield* readGiven(name);
    const read = readLog(bytes);
    if (!read.ok) return yield* new Unreadable({ message: `${name}: ${read.message}` });
    if (read.damage) yield* warn(`${name}, offset ${read.damage.offset}: ${read.damage.message}`);
    return read.log satisfies Log;
  });

const line = ({ input, inputs, sent, divergence }: Redriven & { readonly input: string }): string => {
  if (!divergence) return `${input}: the same: ${inputs} inputs gave the same ${sent} messages, octet for octet`;
  const { event, what, offset, field, recorded, now } = divergence;
  const place = offset === null ? '' : ` at octet ${offset}${field === null ? '' : ` (${field})`}: recorded ${recorded}, now ${now}`;
  return `${input}: event ${event}: ${what}${place}`;
};
