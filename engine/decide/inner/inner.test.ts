/** Packets inside a tunnel, against octets that others made: headers, checksums, echoes; and any octets at all. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type { IpAddress } from '../../values/ip-address.ts';
import { echoAnswer, echoRequest, readEcho } from './icmp-echo.ts';
import { checksum, type InnerPacket, readInner, writeInner } from './ipv4.ts';
import { udpEcho } from './udp-echo.ts';

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);

test('the checksum of RFC 1071 section 3, whose example sums to ddf2', () => {
  expect(checksum(octets('0001f203f4f5f6f7'))).toBe(~0xddf2 & 0xffff);
});

test('an odd octet at the end counts as the upper half of a word', () => {
  expect(checksum(octets('0102ff'))).toBe(checksum(octets('0102ff00')));
});

/** RFC 791 3.1: version and five words, 32 octets in all, do not cut, 64 hops, ICMP. */
const header = '45000020000040004001';

describe('an IPv4 header', () => {
  const packet: InnerPacket = { src: '10.1.0.1' as IpAddress, dst: '10.2.0.1' as IpAddress, protocol: 1, payload: new Uint8Array(12) };

  test('sums to nothing with its own checksum, and is read as it was written', () => {
    const bytes = writeInner(packet) ?? new Uint8Array(0);
    expect(checksum(bytes.subarray(0, 20))).toBe(0);
    expect(toHex(bytes.subarray(0, 10))).toBe(header);
    expect(readInner(bytes)).toEqual(packet);
  });

  test('with a wrong checksum, of a fragment, or cut: no packet', () => {
    const bytes = writeInner(packet) ?? new Uint8Array(0);
    expect(readInner(bytes.with(8, 63))).toBeNull();
    const fragment = writeInner(packet) ?? new Uint8Array(0);
    fragment[6] = 0x20;
    const sum = checksum(fragment.subarray(0, 10), new Uint8Array(2), fragment.subarray(12, 20));
    fragment.set([sum >> 8, sum & 255], 10);
    expect(checksum(fragment.subarray(0, 20))).toBe(0);
    expect(readInner(fragment)).toBeNull();
    expect(readInner(bytes.subarray(0, 19))).toBeNull();
  });

  test('is of addresses of IPv4, and of at most 65535 octets', () => {
    expect(writeInner({ ...packet, dst: '2001:db8::1' as IpAddress })).toBeUndefined();
    expect(writeInner({ ...packet, payload: new Uint8Array(65_516) })).toBeUndefined();
    expect(writeInner({ ...packet, payload: new Uint8Array(65_515) })?.length).toBe(65_535);
  });
});

describe('echo', () => {
  const asked: InnerPacket = { src: '10.1.0.1' as IpAddress, dst: '10.2.0.1' as IpAddress, protocol: 1, payload: echoRequest(0x1234, 7) };

  test('a question sums to nothing and is as long as ping makes it', () => {
    expect(asked.payload.length).toBe(64);
    expect(checksum(asked.payload)).toBe(0);
    expect(readEcho(asked)).toEqual({ asks: true, identifier: 0x1234, sequence: 7 });
  });

  test('its answer is type 0, the other way, with the same number and data', () => {
    const answer = echoAnswer(asked);
    expect(answer).toMatchObject({ src: asked.dst, dst: asked.src });
    expect(readEcho(answer)).toEqual({ asks: false, identifier: 0x1234, sequence: 7 });
    expect(answer.payload.subarray(4)).toEqual(asked.payload.subarray(4));
  });

  test('with a wrong checksum, another code or another protocol it is none', () => {
    expect(readEcho({ ...asked, payload: asked.payload.with(20, 0xff) })).toBeNull();
    expect(readEcho({ ...asked, payload: asked.payload.with(1, 1) })).toBeNull();
    expect(readEcho({ ...asked, protocol: 17 })).toBeNull();
  });
});

describe('UDP echo', () => {
  // RFC 768: addresses, protocol and length, then ports, length and data.
  const words = [0x0a01, 0x0001, 0x0a02, 0x0001, 0x0011, 0x000a, 0x0fa0, 0x0007, 0x000a, 0x6869];
  const total = words.reduce((sum, w) => sum + w, 0);
  const sum = ~((total & 0xffff) + (total >> 16)) & 0xffff;
  const asked: InnerPacket = {
    src: '10.1.0.1' as IpAddress,
    dst: '10.2.0.1' as IpAddress,
    protocol: 17,
    payload: Uint8Array.of(0x0f, 0xa0, 0, 7, 0, 10, sum >> 8, sum & 255, 0x68, 0x69),
  };

  test('the same back, ports and addresses changed over; the sum of the same words is the same', () => {
    expect(udpEcho(asked)).toEqual({
      src: asked.dst,
      dst: asked.src,
      protocol: 17,
      payload: Uint8Array.of(0, 7, 0x0f, 0xa0, 0, 10, sum >> 8, sum & 255, 0x68, 0x69),
    });
  });

  test.each([
    ['a wrong sum', asked.payload.with(9, 0)],
    ['another port', asked.payload.with(3, 9)],
    ['a length beyond the packet', asked.payload.with(5, 11)],
    ['a length short of the header', asked.payload.with(5, 7)],
  ])('%s: nothing', (_what, payload) => {
    expect(udpEcho({ ...asked, payload })).toBeNull();
  });
});

test('any octets: a packet or none, and no exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom(1, 17), (bytes, carried) => {
      const inner = readInner(bytes);
      const packet = inner ?? { src: '10.1.0.1' as IpAddress, dst: '10.2.0.1' as IpAddress, protocol: carried, payload: bytes };
      readEcho(packet);
      udpEcho(packet);
    }),
  );
});
