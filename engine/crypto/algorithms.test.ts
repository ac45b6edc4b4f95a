import { expect, test } from 'vitest';
import { nodeCrypto } from '../host/node-crypto.ts';
import { cipherOfEsp, cipherOfPhaseOne, ivOctets, numberOfIkev2 } from './cipher.ts';
import { icv, integrities, integrityOfPhaseTwo, unnumberedIntegrity } from './integrity.ts';
import { hashOfPhaseOne, prf } from './prf.ts';
import { type HashName, hashLength } from './provider.ts';

test.each([
  // RFC 2409 App. A: DES-CBC 1, 3DES-CBC 5; RFC 3602 5: AES-CBC 7 with its key length.
  [1, null, 'des-cbc', 8],
  [5, null, '3des-cbc', 24],
  [5, 192, '3des-cbc', 24],
  [7, 128, 'aes-cbc', 16],
  [7, 192, 'aes-cbc', 24],
  [7, 256, 'aes-cbc', 32],
  [7, null, 'aes-cbc', 16],
  // RFC 2409 App. B: without a length Blowfish takes 56 octets, CAST 16. RFC 4312 4: Camellia 8.
  [3, null, 'blowfish-cbc', 56],
  [3, 128, 'blowfish-cbc', 16],
  [6, null, 'cast-128-cbc', 16],
  [6, 80, 'cast-128-cbc', 10],
  [8, 256, 'camellia-cbc', 32],
] as const)('phase 1 encryption %i with %s bits is %s', (encryption, bits, cipher, keyOctets) => {
  expect(cipherOfPhaseOne(encryption, bits)).toEqual({ cipher, keyOctets });
});

test.each([
  // RFC 2407 4.4.4: ESP_DES 2, ESP_3DES 3, ESP_CAST 6, ESP_BLOWFISH 7, ESP_NULL 11; RFC 3602 5.2: ESP_AES 12. RFC 2451 2.2: defaults.
  [2, null, 'des-cbc', 8, 8, 0],
  [3, null, '3des-cbc', 24, 8, 0],
  [6, null, 'cast-128-cbc', 16, 8, 0],
  [7, null, 'blowfish-cbc', 16, 8, 0],
  [7, 448, 'blowfish-cbc', 56, 8, 0],
  [11, null, 'null', 0, 0, 0],
  [12, 256, 'aes-cbc', 32, 16, 0],
  // KEYMAT has the salt: RFC 3686 5.1, RFC 4309 7.1, RFC 4106 8.1, RFC 4543 5.4, RFC 7634 2. IVs and ICVs: 8, and 8, 12 or 16 octets.
  [13, 128, 'aes-ctr', 20, 8, 0],
  [14, 128, 'aes-ccm', 19, 8, 8],
  [15, 192, 'aes-ccm', 27, 8, 12],
  [16, 256, 'aes-ccm', 35, 8, 16],
  [18, 128, 'aes-gcm', 20, 8, 8],
  [19, 192, 'aes-gcm', 28, 8, 12],
  [20, 256, 'aes-gcm', 36, 8, 16],
  [22, 192, 'camellia-cbc', 24, 16, 0],
  [23, 256, 'null-aes-gmac', 36, 8, 16],
  [numberOfIkev2(28), null, 'chacha20-poly1305', 36, 8, 16],
] as const)('ESP transform %i with %s bits is %s', (transform, bits, cipher, keyOctets, iv, icvOctets) => {
  expect(cipherOfEsp(transform, bits)).toEqual({ cipher, keyOctets, icvOctets });
  expect(ivOctets(cipher)).toBe(iv);
});

test('what cannot be computed has no cipher', () => {
  for (const encryption of [0, 2, 4, 9, 65535, -1, 1.5]) expect(cipherOfPhaseOne(encryption, null)).toBeUndefined();
  for (const bits of [0, 64, 127, 512]) expect(cipherOfPhaseOne(7, bits)).toBeUndefined();
  for (const transform of [0, 1, 4, 5, 8, 9, 10, 17, 21, 24, 28, 255]) expect(cipherOfEsp(transform, 128)).toBeUndefined();
  expect(cipherOfEsp(20, 129)).toBeUndefined();
  expect(cipherOfEsp(7, 456)).toBeUndefined();
});

test('hashes of phase 1 by number, RFC 2409 App. A and RFC 4868 4', () => {
  expect([1, 2, 3, 4, 5, 6].map(hashOfPhaseOne)).toEqual(['md5', 'sha1', undefined, 'sha256', 'sha384', 'sha512']);
});

test('integrity by number, RFC 2407 4.5', () => {
  const numbered = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map(integrityOfPhaseTwo);
  expect(numbered).toEqual([
    'hmac-md5-96',
    'hmac-sha1-96',
    undefined,
    undefined,
    'hmac-sha2-256-128',
    'hmac-sha2-384-192',
    'hmac-sha2-512-256',
    undefined,
    'aes-xcbc-96',
    undefined,
    'aes-128-gmac',
    'aes-192-gmac',
    'aes-256-gmac',
  ]);
});

test('keys of an HMAC are as long as the hash, RFC 2403 to 2404 and 4868 2.1.1', () => {
  for (const { by, keyOctets, icvOctets } of Object.values(integrities)) {
    if (!(by in hashLength)) continue;
    expect(keyOctets).toBe(hashLength[by as HashName]);
    expect(icvOctets).toBeLessThanOrEqual(keyOctets);
  }
});

test('numbers above those of a registry lead back to their algorithm', () => {
  for (const [name, number] of Object.entries(unnumberedIntegrity)) expect(integrityOfPhaseTwo(number)).toBe(name);
});

test('what cannot make an ICV makes none', () => {
  const octet = Uint8Array.of(1);
  for (const name of ['unchecked-96', 'aes-128-gmac', 'aes-xcbc-96', 'aes-cmac-96'] as const)
    expect(icv(nodeCrypto, name, octet, octet)).toBeUndefined();
});

test('the old 96-bit cut of HMAC-SHA2-256 begins like the 128-bit one', () => {
  const [key, data] = [new Uint8Array(32), Uint8Array.of(1)];
  expect(icv(nodeCrypto, 'hmac-sha2-256-96', key, data)).toEqual(icv(nodeCrypto, 'hmac-sha2-256-128', key, data)?.subarray(0, 12));
});

test('a prf over parts is the prf over the parts joined', () => {
  const key = Uint8Array.of(7);
  expect(prf(nodeCrypto, 'sha1', key, Uint8Array.of(1), Uint8Array.of(2, 3))).toEqual(prf(nodeCrypto, 'sha1', key, Uint8Array.of(1, 2, 3)));
});
