// Packets of ours inside IP in IP, GRE, GTP-U and VXLAN, octets from the header layouts of their standards, one upon the other and to no end.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ethernet, ipv4Packet, ipv6Packet, octets, u16, u32, udp } from '../../test/support/frames.ts';
import { noFragments } from './ip-reassembly.ts';
import { type Packet, readPacket } from './packet.ts';

const read = (bytes: Uint8Array, linkType = 101): Packet =>
  readPacket({ form: 'frame', linkType, bytes, wireLength: bytes.length }, noFragments, true).packet;

const esp = octets(u32(0xc0ffee00), u32(7), new Uint8Array(24));
const inner = ipv4Packet({ protocol: 50, payload: esp, src: '10.0.0.1', dst: '10.0.0.2' });
const inner6 = ipv6Packet(50, esp);
const outer = (protocol: number, payload: Uint8Array): Uint8Array => ipv4Packet({ protocol, payload });
const gre = (flags: number, type: number, optional: string, payload: Uint8Array): Uint8Array =>
  outer(47, octets(u16(flags), u16(type), optional, payload));
const gtp = (flags: number, optional: string, payload: Uint8Array, type = 255): Uint8Array => {
  const behind = octets(optional, payload);
  return outer(17, udp(2152, 2152, octets(flags, type, u16(behind.length), u32(0x1234), behind)));
};
const vxlan = (port: number, first: number): Uint8Array =>
  outer(17, udp(50_000, port, octets(u32(first), '00002a00', ethernet(0x0800, inner))));

test.each([
  ['IP in IP, RFC 2003', outer(4, inner), 'IP in IP', '10.0.0.1'],
  ['6in4, RFC 4213', outer(41, inner6), '6in4', '2001:db8::1'],
  ['4in6, RFC 2473', ipv6Packet(4, inner), '4in6', '10.0.0.1'],
  ['IPv6 in IPv6', ipv6Packet(41, inner6), 'IPv6 in IPv6', '2001:db8::1'],
  ['GRE, RFC 2784', gre(0, 0x0800, '', inner), 'GRE', '10.0.0.1'],
  ['GRE with checksum, key and sequence number, RFC 2890', gre(0xb000, 0x86dd, '00000000 00000001 00000002', inner6), 'GRE', '2001:db8::1'],
  ['GRE with an Ethernet frame', gre(0x2000, 0x6558, '00000001', ethernet(0x0800, inner)), 'GRE', '10.0.0.1'],
  ['GTP-U', gtp(0x30, '', inner), 'GTP-U', '10.0.0.1'],
  ['GTP-U with a sequence number', gtp(0x32, '00010000', inner), 'GTP-U', '10.0.0.1'],
  ['GTP-U with two extension headers', gtp(0x34, '00000085 01000085 02000000 00000000', inner), 'GTP-U', '10.0.0.1'],
  ['VXLAN, RFC 7348', vxlan(4789, 0x0800_0000), 'VXLAN', '10.0.0.1'],
  ['VXLAN on the port of old Linux kernels', vxlan(8472, 0x0800_0000), 'VXLAN', '10.0.0.1'],
  ['one in the other', gre(0, 0x0800, '', outer(4, gtp(0x30, '', inner))), 'GRE > IP in IP > GTP-U', '10.0.0.1'],
] as const)('%s', (_, bytes, carrier, src) => {
  const packet = read(bytes);
  expect(packet).toMatchObject({ carried: 'esp', transport: 'ip', carrier, src, issues: [] });
  expect(packet.bytes.subarray(packet.content.start, packet.content.end)).toEqual(esp);
  // The header that AH's ICV would be over.
  expect((packet.bytes[packet.ip ?? 0] ?? 0) >> 4).toBe(src.includes(':') ? 6 : 4);
  const leaves = packet.nodes.flatMap((node) => node.children ?? [node]);
  let at = 0;
  for (const leaf of leaves) {
    expect(leaf.span.start).toBe(at);
    at = leaf.span.end;
  }
  expect(at).toBe(packet.bytes.length);
});

describe('what is no tunnel, or none of ours', () => {
  test.each([
    ['GRE of version 1, PPTP', gre(0x2001, 0x880b, '00000000', inner), null],
    ['GRE with a routing field, RFC 1701', gre(0x4000, 0x0800, '00000000 00000000', inner), null],
    ['GRE that carries something else', gre(0, 0x88be, '', inner), 'GRE'],
    ['an echo request of GTP', gtp(0x32, '00010000', inner, 1), null],
    ['GTP-U with an extension header of length 0', gtp(0x34, '00000085 00000000', inner), null],
    ['VXLAN without its flag', vxlan(4789, 0), null],
  ] as const)('%s', (_, bytes, carrier) => {
    expect(read(bytes)).toMatchObject({ carried: 'other', carrier, src: '192.0.2.1' });
  });

  test('more than four, one in the other, are not followed', () => {
    let bytes = inner;
    for (let i = 0; i < 6; i++) bytes = outer(4, bytes);
    expect(read(bytes)).toMatchObject({ carried: 'other', carrier: 'IP in IP > IP in IP > IP in IP > IP in IP' });
  });
});

test('whatever becomes of its octets: no exception, and leaves tile', () => {
  const whole = gre(0xb000, 0x86dd, '00000000 00000001 00000002', ipv6Packet(4, gtp(0x34, '00000085 01000085 02000000 00000000', inner)));
  const change = fc.tuple(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 6 }), fc.integer({ min: 0, max: whole.length }), (changes, length) => {
      const bytes = whole.slice(0, length);
      for (const [at, octet] of changes) if (at < length) bytes[at] = octet;
      const packet = read(bytes);
      const leaves = packet.nodes.flatMap((node) => node.children ?? [node]).filter((leaf) => leaf.span.end > leaf.span.start);
      let at = 0;
      for (const leaf of leaves) {
        expect(leaf.span.start).toBe(at);
        at = leaf.span.end;
      }
      expect(at).toBe(length);
    }),
    { numRuns: 2000 },
  );
});

test('a fragmented packet inside a tunnel is put together', () => {
  const half = (fragment: number, payload: Uint8Array): Uint8Array =>
    gre(0, 0x0800, '', ipv4Packet({ protocol: 50, payload, fragment, id: 9, src: '10.0.0.1', dst: '10.0.0.2' }));
  const frame = (bytes: Uint8Array) => ({ form: 'frame', linkType: 101, bytes, wireLength: bytes.length }) as const;
  const first = readPacket(frame(half(0x2000, esp.subarray(0, 16))), noFragments, false);
  expect(first.packet).toMatchObject({ carried: 'fragment', carrier: 'GRE' });
  const { packet } = readPacket(frame(half(2, esp.subarray(16))), first.pending, false);
  expect(packet).toMatchObject({ carried: 'esp', carrier: 'GRE', src: '10.0.0.1' });
  expect(packet.bytes.subarray(packet.content.start, packet.content.end)).toEqual(esp);
});
