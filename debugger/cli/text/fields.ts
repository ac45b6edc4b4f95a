/** Any record as `name  value` lines, for answers whose shape is a tree: `state`, `keys`. Names are those of the JSON, in words. */
import { harmless, type Paint } from './paint.ts';
import { aligned, type Row } from './table.ts';

/** `null` is said as `-`: not known. Flat objects stand on one line, deeper ones are indented below their name. */
export function* fieldLines(record: object, paint: Paint, indent = ''): Generator<string> {
  let flat: Row[] = [];
  const flush = function* (): Generator<string> {
    for (const line of aligned(flat, paint)) yield indent + line;
    flat = [];
  };
  for (const [name, value] of Object.entries(record) as [string, unknown][]) {
    if (value === undefined) continue;
    const label = { text: words(name), style: 'dim' } as const;
    if (!isDeep(value)) {
      flat.push([label, oneLine(value)]);
      continue;
    }
    yield* flush();
    yield indent + paint(harmless(words(name)), 'bold');
    for (const part of Array.isArray(value) ? (value as unknown[]) : [value]) yield* partLines(part, paint, `${indent}  `);
  }
  yield* flush();
}

function* partLines(part: unknown, paint: Paint, indent: string): Generator<string> {
  if (typeof part !== 'object' || part === null || !isDeep(part)) return yield indent + harmless(oneLine(part));
  yield* fieldLines(part, paint, indent);
  if (indent.length <= 4) yield '';
}

/** `encryptionKey` is `encryption key`. */
const words = (name: string): string => name.replace(/([a-z])([A-Z])/g, (_all, a: string, b: string) => `${a} ${b.toLowerCase()}`);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !(value instanceof Uint8Array);

/** More than fits on one line. */
const isDeep = (value: unknown): boolean => {
  if (!isObject(value)) return false;
  if (Array.isArray(value)) return value.some(isObject);
  return Object.values(value).some(isObject) || Object.keys(value).length > 6;
};

export const oneLine = (value: unknown): string => {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map(oneLine).join(', ');
  if (!isObject(value)) return String(value);
  const parts = Object.entries(value) as [string, unknown][];
  return parts.map(([name, part]) => `${words(name)} ${oneLine(part)}`).join(', ');
};
