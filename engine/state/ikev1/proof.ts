/** Recomputes the hashes by which IKEv1 authenticates, verifies its signatures, and keeps what went in: RFC 2409 5, 5.1, 5.5, 5.7. */
import { equalOctets } from '../../bytes/octets.ts';
import { publicKeyOfInfo } from '../../crypto/key.ts';
import type { HashName } from '../../crypto/provider.ts';
import { signatureMethod, verifySignature } from '../../crypto/signature.ts';
import { type Context, type PayloadOf, payloadOf } from '../context.ts';
import { type Fact, other, type Side } from '../fact.ts';
import { cookieOctets } from '../ike/cookie-octets.ts';
import { algorithmsOf } from '../ike/suite.ts';
import type { Authenticator, HashInput, Opened } from '../seen.ts';
import type { Negotiation, Phase1Values } from '../state.ts';
import { hash1, hash2, hash3, hashI, hashR, messageIdOctets, type PhaseOneHashInputs } from './authentication.ts';
import { keysShown } from './certificates.ts';
import { valuesOf } from './derive.ts';
import type { QuickMode } from './quick-mode.ts';

const input = (name: string, fact: Fact, secret = false): HashInput => ({
  name,
  bytes: fact.value,
  event: fact.since,
  secret,
  place: null,
});

const authenticator = (
  hash: PayloadOf<'hash'>,
  about: Pick<Authenticator, 'name' | 'formula' | 'rfc' | 'keyedWith' | 'inputs'>,
  expected: Uint8Array | null,
): Authenticator => {
  const seen = hash.content.data;
  const verdict = expected === null ? 'unknown' : equalOctets(expected, seen) ? 'equal' : 'differs';
  return { ...about, verdict, expected, seen, place: hash.body };
};

/** HASH_I or HASH_R with its inputs, as `verifier` computes it; `null` where an input is missing. */
interface IdentityHash {
  readonly expected: Uint8Array;
  readonly inputs: readonly HashInput[];
}

const identityHash = (
  ctx: Context,
  n: Negotiation,
  v: Phase1Values,
  side: Side,
  id: Fact | null,
  hash: HashName | null,
): IdentityHash | null => {
  const initiator = side === 'initiator';
  if (!hash || !v.skeyid || !v.gxi || !v.gxr || !v.saI || !id || !n.responderCookie) return null;
  const cookieI = cookieOctets(n.initiatorCookie);
  const cookieR = cookieOctets(n.responderCookie);
  const given: PhaseOneHashInputs = {
    skeyid: v.skeyid.value,
    gxi: v.gxi.value,
    gxr: v.gxr.value,
    cookieI,
    cookieR,
    saBody: v.saI.value,
    idBody: id.value,
  };
  const ckyI: HashInput = { name: 'CKY-I', bytes: cookieI, event: n.first, secret: false, place: null };
  const ckyR: HashInput = { name: 'CKY-R', bytes: cookieR, event: n.answered ?? n.first, secret: false, place: null };
  const gxi = input('g^xi', v.gxi);
  const gxr = input('g^xr', v.gxr);
  const last = [input('SAi_b', v.saI), input(initiator ? 'IDii_b' : 'IDir_b', id)];
  return initiator
    ? { expected: hashI(ctx.crypto, hash, given), inputs: [gxi, gxr, ckyI, ckyR, ...last] }
    : { expected: hashR(ctx.crypto, hash, given), inputs: [gxr, gxi, ckyR, ckyI, ...last] };
};

const identityFormula = (side: Side): string =>
  side === 'initiator'
    ? 'prf(SKEYID, g^xi | g^xr | CKY-I | CKY-R | SAi_b | IDii_b)'
    : 'prf(SKEYID, g^xr | g^xi | CKY-R | CKY-I | SAi_b | IDir_b)';

/**
 * HASH_I or HASH_R, RFC 2409 5: `side` proves itself to the other, which computes it with what it has itself. `id` is the body of the side's
 * Identification payload.
 */
export const proveIdentity = (ctx: Context, n: Negotiation, side: Side, hash: PayloadOf<'hash'>, id: Fact | null): Authenticator => {
  const made = identityHash(ctx, n, valuesOf(n, other(side)), side, id, algorithmsOf(n.suite)?.hash ?? null);
  const about = {
    name: side === 'initiator' ? 'HASH_I' : 'HASH_R',
    formula: identityFormula(side),
    rfc: 'RFC 2409 5',
    keyedWith: 'SKEYID',
  };
  return authenticator(hash, { ...about, inputs: made?.inputs ?? [] }, made?.expected ?? null);
};

const signedWith: Readonly<Record<string, string>> = { rsa: 'RSA', dsa: 'DSS', ec: 'ECDSA' };

/**
 * SIG_I or SIG_R, RFC 2409 5.1: a signature over HASH_I or HASH_R, checked with the key of a certificate that the side showed. Unknown where it
 * showed none, or where the hash cannot be computed.
 */
