import { BehaviorSubject, Subject } from 'rxjs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Question, Telling } from '../../protocol/protocol.ts';
import { effects, pagesBetween } from './effects.ts';
import { engineOver } from './engine.ts';
import { momentOf, overviewOf } from './fixture.ts';
import type { LineStatus } from './line.ts';
import { storeFrom } from './store.ts';

/** A window without a page, and a host that answers when told to. */
function desk() {
  const status = new BehaviorSubject<LineStatus>('open');
  const tellings = new Subject<Telling>();
  const asked: Question[] = [];
  const engine = engineOver({ status, tellings, send: (question) => asked.push(question) });
  const store = storeFrom();
  effects(store.states, engine).subscribe(store.dispatch);
  const answer = (name: string, value: unknown) => {
    const question = asked.splice(
      asked.findIndex((one) => one.name === name),
      1,
    )[0];
    tellings.next({ tell: 'answer', id: question?.id ?? 0, answer: value });
    return question?.ask;
  };
  const named = (name: string) => asked.filter((one) => one.name === name);
  tellings.next({ tell: 'opened', overview: overviewOf(), at: 1 });
  return { status, tellings, asked, store, answer, named };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('while a moment is on its way, only the last of the steps that follow is asked for', () => {
  const { store, named, answer } = desk();
  for (const event of [2, 3, 4, 5]) store.dispatch({ type: 'go', event });
  expect(named('moment')).toHaveLength(1);
  answer('moment', momentOf(1, null));
  expect(named('moment').map(({ ask }) => ask)).toMatchObject([{ event: 5 }]);
  answer('moment', momentOf(5, null));
  expect(store.now().moment?.event).toBe(5);
});

test('ladder rows are asked for by page, each once', () => {
  const { store, named, answer } = desk();
  store.dispatch({ type: 'wanted', from: 0, to: 20 });
  store.dispatch({ type: 'wanted', from: 0, to: 22 });
  expect(named('ladder')).toHaveLength(1);
  answer('ladder', []);
  store.dispatch({ type: 'wanted', from: 1, to: 22 });
  expect(named('ladder')).toHaveLength(0);
  expect(pagesBetween([100, 300], 1000)).toEqual([0, 1, 2]);
  expect(pagesBetween([100, 300], 120)).toEqual([0]);
  expect(pagesBetween([0, 10], 0)).toEqual([]);
});

test('playing steps on only when the step before was drawn, and stops at a breakpoint', () => {
  const { store, answer, named } = desk();
  answer('moment', momentOf(1, null));
  store.dispatch({ type: 'breakpointAdded', query: 'MM3' });
  answer('find', { hits: [{ event: 3, label: '', text: '' }], error: null });
  store.dispatch({ type: 'play', on: true });
  vi.advanceTimersByTime(10);
  expect(store.now().event).toBe(2);
  vi.advanceTimersByTime(5000);
  expect(store.now().event).toBe(2);
  answer('moment', momentOf(2, null));
  vi.advanceTimersByTime(5000);
  expect(store.now()).toMatchObject({ event: 3, playing: false });
  expect(named('moment')).toHaveLength(1);
});

test('playing ends with the log', () => {
  const { store, answer } = desk();
  answer('moment', momentOf(1, null));
  store.dispatch({ type: 'go', event: 19 });
  answer('moment', momentOf(19, null));
  store.dispatch({ type: 'play', on: true });
  vi.advanceTimersByTime(2000);
  expect(store.now()).toMatchObject({ event: 19, playing: false });
});

test('a search is asked for when typing pauses, the last words only', () => {
  const { store, named } = desk();
  store.dispatch({ type: 'searched', query: 'm' });
  store.dispatch({ type: 'searched', query: 'mm5' });
  vi.advanceTimersByTime(1000);
  expect(named('find').map(({ ask }) => ask)).toEqual([{ query: 'mm5' }]);
});

test('a line that comes back says hello again and asks anew for what is drawn', () => {
  const { status, store, asked, answer, named } = desk();
  answer('moment', momentOf(1, null));
  status.next('lost');
  expect(store.now().line).toBe('lost');
  asked.length = 0;
  status.next('open');
  expect(named('hello')).toHaveLength(1);
  answer('hello', { version: '0', shell: 'browser', bundled: [], overview: overviewOf() });
  expect(store.now()).toMatchObject({ line: 'open', event: 1 });
  expect(named('moment').length).toBeGreaterThan(0);
});

test('what the host refuses is shown as a failure of ours', () => {
  const { tellings, store, asked } = desk();
  const moment = asked.find(({ name }) => name === 'moment');
  tellings.next({ tell: 'refused', id: moment?.id ?? 0, message: 'It broke.' });
  expect(store.now().stuck).toBe('It broke.');
});
