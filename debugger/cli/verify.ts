/** `replay --verify`: does the engine, given the inputs of a live log again, send what it sent? */
import { Effect } from 'effect';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import { type Divergence, type FileDamage, flippedBit, type Log, type Redriven, readLog, redrive } from '../../engine/index.ts';
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
        const { bytes } = yield* readGiven(name);
        const read = readLog(bytes);
        if (!read.ok) return yield* new Unreadable({ message: `${name}: ${read.message}` });
        const { log, damage } = read;
        if (damage) yield* warn(`${name}, offset ${damage.offset}: ${damage.message}`);
        const damaged = flipped(bytes, log, damage);
        // Damaged where it begins, it does not even say what the run wanted.
        if (damaged && log.happened.length === 0) return { input: name, events: 0, inputs: 0, sent: 0, isCut: false, divergence: damaged };
        const plan = yield* planOfLog(log);
        const driven = redrive({ crypto: nodeCrypto, replayWindow: 64, detail: true }, plan, log);
        // What stands behind a damage cannot follow: the round before it lacks its end.
        const divergence = damage && driven.isCut ? null : driven.divergence;
        return { input: name, events: log.happened.length, ...driven, divergence: divergence ?? damaged };
      }),
    );
    yield* printRecords(records, format, (all) => [...all].map(line));
    const diverged = records.find((r) => r.divergence !== null);
    if (diverged) return yield* new Matched({ message: `${diverged.input} diverges at event ${diverged.divergence?.event}` });
  });

/** A bit of the file that was flipped, as a divergence at the event whose record it is in. */
const flipped = (file: Uint8Array, log: Log, damage: FileDamage | null): Divergence | null => {
  const bit = damage && flippedBit(file, damage.offset);
  if (!damage || (unclosed.has(damage.code) && !bit)) return null;
  const type = file[damage.offset + typeAt];
  const event = type === recordTypes.input || type === recordTypes.given ? 0 : log.happened.length + 1;
  const isSecret = type === recordTypes.secret;
  return {
    event,
    what: bit
      ? `a bit of the record at offset ${damage.offset} of the file was flipped`
      : `the record at offset ${damage.offset} of the file is damaged`,
    offset: bit && bit.offset - damage.offset,
    field: isSecret ? 'a secret, which is not shown' : null,
    recorded: bit && !isSecret ? hexOf(bit.actual) : null,
    now: bit && !isSecret ? hexOf(bit.expected) : null,
    inputs: [event],
  };
};

const hexOf = (octet: number): string => octet.toString(16).padStart(2, '0');

/** Of a run that was killed, or a length that was damaged: unless it is that, nothing is wrong with what is there. */
const unclosed: ReadonlySet<string> = new Set(['no-end-record', 'truncated-record']);
const typeAt = 8;
const recordTypes = { input: 1, given: 2, secret: 4 } as const;

const line = ({ input, inputs, sent, divergence }: Redriven & { readonly input: string }): string => {
  if (!divergence) return `${input}: the same: ${inputs} inputs gave the same ${sent} messages, octet for octet`;
  const { event, what, offset, field, recorded, now, inputs: explaining } = divergence;
  const place = offset === null ? '' : ` at octet ${offset}${field === null ? '' : ` (${field})`}: recorded ${recorded}, now ${now}`;
  const because = explaining.length > 0 ? `; the inputs that can explain it: ${explaining.join(', ')}` : '';
  return `${input}: event ${event}: ${what}${place}${because}`;
};
