import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ethernet, ipv4Packet, ipv6Packet, octets, u16, u32, udp, vlanTag } from '../../test/support/frames.ts';
import type { TreeNode } from '../bytes/tree.ts';
import type { Datagram } from '../values/datagram.ts';
import type { IpAddress } from '../values/ip-address.ts';
import { noFragments } from './ip-reassembly.ts';
import { type Packet, readPacket } from './packet.ts';

/** An informational exchange of IKEv1 with a body of zeros: header fields as RFC 2408 3.1 has them, 40 octets in all. */
const ike = octets('e2ac48224b9fbe1e 0775b1a6d96874a3 08 10 05 01 6adcf24f 00000028', new Uint8Array(12));
const esp = octets('c185666e 00000001', new Uint8Array(24).fill(0xaa));

const frame = (bytes: Uint8Array, linkType = 1, wireLength = bytes.length): Datagram => ({ form: 'frame', linkType, bytes, wireLength });
const read = (datagram: Datagram): Packet => readPacket(datagram, noFragments, true).packet;
const content = (p: Packet) => p.bytes.subarray(p.content.start, p.content.end);
const over4 = (data: Uint8Array, sport = 500, dport = 500) => ipv4Packet({ protocol: 17, payload: udp(sport, dport, data) });

const leaves = (nodes: readonly TreeNode[]): readonly TreeNode[] => nodes.flatMap((n) => (n.children ? leaves(n.children) : [n]));
/** Leaves of each buffer begin at 0, follow on one another, and end where the buffer ends. */
const expectTiled = (p: Packet, wire: Uint8Array) => {
  const at = { wire: 0, datagram: 0 };
  for (const { span, name } of leaves(p.nodes)) {
    const buffer = span.buffer === 'datagram' ? 'datagram' : 'wire';
    expect([name, span.start]).toEqual([name, at[buffer]]);
    expect(span.end).toBeGreaterThanOrEqual(span.start);
    at[buffer] = span.end;
  }
  expect(at).toEqual({ wire: wire.length, datagram: p.content.buffer === 'datagram' ? p.bytes.length : 0 });
  expect(p.nodes.filter((n) => n.name === 'Payload').map((n) => n.span)).toEqual([p.content]);
};

const inIp = over4(ike);
const ip6 = ipv6Packet(17, udp(500, 500, ike));
const pppoe = octets('11 00 0005', u16(inIp.length + 2), '0021', inIp);

describe('link layers', () => {
  test.each([
    ['Ethernet', 1, ethernet(0x0800, inIp)],
    ['Ethernet, IPv6', 1, ethernet(0x86dd, ip6)],
    ['802.1Q', 1, ethernet(0x0800, inIp, [vlanTag(0x8100, 7)])],
    ['QinQ', 1, ethernet(0x86dd, ip6, [vlanTag(0x88a8, 7), vlanTag(0x8100, 8)])],
    ['PPPoE session', 1, ethernet(0x8864, pppoe)],
    ['PPPoE session with Ethernet padding', 1, ethernet(0x8864, octets(pppoe, '000000'))],
    ['Linux cooked v1', 113, octets('0000 0001 0006 0200000000010000 0800', inIp)],
    ['Linux cooked v1, VLAN', 113, octets('0004 0001 0006 0200000000010000 8100 0007 86dd', ip6)],
    ['Linux cooked v2', 276, octets('86dd 0000 00000003 0001 04 06 0200000000010000', ip6)],
    ['Linux cooked v2, VLAN', 276, octets('8100 0000 00000003 0001 04 06 0200000000010000 0007 0800', inIp)],
    ['loopback, little-endian', 0, octets('02000000', inIp)],
    ['loopback, big-endian', 0, octets('00000002', inIp)],
    ['loopback, Darwin IPv6', 0, octets('1e000000', ip6)],
    ['loopback, OpenBSD', 108, octets('00000018', ip6)],
    ['raw', 101, inIp],
    ['raw, BSD', 12, ip6],
    ['raw, OpenBSD', 14, inIp],
    ['raw IPv4', 228, inIp],
    ['raw IPv6', 229, ip6],
    ['PPP', 9, octets('0021', inIp)],
    ['PPP with address and control', 9, octets('ff03 0057', ip6)],
    ['PPP with a protocol of one octet', 9, octets('21', inIp)],
  ])('%s', (_, linkType, bytes) => {
    const p = read(frame(bytes, linkType));
    expect(p).toMatchObject({ carried: 'ike', transport: 'udp', sport: 500, dport: 500, issues: [], cut: false });
    expect(content(p)).toEqual(ike);
    expect(p.src).toBe(p.ttl === 63 ? '2001:db8::1' : '192.0.2.1');
    expectTiled(p, bytes);
  });

  test.each([
    ['ARP', 1, ethernet(0x0806, new Uint8Array(28)), []],
    ['802.3 with LLC', 1, ethernet(3, octets('424203')), []],
    ['an unknown link type', 147, inIp, ['link-type']],
    ['raw with another version', 101, octets('00'), ['ip-version']],
    ['too short', 1, octets('0102'), ['truncated']],
    ['a VLAN tag cut short', 1, octets('020000000001 020000000002 8100 00'), ['truncated']],
    ['nothing', 113, octets(), ['truncated']],
  ])('%s is other', (_, linkType, bytes, codes) => {
    const p = read(frame(bytes, linkType));
    expect(p).toMatchObject({ carried: 'other', src: null, dst: null, sport: null, transport: null, ttl: null });
    expect(p.issues.map((i) => i.code)).toEqual(codes);
    expectTiled(p, bytes);
  });
});

