import { expect, test } from 'vitest';
import { checkVectors } from '../../test/support/crypto-vectors.ts';
import { nodeCrypto } from './node-crypto.ts';

test('node:crypto gives every published and recorded value', () => {
  expect(checkVectors(nodeCrypto)).toEqual([]);
});

test('what comes out is a plain Uint8Array', () => {
  const key = new Uint8Array(16);
  const outs = [nodeCrypto.hash('md5', key), nodeCrypto.hmac('sha1', key, key), nodeCrypto.encryptCbc('aes-cbc', key, key, key)];
  for (const out of outs) expect(out?.constructor).toBe(Uint8Array);
});

test('one array used as key of a MAC and of two ciphers stays apart', () => {
  const key = Uint8Array.from({ length: 24 }, (_, i) => i);
  const iv = new Uint8Array(16);
  const fresh = () => Uint8Array.from(key);
  nodeCrypto.hmac('sha1', key, iv);
  for (const [cipher, block] of [
    ['3des-cbc', 8],
    ['aes-cbc', 16],
  ] as const) {
    const run = (k: Uint8Array) => nodeCrypto.encryptCbc(cipher, k, iv.subarray(0, block), iv);
    expect(run(key)).toEqual(run(fresh()));
  }
});

test('the provider names itself and its runtime', () => {
  expect(nodeCrypto.name).toMatch(/^node:crypto, (OpenSSL \d|BoringSSL of Electron \d)/);
});
