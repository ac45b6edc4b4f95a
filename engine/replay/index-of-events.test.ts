// What lists need of every event: who sent it, how much, which group.
import { expect, test } from 'vitest';
import { bundledTrace, loadTrace } from '../../test/support/trace.ts';
import { dropped, fold, repeated, since, withoutSecrets } from '../../test/support/what-if.ts';
import { groupAt, senderAt } from './index-of-events.ts';

const log = loadTrace(bundledTrace);
const { index } = fold(log);

test('the sender of every message', () => {
  const senders = Array.from({ length: 20 }, (_, event) => senderAt(index, event)?.[0] ?? '-').join('');
  expect(senders).toBe('-iririririiririririi');
});

test('octets of the datagram, without the headers that carry it', () => {
  // Frames of 218 and 150 octets; Ethernet, IPv4 and UDP take 42, Ethernet and IPv4 34.
  expect(index.sizes[1]).toBe(218 - 42);
  expect(index.sizes[10]).toBe(150 - 34);
});

test('runs of events, each under one head', () => {
  expect(index.groups.map(({ event, kind, count, exchange }) => [event, kind, count, exchange])).toEqual([
    [1, 'phase1', 6, null],
    [7, 'quick', 3, 0x3e1e0daa],
    [10, 'ipsec', 8, null],
    [18, 'informational', 2, null],
  ]);
});

test('the group of every event is the run that it stands in', () => {
  for (let event = 1; event <= 19; event++) {
    const group = index.groups[groupAt(index, event)];
    expect(group && group.event <= event && event < group.event + group.count).toBe(true);
  }
});

test('events that moved a state; steps of a state to itself do not count', () => {
  expect(index.changes).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 19]);
  expect(fold(repeated(log, 3)).index.changes).toEqual([1, 2, 3, 5, 6, 7, 8, 9, 10, 20]);
});

test('messages that were opened, with the IV', () => {
  expect(index.opened.map((o) => `${o.event} ${o.label}`)).toEqual(['5 MM5', '6 MM6', '7 QM1', '8 QM2', '9 QM3', '18 INFO', '19 INFO']);
  expect(fold(withoutSecrets(log)).index.opened).toEqual([]);
});

test('ESP of an SA that nobody told of belongs to nobody', () => {
  const stray = fold(since(log, 10)).index;
  expect(senderAt(stray, 1)).toBeNull();
  expect(stray.groups[0]).toMatchObject({ kind: 'ipsec', negotiation: null });
});

test('an empty log has no groups, and asking for one does not fail', () => {
  const empty = fold(dropped(log, ...Array.from({ length: 19 }, (_, i) => i + 1))).index;
  expect(empty.groups).toEqual([]);
  expect(groupAt(empty, 0)).toBe(0);
  expect(senderAt(empty, 5)).toBeNull();
});