describe('IP', () => {
  test('options are skipped and Ethernet padding is none of ours', () => {
    const bytes = ethernet(0x0800, octets(ipv4Packet({ protocol: 50, payload: esp, options: octets('94040000') }), '000000000000'));
    const p = read(frame(bytes));
    expect(p).toMatchObject({
      carried: 'esp',
      transport: 'ip',
      udpEncap: false,
      src: '192.0.2.1',
      dst: '198.51.100.1',
      ttl: 64,
      issues: [],
    });
    expect(content(p)).toEqual(esp);
    expect(p.nodes.map((n) => n.name)).toEqual(['Ethernet', 'IPv4', 'Payload', 'Padding']);
    expectTiled(p, bytes);
  });

  test('a total length of 0 (segmentation left to the card) means the frame', () => {
    expect(content(read(frame(ipv4Packet({ protocol: 50, payload: esp, totalLength: 0 }), 101)))).toEqual(esp);
  });

  test.each([
    ['header length below 20', octets(0x44, inIp.subarray(1)), 'header-length'],
    ['header length beyond the packet', octets(0x4f, inIp.subarray(1, 30)), 'truncated'],
    ['total length below the header', ipv4Packet({ protocol: 17, payload: esp, totalLength: 10 }), 'total-length'],
    ['version 5 under EtherType IPv4', octets(0x55, inIp.subarray(1)), 'ip-version'],
    ['half a header', inIp.subarray(0, 12), 'truncated'],
    ['half an IPv6 header', ip6.subarray(0, 12), 'truncated'],
  ])('%s is an issue', (name, packet, code) => {
    const bytes = ethernet(name.includes('IPv6 h') ? 0x86dd : 0x0800, packet);
    const p = read(frame(bytes));
    expect(p).toMatchObject({ carried: 'other', issues: [{ blame: 'malformed', code }] });
    expectTiled(p, bytes);
  });

  test('what the snap length cut is told once, and is nobody’s fault', () => {
    const bytes = ethernet(0x0800, inIp);
    const p = read(frame(bytes.subarray(0, 60), 1, bytes.length));
    expect(p).toMatchObject({ carried: 'ike', cut: true, issues: [] });
    expect(read(frame(bytes.subarray(0, 60)))).toMatchObject({ cut: false, issues: [{ code: 'truncated' }, { code: 'truncated' }] });
  });

  test('IPv6 extension headers lead to ESP and AH', () => {
    const hopByHop = octets('2b 00 0104 00000000');
    const routing = octets('3c 00 0000 00000000');
    const destination = octets('32 01 0108 000000000000 000000000000');
    const bytes = ethernet(0x86dd, ipv6Packet(0, octets(hopByHop, routing, destination, esp)));
    const p = read(frame(bytes));
    expect(p).toMatchObject({ carried: 'esp', transport: 'ip', src: '2001:db8::1', dst: '2001:db8::2', ttl: 63, issues: [] });
    expect(content(p)).toEqual(esp);
    expectTiled(p, bytes);
    expect(read(frame(ipv6Packet(51, octets('3b04 0000 00000100 00000013', new Uint8Array(12))), 101)).carried).toBe('ah');
    expect(read(frame(ipv6Packet(60, octets('3205 0000')), 101))).toMatchObject({ carried: 'other', issues: [{ code: 'truncated' }] });
  });
});

