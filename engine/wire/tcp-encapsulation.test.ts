// IKE and ESP in a TCP stream, RFC 8229 3 and 4: one message a segment, several, parts, out of order, repeated, begun in the middle, and any octets.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ipv4Packet, octets, u16, u32 } from '../../test/support/frames.ts';
import { noFragments, type Reassembly } from './ip-reassembly.ts';
import { type Packet, readPacket } from './packet.ts';

const cookie = '0102030405060708';
/** IKE_SA_INIT with nothing in it: 28 octets. */
const ike = (id: number): Uint8Array => octets(cookie, '0000000000000000', 0, 0x20, 34, 8, u32(id), u32(28));
const esp = (sequence: number, octetsInside = 20): Uint8Array => octets(u32(0xc0ffee00), u32(sequence), new Uint8Array(octetsInside));
const framed = (message: Uint8Array): Uint8Array => octets(u16(2 + message.length), message);
const marked = (message: Uint8Array): Uint8Array => framed(octets(u32(0), message));
const prefix = Uint8Array.from('IKETCP', (c) => c.charCodeAt(0));

interface Sent {
  readonly at: number;
  readonly data: Uint8Array;
  readonly flags?: number;
  readonly back?: boolean;
  readonly port?: number;
}

const segment = ({ at, data, flags = 0x18, back = false, port = 4500 }: Sent): Uint8Array => {
  const [here, there] = ['192.0.2.1', '198.51.100.1'];
  const ports = back ? [port, 40_000] : [40_000, port];
  const payload = octets(u16(ports[0] ?? 0), u16(ports[1] ?? 0), u32(at >>> 0), u32(0), 0x50, flags, u16(512), u16(0), u16(0), data);
  return ipv4Packet({ protocol: 6, payload, src: back ? there : here, dst: back ? here : there });
};

const readAll = (...sent: readonly Sent[]): { packets: Packet[]; pending: Reassembly } => {
  let pending = noFragments;
  const packets: Packet[] = [];
  for (const one of sent) {
    const bytes = segment(one);
    const read = readPacket({ form: 'frame', linkType: 101, bytes, wireLength: bytes.length }, pending, true);
    pending = read.pending;
    packets.push(read.packet, ...read.more);
  }
  return { packets, pending };
};

const kinds = (...sent: readonly Sent[]): string[] => readAll(...sent).packets.map((p) => p.carried);
const contents = (...sent: readonly Sent[]): Uint8Array[] =>
  readAll(...sent)
    .packets.filter((p) => p.carried === 'ike' || p.carried === 'esp')
    .map((p) => p.bytes.slice(p.content.start, p.content.end));

describe('a stream from its beginning', () => {
  const stream = octets(prefix, marked(ike(0)), framed(esp(1)), marked(ike(1)), framed(esp(2, 300)));
  const whole = [ike(0), esp(1), ike(1), esp(2, 300)];

  test('one segment with four messages', () => {
    const { packets } = readAll({ at: 1000, data: stream });
    expect(packets.map((p) => [p.carried, p.transport, p.nonEspMarker, p.udpEncap])).toEqual([
      ['ike', 'tcp', true, false],
      ['esp', 'tcp', false, false],
      ['ike', 'tcp', true, false],
      ['esp', 'tcp', false, false],
    ]);
    expect(contents({ at: 1000, data: stream })).toEqual(whole);
    expect(packets[0]?.nodes.map((n) => n.name)).toEqual([
      'IPv4',
      'TCP',
      'Stream prefix',
      'Length',
      'Non-ESP marker',
      'Payload',
      'Padding',
    ]);
  });

  test('on any port, since the prefix proves it', () => {
    expect(contents({ at: 1, data: stream, port: 443 })).toEqual(whole);
  });

  test('cut anywhere, in order, over the wrap of the sequence number', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 7, max: stream.length - 1 }), { maxLength: 12 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const sent = edges.slice(1).map((end, i) => ({ at: 0xffff_ff00 + (edges[i] ?? 0), data: stream.subarray(edges[i], end) }));
        expect(contents(...sent)).toEqual(whole);
      }),
    );
  });

  test('out of order and repeated: each message once', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], { minLength: 10 }), (order) => {
        const edges = [0, 20, 41, 100, 130, stream.length];
        const sent = [0, ...order].map((i) => ({ at: 77 + (edges[i] ?? 0), data: stream.subarray(edges[i], edges[i + 1]) }));
        expect(contents(...sent)).toEqual(whole);
      }),
    );
  });

  test('a message that several segments bring stands at the last of them', () => {
    expect(kinds({ at: 0, data: stream.subarray(0, 20) }, { at: 20, data: stream.subarray(20, 40) })).toEqual(['fragment', 'ike']);
    const { packets } = readAll({ at: 0, data: stream.subarray(0, 20) }, { at: 20, data: stream.subarray(20, 40) });
    expect(packets[1]).toMatchObject({ content: { buffer: 'datagram' }, sport: 40_000, dport: 4500 });
  });
});

describe('a stream that began before the capture', () => {
  test('is found at an IKE header that proves itself', () => {
    expect(contents({ at: 5, data: marked(ike(3)) }, { at: 39, data: framed(esp(9)) })).toEqual([ike(3), esp(9)]);
  });

  test('is not guessed from ESP alone, nor on other ports', () => {
    expect(kinds({ at: 5, data: framed(esp(9)) })).toEqual(['other']);
    expect(kinds({ at: 5, data: marked(ike(3)), port: 443 })).toEqual(['other']);
  });

  test('is believed where the other direction is ours', () => {
    expect(contents({ at: 5, data: marked(ike(3)) }, { at: 900, data: framed(esp(9)), back: true })).toEqual([ike(3), esp(9)]);
  });
});

test('the end of a connection is the end of its stream', () => {
  const { pending } = readAll({ at: 0, data: octets(prefix, marked(ike(0))) }, { at: 40, data: new Uint8Array(), flags: 0x11 });
  expect(pending.streams).toEqual([]);
});

test('a length that cannot be is no stream of ours any more', () => {
  const { pending } = readAll({ at: 0, data: octets(prefix, u16(1), new Uint8Array(9)) });
  expect(pending.streams).toEqual([]);
});

test('any octets: no exception, and what waits is bounded', () => {
  const any = fc.record({ at: fc.integer({ min: 0, max: 400 }), data: fc.uint8Array({ maxLength: 80 }), back: fc.boolean() });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 40 }), (sent) => {
      const { pending } = readAll({ at: 0, data: octets(prefix, marked(ike(0))) }, ...sent);
      expect(pending.streams.length).toBeLessThanOrEqual(64);
      for (const s of pending.streams) expect(s.ahead.length).toBeLessThanOrEqual(64);
    }),
  );
});
