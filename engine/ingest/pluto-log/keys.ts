/** The keys that pluto logs with `plutodebug=crypt` or `private`: SKEYID and its followers, the cipher's key, KEYMAT. RFC 2409 5 and 5.5. */
import { fromHex } from '../../bytes/hex.ts';
import type { SecretLearned } from '../../event/event.ts';
import type { SecretAbout } from '../../event/secret.ts';
import { type Cookie, cookie } from '../../values/cookie.ts';
import { spi } from '../../values/spi.ts';
import type { KeysRead } from '../keys-read.ts';
import { splitLines } from '../text/lines.ts';

export interface PlutoKeys extends KeysRead {
  /** Lines that hold octets of a key, from 1. */
  readonly secretLines: ReadonlySet<number>;
}

/** Reads all keys of a pluto log, the log's input `input`. Keys belong to the cookies that were logged last before them. */
export const readPlutoKeys = (text: string, input: number): PlutoKeys => {
  const events: SecretLearned[] = [];
  const secretLines = new Set<number>();
  const told = new Set<string>();
  let initiator: Cookie | undefined;
  let responder: Cookie | undefined;
  let dump: { readonly name: string; hex: string; readonly line: number } | undefined;
  /** KEYMAT of a quick mode whose SPIs are not named yet: ours is for what comes in. */
  let ours: Uint8Array | undefined;
  let theirs: Uint8Array | undefined;

  const learn = (about: SecretAbout, value: Uint8Array, line: number): void => {
    const said = `${JSON.stringify(about)} ${value.join()}`;
    if (told.has(said) || value.length === 0) return;
    told.add(said);
    events.push({ kind: 'SecretLearned', at: null, origin: { input, number: line }, about, ref: events.length, value });
  };

  const dumped = (): void => {
    const value = dump && fromHex(dump.hex);
    if (dump && value && value.length > 0) {
      const what = names.get(dump.name);
      if (dump.name === 'icookie') initiator = cookie(dump.hex);
      else if (dump.name === 'rcookie') responder = /^0*$/.test(dump.hex) ? undefined : cookie(dump.hex);
      else if (dump.name === 'keymat computed') ours = value;
      else if (dump.name === 'peer keymat computed') theirs = value;
      else if (what && initiator)
        learn({ what, initiatorCookie: initiator, ...(responder && { responderCookie: responder }) }, value, dump.line);
    }
    dump = undefined;
  };

  const install = (about: Readonly<Record<string, string | undefined>>, line: number): void => {
    const cipher = ciphers.find(([form]) => form.test(about['transform'] ?? ''))?.[1];
    const integrity = integrities.find(([form]) => form.test(about['transform'] ?? ''));
    const protocol = about['protocol'] === 'AH' ? 'ah' : 'esp';
    for (const [number, keymat] of [
      [about['in'], ours],
      [about['out'], theirs],
    ] as const) {
      if (!keymat || number === undefined || !integrity || (protocol === 'esp' && !cipher)) continue;
      const common = { protocol, spi: spi(Number.parseInt(number, 16)) } as const;
      const cut = keymat.length - integrity[2];
      if (cut < 0) continue;
      if (cipher && protocol === 'esp') learn({ what: 'ipsecEncryptionKey', ...common, algorithm: cipher }, keymat.slice(0, cut), line);
      learn({ what: 'ipsecIntegrityKey', ...common, algorithm: integrity[1] }, keymat.slice(cut), line);
    }
    [ours, theirs] = [undefined, undefined];
  };

  splitLines(text).forEach((raw, i) => {
    const line = i + 1;
    const at = raw.indexOf('| ');
    const thought = at >= 0 && at < 200 ? raw.slice(at + 2) : undefined;
    const label = thought === undefined ? undefined : labelForm.exec(thought.slice(0, 400));
    const row = thought === undefined ? undefined : rowForm.exec(thought.slice(0, 200))?.[1];
    if (label && thought !== undefined) {
      dumped();
      const name = (label[1] ?? '').trim().toLowerCase();
      const octets = octetsOf(label[2]);
      dump = { name, hex: octets, line };
      if (octets !== '' && secretName.test(name)) secretLines.add(line);
    } else if (dump && row !== undefined && dump.hex.length < 4096) {
      dump.hex += octetsOf(row);
      if (secretName.test(dump.name)) secretLines.add(line);
    } else {
      dumped();
      const established = establishedForm.exec(raw.slice(0, 1000));
      if (established?.groups) install(established.groups, line);
    }
  });
  dumped();
  return { events, issues: [], secretLines };
};

