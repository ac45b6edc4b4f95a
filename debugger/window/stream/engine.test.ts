import { BehaviorSubject, Subject } from 'rxjs';
import { expect, test } from 'vitest';
import type { Question, Telling } from '../../protocol/protocol.ts';
import { engineOver } from './engine.ts';
import type { LineStatus } from './line.ts';
import { pauseAfter } from './socket.ts';

function line() {
  const status = new BehaviorSubject<LineStatus>('open');
  const tellings = new Subject<Telling>();
  const sent: Question[] = [];
  return { status, tellings, sent, engine: engineOver({ status, tellings, send: (question) => sent.push(question) }) };
}

test('answers find their question, in whatever order they come', () => {
  const { engine, tellings, sent } = line();
  const heard: unknown[] = [];
  engine.ask('rowOf', { event: 1, unfolded: [] }).subscribe((row) => heard.push(['first', row]));
  engine.ask('rowOf', { event: 2, unfolded: [] }).subscribe((row) => heard.push(['second', row]));
  const [first, second] = sent.map(({ id }) => id);
  tellings.next({ tell: 'answer', id: second ?? 0, answer: 20 });
  tellings.next({ tell: 'answer', id: first ?? 0, answer: 10 });
  expect(heard).toEqual([
    ['second', 20],
    ['first', 10],
  ]);
});

test.each([
  ['refused', ({ tellings, sent }: ReturnType<typeof line>) => tellings.next({ tell: 'refused', id: sent[0]?.id ?? 0, message: 'no' })],
  ['lost', ({ status }: ReturnType<typeof line>) => status.next('lost')],
  ['stopped', ({ tellings }: ReturnType<typeof line>) => tellings.next({ tell: 'stopped', message: 'gone', restarting: true })],
])('a question that is %s ends with an error', (_, happen) => {
  const all = line();
  let error: unknown;
  all.engine.ask('hello', {}).subscribe({ error: (e) => (error = e) });
  happen(all);
  expect(error).toMatchObject({ name: 'Unanswered' });
});

test('answers are no news', () => {
  const { engine, tellings } = line();
  const news: string[] = [];
  engine.news.subscribe(({ tell }) => news.push(tell));
  tellings.next({ tell: 'answer', id: 1, answer: null });
  tellings.next({ tell: 'closed' });
  expect(news).toEqual(['closed']);
});

test('a line that stays broken is tried ever more slowly, up to a bound', () => {
  expect([0, 1, 2, 9, 99].map(pauseAfter)).toEqual([500, 1000, 2000, 8000, 8000]);
});
