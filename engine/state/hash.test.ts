// Equal states have equal digests: the order in which maps were filled leaves no trace, and any difference does.
import { expect, test } from 'vitest';
import { nodeCrypto } from '../host/node-crypto.ts';
import { cookie } from '../values/cookie.ts';
import { plainState, stateHash } from './hash.ts';
import { emptyMap, type PersistentMap, set } from './persistent-map.ts';
import { initialState, type State } from './state.ts';

const mapOf = (keys: readonly string[]): PersistentMap<number> =>
  keys.reduce((map, key) => set(map, key, key.length), emptyMap as PersistentMap<number>);

const withMessages = (messages: PersistentMap<number>): State => ({ ...initialState, messages });
const keys = Array.from({ length: 500 }, (_, i) => `key ${(i * 7919) % 500}`);

test('maps count by their entries alone', () => {
  const there = stateHash(nodeCrypto, withMessages(mapOf(keys)));
  expect(stateHash(nodeCrypto, withMessages(mapOf(keys.toReversed())))).toBe(there);
  expect(stateHash(nodeCrypto, withMessages(set(mapOf(keys), 'key 7', 99)))).not.toBe(there);
  expect(stateHash(nodeCrypto, withMessages(mapOf(keys.slice(1))))).not.toBe(there);
});

test('a state is plain data: maps as sorted entries, octets as they are', () => {
  const octets = Uint8Array.of(1, 2);
  expect(plainState({ map: mapOf(['b', 'a']), octets, cookie: cookie('0102030405060708'), none: null })).toEqual({
    map: [
      ['a', 1],
      ['b', 1],
    ],
    octets,
    cookie: '0102030405060708',
    none: null,
  });
});

test('the digest is SHA-256 in hex', () => {
  expect(stateHash(nodeCrypto, initialState)).toMatch(/^[0-9a-f]{64}$/);
});
