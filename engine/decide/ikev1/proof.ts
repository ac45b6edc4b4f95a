/** How we prove ourselves at the end of phase 1: HASH_I and HASH_R with a pre-shared key, RFC 2409 5.4, or a signature over them, 5.1 and RFC 4754. */
import type { HashName } from '../../crypto/provider.ts';
import { keyFits, signHash } from '../../crypto/sign.ts';
import { signatureMethod } from '../../crypto/signature.ts';
import type { Context } from '../../state/context.ts';
import type { Side } from '../../state/fact.ts';
import { cookieOctets } from '../../state/ike/cookie-octets.ts';
import { algorithmsOf } from '../../state/ike/suite.ts';
import { hashI, hashR } from '../../state/ikev1/authentication.ts';
import { valuesOf } from '../../state/ikev1/derive.ts';
import type { Negotiation } from '../../state/state.ts';
import type { PayloadToWrite } from '../../wire/payload-chain.ts';
import type { Plan } from '../plan.ts';
import type { Taking } from '../taking.ts';
import { ownCertificates } from './identity.ts';
import { hashPayload } from './message.ts';
import { bodyOf } from './payloads.ts';

/** HASH_I or HASH_R of a side, as we compute it; `null` where something is missing that goes into it. `identity` is the body of its payload. */
export const hashOfSide = (
  ctx: Context,
  n: Negotiation,
  side: Side,
  own: Side,
  identity: Uint8Array,
  name: HashName,
): Uint8Array | null => {
  const v = valuesOf(n, own);
  if (!v.skeyid || !v.gxi || !v.gxr || !v.saI || !n.responderCookie) return null;
  const inputs = {
    skeyid: v.skeyid.value,
    gxi: v.gxi.value,
    gxr: v.gxr.value,
    cookieI: cookieOctets(n.initiatorCookie),
    cookieR: cookieOctets(n.responderCookie),
    saBody: v.saI.value,
    idBody: identity,
  };
  return (side === 'initiator' ? hashI : hashR)(ctx.crypto, name, inputs);
};

/** Our private key for a method of phase 1. */
export const signingKey = (t: Taking, method: number): Uint8Array | null =>
  t.state.secrets.find(({ about, value }) => about.what === 'signaturePrivateKey' && value !== null && keyFits(method, value))?.value ??
  null;

/** The payloads that prove that `own`, our identity, is us; `null` where something is missing. `n` holds both public values and nonces. */
export const ownProof = (
  ctx: Context,
  t: Taking,
  plan: Plan,
  n: Negotiation,
  side: Side,
  own: PayloadToWrite,
): readonly PayloadToWrite[] | null => {
  const method = n.suite?.authentication ?? 0;
  const algorithms = algorithmsOf(n.suite);
  if (!algorithms) return null;
  const signs = signatureMethod(method);
  const hash = hashOfSide(ctx, n, side, side, bodyOf(own), signs?.hash ?? algorithms.hash);
  if (!hash || !signs) return hash && [hashPayload(hash)];
  const key = signingKey(t, method);
  const data = key && signHash(ctx.crypto, method, key, hash);
  return data ? [...ownCertificates(plan), { type: 9, content: { kind: 'signature', data } }] : null;
};
