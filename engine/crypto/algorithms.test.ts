import { expect, test } from 'vitest';
import { nodeCrypto } from '../host/node-crypto.ts';
import { cipherOfEsp, cipherOfPhaseOne, ivOctets } from './cipher.ts';
import { icv, integrities, integrityOfPhaseTwo } from './integrity.ts';
import { hashOfPhaseOne, prf } from './prf.ts';
import { hashLength } from './provider.ts';

test.each([
  // RFC 2409 App. A: DES-CBC 1, 3DES-CBC 5; RFC 3602 5: AES-CBC 7 with its key length.
  [1, null, 'des-cbc', 8],
  [5, null, '3des-cbc', 24],
  [5, 192, '3des-cbc', 24],
  [7, 128, 'aes-cbc', 16],
  [7, 192, 'aes-cbc', 24],
  [7, 256, 'aes-cbc', 32],
  [7, null, 'aes-cbc', 16],
] as const)('phase 1 encryption %i with %s bits is %s', (encryption, bits, cipher, keyOctets) => {
  expect(cipherOfPhaseOne(encryption, bits)).toEqual({ cipher, keyOctets });
});

test.each([
  // RFC 2407 4.4.4: ESP_DES 2, ESP_3DES 3, ESP_NULL 11; RFC 3602 5.2: ESP_AES 12.
  [2, null, 'des-cbc', 8, 8],
  [3, null, '3des-cbc', 24, 8],
  [11, null, 'null', 0, 0],
  [12, 256, 'aes-cbc', 32, 16],
] as const)('ESP transform %i with %s bits is %s', (transform, bits, cipher, keyOctets, iv) => {
  expect(cipherOfEsp(transform, bits)).toEqual({ cipher, keyOctets });
  expect(ivOctets(cipher)).toBe(iv);
});

test('what cannot be computed has no cipher', () => {
  for (const encryption of [0, 2, 3, 4, 6, 8, 65535, -1, 1.5]) expect(cipherOfPhaseOne(encryption, null)).toBeUndefined();
  for (const bits of [0, 64, 127, 512]) expect(cipherOfPhaseOne(7, bits)).toBeUndefined();
  expect(cipherOfEsp(20, 128)).toBeUndefined();
});

test('hashes of phase 1 by number, RFC 2409 App. A and RFC 4868 4', () => {
  expect([1, 2, 3, 4, 5, 6].map(hashOfPhaseOne)).toEqual(['md5', 'sha1', undefined, 'sha256', 'sha384', 'sha512']);
});

test('integrity by number, RFC 2407 4.5', () => {
  const numbered = [1, 2, 3, 4, 5, 6, 7].map(integrityOfPhaseTwo);
  expect(numbered).toEqual([
    'hmac-md5-96',
    'hmac-sha1-96',
    undefined,
    undefined,
    'hmac-sha2-256-128',
    'hmac-sha2-384-192',
    'hmac-sha2-512-256',
  ]);
});

test('keys are as long as the hash, RFC 2403 to 2404 and 4868 2.1.1', () => {
  for (const { hash, keyOctets, icvOctets } of Object.values(integrities)) {
    expect(keyOctets).toBe(hashLength[hash]);
    expect(icvOctets).toBeLessThanOrEqual(keyOctets);
  }
});

test('the old 96-bit cut of HMAC-SHA2-256 begins like the 128-bit one', () => {
  const [key, data] = [new Uint8Array(32), Uint8Array.of(1)];
  expect(icv(nodeCrypto, 'hmac-sha2-256-96', key, data)).toEqual(icv(nodeCrypto, 'hmac-sha2-256-128', key, data).subarray(0, 12));
});

test('a prf over parts is the prf over the parts joined', () => {
  const key = Uint8Array.of(7);
  expect(prf(nodeCrypto, 'sha1', key, Uint8Array.of(1), Uint8Array.of(2, 3))).toEqual(prf(nodeCrypto, 'sha1', key, Uint8Array.of(1, 2, 3)));
});
