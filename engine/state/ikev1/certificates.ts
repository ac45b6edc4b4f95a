/** Certificates that a message of phase 1 carries: what they say, who signed them, and whether the identity stands in them. RFC 4945, RFC 2408 3.9. */

import { membersOf, readDer } from '../../crypto/der.ts';
import { certEncodings } from '../../registry/cert-encoding.ts';
import { nameOf } from '../../registry/registry.ts';
import { ipAddress } from '../../values/ip-address.ts';
import type { Timestamp } from '../../values/timestamp.ts';
import { distinguishedName } from '../../wire/payload/distinguished-name.ts';
import { identityText } from '../../wire/payload/identification.ts';
import type { Payload } from '../../wire/payload-chain.ts';
import { type Claim, type Context, payloadsOf } from '../context.ts';
import type { Side } from '../fact.ts';
import type { Negotiation } from '../state.ts';
import type { CertificateSeen } from './certificate-seen.ts';

const x509Signature = 4;
const readable = new Set([x509Signature, 5]);
/** A chain of IPsec has three or four; checking each against each is work that a sender decides on. */
const mostCertificates = 10;

const secondsOf = (at: Timestamp): number => Number(at / 1_000_000_000n);

/** Subject and issuer of a certificate as DER, RFC 5280 4.1.2: text is made of these, so that it is one in every runtime. */
export const namesIn = (der: Uint8Array): { readonly subject: Uint8Array | undefined; readonly issuer: Uint8Array | undefined } => {
  const [signed] = membersOf(readDer(der)) ?? [];
  const fields = membersOf(signed) ?? [];
  const first = fields[0]?.tag === 0xa0 ? 3 : 2;
  return { issuer: fields[first]?.whole, subject: fields[first + 2]?.whole };
};

const textOf = (name: Uint8Array | undefined, otherwise: string): string => (name && distinguishedName(name)) ?? otherwise;

const factsOf = (ctx: Context, der: Uint8Array, now: Timestamp | null): CertificateSeen['facts'] => {
  const read = ctx.crypto.certificates.read(der);
  if (!read) return null;
  const { subject, issuer } = namesIn(der);
  const { notBefore, notAfter, key } = read;
  return {
    subject: textOf(subject, read.subject),
    issuer: textOf(issuer, read.issuer),
    serial: read.serial,
    notBefore,
    notAfter,
    alternativeNames: read.alternativeNames,
    authority: read.authority,
    keyType: key.type,
    keyBits: key.bits,
    keyInfo: key.info,
    sha256: read.sha256,
    validThen: now === null ? null : notBefore <= secondsOf(now) && secondsOf(now) <= notAfter,
  };
};

/** Certificates of one message, in their order; `[]` where it has none. */
const certificatesIn = (ctx: Context, payloads: readonly Payload[], event: number, now: Timestamp | null): CertificateSeen[] => {
  const carried = payloadsOf(payloads, 'certificate').slice(0, mostCertificates);
  const ders = carried.map((p) => (readable.has(p.content.encoding) ? p.content.data : null));
  return carried.map(({ content }, i) => {
    const der = ders[i] ?? null;
    const facts = der === null ? null : factsOf(ctx, der, now);
    // Others before itself: a root signs itself, and only that.
    const order = [...ders.keys()].sort((a, b) => Number(a === i) - Number(b === i));
    const signer =
      der === null || facts === null
        ? undefined
        : order.find((k) => ders[k] != null && ctx.crypto.certificates.issued(ders[k] ?? der, der));
    return { event, encoding: content.encoding, facts, signedBy: signer ?? null };
  });
};

/** The first is that of the sender itself, RFC 4945 3.3.6 asks for it; the others make a chain. */
const own = (list: readonly CertificateSeen[]): CertificateSeen | undefined => list.find((c) => c.facts !== null);

const ipName = 'IP Address:';

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/**
 * RFC 4945 3.1: the identity has to be the certificate's subject, or one of its alternative names. `body` is that of the Identification payload.
 * `null` for kinds of identities that a certificate cannot hold.
 */
