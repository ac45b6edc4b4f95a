/**
 * The page of certificates: what each side showed, as a chain from its own certificate upwards, with what can be checked of it at the time of
 * the capture. RFC 5280 6.1, RFC 4945 3 and 5.
 */
import { toHex } from '../bytes/hex.ts';
import { certEncodings } from '../registry/cert-encoding.ts';
import { nameOf } from '../registry/registry.ts';
import { type Replay, stateAt } from '../replay/replay.ts';
import type { Side } from '../state/fact.ts';
import type { CertificateSeen } from '../state/ikev1/certificate-seen.ts';
import { values } from '../state/persistent-map.ts';
import type { Negotiation } from '../state/state.ts';
import { type Timestamp, timestamp } from '../values/timestamp.ts';
import { counted, utc } from './words.ts';

/** `unknown`: the trace does not hold what would tell. */
export interface CertificateCheck {
  readonly what: 'validity' | 'signature' | 'authority' | 'key';
  readonly verdict: 'good' | 'bad' | 'unknown';
  /** A sentence. */
  readonly text: string;
}

/** One certificate, or what stands in its place. Times as `2026-11-21 19:08:25 UTC`. */
export interface CertificateView {
  /** Of the message that carried it. */
  readonly event: number;
  /** Where it stood in that message, from 0. */
  readonly place: number;
  /** `X.509 certificate - signature`. */
  readonly encoding: string;
  /** Empty where it cannot be read. */
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly alternativeNames: readonly string[];
  /** `RSA, 2048 bits`. */
  readonly key: string;
  /** SHA-256 of the whole, hex. */
  readonly fingerprint: string;
  readonly checks: readonly CertificateCheck[];
}

/** What one side proves itself with. */
export interface CertificatesOfSide {
  readonly negotiation: string;
  readonly side: Side;
  readonly address: string;
  readonly identity: string | null;
  /** RFC 4945 3.1: whether the identity is the subject or an alternative name of its own certificate. */
  readonly identityCheck: CertificateCheck['verdict'];
  readonly identityText: string;
  /** Whether its signature over the exchange is right with the key of its own certificate. */
  readonly authenticated: boolean | null;
  /** From its own certificate to the last one that was shown. */
  readonly chain: readonly CertificateView[];
  /** Shown, and no link of the chain: other certificates, revocation lists, encodings that are not read. */
  readonly others: readonly CertificateView[];
  /** How the chain ends, as a sentence. */
  readonly end: string;
}

/** Sides that showed certificates, up to the event `at`. RFC 5280 6.1.1: what is trusted, and what was revoked, no trace tells. */
export const certificatePage = (replay: Replay, at: number = replay.lastIndex): readonly CertificatesOfSide[] =>
  values(stateAt(replay, at).negotiations)
    .sort((a, b) => a.first - b.first)
    .flatMap((n) =>
      (['initiator', 'responder'] as const).filter((side) => n.certificates[side].length > 0).map((side) => ofSide(replay, n, side)),
    );

const ofSide = (replay: Replay, n: Negotiation, side: Side): CertificatesOfSide => {
  const shown = n.certificates[side];
  const links = chainOf(shown);
  const { identity, address } = n[side];
  const view = (place: number): CertificateView => viewOf(replay, shown, place, links.indexOf(place));
  const certified = n.identityCertified[side];
  return {
    negotiation: n.id,
    side,
    address,
    identity,
    identityCheck: certified === null ? 'unknown' : certified ? 'good' : 'bad',
    identityText: identityText(identity, certified),
    authenticated: n.authenticated[side],
    chain: links.map(view),
    others: [...shown.keys()].filter((place) => !links.includes(place)).map(view),
    end: endOf(shown, links),
  };
};

/** RFC 4945 3.3.6: the first is its own; each next one signed the one before. A loop ends where it began. */
const chainOf = (shown: readonly CertificateSeen[]): readonly number[] => {
  const first = shown.findIndex((c) => c.facts !== null);
  const links: number[] = [];
  for (
    let place: number | null = first < 0 ? null : first;
    place !== null && !links.includes(place);
    place = shown[place]?.signedBy ?? null
  ) {
    links.push(place);
  }
  return links;
};

const identityText = (identity: string | null, certified: boolean | null): string => {
  if (identity === null) return 'The identity was not seen: it is encrypted, and no key opens it, or the trace does not hold it.';
  if (certified === null) return `The identity ${identity} is of a kind that no certificate holds.`;
  return certified
    ? `The identity ${identity} stands in the certificate.`
    : `The identity ${identity} is neither the subject of the certificate nor one of its alternative names.`;
};

