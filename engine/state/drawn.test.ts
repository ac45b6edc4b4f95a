/** A private value that was drawn serves as one that was told, RFC 2409 5. */
import { expect, test } from 'vitest';
import type { EntropyDrawn } from '../event/event.ts';
import { keepDrawn } from './drawn.ts';
import { initialState } from './state.ts';

const drawn = (purpose: string): EntropyDrawn => ({
  kind: 'EntropyDrawn',
  at: null,
  origin: { input: 0, number: 0 },
  purpose,
  length: 2,
  ref: 7,
  value: Uint8Array.of(1, 2),
});

test('of phase 1 and of a quick mode', () => {
  const one = keepDrawn(initialState, drawn('dhPrivateValue 9ddfe2934d8be14b'));
  expect(one.secrets).toEqual([
    { about: { what: 'dhPrivateValue', initiatorCookie: '9ddfe2934d8be14b' }, ref: 7, value: Uint8Array.of(1, 2), since: 0 },
  ]);
  const two = keepDrawn(initialState, drawn('dhPrivateValue 9ddfe2934d8be14b 4294967295'));
  expect(two.secrets[0]?.about).toEqual({ what: 'dhPrivateValue', initiatorCookie: '9ddfe2934d8be14b', messageId: 0xffff_ffff });
});

test.each(['nonce 9ddfe2934d8be14b 0', 'dhPrivateValue', 'dhPrivateValue xyz', 'dhPrivateValue 9ddfe2934d8be14b -1'])(
  'nothing for %s',
  (purpose) => {
    expect(keepDrawn(initialState, drawn(purpose))).toBe(initialState);
  },
);
