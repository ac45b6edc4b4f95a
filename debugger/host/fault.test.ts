import { Cause } from 'effect';
import { expect, test } from 'vitest';
import { faultPlaces } from './fault.ts';

test('tells the kind and the place of a fault, never its words', () => {
  const told = faultPlaces(Cause.die(new RangeError('the key is 0123456789abcdef')));
  expect(told).toMatch(/^RangeError\n\s+at .*fault\.test/);
  expect(told).not.toContain('0123456789abcdef');
});
