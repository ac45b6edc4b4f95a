// Where a NAT stands, from NAT-D hashes and the addresses on the wire, RFC 3947 3.2. Between the frames of a trace without one, we put it.
import { expect, test } from 'vitest';
import { octets, u16, u32 } from '../../../test/support/frames.ts';
import { bundledTrace, loadTrace } from '../../../test/support/trace.ts';
import {
  dropped,
  edited,
  fold,
  framed,
  messageOf,
  negotiationIn,
  readdressed,
  seenAt,
  until,
  withoutSecrets,
} from '../../../test/support/what-if.ts';
import type { Log } from '../../log/log.ts';

const log = until(loadTrace(bundledTrace), 4);
const natOf = (given: Log) => negotiationIn(fold(given).final).nat;

/** All four messages as they look from where the initiator has this address and port. */
const behind = (side: 'initiator' | 'responder', address: string, port: number): Log => {
  const own = side === 'initiator' ? [1, 3] : [2, 4];
  return [1, 2, 3, 4].reduce(
    (l, event) => edited(l, event, readdressed(own.includes(event) ? { src: address, sport: port } : { dst: address, dport: port })),
    log,
  );
};

test('the hashes match: no NAT', () => {
  expect(natOf(log)).toEqual({ initiator: false, responder: false, port: 500 });
});

test('no key is needed to tell', () => {
  expect(natOf(withoutSecrets(log))).toEqual({ initiator: false, responder: false, port: 500 });
});

test("the initiator's address was rewritten: it is behind a NAT", () => {
  expect(natOf(behind('initiator', '203.0.113.9', 500))).toEqual({ initiator: true, responder: false, port: 500 });
});

test('so it is where only the port was', () => {
  expect(natOf(behind('initiator', '192.0.2.1', 61_000))).toEqual({ initiator: true, responder: false, port: 500 });
});

test("the responder's address was rewritten", () => {
  expect(natOf(behind('responder', '203.0.113.80', 500))).toEqual({ initiator: false, responder: true, port: 500 });
});

test('one message is enough', () => {
  const mm3 = dropped(behind('initiator', '203.0.113.9', 500), 4);
  expect(natOf(mm3)).toEqual({ initiator: true, responder: false, port: 500 });
});

test('without MM2 the hash is not known, and nothing is said', () => {
  expect(natOf(dropped(log, 2))).toEqual({ initiator: null, responder: null, port: 500 });
});

test('messages without NAT-D say nothing', () => {
  expect(natOf(until(log, 2))).toEqual({ initiator: null, responder: null, port: 500 });
});

test('a message on port 4500, behind its marker, is remembered', () => {
  const message = messageOf(log, 4);
  const floated = (frame: Uint8Array): Uint8Array =>
    framed(frame, octets(u16(4500), u16(4500), u16(8 + 4 + message.length), u16(0), u32(0), message));
  expect(natOf(edited(log, 4, floated)).port).toBe(4500);
});

test('drafts 04 to 08 number NAT-D 15, which is GDOI’s now: their hashes count alike', () => {
  // Nonce, NAT-D, NAT-D: who comes next is told by the payload before.
  const renumbered = (event: number) => {
    const payloads = seenAt(fold(log), event).ike?.payloads ?? [];
    const [nonce, first] = [payloads.find((p) => p.type === 10), payloads.find((p) => p.type === 20)];
    return (frame: Uint8Array): Uint8Array => {
      const out = frame.slice();
      for (const p of [nonce, first]) if (p) out[p.span.start] = 15;
      return out;
    };
  };
  const draft = edited(edited(log, 3, renumbered(3)), 4, renumbered(4));
  expect(seenAt(fold(draft), 3).ike?.payloads.map((p) => p.type)).toEqual([4, 10, 15, 15]);
  expect(natOf(draft)).toEqual({ initiator: false, responder: false, port: 500 });
});
