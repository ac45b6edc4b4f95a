/** One description of a layout, both directions: from a list of named fields come the type, the reader, the writer and the tree. */
import { toHex } from './hex.ts';
import { type BufferName, type Span, span } from './span.ts';
import type { Issue, TreeNode } from './tree.ts';

/** Where reading stands. `failed` is set when octets run out: from then on fields read as 0 or empty and make no nodes. */
export interface Reading {
  readonly bytes: Uint8Array;
  readonly buffer: BufferName;
  at: number;
  end: number;
  /** Siblings made so far at the present depth. */
  nodes: TreeNode[];
  readonly issues: Issue[];
  failed: boolean;
}

/** What the fields before this one said, by name, those of the enclosing structures included. */
export type Sofar = Readonly<Record<string, unknown>>;

/** Written as a method, so that a field of any type is a field of unknown type: lists of fields need that. */
type Words<T, R> = { words(value: T, sofar: Sofar): R }['words'];

/** The words that the tree puts to a field. */
export interface Look<T> {
  /** The standard's term; the field's key where absent. */
  readonly name?: string | Words<T, string>;
  readonly value?: Words<T, string | undefined>;
  readonly rfc?: string;
}

/** A layout in both directions: octets to a value, its nodes and spans, and a value to octets. */
export interface Field<T> {
  readonly look?: Look<T>;
  /** Its nodes stand among its siblings, without a node of its own: a list in a structure. */
  readonly inline?: true;
  /** Takes octets from `r.at` on. Total: where they do not suffice it calls `fail` and gives a zero or empty value. */
  read(r: Reading, sofar: Sofar): T;
  write(out: number[], value: T): void;
}

/** A field that follows from others: read and shown, absent from the value, computed when writing. */
export interface Derived extends Field<number> {
  readonly derive: { readonly sizeOf: string } | 'total' | 'zero';
}

/** What reading a field gives. */
export type ValueOf<F> = F extends Field<infer T> ? T : never;

type Fields = Readonly<Record<string, Field<unknown>>>;
type Kept<S, K extends keyof S> = S[K] extends Derived ? never : K;
type Always<S, K extends keyof S> = undefined extends ValueOf<S[K]> ? never : Kept<S, K>;
type Perhaps<S, K extends keyof S> = undefined extends ValueOf<S[K]> ? Kept<S, K> : never;
/** What reading a structure gives: one member a field, without the derived ones. */
export type Value<S> = { readonly [K in keyof S as Always<S, K>]: ValueOf<S[K]> } & {
  readonly [K in keyof S as Perhaps<S, K>]?: Exclude<ValueOf<S[K]>, undefined>;
};

/** Begins to read `bytes` from `start`, up to and not including `end`. */
export const reading = (bytes: Uint8Array, buffer: BufferName, start: number, end: number): Reading => {
  const last = Math.min(end, bytes.length);
  return { bytes, buffer, at: Math.min(start, last), end: last, nodes: [], issues: [], failed: false };
};

/** What was read since `start`. */
export const spanFrom = (r: Reading, start: number): Span => span(r.buffer, start, r.at);

/** Adds what is wrong at a place; reading goes on. */
export const issue = (r: Reading, blame: Issue['blame'], code: string, message: string, at: Span): void => {
  r.issues.push({ blame, code, message, span: at });
};

/** Stops reading: what is left becomes part of the field at hand. */
export const fail = (r: Reading, code: string, message: string): void => {
  issue(r, 'malformed', code, message, span(r.buffer, r.at, r.end));
  r.failed = true;
  r.at = r.end;
};

/** Reads one field and adds its node. A field without octets gives no node, so that leaves tile. */
export const readField = <T>(r: Reading, key: string, field: Field<T>, sofar: Sofar): T => {
  if (field.inline) return field.read(r, sofar);
  const siblings = r.nodes;
  const start = r.at;
  const before = r.failed;
  r.nodes = [];
  const value = field.read(r, sofar);
  const children = r.nodes;
  r.nodes = siblings;
  if (r.at === start) return value;
  const { look } = field;
  const name = typeof look?.name === 'function' ? look.name(value, sofar) : (look?.name ?? key);
  const cut = r.failed && !before && children.length === 0;
  const text = cut ? 'truncated' : look?.value?.(value, sofar);
  // Filled in one after the other: spreading objects that are mostly empty is half the cost of reading a field.
  const node: Filling = { name, span: spanFrom(r, start) };
  if (text !== undefined) node.value = text;
  if (look?.rfc !== undefined) node.rfc = look.rfc;
  if (children.length > 0) node.children = children;
  siblings.push(node);
  return value;
};

