import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedEntries, emptyMap, entries, get, type PersistentMap, set, without } from './persistent-map.ts';

test('behaves as a Map does, and old versions stay what they were', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.integer())), (puts) => {
      const model = new Map<string, number>();
      const versions: { map: PersistentMap<number>; model: Map<string, number> }[] = [];
      let map: PersistentMap<number> = emptyMap;
      for (const [key, value] of puts) {
        map = set(map, key, value);
        model.set(key, value);
        versions.push({ map, model: new Map(model) });
      }
      for (const v of versions) {
        expect(v.map.size).toBe(v.model.size);
        for (const [key, value] of v.model) expect(get(v.map, key)).toBe(value);
        expect(entries(v.map)).toEqual([...v.model].sort(([a], [b]) => (a < b ? -1 : 1)));
      }
      expect(get(map, 'never put')).toBeUndefined();
      for (const [key] of puts) {
        map = without(map, key);
        model.delete(key);
        expect(map.size).toBe(model.size);
        expect(entries(map)).toEqual([...model].sort(([a], [b]) => (a < b ? -1 : 1)));
      }
    }),
  );
});

test('keys whose hashes are equal stay apart', () => {
  // Two texts with one FNV-1a value, a published collision pair.
  const [a, b] = ['costarring', 'liquid'];
  const map = set(set(emptyMap as PersistentMap<number>, a, 1), b, 2);
  expect([get(map, a), get(map, b), map.size]).toEqual([1, 2, 2]);
  expect(entries(without(map, a))).toEqual([[b, 2]]);
  expect(without(map, 'never put')).toBe(map);
});

test('what changed between two versions is what a comparison of all entries finds', () => {
  const puts = fc.array(fc.tuple(fc.oneof(fc.string({ maxLength: 2 }), fc.constantFrom('costarring', 'liquid')), fc.nat(3)));
  fc.assert(
    fc.property(puts, puts, (first, then) => {
      const put = (map: PersistentMap<number>, pairs: typeof first) => pairs.reduce((m, [key, value]) => set(m, key, value), map);
      const before = put(emptyMap, first);
      const after = put(before, then);
      expect(changedEntries(before, after)).toEqual(entries(after).filter(([key, value]) => get(before, key) !== value));
      // Maps that share nothing are compared all the same.
      expect(changedEntries(put(emptyMap, first), after)).toEqual(changedEntries(before, after));
    }),
  );
});
