import { createPublicKey, generateKeyPairSync, publicDecrypt } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../bytes/hex.ts';
import { nodeCrypto } from '../host/node-crypto.ts';
import { publicKeyOfInfo } from './key.ts';
import { keyFits, signHash } from './sign.ts';
import { verifySignature } from './signature.ts';

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);
const text = (s: string): Uint8Array => new TextEncoder().encode(s);

/** RFC 5915 3, as short as it may be. */
const ecKey = (oid: string, scalar: string): Uint8Array => {
  const tlv = (tag: string, hex: string): string => `${tag}${(hex.length / 2).toString(16).padStart(2, '0')}${hex}`;
  return octets(tlv('30', `020101${tlv('04', scalar)}${tlv('a0', tlv('06', oid))}`));
};

/** RFC 6979 A.2.5 to A.2.7, the text `sample`. */
const published = [
  {
    method: 9,
    hash: 'sha256',
    oid: '2a8648ce3d030107',
    scalar: 'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721',
    r: 'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716',
    s: 'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  },
  {
    method: 10,
    hash: 'sha384',
    oid: '2b81040022',
    scalar: '6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5',
    r: '94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46',
    s: '99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8',
  },
  {
    method: 11,
    hash: 'sha512',
    oid: '2b81040023',
    scalar:
      '00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa896eb32f1f47c70855836a6d16fcc1466f6d8fbec67db89ec0c08b0e996b83538',
    r: '00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e25a1ee9017b5d450606add152b534931d7d4e8455cc91f9b15bf05ec36e377fa',
    s: '00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af282623eaa63e5b5c0723d8b8c37ff0777b1a20f8ccb1dccc43997f1ee0e44da4a67a',
  },
] as const;

describe.each(published)('ECDSA with $hash', ({ method, hash, oid, scalar, r, s }) => {
  const key = ecKey(oid, scalar);

  test('gives what RFC 6979 publishes', () => {
    const signature = signHash(nodeCrypto, method, key, nodeCrypto.hash(hash, text('sample')));
    expect(signature && toHex(signature)).toBe(r + s);
  });

  test('goes with its own method alone', () => {
    expect([1, 2, 3, 9, 10, 11].filter((m) => keyFits(m, key))).toEqual([method]);
    for (const m of [1, 3, method === 9 ? 10 : 9]) expect(signHash(nodeCrypto, m, key, new Uint8Array(32))).toBeUndefined();
  });
});

describe('RSA', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const hash = nodeCrypto.hash('sha1', text('sample'));

  test.each([
    ['PEM', text(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())],
    ['PKCS #8', Uint8Array.from(privateKey.export({ type: 'pkcs8', format: 'der' }))],
    ['PKCS #1', Uint8Array.from(privateKey.export({ type: 'pkcs1', format: 'der' }))],
  ])('%s: the bare hash is what OpenSSL recovers, and what we verify', (_name, key) => {
    const signature = signHash(nodeCrypto, 3, key, hash);
    if (!signature) throw new Error('nothing was signed');
    expect(toHex(publicDecrypt(createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })), signature))).toBe(toHex(hash));
    const info = publicKeyOfInfo(Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' })));
    expect(info && verifySignature(nodeCrypto, 3, info, hash, signature)).toMatchObject({ verified: true, form: 'bare' });
    expect(keyFits(3, key)).toBe(true);
    expect(keyFits(9, key)).toBe(false);
  });
});

test.each([
  ['P-256', 'prime256v1', 9, 'sha256'],
  ['P-384', 'secp384r1', 10, 'sha384'],
  ['P-521', 'secp521r1', 11, 'sha512'],
] as const)('keys of %s as OpenSSL writes them', (_name, namedCurve, method, name) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  const info = publicKeyOfInfo(Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' })));
  const hash = nodeCrypto.hash(name, text('sample'));
  for (const type of ['pkcs8', 'sec1'] as const) {
    const signature = signHash(nodeCrypto, method, text(privateKey.export({ type, format: 'pem' }).toString()), hash);
    expect(info && signature && verifySignature(nodeCrypto, method, info, hash, signature)).toMatchObject({ verified: true, form: 'bare' });
  }
});

test.each([0, 1, 2, 16, 64, 1000])('%i octets that are no key sign nothing', (length) => {
  for (const method of [3, 9, 10, 11]) {
    expect(signHash(nodeCrypto, method, new Uint8Array(length).fill(0x30), new Uint8Array(32))).toBeUndefined();
    expect(keyFits(method, new Uint8Array(length).fill(0x30))).toBe(false);
  }
});
