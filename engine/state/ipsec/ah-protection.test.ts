import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../bytes/hex.ts';
import { gmacIcv, type IntegrityName, icv, integrities } from '../../crypto/integrity.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { ahIcv } from './ah-protection.ts';
import vectors from './ah-protection.vectors.json' with { type: 'json' };

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);

describe.each(vectors.packets)('$name', (v) => {
  const packet = octets(v.packet);
  const key = octets(v.key);
  const judge = (bytes: Uint8Array, high: number | null = v.sequenceHigh) =>
    ahIcv(nodeCrypto, v.integrity as IntegrityName, key, bytes, 0, bytes.length, high);

  test('is right, wherever the packet stands in its buffer', () => {
    expect(judge(packet)).toMatchObject({ equal: true, at: { start: 32, end: 48 } });
    const buffer = Uint8Array.of(1, 2, 3, ...packet, 9, 9);
    expect(ahIcv(nodeCrypto, v.integrity as IntegrityName, key, buffer, 3, buffer.length, v.sequenceHigh)).toMatchObject({
      equal: true,
      at: { start: 35, end: 51 },
    });
  });

  test('needs the upper half of the sequence number', () => {
    expect(judge(packet, null)?.equal).toBe(false);
    expect(judge(packet, 1)?.equal).toBe(false);
  });

  test('does not mind what routers change, and minds all else: RFC 4302 3.3.3.1.1.1', () => {
    // Type of service, flags (but for a fragment's), time to live, checksum.
    const mutable = new Set([1, 8, 10, 11]);
    packet.forEach((octet, at) => {
      const bent = Uint8Array.from(packet);
      bent[at] = octet ^ 0xff;
      if (mutable.has(at)) expect(judge(bent)?.equal).toBe(true);
      else expect(judge(bent)?.equal ?? false).toBe(false);
    });
    const may = Uint8Array.from(packet);
    may[6] = (may[6] ?? 0) ^ 0x40;
    expect(judge(may)?.equal).toBe(true);
  });
});

// What is covered, by hand: the text stands beside the packet as RFC 4302 would have it.
const key = new Uint8Array(20).fill(7);
const zeros = '00'.repeat(12);
const sealed = (text: string): string => {
  const made = icv(nodeCrypto, 'hmac-sha1-96', key, octets(text)) ?? new Uint8Array(0);
  return Array.from(made, (octet) => octet.toString(16).padStart(2, '0')).join('');
};
const isRight = (packet: string): boolean | undefined =>
  ahIcv(nodeCrypto, 'hmac-sha1-96', key, octets(packet), 0, packet.length / 2)?.equal;
const ah = '3b04000000000100' + '00000001';
const payload = 'c0ffee00';

describe('IPv4 options, App. A1', () => {
  // Type of service ab, do not fragment, time to live 64, some checksum; then as they are covered.
  const packet = (option: string, mac: string) => `47ab0038123440004033beefc0000201c6336401${option}${ah}${mac}${payload}`;
  const text = (option: string) => `470000381234000000330000c0000201c6336401${option}${ah}${zeros}${payload}`;

  test.each([
    ['a router alert counts', '9404000000000000', '9404000000000000', true],
    ['a router alert counts as it is', '9404000100000000', '9404000000000000', false],
    ['a record route counts as zeros', '0707040a00000100', '0000000000000000', true],
    ['a time stamp counts as zeros, what is behind it as it is', '4404050001010101', '0000000001010101', true],
  ])('%s', (_, option, covered, expected) => {
    expect(isRight(packet(option, sealed(text(covered))))).toBe(expected);
  });

  test('with a source route it is the last address that counts, on the way too', () => {
    // Loose source route, pointer 4: 198.51.100.1 is the next hop, 203.0.113.9 the last.
    const option = '830704cb00710900';
    const covered = text('00'.repeat(8)).replace('c6336401', 'cb007109');
    expect(isRight(packet(option, sealed(covered)))).toBe(true);
  });
});

describe('IPv6 extension headers, 3.3.3.1.2 and App. A2', () => {
  const [src, via, dst] = [1, 2, 3].map((last) => `20010db8${String(last).padStart(24, '0')}`) as [string, string, string];
  const length = (extension: string) => (extension.length / 2 + 28).toString(16).padStart(4, '0');

  test('options that may change count as zeros, their type and length do not', () => {
    // Hop-by-hop: option 0x3e (may change) with two octets, then PadN of two.
    const head = (data: string) => `33003e02${data}0100`;
    const packet = (first: string, data: string, mac: string) =>
      `${first}${length(head(data))}0040${src}${dst}${head(data)}${ah}${mac}${payload}`;
    const covered = `60000000${length(head('0000'))}0000${src}${dst}${head('0000')}${ah}${zeros}${payload}`;
    expect(isRight(packet('6ab12345', 'beef', sealed(covered)))).toBe(true);
    // 0x1e may not change.
    expect(isRight(packet('60000000', 'beef', sealed(covered)).replace('33003e', '33001e'))).toBe(false);
  });

  test('a routing header of type 0 counts as it arrives', () => {
    const routing = (left: string, address: string) => `330200${left}00000000${address}`;
    const packet = `60000000${length(routing('01', dst))}2b40${src}${via}${routing('01', dst)}${ah}`;
    const covered = `60000000${length(routing('01', dst))}2b00${src}${dst}${routing('00', via)}${ah}${zeros}${payload}`;
    expect(isRight(`${packet}${sealed(covered)}${payload}`)).toBe(true);
  });

  test('a fragment has none', () => {
    expect(isRight(`60000000${length('33'.repeat(8))}2c40${src}${dst}3300000100000000${ah}${zeros}${payload}`)).toBeUndefined();
  });
});

test('GMAC keeps its IV before the ICV, and counts it, RFC 4543 4', () => {
  const keyAndSalt = new Uint8Array(20).fill(9);
  const head = `450000381234000000330000c0000201c63364013b0700000000010000000001`;
  const iv = '0102030405060708';
  const mac = gmacIcv(nodeCrypto, keyAndSalt, octets(iv), octets(`${head}${iv}${'00'.repeat(16)}`)) ?? new Uint8Array(0);
  const packet = Uint8Array.of(...octets(head), ...octets(iv), ...mac);
  expect(ahIcv(nodeCrypto, 'aes-128-gmac', keyAndSalt, packet, 0, packet.length)).toMatchObject({
    equal: true,
    at: { start: 40, end: 56 },
  });
});

test('any octets, any bounds: a value or undefined', () => {
  const names = Object.keys(integrities) as IntegrityName[];
  const start = fc.constantFrom('45', '47', '4f', '60').map(octets);
  fc.assert(
    fc.property(
      start,
      fc.uint8Array({ maxLength: 120 }),
      fc.constantFrom(...names),
      fc.integer({ min: -3, max: 9 }),
      (first, rest, name, at) => {
        const bytes = Uint8Array.of(...first, ...rest);
        bytes[9] = 51;
        const made = ahIcv(nodeCrypto, name, new Uint8Array(integrities[name].keyOctets), bytes, at, bytes.length);
        if (made) expect(made.expected.length).toBe(integrities[name].icvOctets);
      },
    ),
    { numRuns: 2000 },
  );
});
