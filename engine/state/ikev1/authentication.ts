/** The hashes by which IKEv1 proves who speaks: HASH_I and HASH_R of phase 1, HASH(1) to HASH(3) of phase 2. RFC 2409 5, 5.5, 5.7. */
import { prf } from '../../crypto/prf.ts';
import type { Crypto, HashName } from '../../crypto/provider.ts';
import type { MessageId } from '../../values/message-id.ts';

/** What a hash of phase 1 covers; all are octets as they stood on the wire. */
export interface PhaseOneHashInputs {
  readonly skeyid: Uint8Array;
  /** Bodies of the Key Exchange payloads. */
  readonly gxi: Uint8Array;
  readonly gxr: Uint8Array;
  readonly cookieI: Uint8Array;
  readonly cookieR: Uint8Array;
  /** Body of the initiator's SA payload: its whole offer, for both hashes. */
  readonly saBody: Uint8Array;
  /** Body of the Identification payload of the side that is to be proven: type, protocol, port, data. */
  readonly idBody: Uint8Array;
}

/** HASH_I = prf(SKEYID, g^xi | g^xr | CKY-I | CKY-R | SAi_b | IDii_b), RFC 2409 5. */
export const hashI = (crypto: Crypto, hash: HashName, inputs: PhaseOneHashInputs): Uint8Array => {
  const { skeyid, gxi, gxr, cookieI, cookieR, saBody, idBody } = inputs;
  return prf(crypto, hash, skeyid, gxi, gxr, cookieI, cookieR, saBody, idBody);
};

/** HASH_R = prf(SKEYID, g^xr | g^xi | CKY-R | CKY-I | SAi_b | IDir_b), RFC 2409 5. */
export const hashR = (crypto: Crypto, hash: HashName, inputs: PhaseOneHashInputs): Uint8Array => {
  const { skeyid, gxi, gxr, cookieI, cookieR, saBody, idBody } = inputs;
  return prf(crypto, hash, skeyid, gxr, gxi, cookieR, cookieI, saBody, idBody);
};

/**
 * HASH(1) of quick mode, and the hash of informational, transaction and new group exchanges. `rest` is what follows the HASH
 * payload: whole payloads with their generic headers, up to the end of the last one, so without the padding of the cipher.
 */
export const hash1 = (crypto: Crypto, hash: HashName, skeyidA: Uint8Array, id: MessageId, rest: Uint8Array): Uint8Array =>
  prf(crypto, hash, skeyidA, messageIdOctets(id), rest);

/** HASH(2) of quick mode; `nonceI` is the body of the initiator's Nonce payload, `rest` as in `hash1`. */
export const hash2 = (
  crypto: Crypto,
  hash: HashName,
  skeyidA: Uint8Array,
  id: MessageId,
  nonceI: Uint8Array,
  rest: Uint8Array,
): Uint8Array => prf(crypto, hash, skeyidA, messageIdOctets(id), nonceI, rest);

/** HASH(3) of quick mode: proves that the initiator lives, since it covers the responder's nonce. */
export const hash3 = (
  crypto: Crypto,
  hash: HashName,
  skeyidA: Uint8Array,
  id: MessageId,
  nonceI: Uint8Array,
  nonceR: Uint8Array,
): Uint8Array => prf(crypto, hash, skeyidA, Uint8Array.of(0), messageIdOctets(id), nonceI, nonceR);

/** A message ID as it goes into hashes and IVs: four octets, network order. */
export const messageIdOctets = (id: MessageId): Uint8Array => Uint8Array.of(id >>> 24, id >>> 16, id >>> 8, id);
