import { describe, expect, test } from 'vitest';
import { ethernet, ipv4Packet, ipv6Packet, octets, u16, u32, udp } from '../../test/support/frames.ts';
import { noFragments } from './ip-reassembly.ts';
import { type Packet, readPacket } from './packet.ts';

const read = (bytes: Uint8Array, wireLength = bytes.length): Packet =>
  readPacket({ form: 'frame', linkType: 1, bytes, wireLength }, noFragments, false).packet;

/** An error from the responder about what the initiator sent. RFC 792: type, code, checksum, four octets, the packet. */
const about = (quoted: Uint8Array, type: number, code: number, rest = u32(0)): Packet =>
  read(
    ethernet(0x0800, ipv4Packet({ protocol: 1, src: '198.51.100.1', dst: '192.0.2.1', payload: octets(type, code, u16(0), rest, quoted) })),
  );

const sent = ipv4Packet({ protocol: 17, payload: udp(500, 4500, new Uint8Array(40)) });

describe('ICMP errors', () => {
  test('port unreachable names the ends and ports of what it quotes, RFC 792', () => {
    const packet = about(sent.subarray(0, 28), 3, 3);
    expect(packet.carried).toBe('other');
    expect(packet.icmp).toMatchObject({
      type: 3,
      code: 3,
      name: 'port unreachable',
      mtu: null,
      quoted: { src: '192.0.2.1', dst: '198.51.100.1', protocol: 17, sport: 500, dport: 4500, spi: null },
    });
    expect(packet.issues).toEqual([]);
  });

  test('fragmentation needed says how much fits, RFC 1191 4, and names the SPI of ESP', () => {
    const esp = ipv4Packet({ protocol: 50, payload: octets(u32(0xc50d31e3), u32(7), new Uint8Array(100)) });
    expect(about(esp.subarray(0, 28), 3, 4, octets(u16(0), u16(1400))).icmp).toMatchObject({
      name: 'fragmentation needed',
      mtu: 1400,
      quoted: { protocol: 50, spi: 0xc50d31e3, sport: null },
    });
    expect(about(esp.subarray(0, 28), 3, 4).icmp?.mtu).toBeNull();
  });

  test('packet too big, RFC 4443 3.2', () => {
    const inside = ipv6Packet(17, udp(4500, 4500, new Uint8Array(8)));
    const packet = read(ethernet(0x86dd, ipv6Packet(58, octets(2, 0, u16(0), u32(1280), inside))));
    expect(packet.icmp).toMatchObject({ version: 6, name: 'packet too big', mtu: 1280, quoted: { dst: '2001:db8::2', dport: 4500 } });
  });

  test('an echo is no error; nor is an error that quotes too little', () => {
    expect(about(sent, 8, 0).icmp).toBeNull();
    expect(about(sent.subarray(0, 12), 3, 3).icmp).toBeNull();
  });

  test('what is quoted may end anywhere', () => {
    for (let n = 0; n <= sent.length; n++) expect(about(sent.subarray(0, n), 3, 3).issues).toEqual([]);
  });
});
