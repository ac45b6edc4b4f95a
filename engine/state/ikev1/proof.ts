/** Recomputes the hashes by which IKEv1 authenticates, and keeps what went in: RFC 2409 5, 5.5, 5.7. */
import type { Context, PayloadOf } from '../context.ts';
import type { Fact, Side } from '../fact.ts';
import { cookieOctets } from '../ike/cookie-octets.ts';
import { algorithmsOf } from '../ike/suite.ts';
import type { Authenticator, HashInput, Opened } from '../seen.ts';
import type { Negotiation } from '../state.ts';
import { hash1, hash2, hash3, hashI, hashR, messageIdOctets } from './authentication.ts';
import type { QuickMode } from './quick-mode.ts';

const input = (name: string, fact: Fact, secret = false): HashInput => ({
  name,
  bytes: fact.value,
  event: fact.since,
  secret,
  place: null,
});

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((octet, i) => octet === b[i]);

const authenticator = (
  hash: PayloadOf<'hash'>,
  about: Pick<Authenticator, 'name' | 'formula' | 'rfc' | 'keyedWith' | 'inputs'>,
  expected: Uint8Array | null,
): Authenticator => {
  const seen = hash.content.data;
  const verdict = expected === null ? 'unknown' : equal(expected, seen) ? 'equal' : 'differs';
  return { ...about, verdict, expected, seen, place: hash.body };
};

/** HASH_I or HASH_R, RFC 2409 5: `side` proves itself. `id` is the body of its Identification payload, read in this very message. */
export const proveIdentity = (ctx: Context, n: Negotiation, side: Side, hash: PayloadOf<'hash'>, id: Fact | null): Authenticator => {
  const v = n.values;
  const algorithms = algorithmsOf(n.suite);
  const initiator = side === 'initiator';
  const about = {
    name: initiator ? 'HASH_I' : 'HASH_R',
    formula: initiator
      ? 'prf(SKEYID, g^xi | g^xr | CKY-I | CKY-R | SAi_b | IDii_b)'
      : 'prf(SKEYID, g^xr | g^xi | CKY-R | CKY-I | SAi_b | IDir_b)',
    rfc: 'RFC 2409 5',
    keyedWith: 'SKEYID',
  };
  if (!algorithms || !v.skeyid || !v.gxi || !v.gxr || !v.saI || !id || !n.responderCookie)
    return authenticator(hash, { ...about, inputs: [] }, null);
  const cookieI = cookieOctets(n.initiatorCookie);
  const cookieR = cookieOctets(n.responderCookie);
  const given = {
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
    ? authenticator(hash, { ...about, inputs: [gxi, gxr, ckyI, ckyR, ...last] }, hashI(ctx.crypto, algorithms.hash, given))
    : authenticator(hash, { ...about, inputs: [gxr, gxi, ckyR, ckyI, ...last] }, hashR(ctx.crypto, algorithms.hash, given));
};

/** What follows the HASH payload, whole payloads, up to the end of the last: what HASH(1) and HASH(2) cover. */
const restOf = (opened: Opened, hash: PayloadOf<'hash'>): Uint8Array => opened.bytes.subarray(hash.span.end, opened.chain.end);

/** HASH(1) to HASH(3) of quick mode, and the hash of an informational exchange, which is made as HASH(1) is. RFC 2409 5.5 and 5.7. */
export const provePhase2 = (
  ctx: Context,
  n: Negotiation,
  which: 1 | 2 | 3 | 'informational',
  messageId: QuickMode['messageId'],
  opened: Opened,
  hash: PayloadOf<'hash'>,
  nonces: { readonly nonceI: Fact | null; readonly nonceR: Fact | null },
  event: number,
): Authenticator => {
  const algorithms = algorithmsOf(n.suite);
  const key = n.values.skeyidA;
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
    case 'informational':
      return authenticator(
        hash,
        { ...about, name: 'HASH(1)', formula: 'prf(SKEYID_a, M-ID | rest of the message)', inputs: [mId, restInput] },
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
