import { expect, test } from 'vitest';
import { keyLabel } from '../design/key-label.ts';
import { commands } from './commands.ts';
import { commandFor, nameOf } from './keyboard.ts';

const plain = { shift: false, mod: false, alt: false };

test.each([
  ['ArrowRight', plain, 'next'],
  ['j', plain, 'next'],
  ['k', plain, 'previous'],
  ['J', { ...plain, shift: true }, 'next-negotiation'],
  ['ArrowLeft', { ...plain, shift: true }, 'previous-negotiation'],
  ['n', plain, 'next-finding'],
  ['N', { ...plain, shift: true }, 'previous-finding'],
  [' ', plain, 'play'],
  ['/', plain, 'find'],
  ['/', { ...plain, shift: true }, 'find'],
  ['?', { ...plain, shift: true }, 'help'],
  ['k', { ...plain, mod: true }, 'palette'],
  ['F6', { ...plain, shift: true }, 'previous-panel'],
])('%s with %o is %s', (key, held, id) => {
  expect(commandFor({ key, ...held })).toBe(id);
});

test('with Alt a key belongs to the system', () => {
  expect(nameOf({ key: 'ArrowLeft', ...plain, alt: true })).toBe('');
});

test('no key means two things', () => {
  const keys = commands.flatMap((command) => command.keys);
  expect(new Set(keys).size).toBe(keys.length);
});

test('keys are shown in the words of the machine', () => {
  expect(keyLabel('Mod K', true)).toBe('⌘K');
  expect(keyLabel('Mod K', false)).toBe('Ctrl K');
  expect(keyLabel('Shift ArrowRight', false)).toBe('Shift →');
});
