/** What an ESP SA's suite means for its packets: cipher, integrity, sizes. RFC 2407 4.4.4 and 4.5, RFC 4303 2.8. */
import { cipherOfEsp, type EspTransform, isCombined } from '../../crypto/cipher.ts';
import { type IntegrityName, integrities, integrityOfPhaseTwo } from '../../crypto/integrity.ts';
import type { Association, IpsecSuite } from './association.ts';

export interface EspAlgorithms {
  /** `null` for a cipher that we cannot compute: the ICV of an integrity algorithm can be checked all the same. */
  readonly transform: EspTransform | null;
  /** `null` for combined modes and where none was agreed. */
  readonly integrity: IntegrityName | null;
  /** Octets of the ICV on the wire, whichever of the two makes it. */
  readonly icvOctets: number;
}

/** Keys of one direction, as KEYMAT has them; `null` for what is not known or not used. */
export interface EspKeys {
  readonly encryption: Uint8Array | null;
  readonly integrity: Uint8Array | null;
}

/** `undefined` where nothing can be done with a packet: its integrity algorithm is one that we cannot compute, or has no say and the cipher is one. */
export const espAlgorithms = (suite: IpsecSuite): EspAlgorithms | undefined => {
  const transform = cipherOfEsp(suite.transform, suite.keyBits) ?? null;
  if (transform && isCombined(transform.cipher)) return { transform, integrity: null, icvOctets: transform.icvOctets };
  if (suite.authentication === null) return transform ? { transform, integrity: null, icvOctets: 0 } : undefined;
  const integrity = integrityOfPhaseTwo(suite.authentication);
  // GMAC as an integrity algorithm is AH's: in ESP it is a transform, RFC 4543 3 and 4.
  if (!integrity || integrities[integrity].by === 'gmac') return undefined;
  return { transform, integrity, icvOctets: integrities[integrity].icvOctets };
};

export const espKeys = (a: Pick<Association, 'encryptionKey' | 'integrityKey'>): EspKeys => ({
  encryption: a.encryptionKey?.value ?? null,
  integrity: a.integrityKey?.value ?? null,
});