type Filling = { -readonly [K in keyof TreeNode]: TreeNode[K] };

/** Makes a leaf of whatever lies between here and the end; an issue too, unless reading stopped for a reason already named. */
export const leftOver = (r: Reading, after: string): void => {
  if (r.at >= r.end) return;
  const rest = span(r.buffer, r.at, r.end);
  const count = r.end - r.at;
  if (!r.failed) issue(r, 'malformed', 'trailing-octets', `${count} octet${count === 1 ? '' : 's'} left after ${after}`, rest);
  r.nodes.push({ name: 'Unread octets', span: rest, value: shortHex(r.bytes.subarray(r.at, r.end)) });
  r.at = r.end;
};

/** Octets for the screen: whole up to eight, else the first four and the last two. */
export const shortHex = (bytes: Uint8Array): string =>
  bytes.length <= 8 ? toHex(bytes) : `${toHex(bytes.subarray(0, 4))}…${toHex(bytes.subarray(-2))}`;

/** Whether `count` octets are left; where they are not, reading fails. */
const has = (r: Reading, count: number): boolean => {
  if (r.failed) return false;
  const left = r.end - r.at;
  if (left >= count) return true;
  fail(r, 'truncated', `needs ${count} octet${count === 1 ? '' : 's'}, ${left} ${left === 1 ? 'is' : 'are'} left`);
  return false;
};

/** The next `count` octets, or `undefined` and a failed reading. */
const take = (r: Reading, count: number): Uint8Array | undefined => {
  if (!has(r, count)) return undefined;
  r.at += count;
  return r.bytes.subarray(r.at - count, r.at);
};

const empty = new Uint8Array(0);

const unsigned = (octets: number): Field<number> => ({
  look: { value: String },
  read(r) {
    if (!has(r, octets)) return 0;
    let n = 0;
    for (let i = 0; i < octets; i++) n = n * 256 + (r.bytes[r.at++] ?? 0);
    return n;
  },
  write(out, value) {
    for (let i = octets - 1; i >= 0; i--) out.push(Math.floor(value / 256 ** i) & 255);
  },
});

/** Big-endian, as everything here. */
export const u8 = unsigned(1);
export const u16 = unsigned(2);
export const u32 = unsigned(4);
export const u64: Field<bigint> = {
  look: { value: String },
  read: (r) => (take(r, 8) ?? empty).reduce<bigint>((n, b) => n * 256n + BigInt(b), 0n),
  write(out, value) {
    for (let i = 7n; i >= 0n; i--) out.push(Number((value >> (8n * i)) & 255n));
  },
};

const octets = (count: (r: Reading, sofar: Sofar) => number): Field<Uint8Array> => ({
  look: { value: shortHex },
  read: (r, sofar) => take(r, count(r, sofar)) ?? empty,
  write(out, value) {
    for (const b of value) out.push(b);
  },
});

/** A fixed number of octets, those that an earlier field counts, and all up to the end of the structure: views, not copies. */
export const bytes = (count: number): Field<Uint8Array> => octets(() => count);
export const bytesBy = (size: string | ((sofar: Sofar) => number)): Field<Uint8Array> =>
  octets((_, sofar) => (typeof size === 'string' ? Number(sofar[size]) : size(sofar)));
export const rest: Field<Uint8Array> = octets((r) => r.end - r.at);

/** Octets that have to be zero. Others are kept, so that they are written back, and are an issue. */
export const reserved = (count: 1 | 2 | 3 | 4): Field<number | undefined> => {
  const inner = unsigned(count);
  return {
    look: { name: 'Reserved', value: (n) => (n ?? 0).toString(16).padStart(2 * count, '0') },
    read(r, sofar) {
      const start = r.at;
      const n = inner.read(r, sofar);
      if (n === 0) return undefined;
      issue(
        r,
        'misbehaved',
        'reserved-not-zero',
        `reserved octets are ${n.toString(16).padStart(2 * count, '0')}, not zero`,
        spanFrom(r, start),
      );
      return n;
    },
    write: (out, value) => inner.write(out, value ?? 0),
  };
};

/** The size of another field of the same structure: octets of a byte string, members of a list. */
export const sizeOf = (key: string, field: Field<number>): Derived => ({ ...field, derive: { sizeOf: key } });
/** The octets of the whole structure, this field included; reading the later fields stops there. */
export const total = (field: Field<number>): Derived => ({ ...field, derive: 'total' });
/** Written as zero, for whoever knows better to put right. */
export const filledLater = (field: Field<number>): Derived => ({ ...field, derive: 'zero' });

