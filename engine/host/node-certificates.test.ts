import { expect, test } from 'vitest';
import { fromHex, toHex } from '../bytes/hex.ts';
import vectors from '../crypto/signature.vectors.json' with { type: 'json' };
import { nodeCertificates } from './node-certificates.ts';

const octets = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);
const [responder, initiator] = vectors.signatures.flatMap((v) => (v.certificate === undefined ? [] : [octets(v.certificate)]));
const authority = octets(vectors.authority);

test('a certificate in plain words, as openssl x509 prints it', () => {
  const facts = nodeCertificates.read(initiator ?? authority);
  expect(facts).toMatchObject({
    subject: 'C=XX\nO=Lab Example\nCN=initiator.lab.example',
    issuer: 'C=XX\nO=Lab Example\nCN=Lab Root CA',
    serial: '261799bb9d203be01117101e8dc1604c10194e81',
    notBefore: Date.UTC(2026, 10, 21, 18, 28) / 1000,
    notAfter: Date.UTC(2046, 10, 16, 18, 28) / 1000,
    alternativeNames: ['DNS:initiator.lab.example'],
    authority: false,
    signatureAlgorithm: '1.2.840.113549.1.1.11',
    key: { type: 'rsa', bits: 2048, curve: null },
  });
  expect(toHex(facts?.sha256 ?? new Uint8Array(0))).toBe('08afe7fa82283718e79dc8c7afc2705e9185f47534d46cf6436248db04508c70');
  expect(nodeCertificates.read(authority)).toMatchObject({ authority: true, alternativeNames: [] });
});

test('who issued whom', () => {
  const [one, other] = [initiator ?? authority, responder ?? authority];
  expect(nodeCertificates.issued(authority, one)).toBe(true);
  expect(nodeCertificates.issued(authority, authority)).toBe(true);
  expect(nodeCertificates.issued(other, one)).toBe(false);
  expect(nodeCertificates.issued(one, authority)).toBe(false);
  const bent = Uint8Array.from(one);
  bent[one.length - 1] = (bent[one.length - 1] ?? 0) ^ 1;
  expect(nodeCertificates.issued(authority, bent)).toBe(false);
});

test('octets that are no certificate', () => {
  for (const any of [new Uint8Array(0), Uint8Array.of(0x30, 0), new Uint8Array(100_000)]) {
    expect(nodeCertificates.read(any)).toBeUndefined();
    expect(nodeCertificates.issued(authority, any)).toBe(false);
  }
});
