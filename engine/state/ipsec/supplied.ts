/** Keys of an SA that a table or a daemon's log gave: algorithm names as those write them, read into the numbers of RFC 2407 4.4.4 and 4.5. */
import { cipherOfEsp, numberOfIkev2, saltOctets } from '../../crypto/cipher.ts';
import { unnumberedIntegrity } from '../../crypto/integrity.ts';
import type { Fact } from '../fact.ts';
import type { KnownSecret } from '../state.ts';
import type { Association, IpsecSuite } from './association.ts';
import type { Keyed } from './authenticate.ts';

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
  return { transform, keyBits, authentication: combined ? null : (authentication ?? null), esn: null };
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

/** Keys of SAs by SPI, and those that are good for any SPI; made once for each list of secrets. */
interface Given {
  readonly bySpi: ReadonlyMap<number, readonly KnownSecret[]>;
  readonly any: readonly KnownSecret[];
}

const givenBy = new WeakMap<readonly KnownSecret[], Given>();

const givenIn = (secrets: readonly KnownSecret[]): Given => {
  const known = givenBy.get(secrets);
  if (known) return known;
  const bySpi = new Map<number, KnownSecret[]>();
  const any: KnownSecret[] = [];
  for (const secret of secrets) {
    const { about } = secret;
    if (about.what !== 'ipsecEncryptionKey' && about.what !== 'ipsecIntegrityKey') continue;
    if (about.spi === null) any.push(secret);
    else bySpi.set(about.spi, [...(bySpi.get(about.spi) ?? []), secret]);
  }
  const given: Given = { bySpi, any };
  givenBy.set(secrets, given);
  return given;
};

/** Whether somebody gave keys for this SPI: then octets that begin with it are ESP, whatever the port. */
export const isSpiGiven = (secrets: readonly KnownSecret[], spi: number): boolean => givenIn(secrets).bySpi.has(spi);

type Wanted = Pick<Association, 'protocol' | 'spi' | 'src' | 'dst'>;

/** Sets of keys that are looked at for one SA. */
const mostRivals = 8;

/** Sets of keys that fit an SA by protocol, SPI and addresses, those that name the SPI first. A set is an encryption and an integrity key given together. */
const suppliedFor = (secrets: readonly KnownSecret[], { protocol, spi, src, dst }: Wanted): readonly Supplied[] => {
  const { bySpi, any } = givenIn(secrets);
  const named = bySpi.get(spi) ?? noSecrets;
  if (named.length === 0 && any.length === 0) return [];
  const fitting = [...named, ...any].filter(
    ({ about }) => 'protocol' in about && about.protocol === protocol && (about.src ?? src) === src && (about.dst ?? dst) === dst,
  );
  const sets: { encryption?: KnownSecret; integrity?: KnownSecret }[] = [];
  for (const secret of fitting) {
    const part = secret.about.what === 'ipsecEncryptionKey' ? 'encryption' : 'integrity';
    const last = sets.at(-1);
    if (last && last[part] === undefined && sameSa(last.encryption ?? last.integrity, secret)) last[part] = secret;
    else sets.push({ [part]: secret });
  }
  return sets.slice(0, mostRivals).flatMap(({ encryption, integrity }) => {
    const suite = suiteOf(nameOf(encryption), encryption?.value?.length ?? 0, nameOf(integrity), integrity?.value?.length ?? 0);
    if (!suite) return [];
    const told = { ...suite, esn: esnOf(encryption) ?? esnOf(integrity) };
    const own = protocol === 'ah' ? { ...told, transform: transformOfAh[suite.authentication ?? 0] ?? 0, keyBits: null } : told;
    return [{ suite: own, encryptionKey: fact(encryption), integrityKey: fact(integrity) }];
  });
};

const esnOf = (secret: KnownSecret | undefined): boolean | null => (secret && 'esn' in secret.about ? (secret.about.esn ?? null) : null);

const noSecrets: readonly KnownSecret[] = [];

const sameSa = (a: KnownSecret | undefined, b: KnownSecret): boolean =>
  a !== undefined &&
  'spi' in a.about &&
  'spi' in b.about &&
  a.about.spi === b.about.spi &&
  a.about.src === b.about.src &&
  a.about.dst === b.about.dst;

/** AH's transforms name the algorithm that the attribute names by another number: RFC 2407 4.4.3 and 4.5. */
const transformOfAh: Readonly<Record<number, number>> = { 1: 2, 2: 3, 5: 5, 6: 6, 7: 7, 9: 9, 11: 11, 12: 12, 13: 13 };

/** The SA with keys that were given for it, where it has none of its own. What a negotiation agreed on stays as it is. */
export const withSupplied = (a: Association, secrets: readonly KnownSecret[]): Association => {
  if (a.encryptionKey || a.integrityKey) return a;
  const [given] = suppliedFor(secrets, a);
  return given ? { ...a, suite: a.suite ?? given.suite, encryptionKey: given.encryptionKey, integrityKey: given.integrityKey } : a;
};

export const noRivals: readonly Keyed[] = [];

/** All keys that might be this SA's, where several were given: one SPI can have served twice. Its ICVs will say. */
export const rivalKeys = (a: Association, secrets: readonly KnownSecret[]): readonly Keyed[] => {
  if ((a.encryptionKey ?? a.integrityKey)?.basis !== 'supplied') return noRivals;
  const given = suppliedFor(secrets, a);
  if (given.length < 2) return noRivals;
  return given.map((g) => ({ ...g, protocol: a.protocol, suite: a.negotiation === null ? g.suite : (a.suite ?? g.suite) }));
};
