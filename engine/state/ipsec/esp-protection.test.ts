import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type { EspCipher } from '../../crypto/cipher.ts';
import { type IntegrityName, icv, integrities } from '../../crypto/integrity.ts';
import { blockLength, type CbcCipher } from '../../crypto/provider.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { type EspAlgorithms, type EspKeys, espAlgorithms } from './esp-algorithms.ts';
import { expectedEspIcv, expectedIcv, openEsp, verifyEsp, verifyIcv } from './esp-protection.ts';
import vectors from './esp-protection.vectors.json' with { type: 'json' };

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);

test.each(vectors.rfc3602)('$name opens', (v) => {
  const packet = octets(v.packet);
  const opened = openEsp(nodeCrypto, 'aes-cbc', octets(v.key), packet, 0, packet.length, 0);
  expect(toHex(opened?.plain ?? new Uint8Array(0))).toBe(v.plain);
  expect(opened).toMatchObject({
    iv: { start: 8, end: 24 },
    ciphertext: { start: 24, end: packet.length },
    icv: { start: packet.length, end: packet.length },
    padLength: v.padLength,
    nextHeader: v.nextHeader,
    payloadLength: v.plain.length / 2 - 2 - v.padLength,
    paddingAsExpected: true,
  });
});

describe.each(vectors.recorded)('$name', (v) => {
  const integrity = v.integrity as IntegrityName;
  const { icvOctets } = integrities[integrity];
  const packet = octets(v.octets);
  const key = octets(v.integrityKey);

  test('has the ICV that it ought to have', () => {
    expect(verifyIcv(nodeCrypto, integrity, key, packet, 0, packet.length)).toBe(true);
    expect(expectedIcv(nodeCrypto, integrity, key, packet, 0, packet.length)).toEqual(packet.subarray(-icvOctets));
  });

  test('fails with any one bit flipped, and with another key', () => {
    for (let at = 0; at < packet.length; at++) {
      const bent = Uint8Array.from(packet);
      bent[at] = (bent[at] ?? 0) ^ (1 << (at % 8));
      expect(verifyIcv(nodeCrypto, integrity, key, bent, 0, bent.length)).toBe(false);
    }
    expect(verifyIcv(nodeCrypto, integrity, octets(v.encryptionKey), packet, 0, packet.length)).toBe(false);
  });

  test('holds the inner packet, wherever it stands in its buffer', () => {
    const buffer = octets(`aabbcc${v.octets}dd`);
    const opened = openEsp(nodeCrypto, v.cipher as EspCipher, octets(v.encryptionKey), buffer, 3, buffer.length - 1, icvOctets);
    expect(opened?.nextHeader).toBe(v.nextHeader);
    expect(opened?.paddingAsExpected).toBe(true);
    expect([...(opened?.plain.subarray(12, 16) ?? [])].join('.')).toBe(v.innerSource);
    // Total length of the inner IPv4 header: where the payload ends and the padding begins.
    expect(opened?.payloadLength).toBe(((opened?.plain[2] ?? 0) << 8) | (opened?.plain[3] ?? 0));
    expect(opened?.icv).toEqual({ start: buffer.length - 1 - icvOctets, end: buffer.length - 1 });
  });
});

test('NULL leaves the payload as it is, RFC 2410', () => {
  // SPI 100, sequence number 1, two octets of payload, padding to a boundary of 4: none, pad length 0, next header 59, ICV.
  const head = octets('0000010000000001abcd003b');
  const key = new Uint8Array(20);
  const packet = Uint8Array.of(...head, ...(icv(nodeCrypto, 'hmac-sha1-96', key, head) ?? []));
  expect(verifyIcv(nodeCrypto, 'hmac-sha1-96', key, packet, 0, packet.length)).toBe(true);
  const opened = openEsp(nodeCrypto, 'null', new Uint8Array(0), packet, 0, packet.length, 12);
  expect(opened).toMatchObject({ iv: { start: 8, end: 8 }, padLength: 0, nextHeader: 59, payloadLength: 2, paddingAsExpected: true });
});

test('a pad length beyond the packet is said, not followed', () => {
  const opened = openEsp(nodeCrypto, 'null', new Uint8Array(0), octets('0000010000000001abcd203b'), 0, 12, 0);
  expect(opened).toMatchObject({ padLength: 32, payloadLength: undefined, paddingAsExpected: false });
});

const ciphers: readonly EspCipher[] = [
  'null',
  ...(Object.keys(blockLength) as CbcCipher[]),
  'aes-ctr',
  'aes-ccm',
  'aes-gcm',
  'null-aes-gmac',
  'chacha20-poly1305',
];

describe.each(vectors.suites)('$name', (v) => {
  const suite = { transform: v.transform, keyBits: v.keyBits, authentication: v.authentication, esn: v.sequenceHigh !== null };
  const algorithms = espAlgorithms(suite) as EspAlgorithms;
  const packet = octets(v.octets);
  const keys = { encryption: octets(v.encryptionKey), integrity: v.integrityKey === '' ? null : octets(v.integrityKey) };
  const verify = (bytes: Uint8Array, under = keys, high = v.sequenceHigh) =>
    verifyEsp(nodeCrypto, algorithms, under as EspKeys, bytes, 0, bytes.length, high);

  test('is authentic, and with any one bit flipped it is not', () => {
    expect(verify(packet)).toBe(true);
    for (let at = 0; at < packet.length; at++) {
      const bent = Uint8Array.from(packet);
      bent[at] = (bent[at] ?? 0) ^ (1 << (at % 8));
      expect(verify(bent)).toBe(false);
    }
  });

  test('cannot be told without its key, and is not authentic where nothing is left of it', () => {
    expect(verify(packet, { encryption: new Uint8Array(3), integrity: null })).toBe(null);
    for (const length of [0, 7, 8, 19, 20]) expect(verify(packet.subarray(0, length))).toBe(false);
  });
});

test('without integrity nothing can be told', () => {
  const algorithms = espAlgorithms({ transform: 12, keyBits: 128, authentication: null, esn: false }) as EspAlgorithms;
  const keys = { encryption: new Uint8Array(16), integrity: null };
  expect(verifyEsp(nodeCrypto, algorithms, keys, new Uint8Array(64), 0, 64)).toBe(null);
  expect(expectedEspIcv(nodeCrypto, algorithms, keys, new Uint8Array(64), 0, 64)).toBeUndefined();
});

test('any octets, any bounds: a value or undefined', () => {
  const bounds = fc.integer({ min: -5, max: 120 });
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 100 }),
      bounds,
      bounds,
      fc.integer({ min: 0, max: 40 }),
      fc.constantFrom<EspCipher>(...ciphers),
      fc.uint8Array({ maxLength: 57 }),
      fc.constantFrom(...(Object.keys(integrities) as IntegrityName[])),
      (bytes, start, end, icvLength, cipher, key, integrity) => {
        const opened = openEsp(nodeCrypto, cipher, key, bytes, start, end, icvLength);
        if (opened) expect(opened.plain.length).toBe(opened.ciphertext.end - opened.ciphertext.start);
        verifyIcv(nodeCrypto, integrity, key, bytes, start, end);
      },
    ),
    { numRuns: 2000 },
  );
});
