/** Places where an input could not be read: a warning each on standard error, and a finding each in the answers that have findings. */
import { type FindingRecord, type Log, toHex } from '../../engine/index.ts';

/** A sentence with the input, the offset and what became of the rest. */
export const damageSentences = (log: Log): readonly string[] =>
  log.damage.map(({ input, offset, message }) => `${nameOf(log, input)}, offset ${offset}: ${message}`);

/** As findings of the whole log, in the form of `ikewind state`. What is lost is lost: an error. */
export const damageFindings = (log: Log): readonly FindingRecord[] =>
  log.damage.map(({ input, offset, code, message, bytes }) => ({
    code,
    severity: 'error' as const,
    certainty: 'shown' as const,
    title: 'Part of an input is unreadable',
    about: null,
    event: 0,
    events: [],
    count: 1,
    message,
    evidence: [
      {
        event: 0,
        number: null,
        text: `${nameOf(log, input)}, offset ${offset}${bytes.length > 0 ? `: ${toHex(bytes)}` : ''}`,
        place: null,
      },
    ],
    opposite: null,
    remedy: 'Record or copy the input again.',
    tellApart: null,
    limits: 'What stood there is not known.',
    rfc: '',
  }));

const nameOf = (log: Log, input: number): string => log.inputs[input]?.name ?? 'an input';
