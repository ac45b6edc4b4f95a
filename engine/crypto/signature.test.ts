import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../bytes/hex.ts';
import { nodeCrypto } from '../host/node-crypto.ts';
import { objectIdentifierOf, readDer } from './der.ts';
import { type PublicKey, publicKeyOfCertificate, publicKeyOfInfo, rsaPrivateKey } from './key.ts';
import { decryptRsa, encryptRsa } from './rsa.ts';
import { signatureMethod, verifySignature } from './signature.ts';
import vectors from './signature.vectors.json' with { type: 'json' };

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);

describe.each(vectors.signatures)('$name', (v) => {
  const key = (
    v.certificate === undefined ? publicKeyOfInfo(octets(v.publicKey)) : publicKeyOfCertificate(octets(v.certificate))
  ) as PublicKey;
  const [hash, signature] = [octets(v.hash), octets(v.signature)];
  const judge = (h: Uint8Array, s: Uint8Array) => verifySignature(nodeCrypto, v.method, key, h, s);

  test('verifies, in its form', () => {
    expect(judge(hash, signature)).toMatchObject({ verified: true, form: v.form });
  });

  test('is wrong over another hash, with a bit flipped, and at another length', () => {
    const wrong = { verified: false, form: null };
    expect(
      judge(
        Uint8Array.from(hash, (octet, i) => (i === 0 ? octet ^ 1 : octet)),
        signature,
      ),
    ).toMatchObject(wrong);
    expect(
      judge(
        hash,
        Uint8Array.from(signature, (octet, i) => (i === 9 ? octet ^ 1 : octet)),
      ),
    ).toMatchObject(wrong);
    expect(judge(hash, signature.subarray(1))).toMatchObject(wrong);
    expect(judge(hash, Uint8Array.of(0, ...signature))).toMatchObject(wrong);
    expect(judge(hash, new Uint8Array(signature.length))).toMatchObject(wrong);
    expect(judge(hash, new Uint8Array(signature.length).fill(0xff))).toMatchObject(wrong);
  });

  test('says nothing under a method with another kind of key', () => {
    for (const method of [1, 4, 5, v.method === 3 ? 2 : 3, 8, 65001]) {
      expect(verifySignature(nodeCrypto, method, key, hash, signature)).toBeUndefined();
    }
  });
});

test('what was signed is shown where it is another hash', () => {
  const [v] = vectors.signatures;
  const key = publicKeyOfCertificate(octets(v?.certificate ?? '')) as PublicKey;
  const verdict = verifySignature(nodeCrypto, 3, key, new Uint8Array(20), octets(v?.signature ?? ''));
  expect(toHex(verdict?.signed ?? new Uint8Array(0))).toBe(v?.hash);
});

test('the hash of a method, RFC 2409 5.1 and RFC 4754 4; hybrid and XAUTH prove the same', () => {
  const hashes = [2, 3, 9, 10, 11, 64221, 64224, 65004, 65005, 1].map((method) => signatureMethod(method)?.hash);
  expect(hashes).toEqual(['sha1', null, 'sha256', 'sha384', 'sha512', null, 'sha1', 'sha1', null, undefined]);
});

describe('RSA encryption', () => {
  const { privateKeyPkcs1, privateKeyPkcs8, plain, ciphertext } = vectors.encryption;
  const key = rsaPrivateKey(octets(privateKeyPkcs1));
  if (!key) throw new Error('the vector has no key');

  test('opens what OpenSSL closed, with the key in either wrapping, and as PEM', () => {
    const pem = `Bag Attributes\n-----BEGIN PRIVATE KEY-----\n${Buffer.from(privateKeyPkcs8, 'hex').toString('base64')}\n-----END PRIVATE KEY-----\n`;
    for (const form of [octets(privateKeyPkcs1), octets(privateKeyPkcs8), new TextEncoder().encode(pem)]) {
      expect(toHex(decryptRsa(rsaPrivateKey(form) ?? key, octets(ciphertext)) ?? new Uint8Array(0))).toBe(plain);
      expect(rsaPrivateKey(form)).toEqual(key);
    }
  });

  test('one answer for every pad that is wrong', () => {
    const close = (...block: number[]) => encryptRsa(key.modulus, key.publicExponent, Uint8Array.from(block), Uint8Array.of(1, 2, 3));
    const padding = new Array(key.octets - 6).fill(9);
    expect(decryptRsa(key, close(...padding) ?? new Uint8Array(0))).toEqual(Uint8Array.of(1, 2, 3));
    // A zero too early leaves fewer than eight octets of padding.
    const short = [...padding];
    short[7] = 0;
    for (const bad of [close(...short), octets(ciphertext).subarray(1), new Uint8Array(key.octets), new Uint8Array(key.octets).fill(255)])
      expect(decryptRsa(key, bad ?? new Uint8Array(0))).toBeUndefined();
  });

  test('any octets: a text or undefined', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: key.octets, maxLength: key.octets }), (any) => {
        const text = decryptRsa(key, any);
        expect(text === undefined || text.length <= key.octets - 11).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe('DER', () => {
  test('object identifiers, X.690 8.19.5', () => {
    expect(objectIdentifierOf(readDer(octets('06092a864886f70d010101')))).toBe('1.2.840.113549.1.1.1');
    expect(objectIdentifierOf(readDer(octets('0603883703')))).toBe('2.999.3');
  });

  test('lengths beyond the octets, and of no end, are no DER', () => {
    for (const hex of ['', '30', '3001', '3080', '30850000000001', '1f8101', '3082ffff00']) expect(readDer(octets(hex))).toBeUndefined();
  });

  test('any octets, and certificates and keys with any one changed: a key or undefined', () => {
    const [certificate] = vectors.signatures.flatMap((v) => v.certificate ?? []);
    const whole = octets(certificate ?? '');
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 60 }), (at, octet, any) => {
        const bent = Uint8Array.from(whole);
        bent[at] = octet;
        publicKeyOfCertificate(bent);
        publicKeyOfCertificate(any);
        publicKeyOfInfo(any);
        rsaPrivateKey(any);
        nodeCrypto.certificates.read(bent);
        nodeCrypto.certificates.issued(bent, whole);
      }),
      { numRuns: 300 },
    );
  });
});
