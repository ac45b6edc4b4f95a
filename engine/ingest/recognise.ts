/** What kind of input some octets are, from their content alone: a file's name proves nothing. */
import { isTableLine } from './key-table.ts';
import { pcapMagic } from './pcap.ts';

/** `text`: readable, and none of the others. `unknown`: not even that. */
export type InputKind = 'pcap' | 'pcapng' | 'gzip' | 'ikelog' | 'keys-json' | 'wireshark-keys' | 'text' | 'unknown';

const ikelogMagic = [0x69, 0x6b, 0x65, 0x77, 0x69, 0x6e, 0x64, 0x00];
const pcapngMagic = [0x0a, 0x0d, 0x0d, 0x0a];
const gzipMagic = [0x1f, 0x8b];

/** The first octets are enough: give all that there is, or at least 64 KiB. */
export const recognise = (bytes: Uint8Array): InputKind => {
  if (beginsWith(bytes, gzipMagic)) return 'gzip';
  if (beginsWith(bytes, ikelogMagic)) return 'ikelog';
  if (beginsWith(bytes, pcapngMagic)) return 'pcapng';
  if (pcapMagic(bytes)) return 'pcap';
  const head = bytes.subarray(0, 65_536);
  if (!isText(head)) return 'unknown';
  const text = new TextDecoder('utf-8').decode(head);
  if (/^\s*\{/.test(text) && keyNames.test(text)) return 'keys-json';
  const first = text.split('\n', 1000).find((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  return first !== undefined && isTableLine(first.trim()) ? 'wireshark-keys' : 'text';
};

/** The members by which a key file is known, the lab's and the public ones'. */
const keyNames = /"(?:secrets|psk|ike_sas|ipsec_sas|ikev1_decryption_table|ikev2_decryption_table|esp_sa|ikev1_key_schedule)"\s*:/;

const beginsWith = (bytes: Uint8Array, magic: readonly number[]): boolean => magic.every((octet, i) => bytes[i] === octet);

/** Logs come in many encodings, with stray control characters; what no log has is zero octets, and many controls. */
const isText = (bytes: Uint8Array): boolean => {
  if (bytes.length === 0) return false;
  let controls = 0;
  for (const octet of bytes) {
    if (octet === 0) return false;
    if (octet < 32 && octet !== 9 && octet !== 10 && octet !== 13 && octet !== 27) controls++;
  }
  return controls * 20 <= bytes.length;
};