const octets = String.raw`(?:[0-9a-f]{2}(?: {1,2}|\s*$)){1,16}`;
const rowForm = new RegExp(`^ *(${octets})`, 'i');
const labelForm = new RegExp(String.raw`^ *([A-Za-z][\w ^\-()]{1,60}):(?:\s*(${octets})\s*(?:\S.*)?)?\s*$`, 'i');
const octetsOf = (text: string | undefined): string => (text ?? '').replace(/\s+/g, '').toLowerCase();
const secretName = /skeyid|\bkey\b|enckey|authkey|secret|keymat|psk|private|dh_?shared|sk_[deap]/i;
const establishedForm =
  /IPsec SA established (?:tunnel|transport) mode ?\{(?<protocol>ESP|AH)\S{0,16}?=>0x(?<out>[0-9a-f]{1,8}) <0x(?<in>[0-9a-f]{1,8}) xfrm=(?<transform>\S{1,80})/;

const names: ReadonlyMap<string, 'dhSharedSecret' | 'skeyid' | 'skeyidD' | 'skeyidA' | 'skeyidE' | 'encryptionKey'> = new Map([
  ['dh shared secret', 'dhSharedSecret'] as const,
  ['dh shared-secret', 'dhSharedSecret'] as const,
  ['shared-secret', 'dhSharedSecret'] as const,
  ['skeyid', 'skeyid'] as const,
  ['skeyid_d', 'skeyidD'] as const,
  ['skeyid_a', 'skeyidA'] as const,
  ['skeyid_e', 'skeyidE'] as const,
  ['enc key', 'encryptionKey'] as const,
]);

const ciphers: readonly (readonly [RegExp, string])[] = [
  [/^AES(?:_CBC)?_\d/, 'AES_CBC'],
  [/^3DES/, '3DES_CBC'],
  [/^DES/, 'DES_CBC'],
  [/^CAMELLIA/, 'CAMELLIA_CBC'],
];

const integrities: readonly (readonly [RegExp, string, number])[] = [
  [/HMAC_MD5/, 'HMAC_MD5_96', 16],
  [/HMAC_SHA1/, 'HMAC_SHA1_96', 20],
  [/HMAC_SHA2_256/, 'HMAC_SHA2_256_128', 32],
  [/HMAC_SHA2_384/, 'HMAC_SHA2_384_192', 48],
  [/HMAC_SHA2_512/, 'HMAC_SHA2_512_256', 64],
];

/** The same text with the octets of keys taken out; no line moves. */
export const withoutPlutoKeys = (text: string, secretLines: ReadonlySet<number>): string => {
  if (secretLines.size === 0) return text;
  const pieces = text.split(/(\r*\n|\r(?!\r*\n))/);
  for (const number of secretLines) {
    const line = pieces[2 * (number - 1)];
    const at = line?.indexOf('| ') ?? -1;
    if (line === undefined || at < 0) continue;
    const label = /^\s*[A-Za-z][\w ^\-()]{1,60}:/.exec(line.slice(at + 2))?.[0] ?? ' ';
    pieces[2 * (number - 1)] = `${line.slice(0, at + 2)}${label} (octets of a key)`;
  }
  return pieces.join('');
};
