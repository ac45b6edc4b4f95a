import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type { RsaPrivateKey } from '../../crypto/key.ts';
import { rsaPrivateKey } from '../../crypto/key.ts';
import signed from '../../crypto/signature.vectors.json' with { type: 'json' };
import { nodeCrypto } from '../../host/node-crypto.ts';
import { skeyidFromEncryptedNonces } from './keys.ts';
import { firstRevisedIv, openRevisedBodies, openRevisedBody, openRsaBody, revisedKey } from './rsa-encryption.ts';
import vectors from './rsa-encryption.vectors.json' with { type: 'json' };

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);
const { revised, skeyid } = vectors;

test('a nonce closed with the peer’s key opens with its private one', () => {
  const { privateKeyPkcs8, ciphertext, plain } = signed.encryption;
  const key = rsaPrivateKey(octets(privateKeyPkcs8)) as RsaPrivateKey;
  expect(toHex(openRsaBody(key, octets(ciphertext)) ?? new Uint8Array(0))).toBe(plain);
  expect(openRsaBody(key, octets(ciphertext).fill(1, 5, 6))).toBeUndefined();
});

test('SKEYID is keyed with the hash of both nonces', () => {
  const parts = [skeyid.nonceI, skeyid.nonceR, skeyid.cookieI, skeyid.cookieR].map(octets) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  expect(toHex(skeyidFromEncryptedNonces(nodeCrypto, 'sha1', ...parts))).toBe(skeyid.skeyid);
});

test('Ke opens the bodies of a message, each with the last block of the one before', () => {
  const key = revisedKey(nodeCrypto, 'sha1', octets(revised.nonce), octets(revised.cookie), 24);
  expect(toHex(key)).toBe(revised.key);
  const closed = revised.bodies.map((b) => octets(b.closed));
  const opened = openRevisedBodies(nodeCrypto, '3des-cbc', key, closed);
  expect(opened.map(({ body }) => toHex(body))).toEqual(revised.bodies.map(({ body }) => body));
  expect(opened.every(({ paddingAsExpected }) => paddingAsExpected)).toBe(true);
  // The second on its own, under the first IV, is something else.
  const alone = openRevisedBody(nodeCrypto, '3des-cbc', key, firstRevisedIv('3des-cbc'), closed[1] ?? key);
  expect(toHex(alone?.body ?? key)).not.toBe(revised.bodies[1]?.body);
});

test('a body that is no whole number of blocks ends what can be opened', () => {
  const key = octets(revised.key);
  const closed = revised.bodies.map((b) => octets(b.closed));
  expect(openRevisedBodies(nodeCrypto, '3des-cbc', key, [closed[0] ?? key, new Uint8Array(7), closed[2] ?? key])).toHaveLength(1);
  expect(openRevisedBody(nodeCrypto, '3des-cbc', key, firstRevisedIv('3des-cbc'), new Uint8Array(0))).toBeUndefined();
});

test('padding of both readings is taken off, other padding is left', () => {
  const key = octets(revised.key);
  const iv = firstRevisedIv('3des-cbc');
  const open = (plain: string) => {
    const closed = nodeCrypto.encryptCbc('3des-cbc', key, iv, octets(plain)) ?? new Uint8Array(0);
    const opened = openRevisedBody(nodeCrypto, '3des-cbc', key, iv, closed);
    return [toHex(opened?.body ?? key), opened?.paddingAsExpected];
  };
  expect(open('aabbccdd00000003')).toEqual(['aabbccdd', true]);
  expect(open('aabbccdd00000004')).toEqual(['aabbccdd', true]);
  expect(open('aabbccddeeffaa00')).toEqual(['aabbccddeeffaa', true]);
  expect(open('aabbccddeeff0105')).toEqual(['aabbccddeeff0105', false]);
  expect(open('00000000000000ff')).toEqual(['00000000000000ff', false]);
});

test('any octets: bodies or none', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 }), fc.uint8Array({ maxLength: 33 }), (bodies, key) => {
      expect(openRevisedBodies(nodeCrypto, 'aes-cbc', key, bodies).length).toBeLessThanOrEqual(bodies.length);
    }),
  );
});
