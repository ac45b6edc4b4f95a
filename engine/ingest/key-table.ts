/** Lines of Wireshark's key tables `ikev1_decryption_table`, `ikev2_decryption_table` and `esp_sa`: comma-separated, quotes optional. */
import { fromHex } from '../bytes/hex.ts';
import type { SecretAbout } from '../event/secret.ts';
import { cookie } from '../values/cookie.ts';
import { ipAddress } from '../values/ip-address.ts';
import { spi } from '../values/spi.ts';

/** A secret with its octets. */
export interface Known {
  readonly about: SecretAbout;
  readonly value: Uint8Array;
}

/** What a line gives; a string says what is wrong with it, without any octet of a key. */
export type TableLine = readonly Known[] | string;

/** Enough to tell a table from a text: the fields in their places, whatever their values. */
export const isTableLine = (line: string): boolean =>
  /^"?[0-9a-f]{16}"?,"?(?:0x)?[0-9a-f]{8,}"?$/i.test(line) ||
  /^"?[0-9a-f]{16}"?,"?[0-9a-f]{16}"?,(?:[^,]*,){5}[^,]*$/i.test(line) ||
  /^"?(?:IPv4|IPv6|Any)"?,(?:"[^"]*"|[^,]*),/i.test(line);

export const readTableLine = (line: string): TableLine => {
  const fields = splitFields(line);
  if (!fields) return 'a quotation mark is not closed';
  const [first = ''] = fields;
  if (/^(IPv4|IPv6|Any)$/i.test(first)) return readEspSa(fields);
  if (fields.length === 2) return readIkev1(fields);
  if (fields.length === 8 && cookie(first) !== undefined) {
    return 'IKEv2 keys are kept for later: this version opens IKEv1 and ESP only, the line is not used';
  }
  return `${fields.length} fields fit no table: ikev1_decryption_table has 2, ikev2_decryption_table 8, esp_sa 8 and begins with IPv4 or IPv6`;
};

/** `undefined` where a quotation mark is left open. Wireshark writes what is not printable as \xNN inside quotes. */
const splitFields = (line: string): string[] | undefined => {
  const fields: string[] = [];
  for (let at = 0; at <= line.length; at++) {
    while (line[at] === ' ' || line[at] === '\t') at++;
    if (line[at] === '"') {
      const close = line.indexOf('"', at + 1);
      if (close < 0) return undefined;
      fields.push(
        line.slice(at + 1, close).replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      );
      const comma = line.indexOf(',', close);
      at = comma < 0 ? line.length : comma;
    } else {
      const comma = line.indexOf(',', at);
      const stop = comma < 0 ? line.length : comma;
      fields.push(line.slice(at, stop).trim());
      at = stop;
    }
  }
  return fields;
};

const readIkev1 = ([first = '', second = '']: readonly string[]): TableLine => {
  const initiatorCookie = cookie(first);
  const value = fromHex(second.replace(/^0x/i, ''));
  if (!initiatorCookie) return 'the initiator cookie is not 16 hex digits';
  if (!value || value.length === 0) return 'the encryption key is not an even number of hex digits';
  return [{ about: { what: 'encryptionKey', initiatorCookie }, value }];
};

/** Protocol, source, destination, SPI, cipher, its key, integrity algorithm, its key; newer versions add two on sequence numbers. */
const readEspSa = (fields: readonly string[]): TableLine => {
  const [, src = '', dst = '', spiField = '', cipher = '', cipherKey = '', integrity = '', integrityKey = '', numbers = ''] = fields;
  if (fields.length < 8 || fields.length > 10) return `${fields.length} fields, an esp_sa line has 8`;
  const number = spiField === '*' ? 0 : /^(0x[0-9a-f]{1,8}|\d{1,10})$/i.test(spiField) ? Number(spiField) : Number.NaN;
  if (!(number <= 0xffff_ffff)) return 'the SPI is neither 0x with up to 8 hex digits nor a number below 2^32, nor *';
  const from = src === '*' ? null : ipAddress(src);
  const to = dst === '*' ? null : ipAddress(dst);
  if (from === undefined || to === undefined) return 'an address is neither an IP address nor *';
  const encryption = keyOctets(cipherKey);
  const authentication = keyOctets(integrityKey);
  if (!encryption) return 'the encryption key begins with 0x and is not an even number of hex digits';
  if (!authentication) return 'the authentication key begins with 0x and is not an even number of hex digits';
  const common = {
    protocol: 'esp',
    spi: spiField === '*' ? null : spi(number),
    ...(from && { src: from }),
    ...(to && { dst: to }),
    ...esnOf(numbers),
  } as const;
  return [
    { about: { what: 'ipsecEncryptionKey', ...common, algorithm: cipher }, value: encryption },
    { about: { what: 'ipsecIntegrityKey', ...common, algorithm: integrity }, value: authentication },
  ];
};

/** `64-bit`, as newer versions of Wireshark write it; `32-bit` is what they write where nobody chose. */
const esnOf = (numbers: string): { readonly esn?: boolean } => (/^64/.test(numbers) ? { esn: true } : {});

/** Wireshark takes a key as hex behind 0x, and as plain characters otherwise. */
const keyOctets = (text: string): Uint8Array | undefined =>
  /^0x/i.test(text) ? fromHex(text.slice(2)) : Uint8Array.from(text, (c) => c.charCodeAt(0) & 255);
