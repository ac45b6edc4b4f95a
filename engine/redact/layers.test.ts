/** Addresses are found at every depth, and other traffic is blanked: RFC 826, 792, 2003, 2784, 7348, 2410. */
import { expect, test } from 'vitest';
import { ethernet, ipv4Packet, octets, u16, u32, udp } from '../../test/support/frames.ts';
import type { DatagramSeen } from '../event/event.ts';
import { nodeCrypto } from '../host/node-crypto.ts';
import { sumOf } from './octets.ts';
import { redact } from './redact.ts';

const seen = (bytes: Uint8Array): DatagramSeen => ({
  kind: 'DatagramSeen',
  via: 'capture',
  at: null,
  origin: { input: 0, number: 1 },
  datagram: { form: 'frame', linkType: 1, bytes, wireLength: bytes.length },
});

const redacted = (bytes: Uint8Array): Uint8Array => {
  const { log } = redact({ inputs: [], given: [], happened: [seen(bytes)], damage: [] }, nodeCrypto);
  const [event] = log.happened;
  return event?.kind === 'DatagramSeen' ? event.datagram.bytes : new Uint8Array();
};

/** With a checksum, as ESP without encryption proves itself by. */
const summed = (packet: Uint8Array): Uint8Array => {
  packet.set(u16(~sumOf(packet, 0, 20) & 0xffff), 10);
  return packet;
};

const secret = new TextEncoder().encode('GET /payroll of ACME');
const [outer, inner] = [
  { src: '8.8.4.4', dst: '9.9.9.9' },
  { src: '10.77.1.5', dst: '10.78.2.6' },
];
const insideOf = summed(ipv4Packet({ protocol: 17, payload: udp(4000, 53, secret), ...inner }));
const original = [
  [8, 8, 4, 4],
  [9, 9, 9, 9],
  [10, 77, 1, 5],
  [10, 78, 2, 6],
];
const over = (protocol: number, payload: Uint8Array): Uint8Array => ethernet(0x0800, ipv4Packet({ protocol, payload, ...outer }));

test.each<readonly [string, Uint8Array]>([
  ['IP in IP', over(4, insideOf)],
  ['GRE', over(47, octets(u16(0), u16(0x0800), insideOf))],
  ['GRE with Ethernet', over(47, octets(u16(0x2000), u16(0x6558), u32(7), ethernet(0x0800, insideOf)))],
  ['VXLAN', over(17, udp(5000, 4789, octets(u32(0x0800_0000), u32(0x100), ethernet(0x0800, insideOf))))],
  ['AH in tunnel mode', over(51, octets(4, 4, u16(0), u32(0x1234), u32(1), new Uint8Array(12), insideOf))],
  ['ESP without encryption', over(50, octets(u32(0x1234), u32(1), insideOf, 1, 2, 2, 4, new Uint8Array(12)))],
  ['an ICMP error that quotes it', over(1, octets(3, 1, u16(0), u32(0), insideOf))],
  ['plain UDP', ethernet(0x0800, insideOf)],
  ['ARP', ethernet(0x0806, octets(u16(1), u16(0x0800), 6, 4, u16(1), '020000000001', 10, 77, 1, 5, '000000000000', 10, 78, 2, 6))],
])('%s', (_what, frame) => {
  const out = Buffer.from(redacted(frame));
  expect(out).toHaveLength(frame.length);
  for (const address of original) expect(out.includes(Buffer.from(address)), address.join('.')).toBe(false);
  expect(out.includes('payroll')).toBe(false);
  expect(out.includes(Buffer.from('020000000001', 'hex'))).toBe(false);
});

test('checksums of IP and UDP are right again', () => {
  const frame = ethernet(0x0800, summed(ipv4Packet({ protocol: 17, payload: octets(udp(4000, 53, secret).fill(0xff, 6, 8)), ...outer })));
  const out = redacted(frame);
  expect(sumOf(out, 14, 34)).toBe(0xffff);
  // RFC 768: the pseudo-header is both addresses, the protocol and the length.
  expect(sumOf(out, 34, out.length, sumOf(out, 26, 34, 17 + out.length - 34))).toBe(0xffff);
});

test('subnets stay together, masks stay masks', () => {
  const reports = ['10.77.1.5', '10.77.1.6', '10.77.2.1', '8.8.4.4', '8.8.4.5', '255.255.255.0'];
  const text = reports.join(' ');
  const { log } = redact(
    {
      inputs: [],
      given: [],
      happened: [{ kind: 'OperatorRequested', at: null, origin: { input: 0, number: 0 }, request: text }],
      damage: [],
    },
    nodeCrypto,
  );
  const [event] = log.happened;
  expect(event?.kind === 'OperatorRequested' && event.request).toBe('10.1.1.1 10.1.1.2 10.1.2.1 192.0.2.1 192.0.2.2 255.255.255.0');
});
