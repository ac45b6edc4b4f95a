// What is written out here, against OpenSSL's answer where Node has one; the published vectors run with those of the provider.
import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BlockCipher, cbcDecrypt, cbcEncrypt } from './block-cipher.ts';
import { blowfish } from './blowfish.ts';
import { camellia } from './camellia.ts';
import { cast128 } from './cast-128.ts';
import { openChaCha20Poly1305, sealChaCha20Poly1305 } from './chacha20-poly1305.ts';
import { fractionOfPi } from './pi.ts';

const exactly = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

test('pi behind the point, as in Blowfish: its first subkeys and its last word', () => {
  const words = fractionOfPi(18 + 1024);
  expect([...words.subarray(0, 3)]).toEqual([0x243f6a88, 0x85a308d3, 0x13198a2e]);
  expect(words[1041]).toBe(0x3ac372e6);
});

test.each([
  ['blowfish', blowfish, 5, 56],
  ['cast128', cast128, 5, 16],
  ['camellia, 128 bits', camellia, 16, 16],
  ['camellia, 192 bits', camellia, 24, 24],
  ['camellia, 256 bits', camellia, 32, 32],
] as const)('%s: what it closes it opens', (_, make: (key: Uint8Array) => BlockCipher, from, to) => {
  const key = fc.uint8Array({ minLength: from, maxLength: to });
  fc.assert(
    fc.property(key, exactly(16), exactly(64), (k, iv, data) => {
      const cipher = make(k);
      const first = iv.subarray(0, cipher.block);
      const closed = cbcEncrypt(cipher, first, data);
      expect(cbcDecrypt(cipher, first, closed)).toEqual(data);
      expect(closed).not.toEqual(data);
    }),
    { numRuns: 30 },
  );
});

test('Camellia as OpenSSL has it', () => {
  fc.assert(
    fc.property(fc.constantFrom(16, 24, 32).chain(exactly), exactly(16), exactly(48), (key, iv, data) => {
      const openssl = createCipheriv(`camellia-${key.length * 8}-cbc`, key, iv).setAutoPadding(false);
      expect(cbcEncrypt(camellia(key), iv, data)).toEqual(new Uint8Array(openssl.update(data)));
    }),
  );
});

test('ChaCha20-Poly1305 as OpenSSL has it', () => {
  fc.assert(
    fc.property(exactly(32), exactly(12), fc.uint8Array(), fc.uint8Array({ maxLength: 200 }), (key, nonce, associated, text) => {
      const openssl = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
      openssl.setAAD(associated, { plaintextLength: text.length });
      const ciphertext = new Uint8Array(openssl.update(text));
      openssl.final();
      const tag = new Uint8Array(openssl.getAuthTag());
      expect(sealChaCha20Poly1305(key, nonce, associated, text)).toEqual({ ciphertext, tag });
      expect(openChaCha20Poly1305(key, nonce, associated, ciphertext, tag)).toEqual({ plain: text, authentic: true });
      tag[3] = (tag[3] ?? 0) ^ 4;
      expect(openChaCha20Poly1305(key, nonce, associated, ciphertext, tag)).toEqual({ plain: text, authentic: false });
    }),
    { numRuns: 50 },
  );
});
