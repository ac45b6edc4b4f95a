import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../event/event.ts';
import type { Input } from '../log/log.ts';
import { timestamp } from '../values/timestamp.ts';
import { readKeys } from './keys.ts';
import { mergeReadings } from './merge.ts';
import type { Reading } from './reading.ts';

const input = (name: string, kind: Input['kind'] = 'capture'): Input => ({ name, kind, detail: '' });

/** One event for each time, all of an input that takes itself for the first. */
const reading = (name: string, times: readonly (number | null)[]): Reading => ({
  input: input(name),
  events: times.map((t, i) => ({
    kind: 'TimerFired',
    timer: `${name}${i + 1}`,
    at: t === null ? null : timestamp(BigInt(t)),
    origin: { input: 0, number: i + 1 },
  })),
  damage: [],
});

const order = (...readings: readonly Reading[]) =>
  mergeReadings(readings).happened.map((e) => (e.kind === 'TimerFired' ? e.timer : e.kind));

describe('merging', () => {
  test('by time, ties to the input named first', () => {
    expect(order(reading('a', [1, 3, 5]), reading('b', [1, 2, 5]))).toEqual(['a1', 'b1', 'b2', 'a2', 'a3', 'b3']);
  });

  test('an input keeps its own order though its clock steps back', () => {
    expect(order(reading('a', [10, 2, 11]), reading('b', [9, 10, 12]))).toEqual(['b1', 'a1', 'a2', 'b2', 'a3', 'b3']);
  });

  test('an event without a time follows its predecessor', () => {
    expect(order(reading('a', [null, 5, null, 7]), reading('b', [6, null, 6]))).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'a4']);
  });

  test('secrets are given, inputs and references are numbered for the log', () => {
    const keys = (psk: string): Reading => ({ input: input('keys', 'keys'), events: readKeys(`{"psk":"${psk}"}`, 0).events, damage: [] });
    const damage = { input: 0, offset: 9, code: 'bad-record', message: '', bytes: new Uint8Array() };
    const log = mergeReadings([reading('a', [1]), keys('x'), keys('y'), { ...reading('b', [2]), damage: [damage] }]);
    expect(log.inputs.map((i) => i.name)).toEqual(['a', 'keys', 'keys', 'b']);
    expect(log.given.map((e) => [e.origin.input, e.kind === 'SecretLearned' ? e.ref : null])).toEqual([
      [1, 0],
      [2, 1],
    ]);
    expect(log.happened.map((e) => e.origin.input)).toEqual([0, 3]);
    expect(log.damage).toEqual([{ ...damage, input: 3 }]);
    expect(mergeReadings([])).toEqual({ inputs: [], given: [], happened: [], damage: [] });
  });

  test('any inputs: nothing lost, every input in its own order', () => {
    const times = fc.array(fc.option(fc.nat(20)), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(times, { maxLength: 4 }), (all) => {
        const { happened } = mergeReadings(all.map((t, i) => reading(String(i), t)));
        all.forEach((t, i) => {
          const own = happened.filter((e: Event) => e.origin.input === i).map((e) => e.origin.number);
          expect(own).toEqual(t.map((_, n) => n + 1));
        });
      }),
    );
  });
});
