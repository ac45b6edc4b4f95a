/** Keys of an SA that a table or a daemon's log gave: algorithm names as those write them, read into the numbers of RFC 2407 4.4.4 and 4.5. */
import { cipherOfEsp, numberOfIkev2, saltOctets } from '../../crypto/cipher.ts';
import { unnumberedIntegrity } from '../../crypto/integrity.ts';
import type { IpAddress } from '../../values/ip-address.ts';
import type { Fact } from '../fact.ts';
import type { KnownSecret } from '../state.ts';
import type { Association, IpsecSuite } from './association.ts';

/** `AES-GCM-256 with 8 octet ICV`, `AES_GCM_8`. */
const withIcv = (mode: string, octets: number): RegExp =>
  new RegExp(`^aes.*${mode}.*\\b${octets} octet|^aes.?${mode}.?${octets}(?!\\d)`, 'i');

/** The first that matches counts. Names of Wireshark (`TripleDES-CBC [RFC2451]`), strongSwan (`3DES_CBC`) and the Linux kernel (`rfc4106(gcm(aes))`) alike. */
const ciphers: readonly (readonly [RegExp, number])[] = [
  [/^(3des|tripledes|cbc\(des3)/i, 3],
  [/^(des|cbc\(des\))/i, 2],
  [/^(aes.*gmac|null.*gmac|rfc4543)/i, 23],
  [/^(null|none|ecb\(cipher_null)/i, 11],
  [withIcv('gcm', 8), 18],
  [withIcv('gcm', 12), 19],
  [withIcv('ccm', 8), 14],
  [withIcv('ccm', 12), 15],
  // 16 octets, and where nothing is said of the ICV.
  [/^(aes.*gcm|rfc4106)/i, 20],
  [/^(aes.*ccm|rfc4309)/i, 16],
  [/^(aes.?ctr|rfc3686)/i, 13],
  [/^(aes|cbc\(aes)/i, 12],
  [/^(blowfish|cbc\(blowfish)/i, 7],
  [/^(cast|cbc\(cast)/i, 6],
  [/^(camellia|cbc\(camellia)/i, 22],
  [/^(chacha20|rfc7539esp)/i, numberOfIkev2(28)],
  // Numbers for private use, RFC 2407 6.4, by which FreeS/WAN and its heirs know them. Their packets stay closed; their ICVs can be checked.
  [/^(serpent|cbc\(serpent)/i, 252],
  [/^(twofish|cbc\(twofish)/i, 253],
];

const integrities: readonly (readonly [RegExp, number | null])[] = [
  [/^(null|none)/i, null],
  [/^any.?64\b/i, unnumberedIntegrity['unchecked-64']],
  [/^any.?96\b/i, unnumberedIntegrity['unchecked-96']],
  [/^any.?128\b/i, unnumberedIntegrity['unchecked-128']],
  [/^any.?192\b/i, unnumberedIntegrity['unchecked-192']],
  [/^any.?256\b/i, unnumberedIntegrity['unchecked-256']],
  [/^hmac.?md5/i, 1],
  [/^hmac.?sha.?1(?!\d)/i, 2],
  [/^hmac.?sha.?(2.)?256.96/i, unnumberedIntegrity['hmac-sha2-256-96']],
  [/^hmac.?sha.?(2.)?256/i, 5],
  [/^hmac.?sha.?(2.)?384/i, 6],
  [/^hmac.?sha.?(2.)?512/i, 7],
  [/^(aes.?)?xcbc|^aes.*xcbc/i, 9],
  [/^(aes.?)?cmac|^aes.*cmac/i, unnumberedIntegrity['aes-cmac-96']],
];

const gmac: Readonly<Record<number, number>> = { 20: 11, 28: 12, 36: 13 };

const suiteOf = (cipher: string, keyOctets: number, integrity: string, integrityOctets: number): IpsecSuite | null => {
  const transform = ciphers.find(([name]) => name.test(cipher))?.[1];
  // GMAC over AH: how long its key is says which. In ESP it is a transform.
  const ofGmac = /gmac/i.test(integrity) && transform === 11 ? gmac[integrityOctets] : undefined;
  const authentication = ofGmac ?? integrities.find(([name]) => name.test(integrity))?.[1];
  if (transform === undefined) return null;
  const combined = combinedTransforms.has(transform);
  if (authentication === undefined && !combined) return null;
  const fixed = fixedKeys.has(transform);
  const keyBits = fixed ? null : (keyOctets - saltOf(transform)) * 8;
  return { transform, keyBits, authentication: combined ? null : (authentication ?? null), esn: false };
};

const fixedKeys = new Set([2, 3, 11, numberOfIkev2(28)]);
const combinedTransforms = new Set([14, 15, 16, 18, 19, 20, 23, numberOfIkev2(28)]);

/** Octets of salt at the end of a key. */
const saltOf = (transform: number): number => {
  const cipher = cipherOfEsp(transform, null)?.cipher;
  return cipher === undefined ? 0 : saltOctets(cipher);
};

interface Supplied {
  readonly suite: IpsecSuite;
  readonly encryptionKey: Fact | null;
  readonly integrityKey: Fact | null;
}

const fact = (secret: KnownSecret | undefined): Fact | null =>
  secret?.value && secret.value.length > 0 ? { value: secret.value, since: secret.since, basis: 'supplied' } : null;

const nameOf = (secret: KnownSecret | undefined): string => (secret && 'algorithm' in secret.about ? secret.about.algorithm : 'NULL');

const suppliedFor = (
  secrets: readonly KnownSecret[],
  protocol: 'esp' | 'ah',
  spi: number,
  src: IpAddress,
  dst: IpAddress,
): Supplied | null => {
  const fitting = secrets.filter(({ about }) => {
    if (about.what !== 'ipsecEncryptionKey' && about.what !== 'ipsecIntegrityKey') return false;
    return about.protocol === protocol && about.spi === spi && (about.src ?? src) === src && (about.dst ?? dst) === dst;
  });
  if (fitting.length === 0) return null;
  const encryption = fitting.find((s) => s.about.what === 'ipsecEncryptionKey');
  const integrity = fitting.find((s) => s.about.what === 'ipsecIntegrityKey');
  const suite = suiteOf(nameOf(encryption), encryption?.value?.length ?? 0, nameOf(integrity), integrity?.value?.length ?? 0);
  return suite && { suite, encryptionKey: fact(encryption), integrityKey: fact(integrity) };
};

/** The SA with keys that were given for it, where it has none of its own. What a negotiation agreed on stays as it is. */
export const withSupplied = (a: Association, secrets: readonly KnownSecret[]): Association => {
  if (a.encryptionKey || a.integrityKey) return a;
  const given = suppliedFor(secrets, a.protocol, a.spi, a.src, a.dst);
  return given ? { ...a, suite: a.suite ?? given.suite, encryptionKey: given.encryptionKey, integrityKey: given.integrityKey } : a;
};