describe('UDP', () => {
  const keepalive = octets('ff');
  const marked = octets('00000000', ike);
  test.each([
    ['500', 500, 500, ike, 'ike', false],
    ['500 with a marker', 500, 500, marked, 'ike', true],
    ['500 with octets that are no header', 500, 500, octets('0102'), 'ike', false],
    ['500 without data', 500, 500, octets(), 'other', false],
    ['4500', 4500, 4500, marked, 'ike', true],
    ['4500 behind a NAT', 61_234, 4500, marked, 'ike', true],
    ['4500, ESP', 4500, 1024, esp, 'esp', false],
    ['4500, keepalive', 4500, 4500, keepalive, 'nat-keepalive', false],
    ['4500, too short for ESP', 4500, 4500, octets('01020304050607'), 'other', false],
    ['4500 from port 500', 500, 4500, esp, 'esp', false],
    ['any port, by its header', 10_500, 10_500, ike, 'ike', false],
    ['any port, with a marker', 10_500, 10_500, marked, 'ike', true],
    ['any port, something else', 53, 1024, esp, 'other', false],
    ['any port, one octet', 53, 1024, keepalive, 'other', false],
  ] as const)('%s', (_, sport, dport, data, carried, nonEspMarker) => {
    const bytes = ethernet(0x0800, over4(data, sport, dport));
    const p = read(frame(bytes));
    expect(p).toMatchObject({ carried, nonEspMarker, sport, dport, transport: 'udp', udpEncap: carried === 'esp', issues: [] });
    expect(content(p)).toEqual(nonEspMarker ? data.slice(4) : data);
    expectTiled(p, bytes);
    const src = '192.0.2.1' as IpAddress;
    const direct = read({ form: 'udp', src, sport, dst: src, dport, bytes: data });
    expect(direct).toMatchObject({ carried, nonEspMarker, sport, dport, src, ttl: null });
    expect(content(direct)).toEqual(content(p));
    expectTiled(direct, data);
  });

  test.each([
    ['length below 8', ipv4Packet({ protocol: 17, payload: udp(500, 500, ike, 7) }), 'udp-length', 'ike'],
    ['length beyond the packet', ipv4Packet({ protocol: 17, payload: udp(500, 500, ike, 900) }), 'truncated', 'ike'],
    ['half a header', ipv4Packet({ protocol: 17, payload: octets('01f4') }), 'truncated', 'other'],
  ])('%s is an issue', (_, packet, code, carried) => {
    const p = read(frame(packet, 101));
    expect(p).toMatchObject({ carried, transport: 'udp', issues: [{ code }] });
    expectTiled(p, packet);
  });

  test('octets behind the UDP length are padding', () => {
    const packet = ipv4Packet({ protocol: 17, payload: octets(udp(500, 500, ike), 'ffff') });
    const p = read(frame(packet, 101));
    expect(content(p)).toEqual(ike);
    expectTiled(p, packet);
  });

  test('TCP has ports, and its data is other for now', () => {
    const tcp = octets(u16(4500), u16(500), u32(1), u32(2), '6018 ffff 0000 0000 01010101 aabb');
    const packet = ipv4Packet({ protocol: 6, payload: tcp });
    const p = read(frame(packet, 101));
    expect(p).toMatchObject({ carried: 'other', transport: 'tcp', sport: 4500, dport: 500, issues: [] });
    expect(content(p)).toEqual(octets('aabb'));
    expectTiled(p, packet);
  });
});

