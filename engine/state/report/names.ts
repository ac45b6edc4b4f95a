/** Algorithms as Cisco devices name them, by the numbers of RFC 2409 App. A and RFC 2407 4.4 and 4.5. */
import type { Phase1Suite } from '../ike/suite.ts';
import type { IpsecSuite } from '../ipsec/association.ts';

type Numbers = Readonly<Record<string, number>>;

const encryptions: Numbers = { DES: 1, IDEA: 2, BLOWFISH: 3, RC5: 4, '3DES': 5, CAST: 6, AES: 7, CAMELLIA: 8 };
const hashes: Numbers = { MD5: 1, SHA: 2, SHA1: 2, TIGER: 3, SHA256: 4, 'SHA2-256': 4, SHA384: 5, 'SHA2-384': 5, SHA512: 6, 'SHA2-512': 6 };
const authentications: Numbers = {
  'PRE-SHARE': 1,
  PRESHARED: 1,
  'DSS SIG': 2,
  'RSA SIG': 3,
  'RSA-SIG': 3,
  'RSA ENCR': 4,
  'RSA-ENCR': 4,
  'ECDSA-SIG': 10,
  XAUTHINITPRESHARED: 65001,
  XAUTHRESPPRESHARED: 65002,
  XAUTHINITRSA: 65005,
};

/** Attributes of one transform as a log lists them, by name. */
export type Listed = Readonly<Record<string, { readonly value: string; readonly number?: number | undefined }>>;

const named = (numbers: Numbers, text: string | undefined): number | null => numbers[text?.toUpperCase() ?? ''] ?? null;

export const phase1SuiteOf = (listed: Listed): Phase1Suite => {
  const seconds = listed['lifeType']?.value !== 'kilobytes' ? (listed['lifeDuration']?.number ?? null) : null;
  return {
    encryption: named(encryptions, listed['encryption']?.value.replace(/-CBC$/i, '')),
    keyBits: listed['keyLength']?.number ?? null,
    hash: named(hashes, listed['hash']?.value),
    group: listed['group']?.number ?? null,
    authentication: named(authentications, listed['authentication']?.value),
    lifetimeSeconds: seconds,
    lifetimeKilobytes: null,
  };
};

const espTransforms: Numbers = {
  'esp-des': 2,
  'esp-3des': 3,
  'esp-null': 11,
  'esp-aes': 12,
  'esp-gcm': 20,
  'esp-gmac': 23,
  'esp-seal': 249,
};
const ahTransforms: Numbers = { 'ah-md5-hmac': 2, 'ah-sha-hmac': 3, 'ah-sha256-hmac': 5, 'ah-sha384-hmac': 6, 'ah-sha512-hmac': 7 };
/** Authentication algorithm attribute, RFC 2407 4.5. */
const integrities: Numbers = { md5: 1, sha: 2, sha256: 5, sha384: 6, sha512: 7 };

/** `esp-aes 256 esp-sha-hmac`, `ah-sha-hmac`; `null` for a transform set whose names are new. */
export const ipsecSuiteOf = (transform: string | undefined, protocol: 'esp' | 'ah', keySize: number | undefined): IpsecSuite | null => {
  const words = (transform ?? '').trim().split(/\s+/);
  const id = words.map((word) => (protocol === 'ah' ? ahTransforms : espTransforms)[word]).find((found) => found !== undefined);
  if (id === undefined) return null;
  const bits = words.map(Number).find((n) => Number.isInteger(n) && n >= 64);
  const integrity = words.map((word) => /^(?:esp|ah)-(md5|sha\d*)-hmac$/.exec(word)?.[1]).find((found) => found !== undefined);
  return {
    transform: id,
    keyBits: bits ?? (keySize || null),
    authentication: integrity === undefined ? null : (integrities[integrity] ?? null),
    esn: false,
  };
};
