/** Algorithms by the names that programs compare: `3DES-CBC`, `SHA`, `HMAC-SHA1-96`. RFC 2409 App. A, RFC 2407 4.4 and 4.5. */
import { authenticationAlgorithms, authenticationMethods, encryptionAlgorithms, hashAlgorithms } from '../../registry/attribute.ts';
import { nameOf, type Registry } from '../../registry/registry.ts';
import { ahTransforms, espTransformsV1 } from '../../registry/transform.ts';
import type { Phase1Suite } from '../../state/ike/suite.ts';
import type { Association } from '../../state/ipsec/association.ts';

/** Suite of phase 1; every member `null` where the attribute was absent, the whole where no message chose one. */
export interface Phase1SuiteRecord {
  readonly encryption: string | null;
  readonly keyBits: number | null;
  readonly integrity: string | null;
  readonly prf: string | null;
  readonly group: number | null;
  readonly authentication: string | null;
}

export const phase1SuiteRecord = (suite: Phase1Suite | null): Phase1SuiteRecord | null => {
  if (!suite) return null;
  const hash = named(hashAlgorithms, suite.hash);
  return {
    encryption: named(encryptionAlgorithms, suite.encryption),
    keyBits: suite.keyBits,
    integrity: hash,
    // RFC 2409 4: where no prf was negotiated, it is the HMAC form of the hash; no other was ever assigned.
    prf: hash === null ? null : `HMAC-${hash}`,
    group: suite.group,
    authentication: named(authenticationMethods, suite.authentication),
  };
};

export interface IpsecSuiteRecord {
  /** `null` for AH, and where no negotiation is known. */
  readonly encryption: string | null;
  readonly keyBits: number | null;
  readonly integrity: string | null;
  /** `null` where nobody said, and no ICV has shown it. */
  readonly esn: boolean | null;
}

export const ipsecSuiteRecord = (a: Association): IpsecSuiteRecord | null =>
  a.suite && {
    encryption: encryptionOf(a),
    keyBits: a.suite.keyBits,
    integrity: integrityOf(a),
    esn: a.suite.esn,
  };

/** `3DES-CBC`: the transform's name without its protocol, and with the mode that RFC 2405 and 2451 give it. */
export const encryptionOf = ({ protocol, suite }: Association): string | null => {
  if (protocol === 'ah' || !suite) return null;
  const name = nameOf(espTransformsV1, suite.transform)?.replace(/^ESP_/, '');
  if (name === undefined) return `transform ${suite.transform}`;
  return cbcUnnamed.has(suite.transform) ? `${name}-CBC` : name;
};

/** DES, 3DES, IDEA, CAST, Blowfish. */
const cbcUnnamed = new Set([2, 3, 5, 6, 7]);

/** With the bits that are sent, where RFC 2403, 2404 and 4868 say how many. */
export const integrityOf = ({ protocol, suite }: Association): string | null => {
  if (!suite) return null;
  if (suite.authentication === null) return protocol === 'ah' ? (nameOf(ahTransforms, suite.transform) ?? null) : null;
  return lengthsKnown[suite.authentication] ?? named(authenticationAlgorithms, suite.authentication);
};

const lengthsKnown: Readonly<Record<number, string>> = {
  1: 'HMAC-MD5-96',
  2: 'HMAC-SHA1-96',
  5: 'HMAC-SHA2-256-128',
  6: 'HMAC-SHA2-384-192',
  7: 'HMAC-SHA2-512-256',
};

const named = (table: Registry, n: number | null): string | null => (n === null ? null : (nameOf(table, n) ?? `unassigned ${n}`));
