import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ethernet, ipv4Packet, ipv6Packet, octets, pcapFile, pcapng, type Recorded, u16, u32, udp } from '../../test/support/frames.ts';
import { noFragments } from '../wire/ip-reassembly.ts';
import { readPacket } from '../wire/packet.ts';
import { readCapture } from './capture.ts';
import { toEnd } from './reading.ts';

const data = new Uint8Array(64).fill(9);
const parts = [0, 32].map((from) => {
  const payload = udp(4500, 4500, data).subarray(from, from === 0 ? 32 : undefined);
  return ethernet(0x0800, ipv4Packet({ protocol: 17, payload, fragment: from === 0 ? 0x2000 : from / 8 }));
});
const frames = [
  ethernet(0x0800, ipv4Packet({ protocol: 50, payload: octets('c185666e 00000001', data) })),
  ...parts,
  ethernet(0x86dd, ipv6Packet(44, octets('11 00', u16(0), u32(1), udp(500, 500, data)))),
];
const records: readonly Recorded[] = frames.map((bytes, i) => ({ seconds: i, fraction: 0, bytes }));
const b = pcapng('big');
const files = {
  pcap: pcapFile('little', 0xa1b2c3d4, 1, records),
  pcapng: octets(b.section(), b.describe(1, 0), b.describe(1, 0), ...frames.map((bytes, i) => b.enhanced(i % 2, BigInt(i), bytes))),
};

/** Reads a file to its last packet, as an import would. */
const readAll = (bytes: Uint8Array) => {
  const progress = readCapture(bytes, 'x', 0);
  const reading = progress && toEnd(progress);
  let pending = noFragments;
  const carried = (reading?.events ?? []).map((event) => {
    if (event.kind !== 'DatagramSeen') return event.kind;
    const step = readPacket(event.datagram, pending, true);
    pending = step.pending;
    return step.packet.carried;
  });
  return { carried, reading, pending };
};

describe('a capture of either format', () => {
  test.each(Object.entries(files))('%s, to its packets', (_, file) => {
    expect(readAll(file).carried).toEqual(['esp', 'fragment', 'esp', 'ike']);
  });

  test('what is no capture has no reader', () => expect(readCapture(octets('1f8b08'), 'x', 0)).toBeUndefined());

  test.each(Object.entries(files))('%s, mutated: no exception, one place of damage at most, memory in proportion', (_, file) => {
    const change = fc.tuple(fc.nat(file.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), fc.nat(file.length), (changes, cut) => {
        const bytes = file.slice(0, file.length - (cut % 7 === 0 ? cut : 0));
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const { reading, pending } = readAll(bytes);
        expect(reading?.damage.length ?? 0).toBeLessThanOrEqual(1);
        // Frames are parts of the file, so all they add is a view each; fragments wait as parts of frames.
        expect((reading?.events.length ?? 0) * 16).toBeLessThanOrEqual(bytes.length);
        expect(reading?.events.every((e) => e.kind === 'DatagramSeen' && e.datagram.bytes.buffer === bytes.buffer)).not.toBe(false);
        expect(pending.pending.reduce((sum, p) => sum + p.held, 0)).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 1000 },
    );
  });
});
