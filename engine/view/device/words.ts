/** IOS's words for states, algorithms and notifies, as `debug` and `show` print them. RFC 2409 App. A, RFC 2407 4.4 and 4.5. */
import { toHex } from '../../bytes/hex.ts';
import { transformWords } from '../../registry/cisco-policy.ts';
import { notifyTypesV1 } from '../../registry/notify-type.ts';
import { nameOf } from '../../registry/registry.ts';
import { transformIds } from '../../registry/transform.ts';
import type { IpsecSuite } from '../../state/ipsec/association.ts';

/** The state as `show crypto isakmp sa` has it, from the state of the debug lines. */
export const stateWord = (state: string): string => {
  const word = stateWords[state];
  if (word !== undefined) return word;
  if (/^IKE_XAUTH/.test(state)) return 'CONF_XAUTH';
  if (/^IKE_CONFIG/.test(state)) return 'CONF_ADDR';
  return 'MM_NO_STATE';
};

const stateWords: Readonly<Record<string, string>> = {
  IKE_I_MM3: 'MM_SA_SETUP',
  IKE_I_MM4: 'MM_SA_SETUP',
  IKE_I_MM5: 'MM_KEY_EXCH',
  IKE_I_MM6: 'MM_KEY_EXCH',
  IKE_R_MM2: 'MM_SA_SETUP',
  IKE_R_MM3: 'MM_SA_SETUP',
  IKE_R_MM4: 'MM_KEY_EXCH',
  IKE_R_MM5: 'MM_KEY_EXCH',
  IKE_I_AM1: 'AG_INIT_EXCH',
  IKE_R_AM1: 'AG_NO_STATE',
  IKE_R_AM2: 'AG_INIT_EXCH',
  IKE_P1_COMPLETE: 'QM_IDLE',
};

type Words = Readonly<Record<number, string>>;

const word = (words: Words, n: number | null, otherwise = 'unknown'): string =>
  n === null ? otherwise : (words[n] ?? `${otherwise} ${n}`);

export const cipherWord = (n: number | null): string =>
  word({ 1: 'DES-CBC', 2: 'IDEA-CBC', 3: 'BLOWFISH-CBC', 4: 'RC5-CBC', 5: '3DES-CBC', 6: 'CAST-CBC', 7: 'AES-CBC', 8: 'CAMELLIA-CBC' }, n);
export const hashWord = (n: number | null): string => word({ 1: 'MD5', 2: 'SHA', 3: 'TIGER', 4: 'SHA256', 5: 'SHA384', 6: 'SHA512' }, n);
export const authenticationWord = (n: number | null): string =>
  word(
    {
      1: 'pre-share',
      2: 'DSS sig',
      3: 'RSA sig',
      4: 'RSA encr',
      5: 'RSA revised encr',
      9: 'ECDSA sig',
      10: 'ECDSA sig',
      11: 'ECDSA sig',
      ...xauth,
    },
    n,
  );
const xauth: Words = {
  64221: 'HybridInitRSA',
  64222: 'HybridRespRSA',
  65001: 'XAUTHInitPreShared',
  65002: 'XAUTHRespPreShared',
  65005: 'XAUTHInitRSA',
  65006: 'XAUTHRespRSA',
};

/** How `SA is doing ... authentication` names a method. */
export const methodWords = (n: number | null): string | null => {
  if (n === 1 || n === 65001 || n === 65002) return 'pre-shared key';
  if (n === 3 || n === 65005 || n === 65006 || n === 64221 || n === 64222) return 'RSA signature';
  return n === 4 || n === 5 ? 'RSA encryption' : null;
};

export const lifeTypeWord = (n: number | null): string => word({ 1: 'seconds', 2: 'kilobytes' }, n);
export const encapsulationWord = (n: number): string =>
  `${n} (${word({ 1: 'Tunnel', 2: 'Transport', 3: 'Tunnel-UDP', 4: 'Transport-UDP', 61443: 'Tunnel-UDP', 61444: 'Transport-UDP' }, n)})`;
export const authenticatorWord = (n: number | null): string =>
  word(
    { 1: 'HMAC-MD5', 2: 'HMAC-SHA', 3: 'DES-MAC', 4: 'KPDK', 5: 'HMAC-SHA256', 6: 'HMAC-SHA384', 7: 'HMAC-SHA512', 9: 'AES-XCBC-MAC' },
    n,
  );

const transformNames: Readonly<Record<number, Words>> = {
  2: { 5: 'AH_SHA256', 6: 'AH_SHA384', 7: 'AH_SHA512' },
  3: { 12: 'ESP_AES', 13: 'ESP_SEAL_AES_CTR', 20: 'ESP_GCM', 23: 'ESP_GMAC' },
};

