/** What others sealed, sealed again here under their IV, is the same octet for octet; and what we seal opens. */
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadTrace, tracesFolder } from '../../../test/support/trace.ts';
import { fromHex } from '../../bytes/hex.ts';
import { integrities, integrityOfPhaseTwo } from '../../crypto/integrity.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { replayOf, walk } from '../../replay/replay.ts';
import { type SequenceNumber, sequenceNumber } from '../../values/sequence-number.ts';
import { spi } from '../../values/spi.ts';
import { readEsp } from '../../wire/esp.ts';
import { get } from '../persistent-map.ts';
import { type EspAlgorithms, type EspKeys, espAlgorithms, espKeys } from './esp-algorithms.ts';
import { openEsp, verifyEsp } from './esp-protection.ts';
import vectors from './esp-protection.vectors.json' with { type: 'json' };
import { sealEsp, sealUnderIv, type ToSeal } from './esp-sealing.ts';

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);

/** Opens `packet` and seals what was inside again. */
const sealedAgain = (algorithms: EspAlgorithms, keys: EspKeys, packet: Uint8Array, sequence: SequenceNumber, esn: boolean) => {
  const { transform, icvOctets } = algorithms;
  const header = readEsp(packet, { buffer: 'wire', start: 0, end: packet.length }, false);
  const key = keys.encryption ?? new Uint8Array(0);
  const opened = transform && openEsp(nodeCrypto, transform.cipher, key, packet, 0, packet.length, icvOctets);
  if (!header || opened?.payloadLength === undefined) throw new Error('it does not open');
  const what: ToSeal = {
    spi: header.spi,
    sequence,
    esn,
    payload: opened.plain.subarray(0, opened.payloadLength),
    nextHeader: opened.nextHeader,
  };
  return sealUnderIv(nodeCrypto, algorithms, keys, what, packet.subarray(opened.iv.start, opened.iv.end));
};

test.each(vectors.suites)('$name', ({ transform, keyBits, authentication, sequenceHigh, encryptionKey, integrityKey, octets: hex }) => {
  const packet = octets(hex);
  const algorithms = espAlgorithms({ transform, keyBits, authentication, esn: sequenceHigh !== null }) as EspAlgorithms;
  const keys = { encryption: octets(encryptionKey), integrity: integrityKey === '' ? null : octets(integrityKey) };
  const low = new DataView(packet.buffer, packet.byteOffset).getUint32(4);
  const sequence = sequenceNumber((BigInt(sequenceHigh ?? 0) << 32n) + BigInt(low));
  expect(sealedAgain(algorithms, keys, packet, sequence, sequenceHigh !== null)).toEqual(packet);
});

describe('packets of recorded tunnels', () => {
  test.each([
    ['mm-psk-3des-sha1-modp1024', 6],
    ['mm-psk-aes128-md5-modp1536', 6],
    ['mm-esp-transport', 6],
    ['nat-t', 6],
  ])('%s', (name, least) => {
    let compared = 0;
    const replay = replayOf(loadTrace(join(tracesFolder, name)), nodeCrypto);
    for (const { state, seen } of walk(replay)) {
      const a = seen.ipsec?.authenticated === true ? get(state.associations, seen.ipsec.association) : undefined;
      const algorithms = a?.suite && espAlgorithms(a.suite);
      if (!seen.ipsec || !seen.packet || !a || !algorithms) continue;
      const { bytes, content } = seen.packet;
      const packet = bytes.slice(content.start, content.end);
      expect(sealedAgain(algorithms, espKeys(a), packet, seen.ipsec.sequence, false)).toEqual(packet);
      compared += 1;
    }
    expect(compared).toBeGreaterThanOrEqual(least);
  });
});

/** Every cipher with every integrity algorithm that can be agreed on. */
const suites = [2, 3, 6, 7, 11, 12, 13, 14, 15, 16, 18, 19, 20, 22, 23, 0x1_001c].flatMap((transform) =>
  [null, 1, 2, 5, 6, 7, 9, 0x2_0000].flatMap((authentication) => {
    const suite = { transform, keyBits: null, authentication, esn: false };
    const algorithms = espAlgorithms(suite);
    return algorithms ? [{ ...suite, algorithms }] : [];
  }),
);

