/**
 * Counts what the engine does, in steps that depend on the input alone: never on the machine, its load or its compiler.
 *
 * - Blocks of the engine's code that ran, as V8 counts them for coverage: each turn of a loop and each call is one or more.
 * - What runs in no block of ours: elements that arrays, maps and text hand over when they are copied, spread, joined or searched.
 * - Calls of the crypto port and the octets that they were given.
 * - Looking up a key of a persistent map, and setting one: as many steps as such a map can have levels, however full it is.
 *
 * Import this file first: V8 counts the blocks of functions that are compiled afterwards.
 */
import { Session } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';
import type { Crypto } from '../../engine/crypto/provider.ts';

export interface Steps {
  readonly blocks: number;
  /** Elements, octets and characters that were copied or searched outside our own code. */
  readonly touched: number;
  /** Hashes, MACs and decryptions, and the octets that they were given. */
  readonly hashes: number;
  readonly hashed: number;
}

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly functionName: string; readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

// A function that a compiler put into its callers is counted no more.
for (const flag of ['--no-opt', '--no-maglev']) setFlagsFromString(flag);

const session = new Session();
session.connect();

// The session is of this thread: its answers come before `post` returns.
const ask = <T>(method: string, parameters: object = {}): T => {
  let answer: unknown;
  session.post(method, parameters, (error, result) => {
    if (error) throw error;
    answer = result;
  });
  return answer as T;
};

ask('Profiler.enable');
ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

export const total = (s: Steps): number => s.blocks + s.touched + s.hashes + s.hashed;

/** What `work` costs. It is not to keep anything for later, or later work would look cheap. */
export const measure = (crypto: Crypto, work: (crypto: Crypto) => unknown): Steps => {
  const tally = { touched: 0, hashes: 0, hashed: 0 };
  const counting = countCrypto(crypto, tally);
  const restore = watchBuiltIns(tally);
  ask('Profiler.takePreciseCoverage');
  let blocks = 0;
  try {
    work(counting);
  } finally {
    restore();
    for (const { url, functions } of ask<Coverage>('Profiler.takePreciseCoverage').result) {
      if (!/\/engine\/(?!host\/)/.test(url)) continue;
      const prices = /\/state\/persistent-map\.ts$/.test(url) ? ofMap : {};
      for (const { functionName, ranges } of functions) {
        const calls = ranges[0]?.count ?? 0;
        const price = prices[functionName];
        // Each copies one node.
        if (functionName === 'put' && price !== undefined) tally.touched -= calls * branches;
        if (price !== undefined) blocks += calls * price;
        else for (const { count } of ranges) blocks += count;
      }
    }
  }
  return { blocks, ...tally };
};

type Tally = { touched: number; hashes: number; hashed: number };

/** A hash has 32 bits, a node takes five of them and has a slot for each of their values: more levels no map has. */
const mostLevels = 7;
const branches = 32;

/** Steps of a call, by the name of the function in the persistent map: what goes from node to node is paid with the call that begins it. */
const ofMap: Readonly<Record<string, number>> = {
  get: mostLevels,
  set: mostLevels,
  without: mostLevels,
  changedEntries: 1,
  put: 0,
  replace: 0,
  leftOf: 0,
  leavesOf: 0,
  changedLeaves: 0,
  isNode: 0,
  isBucket: 0,
};

const countCrypto = (crypto: Crypto, tally: Tally): Crypto =>
  new Proxy(crypto, {
    get(target, name, receiver) {
      const own: unknown = Reflect.get(target, name, receiver);
      if (typeof own !== 'function') return own;
      return (...given: unknown[]): unknown => {
        tally.hashes++;
        for (const part of given) if (part instanceof Uint8Array) tally.hashed += part.length;
        return Reflect.apply(own, target, given);
      };
    },
  });

type Method = (this: never, ...given: never[]) => unknown;
/** `mark`: where a pattern stood before the call. */
type Price = (self: never, given: readonly never[], result: never, mark: number) => number;
interface Sized {
  readonly length: number;
}