/** `ESP_3DES`, `AH_SHA`. */
export const transformName = (protocolId: number, id: number): string =>
  transformNames[protocolId]?.[id] ??
  (nameOf(transformIds(protocolId), id) ?? `${protocolId === 2 ? 'AH' : 'ESP'}_${id}`).replaceAll('-', '_');

/** What `show crypto isakmp sa detail` calls the algorithms. */
export const detailWords = {
  cipher: (n: number | null): string => (n === null ? '' : word({ 1: 'des', 3: 'bf', 5: '3des', 6: 'cast', 7: 'aes', 8: 'caml' }, n, '')),
  hash: (n: number | null): string => (n === null ? '' : word({ 1: 'md5', 2: 'sha', 4: 'sha256', 5: 'sha384', 6: 'sha512' }, n, '')),
  authentication: (n: number | null): string =>
    n === null
      ? ''
      : word(
          { 1: 'psk', 2: 'dsig', 3: 'rsig', 4: 'renc', 5: 'renc', 9: 'esig', 65001: 'psk', 65002: 'psk', 65005: 'rsig', 65006: 'rsig' },
          n,
          '',
        ),
};

/** Words of a transform set: `esp-aes 256 esp-sha-hmac`. What IOS has no word for keeps the registry's name. */
export const suiteWords = (protocol: 'esp' | 'ah', { transform, keyBits, authentication }: IpsecSuite): readonly string[] => {
  if (protocol === 'ah') return [transformWords.find((w) => w.ah === transform)?.word ?? plain(2, transform)];
  // AES without the attribute means 128 bits: RFC 3602 5.
  const cipher = transformWords.find((w) => w.esp === transform && (w.bits === undefined || w.bits === (keyBits ?? 128)));
  const integrity = authentication === null ? undefined : transformWords.find((w) => w.espAuthentication === authentication);
  const integrityWord = authentication === null ? [] : [integrity?.word ?? `esp-${authenticatorWord(authentication).toLowerCase()}`];
  return [cipher?.word ?? plain(3, transform), ...integrityWord];
};

const plain = (protocolId: number, id: number): string => transformName(protocolId, id).toLowerCase().replaceAll('_', '-');

/** `esp-256-aes esp-sha-hmac`, as `show` has it: the key length stands inside the word. */
export const shownSuite = (protocol: 'esp' | 'ah', suite: IpsecSuite): string =>
  suiteWords(protocol, suite)
    .map((w) => w.replace(/^esp-(\w+) (\d+)$/, 'esp-$2-$1'))
    .join(' ');

/** Octets of an IV on the wire; `null` for ciphers of which we do not know it. RFC 2405, 2451, 3602, 3686, 4106, 4309. */
export const ivOctets = (transform: number): number | null =>
  ({ 2: 8, 3: 8, 6: 8, 7: 8, 11: 0, 12: 16, 13: 8, 14: 8, 15: 8, 16: 8, 18: 8, 19: 8, 20: 8, 22: 16, 23: 8 })[transform] ?? null;

const notifies: Words = { 14: 'PROPOSAL_NOT_CHOSEN', 18: 'INVALID_ID_INFO', 36136: 'DPD/R_U_THERE', 36137: 'DPD/R_U_THERE_ACK' };

export const notifyWord = (type: number): string =>
  notifies[type] ?? (nameOf(notifyTypesV1, type) ?? `Unknown ${type}`).replaceAll('-', '_');

/** Message IDs are signed in IOS. */
export const signed = (id: number): string => String(id | 0);

export const spiHex = (spi: number): string => `0x${spi.toString(16).toUpperCase()}`;

const vendors: readonly (readonly [string, string])[] = [
  ['4a131c81070358455c5728f20e95452f', 'NAT-T RFC 3947'],
  ['439b59f8ba676c4c7737ae22eab8f582', 'NAT-T v7'],
  ['7d9419a65310ca6f2c179d9215529d56', 'NAT-T v3'],
  ['90cb80913ebb696e086381b5ec427b1f', 'NAT-T v2'],
  ['09002689dfd6b712', 'XAUTH'],
];

/**
 * What IOS says of a vendor ID. It first holds each against Unity and DPD, whose octets 14 and 15 are a version, and prints octet 14 of
 * those that differ.
 */
export const vendorLines = (id: Uint8Array): readonly string[] => {
  const hex = toHex(id);
  if (hex.startsWith('afcad71368a1f1c96b8696fc7757')) return ['vendor ID is DPD'];
  if (hex.startsWith('12f5f28c457168a9702d9fe274cc')) return ['vendor ID is Unity'];
  const name = vendors.find(([prefix]) => hex.startsWith(prefix))?.[1];
  const major = id[14];
  return [
    ...(major === undefined ? [] : [`vendor ID seems Unity/DPD but major ${major} mismatch`]),
    ...(name === undefined ? [] : [`vendor ID is ${name}`]),
  ];
};
