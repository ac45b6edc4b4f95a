/** Who we are and how we prove it at the end of phase 1: HASH_I and HASH_R with a pre-shared key, RFC 2409 5.4. */
import type { Context } from '../../state/context.ts';
import type { Side } from '../../state/fact.ts';
import { cookieOctets } from '../../state/ike/cookie-octets.ts';
import { algorithmsOf } from '../../state/ike/suite.ts';
import { hashI, hashR } from '../../state/ikev1/authentication.ts';
import { valuesOf } from '../../state/ikev1/derive.ts';
import type { Negotiation } from '../../state/state.ts';
import type { PayloadToWrite } from '../../wire/payload-chain.ts';
import type { Plan } from '../plan.ts';
import { hashPayload } from './message.ts';
import { addressIdentity, bodyOf, identification } from './payloads.ts';

/** By our address, or as the configuration writes it: RFC 2407 4.6.2. */
export const ownIdentity = ({ identity, local }: Plan): PayloadToWrite =>
  identification(
    identity.kind === 'written'
      ? { kind: 'identification', idType: identity.idType, protocolId: 0, port: 0, data: identity.value }
      : addressIdentity(local),
  );

/** The payloads that prove that `own` is us; `null` where something is missing that goes into them. `n` holds both public values and nonces. */
export const ownProof = (ctx: Context, n: Negotiation, side: Side, own: PayloadToWrite): readonly PayloadToWrite[] | null => {
  const v = valuesOf(n, side);
  const algorithms = algorithmsOf(n.suite);
  if (!algorithms || !v.skeyid || !v.gxi || !v.gxr || !v.saI || !n.responderCookie) return null;
  const inputs = {
    skeyid: v.skeyid.value,
    gxi: v.gxi.value,
    gxr: v.gxr.value,
    cookieI: cookieOctets(n.initiatorCookie),
    cookieR: cookieOctets(n.responderCookie),
    saBody: v.saI.value,
    idBody: bodyOf(own),
  };
  const hash = side === 'initiator' ? hashI : hashR;
  return [hashPayload(hash(ctx.crypto, algorithms.hash, inputs))];
};
