/** The certificate port over node:crypto's X509Certificate, RFC 5280. */
import { createHash, X509Certificate } from 'node:crypto';
import type { CertificateFacts, CertificateKey, Certificates } from '../crypto/certificate.ts';
import { curves } from '../crypto/curves.ts';
import { membersOf, objectIdentifierOf, readDer } from '../crypto/der.ts';
import { publicKeyOfInfo } from '../crypto/key.ts';

/** Longer ones are no certificates of IPsec; reading them would be work that a sender decides on. */
const longest = 65536;

export const nodeCertificates: Certificates = {
  read: (der) => {
    const certificate = parsed(der);
    const [signed, signature] = membersOf(readDer(der)) ?? [];
    const fields = membersOf(signed) ?? [];
    const key = fields[fields[0]?.tag === 0xa0 ? 6 : 5];
    const [algorithm] = membersOf(signature) ?? [];
    if (!certificate || !key) return undefined;
    return {
      subject: certificate.subject ?? '',
      issuer: certificate.issuer ?? '',
      serial: certificate.serialNumber.toLowerCase(),
      notBefore: Date.parse(certificate.validFrom) / 1000,
      notAfter: Date.parse(certificate.validTo) / 1000,
      alternativeNames: (certificate.subjectAltName ?? '').split(', ').filter((name) => name !== ''),
      authority: certificate.ca,
      signatureAlgorithm: objectIdentifierOf(algorithm) ?? '',
      key: keyFacts(key.whole),
      sha1: digest('sha1', der),
      sha256: digest('sha256', der),
    } satisfies CertificateFacts;
  },
  issued: (issuer, subject) => {
    const [above, below] = [parsed(issuer), parsed(subject)];
    if (!above || !below || below.issuer !== above.subject) return false;
    try {
      return below.verify(above.publicKey);
    } catch {
      // The runtime has no such key type or algorithm.
      return null;
    }
  },
};

const parsed = (der: Uint8Array): X509Certificate | undefined => {
  if (der.length > longest) return undefined;
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
};

const digest = (name: 'sha1' | 'sha256', der: Uint8Array): Uint8Array => Uint8Array.from(createHash(name).update(der).digest());

const bitsOf = (n: bigint): number => n.toString(2).length;

const keyFacts = (info: Uint8Array): CertificateKey => {
  const key = publicKeyOfInfo(info);
  switch (key?.type) {
    case 'rsa':
      return { type: 'rsa', bits: bitsOf(key.modulus), curve: null, info: Uint8Array.from(info) };
    case 'dsa':
      return { type: 'dsa', bits: bitsOf(key.p), curve: null, info: Uint8Array.from(info) };
    case 'ec':
      return { type: 'ec', bits: bitsOf(curves[key.curve].p), curve: key.curve, info: Uint8Array.from(info) };
    default:
      return { type: 'other', bits: null, curve: null, info: Uint8Array.from(info) };
  }
};
