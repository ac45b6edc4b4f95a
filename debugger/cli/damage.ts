/** Places where an input could not be read: a warning each on standard error, and a finding each in the answers that have findings. */
import { type Log, toHex } from '../../engine/index.ts';

/** A sentence with the input, the offset and what became of the rest. */
export const damageSentences = (log: Log): readonly string[] =>
  log.damage.map(({ input, offset, message }) => `${nameOf(log, input)}, offset ${offset}: ${message}`);

/** As findings of the whole log, in the form of `ikewind state`. What is lost is lost: an error. */
export const damageFindings = (log: Log) =>
  log.damage.map(({ input, offset, code, message, bytes }) => ({
    code,
    severity: 'error' as const,
    about: null,
    event: 0,
    events: [],
    count: 1,
    message,
    evidence: `${nameOf(log, input)}, offset ${offset}${bytes.length > 0 ? `: ${toHex(bytes)}` : ''}`,
    rfc: '',
  }));

const nameOf = (log: Log, input: number): string => log.inputs[input]?.name ?? 'an input';
