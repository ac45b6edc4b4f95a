import { expect, test } from 'vitest';
import { windowCells, windowSentence } from './window.ts';

test('cells count down from the newest number', () => {
  expect(windowCells('.101', '4')).toEqual([
    { state: 'before', number: '1' },
    { state: 'seen', number: '2' },
    { state: 'missing', number: '3' },
    { state: 'seen', number: '4' },
  ]);
});

test('numbers beyond a double are kept, numbers below one are none', () => {
  expect(windowCells('11', '9007199254740993').map(({ number }) => number)).toEqual(['9007199254740992', '9007199254740993']);
  expect(windowCells('..1', '1').map(({ number }) => number)).toEqual(['', '', '1']);
});

test('the picture says what it shows', () => {
  expect(windowSentence('....', '0')).toBe('Replay window of 4: nothing was received yet.');
  expect(windowSentence('1011', '7')).toBe('Replay window of 4, up to number 7: 3 seen, missing: 5.');
});