/** The same field with its words for the tree. */
export const shown = <F extends Field<unknown>>(
  name: NonNullable<Look<ValueOf<F>>['name']>,
  field: F,
  value?: (value: ValueOf<F>, sofar: Sofar) => string | undefined,
  rfc?: string,
): F => ({ ...field, look: { ...field.look, name, ...(value && { value }), ...(rfc !== undefined && { rfc }) } });

/** The same octets as another type. */
export const mapped = <A, B>(field: Field<A>, to: (value: A) => B, from: (value: B) => A): Field<B> => ({
  read: (r, sofar) => to(field.read(r, sofar)),
  write: (out, value) => field.write(out, from(value)),
});

/** A field that is there only if the fields before it say so. */
export const when = <T>(there: (sofar: Sofar) => boolean, field: Field<T>): Field<T | undefined> => ({
  look: field.look as Look<T | undefined>,
  read: (r, sofar) => (there(sofar) ? field.read(r, sofar) : undefined),
  write: (out, value) => (value === undefined ? undefined : field.write(out, value)),
});

const isDerived = (field: Field<unknown>): field is Derived => 'derive' in field;
const sizeIn = (value: Readonly<Record<string, unknown>>, key: string): number => (value[key] as { readonly length: number }).length;

/** Fields one after the other, each knowing by name what those before it said. */
export const struct = <S extends Fields>(fields: S): Field<Value<S>> => {
  const all = Object.entries(fields);
  const counts = all.flatMap(([key, field]) =>
    isDerived(field) && typeof field.derive !== 'string' ? [[key, field.derive.sizeOf] as const] : [],
  );
  return {
    read(r, outer) {
      const [start, limit] = [r.at, r.end];
      const sofar: Record<string, unknown> = { ...outer };
      const value: Record<string, unknown> = {};
      for (const [key, field] of all) {
        const read = readField(r, key, field, sofar);
        sofar[key] = read;
        if (!isDerived(field)) {
          if (read !== undefined) value[key] = read;
        } else if (field.derive === 'total' && !r.failed) narrow(r, start, Number(read));
      }
      for (const [key, of] of r.failed ? [] : counts) {
        const [said, found] = [Number(sofar[key]), sizeIn(value, of)];
        if (said !== found) issue(r, 'malformed', 'count-mismatch', `announces ${said} ${of}, holds ${found}`, spanFrom(r, start));
      }
      if (r.end < limit) leftOver(r, 'the last field');
      r.end = limit;
      return value as Value<S>;
    },
    write(out, value) {
      const given = value as Readonly<Record<string, unknown>>;
      const start = out.length;
      const patches: (() => void)[] = [];
      for (const [key, field] of all) {
        const at = out.length;
        if (!isDerived(field)) field.write(out, given[key]);
        else field.write(out, typeof field.derive === 'string' ? 0 : sizeIn(given, field.derive.sizeOf));
        if (isDerived(field) && field.derive === 'total') {
          patches.push(() => {
            const filled: number[] = [];
            field.write(filled, out.length - start);
            filled.forEach((b, i) => {
              out[at + i] = b;
            });
          });
        }
      }
      for (const patch of patches) patch();
    },
  };
};

const narrow = (r: Reading, start: number, length: number): void => {
  if (start + length < r.at) {
    issue(
      r,
      'malformed',
      'payload-length',
      `length ${length} is less than the ${r.at - start} octets already read`,
      span(r.buffer, r.at, r.end),
    );
    r.failed = true;
    // The length has its node already: what is left cannot become part of it.
    leftOver(r, 'the length');
  } else if (start + length <= r.end) r.end = start + length;
  else issue(r, 'malformed', 'payload-length', `length ${length}, but ${r.end - start} octets are there`, span(r.buffer, start, r.end));
};

/** Items up to the end of the structure, or as many as `count` says. Each item sees those before it as `sofar.before`. */
export const repeat = <T>(item: Field<T>, count?: string): Field<readonly T[]> => ({
  inline: true,
  read(r, sofar) {
    const items: T[] = [];
    const most = count === undefined ? Number.POSITIVE_INFINITY : Number(sofar[count]);
    while (items.length < most && !r.failed && (r.at < r.end || count !== undefined)) {
      const start = r.at;
      const value = readField(r, 'Item', item, { ...sofar, before: items });
      if (r.failed) break;
      // An item without octets can be repeated for ever: one says as much as many.
      if (r.at === start) break;
      items.push(value);
    }
    return items;
  },
  write(out, items) {
    for (const value of items) item.write(out, value);
  },
});
