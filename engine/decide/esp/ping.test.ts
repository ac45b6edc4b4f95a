/** A ping by itself: what asks for it, when its questions fall due, and which answers count. */
import { describe, expect, test } from 'vitest';
import type { OperatorRequested, TimerFired } from '../../event/event.ts';
import type { IpAddress } from '../../values/ip-address.ts';
import { fromSeconds, type Timestamp, timestamp } from '../../values/timestamp.ts';
import { answeredPing, beginPing, isAnswered, type Ping, pingDeadline, pingRequest, sentPing, timedPing } from './ping.ts';

const at = (seconds: number): Timestamp => timestamp(fromSeconds(100, 0) + BigInt(Math.round(seconds * 1e9)));
const origin = { input: 0, number: 0 };
const asked = (request: string): OperatorRequested => ({ kind: 'OperatorRequested', at: at(0), origin, request });
const fired = (timer: string, seconds: number): TimerFired => ({ kind: 'TimerFired', at: at(seconds), origin, timer });

const begun = (count: number): Ping => {
  const ping = beginPing(7, asked(pingRequest('10.2.0.1' as IpAddress, count)));
  if (!ping) throw new Error('no ping');
  return ping;
};

describe('the request', () => {
  test.each([
    ['ping 10.2.0.1 count 3', { target: '10.2.0.1', count: 3 }],
    ['ping 10.2.0.1', { count: 5 }],
    ['ping 10.2.0.1 count 9999', { count: 1000 }],
  ])('%s', (request, ping) => {
    expect(beginPing(7, asked(request))).toMatchObject(ping);
  });

  test.each(['ping nobody', 'ping 10.2.0.1 count 0', 'ping 10.2.0.1 count x', 'connect 10.2.0.1'])('%s: none', (request) => {
    expect(beginPing(7, asked(request))).toBeNull();
  });
});

test('the first question waits for an SA and a moment more; the others go a second apart; the last has two seconds', () => {
  let ping = begun(2);
  expect(pingDeadline(ping, null)).toBeNull();
  const first = pingDeadline(ping, at(5));
  expect(first).toMatchObject({ at: at(5.25) });
  ping = sentPing(timedPing(ping, fired(first?.timer ?? '', 5.25)), at(5.25));
  expect(pingDeadline(ping, null)).toMatchObject({ at: at(6.25) });
  ping = sentPing(timedPing(ping, fired(first?.timer ?? '', 6.25)), at(6.25));
  expect(pingDeadline(ping, null)).toMatchObject({ at: at(8.25) });
  ping = timedPing(ping, fired(first?.timer ?? '', 8.25));
  expect(ping.isOver).toBe(true);
  expect(pingDeadline(ping, null)).toBeNull();
});

test('a question that nothing takes out in its time counts as lost', () => {
  let ping = sentPing(begun(3), at(1));
  ping = timedPing(ping, fired('ping 7', 2));
  expect(ping).toMatchObject({ due: true, sent: [at(1)] });
  ping = timedPing(ping, fired('ping 7', 3));
  expect(ping).toMatchObject({ due: false, sent: [at(1), at(3)] });
});

test('an answer counts once, and only to a question that went', () => {
  const ping = sentPing(begun(2), at(1));
  expect(answeredPing(ping, 2, at(2)).answered).toEqual([null, null]);
  expect(answeredPing(ping, 0, at(2)).answered).toEqual([null, null]);
  const once = answeredPing(ping, 1, at(2));
  expect(answeredPing(once, 1, at(3)).answered).toEqual([at(2), null]);
  expect(isAnswered(answeredPing(sentPing(once, at(2)), 2, at(3)))).toBe(true);
});

test('timers of others leave it as it is', () => {
  const ping = begun(2);
  expect(timedPing(ping, fired('ping 8', 1))).toBe(ping);
});