export const proveSignature = (
  ctx: Context,
  n: Negotiation,
  side: Side,
  signature: PayloadOf<'signature'>,
  id: Fact | null,
): Authenticator => {
  const method = n.suite?.authentication ?? 0;
  const wanted = signatureMethod(method);
  const made = identityHash(ctx, n, n.values, side, id, wanted?.hash ?? algorithmsOf(n.suite)?.hash ?? null);
  const letter = side === 'initiator' ? 'I' : 'R';
  const shown = keysShown(n, side);
  const about = {
    name: `SIG_${letter}`,
    formula: `${signedWith[wanted?.key ?? ''] ?? 'a'} signature over HASH_${letter} = ${identityFormula(side)}`,
    rfc: wanted?.key === 'ec' ? 'RFC 4754 4' : 'RFC 2409 5.1',
    keyedWith: shown[0] ? `public key of ${shown[0].subject}` : 'a public key that the trace does not hold',
    inputs: made?.inputs ?? [],
    place: signature.body,
  };
  const octets = signature.content.data;
  if (!made) return { ...about, verdict: 'unknown', expected: null, seen: octets };
  const verdicts = shown.flatMap(({ info, subject }) => {
    const key = publicKeyOfInfo(info);
    const verdict = key && verifySignature(ctx.crypto, method, key, made.expected, octets);
    return verdict ? [{ subject, ...verdict }] : [];
  });
  const best = verdicts.find((v) => v.verified) ?? verdicts[0];
  if (!best) return { ...about, verdict: 'unknown', expected: null, seen: octets };
  return {
    ...about,
    keyedWith: `public key of ${best.subject}`,
    verdict: best.verified ? 'equal' : 'differs',
    expected: made.expected,
    seen: best.signed ?? octets,
  };
};

/** What follows the HASH payload, whole payloads, up to the end of the last: what HASH(1) and HASH(2) cover. */
const restOf = (opened: Opened, hash: PayloadOf<'hash'>): Uint8Array => opened.bytes.subarray(hash.span.end, opened.chain.end);

/** HASH(1) to HASH(4) of quick mode, and the hash of an informational exchange, which is made as HASH(1) is. RFC 2409 5.5 and 5.7. */
export const provePhase2 = (
  ctx: Context,
  n: Negotiation,
  which: 1 | 2 | 3 | 4 | 'informational',
  messageId: QuickMode['messageId'],
  opened: Opened,
  hash: PayloadOf<'hash'>,
  nonces: { readonly nonceI: Fact | null; readonly nonceR: Fact | null },
  event: number,
): Authenticator => {
  const algorithms = algorithmsOf(n.suite);
  const key = valuesOf(n, opened.key ?? 'initiator').skeyidA;
  const { nonceI, nonceR } = nonces;
  const rest = restOf(opened, hash);
  const mId: HashInput = { name: 'M-ID', bytes: messageIdOctets(messageId), event, secret: false, place: null };
  const restInput: HashInput = {
    name: 'rest of the message',
    bytes: rest,
    event,
    secret: false,
    place: { buffer: 'decrypted', start: hash.span.end, end: opened.chain.end },
  };
  const about = { keyedWith: 'SKEYID_a', rfc: which === 'informational' ? 'RFC 2409 5.7' : 'RFC 2409 5.5' };
  switch (which) {
    case 1:
    case 4:
    case 'informational':
      return authenticator(
        hash,
        {
          ...about,
          name: which === 4 ? 'HASH(4)' : 'HASH(1)',
          formula: 'prf(SKEYID_a, M-ID | rest of the message)',
          inputs: [mId, restInput],
        },
        algorithms && key ? hash1(ctx.crypto, algorithms.hash, key.value, messageId, rest) : null,
      );
    case 2:
      return authenticator(
        hash,
        {
          ...about,
          name: 'HASH(2)',
          formula: 'prf(SKEYID_a, M-ID | Ni_b | rest of the message)',
          inputs: nonceI ? [mId, input('Ni_b', nonceI), restInput] : [],
        },
        algorithms && key && nonceI ? hash2(ctx.crypto, algorithms.hash, key.value, messageId, nonceI.value, rest) : null,
      );
    case 3:
      return authenticator(
        hash,
        {
          ...about,
          name: 'HASH(3)',
          formula: 'prf(SKEYID_a, 0 | M-ID | Ni_b | Nr_b)',
          inputs:
            nonceI && nonceR
              ? [
                  { name: '0', bytes: Uint8Array.of(0), event, secret: false, place: null },
                  mId,
                  input('Ni_b', nonceI),
                  input('Nr_b', nonceR),
                ]
              : [],
        },
        algorithms && key && nonceI && nonceR ? hash3(ctx.crypto, algorithms.hash, key.value, messageId, nonceI.value, nonceR.value) : null,
      );
  }
};

/** How a message of an informational, transaction or new group exchange that was opened would prove itself: tells readings of it apart. */
export const judgeHash = (
  ctx: Context,
  n: Negotiation,
  messageId: QuickMode['messageId'],
  opened: Opened,
  event: number,
): Authenticator['verdict'] => {
  const hash = payloadOf(opened.chain.payloads, 'hash');
  return hash ? provePhase2(ctx, n, 'informational', messageId, opened, hash, { nonceI: null, nonceR: null }, event).verdict : 'unknown';
};