test('what we seal opens and is authentic, whatever the algorithms, with extended numbers and without', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...suites),
      fc.uint8Array({ maxLength: 80 }),
      fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
      fc.boolean(),
      fc.infiniteStream(fc.nat(255)),
      ({ algorithms, authentication }, payload, number, esn, chance) => {
        const name = authentication === null ? undefined : integrityOfPhaseTwo(authentication);
        const draw = (length: number): Uint8Array => Uint8Array.from({ length }, () => chance.next().value as number);
        const keys: EspKeys = {
          encryption: draw(algorithms.transform?.keyOctets ?? 0),
          integrity: algorithms.integrity && name ? draw(integrities[name].keyOctets) : null,
        };
        const sequence = sequenceNumber(esn ? number : BigInt.asUintN(32, number));
        const what = { spi: spi(0x1234_5678), sequence, esn, payload, nextHeader: 4 };
        const packet = sealEsp(nodeCrypto, algorithms, keys, what) ?? new Uint8Array(0);
        const high = esn ? Number(sequence >> 32n) : null;
        const { transform, icvOctets } = algorithms;
        expect(verifyEsp(nodeCrypto, algorithms, keys, packet, 0, packet.length, high)).toBe(icvOctets === 0 ? null : true);
        const opened = openEsp(nodeCrypto, transform?.cipher ?? 'null', keys.encryption ?? payload, packet, 0, packet.length, icvOctets);
        expect(opened).toMatchObject({ nextHeader: 4, paddingAsExpected: true, payloadLength: payload.length });
        expect(opened?.plain.subarray(0, payload.length)).toEqual(payload);
        // RFC 4303 2.4: the ICV begins at a boundary of four octets.
        expect((packet.length - icvOctets) % 4).toBe(0);
      },
    ),
    { numRuns: 400 },
  );
});

describe('the IV', () => {
  const aes = espAlgorithms({ transform: 12, keyBits: 128, authentication: 2, esn: false }) as EspAlgorithms;
  const gcm = espAlgorithms({ transform: 20, keyBits: 128, authentication: null, esn: false }) as EspAlgorithms;
  const ivOf = (algorithms: EspAlgorithms, n: number, length: number): Uint8Array | undefined => {
    const keys = { encryption: new Uint8Array(algorithms.transform?.keyOctets ?? 0), integrity: new Uint8Array(20) };
    const payload = Uint8Array.of(1, 2, 3);
    const what = { spi: spi(300), sequence: sequenceNumber(n), esn: false, payload, nextHeader: 4 };
    return sealEsp(nodeCrypto, algorithms, keys, what)?.subarray(8, 8 + length);
  };

  test('of CBC is the number of the packet, encrypted under its key', () => {
    // Test case 1 of the GCM submission to NIST: its tag is AES under a key of zeros over a block that holds the number 1.
    expect(ivOf(aes, 1, 16)).toEqual(octets('58e2fccefa7e3061367f1d57a4e7455a'));
    expect(ivOf(aes, 2, 16)).not.toEqual(ivOf(aes, 1, 16));
  });

  test('of a counter mode is the number itself', () => {
    expect(ivOf(gcm, 0x0102, 8)).toEqual(octets('0000000000000102'));
  });
});

test('a key of another length than the algorithm has seals nothing', () => {
  const algorithms = espAlgorithms({ transform: 12, keyBits: 128, authentication: 2, esn: false }) as EspAlgorithms;
  const what = { spi: spi(300), sequence: sequenceNumber(1), esn: false, payload: new Uint8Array(8), nextHeader: 4 };
  const good = { encryption: new Uint8Array(16), integrity: new Uint8Array(20) };
  expect(sealEsp(nodeCrypto, algorithms, good, what)).toBeDefined();
  expect(sealEsp(nodeCrypto, algorithms, { ...good, encryption: new Uint8Array(24) }, what)).toBeUndefined();
  expect(sealEsp(nodeCrypto, algorithms, { ...good, integrity: new Uint8Array(16) }, what)).toBeUndefined();
  expect(sealEsp(nodeCrypto, algorithms, { encryption: null, integrity: null }, what)).toBeUndefined();
});