const identityStandsIn = (body: Uint8Array, { facts }: CertificateSeen): boolean | null => {
  if (!facts || body.length < 4) return null;
  const type = body[0] ?? 0;
  const text = identityText(type, body.subarray(4));
  const alternative = (kind: string): boolean => facts.alternativeNames.some((name) => sameName(name, `${kind}:${text}`));
  switch (type) {
    case 1:
    case 5:
      return facts.alternativeNames.some((name) => name.startsWith(ipName) && ipAddress(name.slice(ipName.length)) === text);
    case 2:
      return alternative('DNS');
    case 3:
      return alternative('email');
    case 9:
      return sameName(text, facts.subject);
    default:
      return null;
  }
};

/** `2027-03-01`, in the Gregorian calendar: years are counted from March, in turns of 400. Dates beyond what a calendar has stay numbers. */
const day = (seconds: number): string => {
  if (!(Math.abs(seconds) < 60_000_000_000)) return `${seconds} s`;
  const days = Math.floor(seconds / 86400) + 719468;
  const turn = Math.floor(days / 146097);
  const within = days - turn * 146097;
  const year = Math.floor((within - Math.floor(within / 1460) + Math.floor(within / 36524) - Math.floor(within / 146096)) / 365);
  const ofYear = within - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const march = Math.floor((5 * ofYear + 2) / 153);
  const month = march < 10 ? march + 3 : march - 9;
  const date = ofYear - Math.floor((153 * march + 2) / 5) + 1;
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${String(year + turn * 400 + (month <= 2 ? 1 : 0)).padStart(4, '0')}-${two(month)}-${two(date)}`;
};

const kindOf = (encoding: number): string => nameOf(certEncodings, encoding) ?? `encoding ${encoding}`;

const claimsAbout = (n: Negotiation, side: Side, list: readonly CertificateSeen[], certified: boolean | null): Claim[] => {
  const claim = (message: string, evidence: string, rfc: string): Claim => ({
    code: 'certificate-problem',
    severity: 'warning',
    about: n.id,
    message,
    evidence,
    rfc,
  });
  const expired = list.filter((c) => c.facts?.validThen === false);
  const unread = list.filter((c) => c.facts === null && readable.has(c.encoding));
  const first = own(list);
  const [late] = expired;
  return [
    ...(late?.facts
      ? [
          claim(
            `A certificate of the ${side} is not valid at the time of the capture.`,
            `${late.facts.subject}: ${day(late.facts.notBefore)} to ${day(late.facts.notAfter)}`,
            'RFC 5280 4.1.2.5',
          ),
        ]
      : []),
    ...(unread[0] ? [claim(`A certificate of the ${side} cannot be read.`, kindOf(unread[0].encoding), 'RFC 2408 3.9')] : []),
    ...(certified === false && first?.facts
      ? [
          claim(
            `The identity of the ${side} does not stand in its certificate.`,
            `${n[side].identity ?? 'identity'}; ${[first.facts.subject, ...first.facts.alternativeNames].join(', ')}`,
            'RFC 4945 3.1',
          ),
        ]
      : []),
  ];
};

/** Takes in what a message says about its sender: certificates, and whether `identity`, the body of its Identification payload, stands in them. */
export const learnCertificates = (
  ctx: Context,
  n: Negotiation,
  speaker: Side,
  payloads: readonly Payload[],
  identity: Uint8Array | null,
  event: number,
  now: Timestamp | null,
): { readonly negotiation: Negotiation; readonly claims: readonly Claim[] } => {
  const list = certificatesIn(ctx, payloads, event, now);
  if (list.length === 0) return { negotiation: n, claims: [] };
  const first = own(list);
  const certified = identity && first ? identityStandsIn(identity, first) : null;
  const negotiation: Negotiation = {
    ...n,
    certificates: { ...n.certificates, [speaker]: list },
    identityCertified: { ...n.identityCertified, [speaker]: certified },
  };
  return { negotiation, claims: claimsAbout(negotiation, speaker, list, certified) };
};

/** Public keys that a side showed, its own first: subjectPublicKeyInfo in DER, with whose it is. */
export const keysShown = (
  n: Negotiation,
  side: Side,
): readonly { readonly info: Uint8Array; readonly subject: string; readonly event: number }[] =>
  n.certificates[side].flatMap(({ facts, event }) => (facts ? [{ info: facts.keyInfo, subject: facts.subject, event }] : []));
