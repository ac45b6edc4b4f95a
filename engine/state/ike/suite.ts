/** What phase 1 agreed on: the attributes of the chosen transform, RFC 2409 App. A, and what they mean for our computations. */
import { cipherOfPhaseOne } from '../../crypto/cipher.ts';
import { hashOfPhaseOne } from '../../crypto/prf.ts';
import { blockLength, type CbcCipher, type HashName } from '../../crypto/provider.ts';
import type { Attribute } from '../../wire/attribute.ts';

/** Numbers as in RFC 2409 App. A; `null` where the attribute is absent. */
export interface Phase1Suite {
  readonly encryption: number | null;
  readonly keyBits: number | null;
  readonly hash: number | null;
  readonly group: number | null;
  readonly authentication: number | null;
  readonly lifetimeSeconds: number | null;
  readonly lifetimeKilobytes: number | null;
}

/** An attribute's value as a number; `null` above 2^53. TV and TLV forms read alike. */
export const attributeNumber = (value: Uint8Array): number | null => {
  let n = 0;
  for (const octet of value) n = n * 256 + octet;
  return Number.isSafeInteger(n) ? n : null;
};

/** The first value of an attribute class. */
export const attributeOf = (attributes: readonly Attribute[], type: number): number | null => {
  const found = attributes.find((a) => a.type === type);
  return found ? attributeNumber(found.value) : null;
};

/**
 * Life durations by the life type that stands before them: seconds is 1, kilobytes 2. The classes differ between phase 1
 * (11 and 12) and phase 2 (1 and 2).
 */
export const lifetimes = (
  attributes: readonly Attribute[],
  typeClass: number,
  durationClass: number,
): { seconds: number | null; kilobytes: number | null } => {
  let unit: number | null = null;
  let seconds: number | null = null;
  let kilobytes: number | null = null;
  for (const a of attributes) {
    if (a.type === typeClass) unit = attributeNumber(a.value);
    else if (a.type === durationClass && unit === 1) seconds ??= attributeNumber(a.value);
    else if (a.type === durationClass && unit === 2) kilobytes ??= attributeNumber(a.value);
  }
  return { seconds, kilobytes };
};

/** The chosen transform, its attributes by number. */
export const phase1Suite = (attributes: readonly Attribute[]): Phase1Suite => {
  const life = lifetimes(attributes, 11, 12);
  return {
    encryption: attributeOf(attributes, 1),
    keyBits: attributeOf(attributes, 14),
    hash: attributeOf(attributes, 2),
    group: attributeOf(attributes, 4),
    authentication: attributeOf(attributes, 3),
    lifetimeSeconds: life.seconds,
    lifetimeKilobytes: life.kilobytes,
  };
};

/** What can be computed with a suite; `null` where an algorithm is one that we do not have. */
export interface Algorithms {
  readonly hash: HashName;
  readonly cipher: CbcCipher;
  readonly keyOctets: number;
  readonly block: number;
}

export const algorithmsOf = (suite: Phase1Suite | null): Algorithms | null => {
  const hash = suite?.hash == null ? undefined : hashOfPhaseOne(suite.hash);
  const keyed = suite?.encryption == null ? undefined : cipherOfPhaseOne(suite.encryption, suite.keyBits);
  return hash && keyed ? { hash, cipher: keyed.cipher, keyOctets: keyed.keyOctets, block: blockLength[keyed.cipher] } : null;
};
