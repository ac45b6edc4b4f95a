/** Keys as the three tables that Wireshark reads from its profile folder (its user's guide, "User Accessible Tables"). */

/** The part of `keys` that goes into the tables; contract of `ikewind keys --format json`. */
export interface KeysForTables {
  readonly ikev1: readonly { readonly ispi: string; readonly side?: string; readonly encryptionKey?: string | null }[];
  readonly esp: readonly {
    readonly protocol: string;
    readonly spi: string;
    readonly src: string | null;
    readonly dst: string | null;
    readonly encryption: string | null;
    readonly encryptionKey?: string | null;
    readonly integrity: string | null;
    readonly integrityKey?: string | null;
  }[];
}

/** File name to text. A table without rows is written too, so that an older one does not stay beside newer ones. */
export const wiresharkTables = (keys: KeysForTables): ReadonlyMap<string, string> =>
  new Map([
    ['ikev1_decryption_table', table(ikev1Rows(keys))],
    // Its rows name the algorithms, which an IKEv2 negotiation has to be understood for.
    ['ikev2_decryption_table', table([])],
    ['esp_sa', table(espRows(keys))],
  ]);

const table = (rows: readonly string[]): string => ['# Written by ikewind. It holds secrets.', ...rows, ''].join('\n');

/** One row an initiator cookie: where two ends hold different keys, Wireshark has room for the initiator's alone. */
const ikev1Rows = ({ ikev1 }: KeysForTables): readonly string[] => {
  const byCookie = new Map<string, string>();
  for (const { ispi, side, encryptionKey } of ikev1) {
    if (encryptionKey && (side !== 'responder' || !byCookie.has(ispi))) byCookie.set(ispi, `${ispi},${encryptionKey}`);
  }
  return [...byCookie.values()];
};

const espRows = ({ esp }: KeysForTables): readonly string[] =>
  esp
    .filter((sa) => sa.protocol === 'esp' && sa.encryption !== null && (sa.encryptionKey || isNull(sa.encryption)))
    .map((sa) => {
      const family = (sa.dst ?? sa.src ?? '').includes(':') ? 'IPv6' : 'IPv4';
      const integrity = sa.integrityKey && sa.integrity !== null ? nameOf(integrities, sa.integrity, unchecked) : 'NULL';
      return [
        family,
        sa.src ?? '*',
        sa.dst ?? '*',
        `0x${sa.spi}`,
        nameOf(ciphers, sa.encryption ?? '', sa.encryption ?? ''),
        octets(sa.encryptionKey),
        integrity,
        octets(sa.integrityKey),
      ]
        .map((field) => `"${field}"`)
        .join(',');
    });

const octets = (hex: string | null | undefined): string => (hex ? `0x${hex}` : '');
const isNull = (name: string): boolean => /null/i.test(name);

type Names = readonly (readonly [RegExp, string])[];

/** Our names to Wireshark's, which stand in its source as the choices of the table. */
const ciphers: Names = [
  [/null/i, 'NULL'],
  [/3des|triple/i, 'TripleDES-CBC [RFC2451]'],
  [/aes.*gcm.*16/i, 'AES-GCM with 16 octet ICV [RFC4106]'],
  [/aes.*gcm.*12/i, 'AES-GCM with 12 octet ICV [RFC4106]'],
  [/aes.*gcm.*8/i, 'AES-GCM with 8 octet ICV [RFC4106]'],
  [/aes.*ctr/i, 'AES-CTR [RFC3686]'],
  [/aes/i, 'AES-CBC [RFC3602]'],
  [/des/i, 'DES-CBC [RFC2405]'],
];

const integrities: Names = [
  [/md5/i, 'HMAC-MD5-96 [RFC2403]'],
  [/256.*96/, 'HMAC-SHA-256-96 [draft-ietf-ipsec-ciph-sha-256-00]'],
  [/512/, 'HMAC-SHA-512-256 [RFC4868]'],
  [/384/, 'HMAC-SHA-384-192 [RFC4868]'],
  [/256/, 'HMAC-SHA-256-128 [RFC4868]'],
  [/sha/i, 'HMAC-SHA-1-96 [RFC2404]'],
];

const unchecked = 'ANY 96 bit authentication [no checking]';

const nameOf = (names: Names, ours: string, otherwise: string): string => names.find(([pattern]) => pattern.test(ours))?.[1] ?? otherwise;