const endOf = (shown: readonly CertificateSeen[], links: readonly number[]): string => {
  const last = links.at(-1);
  const top = last === undefined ? undefined : shown[last];
  if (!top?.facts) return 'None of what was shown can be read as a certificate.';
  if (top.signedBy === last)
    return `The chain ends at ${top.facts.subject}, which signed itself. Whether the other side trusts it the trace does not tell.`;
  return `The chain ends at ${top.facts.subject}. Its issuer, ${top.facts.issuer}, was not shown: the other side has to have it.`;
};

const viewOf = (replay: Replay, shown: readonly CertificateSeen[], place: number, link: number): CertificateView => {
  const { event, encoding, facts, signedBy } = shown[place] ?? { event: 0, encoding: 0, facts: null, signedBy: null };
  const common = { event, place, encoding: nameOf(certEncodings, encoding) ?? `encoding ${encoding}` };
  if (!facts) {
    const none = { subject: '', issuer: '', serial: '', notBefore: '', notAfter: '', alternativeNames: [], key: '', fingerprint: '' };
    return { ...common, ...none, checks: [] };
  }
  const { subject, issuer, serial, alternativeNames } = facts;
  return {
    ...common,
    subject,
    issuer,
    serial,
    notBefore: dayTime(facts.notBefore),
    notAfter: dayTime(facts.notAfter),
    alternativeNames,
    key: `${keyNames[facts.keyType]}${facts.keyBits === null ? '' : `, ${facts.keyBits} bits`}`,
    fingerprint: toHex(facts.sha256),
    checks: [
      validity(facts, replay.log.happened[event - 1]?.at ?? null),
      signature(shown, place, signedBy),
      ...(link > 0 ? [authority(facts.authority)] : []),
      ...strength(facts),
    ],
  };
};

type Facts = NonNullable<CertificateSeen['facts']>;

const keyNames: Readonly<Record<Facts['keyType'], string>> = {
  rsa: 'RSA',
  dsa: 'DSA',
  ec: 'elliptic curve',
  other: 'a key of another kind',
};

/** A certificate can name any second; a clock that cannot show it shows the number. */
const dayTime = (seconds: number): string => {
  if (!Number.isSafeInteger(seconds) || Math.abs(seconds) > 60_000_000_000) return `${seconds} s`;
  return utc(timestamp(BigInt(seconds) * 1_000_000_000n)).replace('.000000', '');
};

const daySeconds = 86_400;

const validity = ({ validThen, notBefore, notAfter }: Facts, at: Timestamp | null): CertificateCheck => {
  if (validThen === null || at === null)
    return { what: 'validity', verdict: 'unknown', text: 'The trace has no clock to hold its dates against.' };
  const now = Number(at / 1_000_000_000n);
  const days = (seconds: number): string => counted(Math.floor(Math.abs(seconds) / daySeconds), 'day');
  if (validThen)
    return { what: 'validity', verdict: 'good', text: `Valid at the time of the capture, and for ${days(notAfter - now)} more.` };
  return now < notBefore
    ? { what: 'validity', verdict: 'bad', text: `Not valid yet at the time of the capture: ${days(notBefore - now)} too early.` }
    : { what: 'validity', verdict: 'bad', text: `Expired ${days(now - notAfter)} before the capture.` };
};

const signature = (shown: readonly CertificateSeen[], place: number, signedBy: number | null): CertificateCheck => {
  if (signedBy === place) return { what: 'signature', verdict: 'good', text: 'It signed itself, and the signature is right.' };
  const signer = signedBy === null ? undefined : shown[signedBy]?.facts;
  if (signer) return { what: 'signature', verdict: 'good', text: `The signature of ${signer.subject} is right.` };
  return { what: 'signature', verdict: 'unknown', text: 'Its issuer was not shown: the signature cannot be checked from here.' };
};

/** RFC 5280 6.1.4 (k): who signs certificates has to be allowed to. */
const authority = (mayIssue: boolean): CertificateCheck =>
  mayIssue
    ? { what: 'authority', verdict: 'good', text: 'It may sign certificates.' }
    : { what: 'authority', verdict: 'bad', text: 'It signed a certificate and does not say that it may.' };

/** NIST SP 800-57 part 1, table 2: below 112 bits of strength. */
const strength = ({ keyType, keyBits }: Facts): readonly CertificateCheck[] => {
  const least = keyType === 'ec' ? 224 : 2048;
  if (keyBits === null || keyBits >= least) return [];
  return [{ what: 'key', verdict: 'bad', text: `A key of ${keyBits} bits is too short; ${least} are the least today.` }];
};
