// Whatever stands in a frame: it folds, it shows, it can be searched, and nothing throws. RFC 4303 and 2408 bind senders, not attackers.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from '../../engine/bytes/hex.ts';
import type { DatagramSeen, Event } from '../../engine/event/event.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import type { Log } from '../../engine/log/log.ts';
import { replayOf } from '../../engine/replay/replay.ts';
import type { Cookie } from '../../engine/values/cookie.ts';
import { timestamp } from '../../engine/values/timestamp.ts';
import { ethernet, ipv4Packet, octets, u16, u32, udp } from '../support/frames.ts';
import { askEverything } from '../support/look-at-all.ts';

const seen = (bytes: Uint8Array, linkType: number, at: number): DatagramSeen => ({
  kind: 'DatagramSeen',
  via: 'capture',
  at: timestamp(BigInt(at) * 1_000_000n),
  origin: { input: 0, number: at + 1 },
  datagram: { form: 'frame', linkType, bytes, wireLength: bytes.length },
});

const initiatorCookie = '0101010101010101' as Cookie;

const secret = (n: number): Event => ({
  kind: 'SecretLearned',
  at: null,
  origin: { input: 0, number: n },
  about: n === 0 ? { what: 'preSharedKey' } : { what: 'dhSharedSecret', initiatorCookie },
  ref: n,
  value: new Uint8Array(8).fill(7),
});

const logOf = (happened: readonly Event[], keys = false): Log => ({
  inputs: [{ name: 'any', kind: 'capture', detail: 'any octets' }],
  given: keys ? [secret(0), secret(1)] : [],
  happened,
  damage: [],
});

const runs = { numRuns: 500 };

test('frames of any octets and link type', () => {
  const linkType = fc.oneof(fc.constantFrom(0, 1, 12, 101, 108, 113, 228, 229, 276), fc.nat(300));
  fc.assert(
    fc.property(fc.array(fc.tuple(linkType, fc.uint8Array({ maxLength: 200 })), { maxLength: 10 }), (frames) => {
      askEverything(replayOf(logOf(frames.map(([type, bytes], i) => seen(bytes, type, i))), nodeCrypto));
    }),
    runs,
  );
});

const ports = fc.constantFrom([500, 500], [4500, 4500], [500, 4500], [1701, 500]);

test('UDP of any octets on the ports of IKE, both ways', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(ports, fc.uint8Array({ maxLength: 300 }), fc.boolean()), { maxLength: 10 }), (datagrams) => {
      const frames = datagrams.map(([[s = 500, d = 500], data, back], i) => {
        const ends = back ? { src: '198.51.100.1', dst: '192.0.2.1' } : {};
        return seen(ethernet(0x0800, ipv4Packet({ protocol: 17, payload: udp(s, d, data), ...ends })), 1, i);
      });
      askEverything(replayOf(logOf(frames), nodeCrypto));
    }),
    runs,
  );
});

/** Payloads with honest headers around any octets, in a chain that is announced as it stands. */
const chain = fc
  .array(
    fc.tuple(fc.oneof(fc.constantFrom(1, 4, 5, 8, 10, 11, 12, 13, 14, 20, 21, 33, 46, 132), fc.nat(255)), fc.uint8Array({ maxLength: 60 })),
    {
      maxLength: 8,
    },
  )
  .map((payloads) => ({
    first: payloads[0]?.[0] ?? 0,
    bytes: octets(...payloads.flatMap(([, body], i) => [payloads[i + 1]?.[0] ?? 0, 0, u16(body.length + 4), body])),
  }));

const few = fc.constantFrom('0000000000000000', '0101010101010101', '0202020202020202');

const message = fc
  .record({
    cookies: fc.tuple(few, few),
    version: fc.constantFrom(0x10, 0x20, 0x10, 0x11),
    exchange: fc.oneof(fc.constantFrom(1, 2, 4, 5, 6, 32, 33, 34, 35, 36, 37), fc.nat(255)),
    flags: fc.constantFrom(0, 1, 2, 3, 4, 8, 0x20, 0x28, 255),
    id: fc.constantFrom(0, 0, 1, 0xffffffff),
    chain,
    lie: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -30, max: 70_000 }) }),
    back: fc.boolean(),
  })
  .map((m) => ({
    back: m.back,
    bytes: octets(
      ...m.cookies,
      m.chain.first,
      m.version,
      m.exchange,
      m.flags,
      u32(m.id),
      u32(Math.max(0, 28 + m.chain.bytes.length + m.lie)),
      m.chain.bytes,
    ),
  }));

test('IKE messages with a right header and any payloads in any order, with secrets and without', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 15 }), fc.boolean(), (messages, keys) => {
      const frames = messages.map(({ bytes, back }, i) => {
        const ends = back ? { src: '198.51.100.1', dst: '192.0.2.1' } : {};
        return seen(ethernet(0x0800, ipv4Packet({ protocol: 17, payload: udp(500, 500, bytes), ...ends })), 1, i);
      });
      const replay = replayOf(logOf(frames, keys), nodeCrypto);
      expect(replay.final.negotiations.size).toBeLessThanOrEqual(frames.length);
      askEverything(replay);
    }),
    { numRuns: 1500 },
  );
});

test('ESP and AH of any octets, under a few SPIs', () => {
  const packet = fc.tuple(fc.constantFrom(50, 51), fc.constantFrom(0, 256, 0xc50d31e3), fc.nat(70), fc.uint8Array({ maxLength: 120 }));
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 30 }), (packets) => {
      const frames = packets.map(([protocol, spi, sequence, rest], i) => {
        const head = protocol === 50 ? octets(u32(spi), u32(sequence)) : octets(4, 4, 0, 0, u32(spi), u32(sequence));
        return seen(ipv4Packet({ protocol, payload: octets(head, rest) }), 101, i);
      });
      const replay = replayOf(logOf(frames), nodeCrypto);
      expect(replay.final.associations.size).toBeLessThanOrEqual(6);
      askEverything(replay);
    }),
    runs,
  );
});

test('secrets of any length are used or left aside, and never told', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 300 }), (value) => {
      const log = { ...logOf([]), given: [{ ...(secret(0) as Extract<Event, { kind: 'SecretLearned' }>), value }] };
      const replay = replayOf(log, nodeCrypto);
      askEverything(replay);
      expect(JSON.stringify([...replay.index.groups])).not.toContain(toHex(value));
    }),
    { numRuns: 50 },
  );
});
