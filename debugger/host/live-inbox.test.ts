/** Who goes first, and who goes no further. */
import { expect, test } from 'vitest';
import { ipAddress, type LiveInput } from '../../engine/index.ts';
import { makeInbox } from './live-inbox.ts';

type Datagram = Extract<LiveInput, { readonly kind: 'DatagramSeen' }>['datagram'];
const address = ipAddress('192.0.2.1');

/** `mark`: the first octet. `cookie`: one of the responder's. */
const message = (mark: number, cookie: number, dport = 500): Datagram => {
  const bytes = new Uint8Array(dport === 500 ? 28 : 32);
  bytes[dport === 500 ? 0 : 4] = mark;
  bytes[dport === 500 ? 12 : 16] = cookie;
  if (!address) throw new Error('no address');
  return { form: 'udp', src: address, sport: 500, dst: address, dport, bytes };
};
const marks = (of: readonly Datagram[]): (number | undefined)[] => of.map((d) => (d.form === 'udp' ? d.bytes[0] || d.bytes[4] : undefined));

test('whoever has our cookie goes before first messages, each in the order in which they came', () => {
  const inbox = makeInbox(4500, 10, 10);
  for (const d of [message(1, 0), message(2, 9), message(3, 0, 4500), message(4, 9, 4500)]) inbox.put(d);
  expect(marks(inbox.take(3))).toEqual([2, 4, 1]);
  expect(inbox.isEmpty()).toBe(false);
  expect(marks(inbox.take(3))).toEqual([3]);
  expect(inbox.isEmpty()).toBe(true);
});

test('first messages without room are lost, and take none from others', () => {
  const inbox = makeInbox(4500, 2, 3);
  for (let i = 1; i <= 5; i++) inbox.put(message(i, 0));
  for (let i = 6; i <= 10; i++) inbox.put(message(i, 7));
  expect(inbox.lost()).toBe(5);
  expect(marks(inbox.take(10))).toEqual([6, 7, 8, 1, 2]);
});

test('octets that are no IKE are not first messages', () => {
  const inbox = makeInbox(4500, 0, 3);
  const d = message(1, 0);
  inbox.put({ ...d, bytes: d.bytes.subarray(0, 20) } as Datagram);
  expect(inbox.lost()).toBe(0);
});
