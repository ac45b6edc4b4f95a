/** What we do not speak is refused alike, whatever it holds: nothing in it is opened, so that nobody learns from how. RFC 2409 5.2 and 5.3. */
import { expect, test } from 'vitest';
import type { UdpDatagram } from '../../engine/decide/intent.ts';
import { accept } from '../../engine/live/pump.ts';
import { connect, ctx, makeWorld, tripleDes } from './two-engines.ts';

const first = ((): UdpDatagram => {
  const world = makeWorld(tripleDes);
  connect(world);
  const [message] = world.wire;
  if (message?.datagram.form !== 'udp') throw new Error('nothing was sent');
  return message.datagram;
})();

/** Attribute 3, authentication method, in its short form. */
const method = [0x80, 3, 0];
const methodAt = first.bytes.findIndex((_, i) => method.every((octet, k) => first.bytes[i + k] === octet)) + method.length;

test.each([
  ['RSA encryption', 4],
  ['revised RSA encryption', 5],
])('%s: no proposal chosen, and nothing is drawn for it but the number of the message', (_name, value) => {
  const { responder } = makeWorld(tripleDes);
  const bytes = first.bytes.slice();
  bytes[methodAt] = value;
  const round = accept(
    ctx,
    responder.pump,
    { kind: 'DatagramSeen', at: makeWorld(tripleDes).now, origin: { input: 0, number: 0 }, via: 'received', datagram: { ...first, bytes } },
    responder.draw,
  );
  const [answer, ...more] = round.sends;
  expect(more).toEqual([]);
  // An informational exchange in the clear, with a notification: NO-PROPOSAL-CHOSEN, RFC 2408 3.14.1.
  const octets = answer?.datagram.bytes ?? new Uint8Array(0);
  expect([octets[16], octets[18], new DataView(octets.buffer, octets.byteOffset).getUint16(38)]).toEqual([11, 5, 14]);
  expect(octets.length).toBeLessThanOrEqual(bytes.length);
  expect(round.happened.flatMap(({ event }) => (event.kind === 'EntropyDrawn' ? [event.purpose.split(' ')[0]] : []))).toEqual([
    'messageId',
  ]);
});
