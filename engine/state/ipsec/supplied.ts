/** Keys of an SA that a table or a daemon's log gave: algorithm names as those write them, read into the numbers of RFC 2407 4.4.4 and 4.5. */
import type { IpAddress } from '../../values/ip-address.ts';
import type { Fact } from '../fact.ts';
import type { KnownSecret } from '../state.ts';
import type { Association, IpsecSuite } from './association.ts';

/** The first that matches counts. Names of Wireshark (`TripleDES-CBC [RFC2451]`) and of strongSwan (`3DES_CBC`) alike. */
const ciphers: readonly (readonly [RegExp, number])[] = [
  [/^(3des|tripledes)/i, 3],
  [/^des/i, 2],
  [/^null/i, 11],
  [/^aes.*gcm.*16/i, 20],
  [/^aes.*gcm.*12/i, 19],
  [/^aes.*gcm.*8/i, 18],
  [/^aes.*ccm.*16/i, 16],
  [/^aes.*ccm.*12/i, 15],
  [/^aes.*ccm.*8/i, 14],
  [/^aes.?ctr/i, 13],
  [/^aes.?cbc/i, 12],
  [/^blowfish/i, 7],
  [/^cast/i, 6],
  [/^camellia/i, 22],
];

const integrities: readonly (readonly [RegExp, number | null])[] = [
  [/^null/i, null],
  [/^hmac.?md5/i, 1],
  [/^hmac.?sha.?1/i, 2],
  [/^hmac.?sha(2.|-)256.128/i, 5],
  [/^hmac.?sha(2.|-)384/i, 6],
  [/^hmac.?sha(2.|-)512/i, 7],
];

/** Octets of salt at the end of a key, RFC 4106 8.1, RFC 3686 5.1, RFC 4309 7.1. */
const salt: Readonly<Record<number, number>> = { 13: 4, 14: 3, 15: 3, 16: 3, 18: 4, 19: 4, 20: 4 };
const keyed = new Set([7, 12, 13, 14, 15, 16, 18, 19, 20, 22]);

const suiteOf = (cipher: string, keyOctets: number, integrity: string): IpsecSuite | null => {
  const transform = ciphers.find(([name]) => name.test(cipher))?.[1];
  const authentication = integrities.find(([name]) => name.test(integrity));
  if (transform === undefined || authentication === undefined) return null;
  const keyBits = keyed.has(transform) ? (keyOctets - (salt[transform] ?? 0)) * 8 : null;
  return { transform, keyBits, authentication: authentication[1], esn: false };
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
  const suite = suiteOf(nameOf(encryption), encryption?.value?.length ?? 0, nameOf(integrity));
  return suite && { suite, encryptionKey: fact(encryption), integrityKey: fact(integrity) };
};

/** The SA with keys that were given for it, where it has none of its own. What a negotiation agreed on stays as it is. */
export const withSupplied = (a: Association, secrets: readonly KnownSecret[]): Association => {
  if (a.encryptionKey || a.integrityKey) return a;
  const given = suppliedFor(secrets, a.protocol, a.spi, a.src, a.dst);
  return given ? { ...a, suite: a.suite ?? given.suite, encryptionKey: given.encryptionKey, integrityKey: given.integrityKey } : a;
};
