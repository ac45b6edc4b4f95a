import { expect, test } from 'vitest';
import { overviewOf } from './fixture.ts';
import { beginnings, findingEvents, lastBefore, nextAfter } from './places.ts';

const part = (first: number) =>
  ({ id: `${first}`, kind: 'quick', label: '', code: null, detail: '', side: null, first, last: first }) as const;
const negotiation = {
  id: 'n',
  label: '',
  title: '',
  cookies: null,
  verdict: 'up',
  summary: '',
  first: 1,
  last: 19,
  initiator: '',
  responder: '',
} as const;
const finding = { code: '', severity: 'note', title: '', detail: '', negotiation: null } as const;

test('a step by negotiation leads to where one begins, or an exchange in it', () => {
  const overview = overviewOf({ negotiations: [{ ...negotiation, parts: [part(1), part(7), part(8), part(8)] }] });
  expect(beginnings(overview)).toEqual([1, 7, 8]);
  expect(nextAfter(beginnings(overview), 1)).toBe(7);
  expect(lastBefore(beginnings(overview), 7)).toBe(1);
  expect(nextAfter(beginnings(overview), 8)).toBeNull();
});

test('findings are gone through in order of time', () => {
  const overview = overviewOf({
    findings: [
      { ...finding, event: 19 },
      { ...finding, event: 2 },
      { ...finding, event: 2 },
    ],
  });
  expect(findingEvents(overview)).toEqual([2, 19]);
});
