/** The one JSON form of events and states: what is hashed, compared and shown. Equal values give equal text in every runtime. */
import { toHex } from '../bytes/hex.ts';

/**
 * JSON with sorted keys and no white space. Octets become lower-case hex, big integers decimal text, and so do numbers above
 * 2^53-1; what is undefined is left out of objects, and is null in arrays, as are NaN and infinities. Only plain data has such a
 * form: arrays, records, and the above. Values nested deeper than 200 levels, and so all that hold themselves, throw: our own bug.
 */
export const canonical = (value: unknown): string => {
  const out: string[] = [];
  write(out, value, 0);
  return out.join('');
};

/** SHA-256 of the canonical text in UTF-8, as hex. */
export const digest = (crypto: Sha256, value: unknown): string => toHex(crypto.hash('sha256', utf8.encode(canonical(value))));

/** The one thing that a digest asks of a crypto provider. */
export interface Sha256 {
  hash(name: 'sha256', ...parts: readonly Uint8Array[]): Uint8Array;
}

const utf8 = new TextEncoder();

const deepest = 200;

// Pieces are joined once: adding texts to texts makes trees of them, and collecting those took most of the time.
const write = (out: string[], value: unknown, depth: number): void => {
  switch (typeof value) {
    case 'string':
      out.push(quote(value));
      return;
    case 'number':
      out.push(numeral(value));
      return;
    case 'bigint':
      out.push(`"${value}"`);
      return;
    case 'boolean':
      out.push(value ? 'true' : 'false');
      return;
    case 'object':
      if (value === null) out.push('null');
      else if (value instanceof Uint8Array) out.push(`"${toHex(value)}"`);
      else if (depth >= deepest) throw new RangeError(`a value nested deeper than ${deepest} levels has no JSON form`);
      else if (Array.isArray(value)) writeArray(out, value, depth + 1);
      else writeRecord(out, value as Readonly<Record<string, unknown>>, depth + 1);
      return;
    default:
      out.push('null');
  }
};

const writeArray = (out: string[], items: readonly unknown[], depth: number): void => {
  out.push('[');
  for (let i = 0; i < items.length; i++) {
    if (i > 0) out.push(',');
    write(out, items[i], depth);
  }
  out.push(']');
};

const writeRecord = (out: string[], record: Readonly<Record<string, unknown>>, depth: number): void => {
  let before = '{';
  for (const key of sortedKeys(record)) {
    const member = record[key];
    if (member === undefined || typeof member === 'function' || typeof member === 'symbol') continue;
    out.push(`${before}${quote(key)}:`);
    write(out, member, depth);
    before = ',';
  }
  out.push(before === '{' ? '{}' : '}');
};

// Most texts need no escape, and asking so is quicker than JSON.stringify by far.
const bare = /^[ !#-[\]-~]*$/;
const quote = (text: string): string => (bare.test(text) ? `"${text}"` : JSON.stringify(text));

const numeral = (value: number): string => {
  if (!Number.isFinite(value)) return 'null';
  // BigInt, since a number's own text turns to an exponent at 1e21.
  return Math.abs(value) > Number.MAX_SAFE_INTEGER ? `"${BigInt(value)}"` : `${value}`;
};

/** By UTF-16 code units, which no locale changes. */
const sortedKeys = (record: object): string[] => {
  const keys = Object.keys(record);
  for (let i = 1; i < keys.length; i++) if ((keys[i - 1] ?? '') > (keys[i] ?? '')) return keys.sort();
  return keys;
};