const ofSelf: Price = (self: Sized) => self.length;
const ofResult: Price = (_self, _given, result: Sized) => result.length;
const upTo: Price = (self: Sized, _given, result: number) => (result < 0 ? self.length : result + 1);
const whole: Price = (self: Sized, [, from]) => self.length - Number(from ?? 0);
const one: Price = () => 1;

/** Stands in for what the language does by itself: each call is priced, and does what it did. */
const watchBuiltIns = (tally: Tally): (() => void) => {
  const undo: (() => void)[] = [];
  const watch = (owner: object, name: string | symbol, price: Price): void => {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    if (!before || typeof before.value !== 'function') throw new Error(`no method ${String(name)}`);
    const own = before.value as Method;
    const watched = function (this: never, ...given: never[]): unknown {
      const mark = (this as unknown) instanceof RegExp ? (this as RegExp).lastIndex : 0;
      const result = Reflect.apply(own, this, given);
      tally.touched += price(this, given, result as never, mark);
      return result;
    };
    Object.defineProperty(owner, name, { ...before, value: watched });
    undo.push(() => Object.defineProperty(owner, name, before));
  };
  const iterators = [[][Symbol.iterator](), new Map()[Symbol.iterator](), new Set()[Symbol.iterator]()];
  for (const name of ['slice', 'concat', 'with', 'toSpliced', 'toSorted', 'flat', 'splice']) watch(Array.prototype, name, ofResult);
  for (const name of ['join', 'sort', 'reverse', 'shift', 'unshift', 'fill']) watch(Array.prototype, name, ofSelf);
  for (const name of ['indexOf', 'lastIndexOf']) watch(Array.prototype, name, upTo);
  watch(Array.prototype, 'includes', ofSelf);
  watch(Array, 'from', ofResult);
  const typed = Object.getPrototypeOf(Uint8Array.prototype) as object;
  watch(typed, 'slice', ofResult);
  watch(typed, 'set', (_self, [from]) => (from as unknown as Sized).length);
  for (const name of ['fill', 'copyWithin', 'reverse']) watch(typed, name, ofSelf);
  watch(typed, 'indexOf', upTo);
  watch(Object.getPrototypeOf(Uint8Array) as object, 'from', ofResult);
  watch(String.prototype, 'indexOf', searched);
  watch(String.prototype, 'lastIndexOf', ofSelf);
  watch(String.prototype, 'includes', whole);
  for (const name of ['split', 'replace', 'replaceAll', 'trim', 'trimEnd', 'trimStart', 'toLowerCase', 'toUpperCase', 'normalize'])
    watch(String.prototype, name, ofSelf);
  for (const name of ['padStart', 'padEnd', 'repeat']) watch(String.prototype, name, ofResult);
  watch(RegExp.prototype, 'exec', tried);
  for (const name of ['keys', 'entries', 'values', 'fromEntries'])
    watch(Object, name, (_self, _given, result: unknown) => (Array.isArray(result) ? result.length : 1));
  watch(JSON, 'parse', (_self, [text]) => (text as unknown as Sized).length);
  watch(JSON, 'stringify', (_self, _given, result: Sized | undefined) => result?.length ?? 1);
  watch(TextDecoder.prototype, 'decode', (_self, [bytes]) => (bytes as unknown as Sized | undefined)?.length ?? 0);
  watch(TextEncoder.prototype, 'encode', ofResult);
  watch(Map.prototype, 'forEach', (self: Map<unknown, unknown>) => self.size);
  for (const iterator of iterators) watch(Object.getPrototypeOf(iterator) as object, 'next', one);
  return () => {
    for (const step of undo.toReversed()) step();
  };
};

const searched: Price = (self: Sized, [, from], result: number) => (result < 0 ? self.length : result + 1) - Number(from ?? 0);

/** What a pattern looked at, at least: up to the end of what it found; all that is left where it found nothing and was free to search. */
const tried: Price = (self: RegExp, [text], found: RegExpExecArray | null, mark) => {
  const from = self.global || self.sticky ? mark : 0;
  if (found) return Math.max(1, found.index - from + found[0].length);
  const bound = self.sticky || (self.source.startsWith('^') && !self.multiline);
  return bound ? 1 : String(text).length - from;
};
