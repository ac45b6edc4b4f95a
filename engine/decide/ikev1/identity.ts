/** How we name ourselves, and what we show for it: RFC 2407 4.6.2, RFC 4945 3.1, RFC 2408 3.9 and 3.10. */

import { signatureMethod } from '../../crypto/signature.ts';
import type { Side } from '../../state/fact.ts';
import type { Phase1Suite } from '../../state/ike/suite.ts';
import { namesIn } from '../../state/ikev1/certificates.ts';
import type { Negotiation } from '../../state/state.ts';
import type { PayloadToWrite } from '../../wire/payload-chain.ts';
import type { Plan } from '../plan.ts';
import { addressIdentity, identification } from './payloads.ts';

const derName = 9;
const x509Signature = 4;

const written = (idType: number, data: Uint8Array): PayloadToWrite =>
  identification({ kind: 'identification', idType, protocolId: 0, port: 0, data });

/** By our address, by the subject of our certificate, or as the configuration writes it. */
export const ownIdentity = ({ identity, credentials, local }: Plan): PayloadToWrite => {
  const [own] = credentials?.certificates ?? [];
  const subject = identity.kind === 'subject' && own ? namesIn(own).subject : undefined;
  if (subject) return written(derName, subject);
  return identity.kind === 'written' ? written(identity.idType, identity.value) : identification(addressIdentity(local));
};

/** Our own certificate first, then those between it and whom the peer may believe. */
export const ownCertificates = ({ credentials }: Plan): readonly PayloadToWrite[] =>
  (credentials?.certificates ?? []).map((data) => ({ type: 6, content: { kind: 'certificate', encoding: x509Signature, data } }));

type Methods = Pick<Phase1Suite, 'authentication'>;

/** Whose word we take, where signatures are to prove who speaks: some peers show no certificate unasked. */
export const certificateRequests = ({ credentials }: Plan, suites: readonly Methods[]): readonly PayloadToWrite[] =>
  suites.some(({ authentication }) => authentication !== null && signatureMethod(authentication))
    ? (credentials?.anchors ?? []).map((anchor) => ({
        type: 7,
        content: { kind: 'certificateRequest', encoding: x509Signature, data: namesIn(anchor).subject ?? new Uint8Array(0) },
      }))
    : [];

/** The identity that a side gave, as the body of its payload. */
export const identityOf = (n: Negotiation, side: Side): Uint8Array | null =>
  (side === 'initiator' ? n.values.idI : n.values.idR)?.value ?? null;
