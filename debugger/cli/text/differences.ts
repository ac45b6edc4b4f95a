/** What differs between two logs, as text: an event a paragraph, `<` for the first log and `>` for the second. */
import type { Difference } from '../../../engine/index.ts';
import { harmless, type Paint } from './paint.ts';

/** Characters of a value that a line shows; `--format json` has them all. */
const most = 64;

export function* differenceLines(found: Iterable<Difference>, paint: Paint): Generator<string> {
  let count = 0;
  for (const difference of found) {
    if (count > 0) yield '';
    count++;
    yield paint(headOf(difference), 'bold');
    const { time, fields, states } = difference;
    if (time) yield* sides('seconds since the start', time.a, time.b, paint);
    for (const { side, a, b } of states) yield* sides(side, a, b, paint);
    for (const { field, a, b, octets } of fields) {
      const alike = a === b && octets;
      yield* sides(field, alike ? octets.a : a, alike ? octets.b : b, paint);
    }
  }
  if (count === 0) yield 'No difference.';
}

const headOf = ({ what, label, a, b }: Difference): string => {
  const name = label || what;
  if (what === 'keys') return 'Keys at the end';
  if (b === null) return `Only in the first: event ${a}, ${name}`;
  if (a === null) return `Only in the second: event ${b}, ${name}`;
  return a === b ? `Event ${a}, ${name}` : `Event ${a} and event ${b}, ${name}`;
};

function* sides(what: string, a: string | null, b: string | null, paint: Paint): Generator<string> {
  yield `  ${harmless(what)}`;
  if (a !== null) yield paint(`    < ${short(a)}`, 'bad');
  if (b !== null) yield paint(`    > ${short(b)}`, 'good');
}

const short = (text: string): string => {
  const plain = harmless(text);
  return plain.length > most ? `${plain.slice(0, most)}… (${plain.length} characters)` : plain;
};