describe('fragments', () => {
  const data = octets(ike.subarray(0, 24), u32(1240), new Uint8Array(1212).fill(7));
  const segment = udp(500, 500, data);
  const fold = (frames: readonly Uint8Array[], detail = true) => {
    let pending = noFragments;
    return frames.map((bytes) => {
      const step = readPacket(frame(bytes), pending, detail);
      pending = step.pending;
      return step.packet;
    });
  };
  const part4 = (from: number, to: number) =>
    ethernet(
      0x0800,
      octets(ipv4Packet({ protocol: 17, payload: segment.subarray(from, to), fragment: (to < segment.length ? 0x2000 : 0) | (from / 8) })),
    );
  const part6 = (from: number, to: number) =>
    ethernet(
      0x86dd,
      ipv6Packet(0, octets('2c 00 0104 00000000', '11 00', u16(from | (to < segment.length ? 1 : 0)), u32(99), segment.subarray(from, to))),
    );

  test.each([
    ['IPv4', [part4(800, segment.length), part4(0, 800)]],
    ['IPv6', [part6(0, 800), part6(800, segment.length)]],
  ])('%s: the frame that completes the datagram carries the message', (_, frames) => {
    const [first, last] = fold(frames);
    if (!first || !last) throw new Error('two frames');
    expect(first).toMatchObject({ carried: 'fragment', transport: null, sport: null });
    expectTiled(first, frames[0] ?? octets());
    expect(last).toMatchObject({ carried: 'ike', transport: 'udp', sport: 500, content: { buffer: 'datagram' }, issues: [] });
    expect(content(last)).toEqual(data);
    expectTiled(last, frames[1] ?? octets());
  });

  test('an IPv6 fragment header on a whole datagram is read through (RFC 6946)', () => {
    const bytes = ethernet(0x86dd, ipv6Packet(44, octets('11 00 0000 00000063', udp(500, 500, ike))));
    expect(fold([bytes])[0]).toMatchObject({ carried: 'ike', content: { buffer: 'wire' } });
  });

  test('a fragment that the capture cut, or that contradicts, never makes a datagram', () => {
    const beginning = readPacket(frame(part4(0, 800).subarray(0, 100), 1, 834), noFragments, false);
    expect(beginning).toMatchObject({ packet: { carried: 'ike', cut: true, sport: 500, issues: [] }, pending: noFragments });
    const later = readPacket(frame(part4(800, segment.length).subarray(0, 100), 1, 834), noFragments, false);
    expect(later).toMatchObject({ packet: { carried: 'fragment', issues: [] }, pending: noFragments });
    expect(fold([part4(0, 800), part4(792, segment.length)]).map((p) => p.issues.map((i) => i.code))).toEqual([[], ['fragment-overlap']]);
  });

  test('what waits is plain data', () => {
    const { pending } = readPacket(frame(part4(0, 800)), noFragments, false);
    expect(structuredClone(pending)).toEqual(pending);
    expect(readPacket(frame(ethernet(0x0800, inIp)), pending, false).pending).toBe(pending);
  });
});

describe('any octets', () => {
  const seeds = [
    ethernet(0x0800, inIp),
    ethernet(0x86dd, ip6),
    ethernet(0x8864, pppoe),
    ethernet(0x86dd, ipv6Packet(44, octets('32 00 0009 00000063', esp))),
  ];
  const linkTypes = [0, 1, 9, 12, 101, 108, 113, 228, 276, 4711];
  const mutated = fc
    .tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 4 }), fc.nat(120))
    .map(([seed, changes, end]) => {
      const bytes = seed.slice(0, end);
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      return bytes;
    });

  test('never an exception; leaves tile; the same packet with and without detail', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(mutated, fc.uint8Array({ maxLength: 80 })), { maxLength: 5 }),
        fc.constantFrom(...linkTypes),
        fc.nat(3),
        (frames, linkType, missing) => {
          let pending = noFragments;
          for (const bytes of frames) {
            const datagram = frame(bytes, linkType, bytes.length + missing);
            const { packet } = readPacket(datagram, pending, true);
            const plain = readPacket(datagram, pending, false);
            expectTiled(packet, bytes);
            expect({ ...packet, nodes: [] }).toEqual(plain.packet);
            expect(packet.content.end).toBeLessThanOrEqual(packet.bytes.length);
            pending = plain.pending;
          }
          expect(pending.pending.length).toBeLessThanOrEqual(frames.length);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
