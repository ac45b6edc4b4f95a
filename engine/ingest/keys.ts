/** Reads what somebody knows: the lab's keys.json, the public *.keys.json, Wireshark's key tables, RSA keys as PEM. No key octet reaches a message. */
import { fromHex } from '../bytes/hex.ts';
import type { SecretLearned } from '../event/event.ts';
import type { SecretAbout } from '../event/secret.ts';
import { type Cookie, cookie } from '../values/cookie.ts';
import { type MessageId, messageId } from '../values/message-id.ts';
import { spi } from '../values/spi.ts';
import { linesOf } from './json-lines.ts';
import { readTableLine } from './key-table.ts';
import type { KeyIssue, KeysRead } from './keys-read.ts';
import { readLogKeys } from './log-keys.ts';

/** A place in a key file that was not used, and why. It holds no octet of a key. */
/** Reads a whole key file, the log's input `input`. What is malformed is left out and named; everything else is used. */
export const readKeys = (text: string, input: number): KeysRead => {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  const logged = readLogKeys(plain, input);
  if (logged.isLog) return { events: logged.events, issues: logged.issues };
  const gathered: Gathered = { input, events: [], issues: [] };
  if (plain.trimStart().startsWith('{')) readJson(gathered, plain);
  else if (plain.includes('-----BEGIN ')) readPem(gathered, plain);
  else readTable(gathered, plain);
  return { events: gathered.events, issues: gathered.issues };
};

/** The octets of a pre-shared key as people write it: hex behind `0x`, else its characters in UTF-8. */
export const preSharedKeyOctets = (text: string): Uint8Array => {
  const hex = /^0x/i.test(text) ? fromHex(text.slice(2)) : undefined;
  return hex && hex.length > 0 ? hex : new TextEncoder().encode(text);
};

interface Gathered {
  readonly input: number;
  readonly events: SecretLearned[];
  readonly issues: KeyIssue[];
}

const learn = (to: Gathered, line: number, about: SecretAbout, value: Uint8Array): void => {
  to.events.push({ kind: 'SecretLearned', at: null, origin: { input: to.input, number: line }, about, ref: to.events.length, value });
};

/** RFC 7468: private keys of RSA, each between two lines of dashes; what else stands there (certificates) is no secret. */
const readPem = (to: Gathered, text: string): void => {
  let found = false;
  let [line, counted] = [1, 0];
  for (const block of text.matchAll(/-----BEGIN ([A-Z ]*)PRIVATE KEY-----(?:[^-]|-(?!----))*-----END \1PRIVATE KEY-----/g)) {
    found = true;
    line += text.slice(counted, block.index).split('\n').length - 1;
    counted = block.index;
    const sealed = block[1] === 'ENCRYPTED ' || block[0].includes('ENCRYPTED');
    if (sealed)
      to.issues.push({ line, message: 'this private key is under a passphrase; decrypt it first, for instance with openssl pkey' });
    else if (block[1] === '' || block[1] === 'RSA ') learn(to, line, { what: 'rsaPrivateKey' }, new TextEncoder().encode(block[0]));
    else to.issues.push({ line, message: 'only private keys of RSA open anything in IKE' });
  }
  if (!found) to.issues.push({ line: 1, message: 'no private key stands in this PEM file' });
};

const readTable = (to: Gathered, text: string): void => {
  text.split(/\r?\n/).forEach((raw, i) => {
    const line = raw.trim();
    if (line !== '' && !line.startsWith('#')) takeTableLine(to, line, i + 1);
  });
};

const takeTableLine = (to: Gathered, text: string, line: number): void => {
  const known = readTableLine(text);
  if (typeof known === 'string') to.issues.push({ line, message: known });
  else for (const { about, value } of known) learn(to, line, about, value);
};

/** A place in the file: a value of which only the path is certain. */
interface Place {
  readonly value: unknown;
  readonly path: string;
}

interface Json {
  readonly to: Gathered;
  readonly lines: ReadonlyMap<string, number>;
}

const readJson = (to: Gathered, text: string): void => {
  const parsed = parse(text);
  if (parsed === undefined) {
    to.issues.push({ line: 1, message: 'this begins like JSON and is none: a bracket, comma or quotation mark is missing somewhere' });
    return;
  }
  const json: Json = { to, lines: linesOf(text) };
  const whole: Place = { value: parsed, path: '' };
  const format = member(whole, 'format').value;
  if (format !== undefined && format !== 1)
    complain(json, member(whole, 'format'), 'is not 1, the only format known; what follows is read as far as it fits');
  const before = to.issues.length + to.events.length;
  readLab(json, whole);
  readPublic(json, whole);
  if (to.issues.length + to.events.length === before)
    to.issues.push({ line: 1, message: 'no secret that is known here stands in this file' });
};

/** The parser's own message may quote the text, and with it a key: so nothing of it is kept. */
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const member = ({ value, path }: Place, name: string | number): Place => ({
  value:
    typeof value === 'object' && value !== null && Object.hasOwn(value, name)
      ? (value as Record<string | number, unknown>)[name]
      : undefined,
  path: path === '' ? String(name) : `${path}.${name}`,
});

const lineOf = (json: Json, { path }: Place): number => json.lines.get(path) ?? 1;

const complain = (json: Json, place: Place, message: string): void => {
  json.to.issues.push({ line: lineOf(json, place), message: `${place.path} ${message}` });
};

const items = (json: Json, place: Place): readonly Place[] => {
  if (place.value === undefined || place.value === null) return [];
  if (Array.isArray(place.value)) return place.value.map((value: unknown, i) => ({ value, path: `${place.path}.${i}` }));
  complain(json, place, 'is not a list; put its entries between [ and ]');
  return [];
};

const text = (json: Json, place: Place): string | undefined => {
  if (place.value === undefined || place.value === null) return undefined;
  if (typeof place.value === 'string') return place.value;
  complain(json, place, 'is not text; put it between quotation marks');
  return undefined;
};

/** Octets as hex digits; an empty text is no octets. */
const octets = (json: Json, place: Place): Uint8Array | undefined => {
  const written = text(json, place);
  const value = written === undefined ? undefined : fromHex(written.replace(/^0x/i, ''));
  if (written !== undefined && !value) complain(json, place, 'is not an even number of hex digits');
  return value;
};

const cookieAt = (json: Json, place: Place): Cookie | undefined => {
  const written = text(json, place);
  const value = written === undefined ? undefined : cookie(written);
  if (written !== undefined && !value) complain(json, place, 'is not 16 hex digits');
  return value;
};

const keyed = (json: Json, place: Place, about: SecretAbout): void => {
  const value = octets(json, place);
  if (value && value.length > 0) learn(json.to, lineOf(json, place), about, value);
};

interface CookiePair {
  readonly initiatorCookie: Cookie;
  readonly responderCookie?: Cookie;
}

const pairAt = (json: Json, initiator: Place, responder: Place): CookiePair | undefined => {
  const initiatorCookie = cookieAt(json, initiator);
  const responderCookie = cookieAt(json, responder);
  return initiatorCookie && { initiatorCookie, ...(responderCookie && { responderCookie }) };
};

const readLab = (json: Json, whole: Place): void => {
  const secrets = member(whole, 'secrets');
  const general = text(json, member(secrets, 'psk'));
  const responders = text(json, member(secrets, 'psk_responder'));
  const psk = (name: string, written: string | undefined, side?: 'initiator' | 'responder'): void => {
    if (written === undefined) return;
    const about: SecretAbout = side ? { what: 'preSharedKey', side } : { what: 'preSharedKey' };
    learn(json.to, lineOf(json, member(secrets, name)), about, preSharedKeyOctets(written));
  };
  psk('psk', general, responders === undefined ? undefined : 'initiator');
  psk('psk_responder', responders, 'responder');
  const said = new Set([general, responders]);
  const sas = items(json, member(whole, 'ike_sas'));
  const entries = new Map<string, number>();
  for (const name of sas.map(nameOfSa)) entries.set(name, (entries.get(name) ?? 0) + 1);
  for (const sa of sas) readIkeSa(json, sa, said, (entries.get(nameOfSa(sa)) ?? 0) > 1);
  const shared = new Set<string>();
  for (const sa of items(json, member(whole, 'ipsec_sas'))) readIpsecSa(json, sa, shared);
};

const nameOfSa = (sa: Place): string => `${String(member(sa, 'initiator_cookie').value)} ${String(member(sa, 'responder_cookie').value)}`;

/**
 * `said`: pre-shared keys that hold for the whole file, and need not be said again for one negotiation. `twice`: the negotiation has two entries,
 * since its two ends derived different keys.
 */
const readIkeSa = (json: Json, sa: Place, said: ReadonlySet<string | undefined>, twice: boolean): void => {
  if (member(sa, 'ike_version').value === 2) {
    complain(json, sa, 'holds IKEv2 keys, which are kept for later: this version opens IKEv1 and ESP only');
    return;
  }
  const pair = pairAt(json, member(sa, 'initiator_cookie'), member(sa, 'responder_cookie'));
  if (!pair) {
    if (member(sa, 'initiator_cookie').value === undefined)
      complain(json, sa, 'has no initiator_cookie, so nobody can tell whose keys these are');
    return;
  }
  const psk = text(json, member(sa, 'psk'));
  if (psk !== undefined && !said.has(psk)) {
    const side = sideOf(member(sa, 'logs').value);
    const about: SecretAbout = { what: 'preSharedKey', initiatorCookie: pair.initiatorCookie, ...(side && { side }) };
    learn(json.to, lineOf(json, member(sa, 'psk')), about, preSharedKeyOctets(psk));
  }
  const side = twice ? sideOf(member(sa, 'logs').value) : undefined;
  const whose = { ...pair, ...(side && { side }) };
  keyed(json, member(sa, 'dh_shared_secret'), { what: 'dhSharedSecret', ...pair });
  privateValues(json, sa, pair);
  keyed(json, member(sa, 'skeyid'), { what: 'skeyid', ...whose });
  keyed(json, member(sa, 'skeyid_d'), { what: 'skeyidD', ...whose });
  keyed(json, member(sa, 'skeyid_a'), { what: 'skeyidA', ...whose });
  keyed(json, member(sa, 'skeyid_e'), { what: 'skeyidE', ...whose });
  keyed(json, member(sa, 'enc_key'), { what: 'encryptionKey', ...whose });
};

/** Private values of Diffie-Hellman beside the public ones of the lab: either gives g^xy. */
const privateValues = (json: Json, sa: Place, about: CookiePair & { readonly messageId?: MessageId }): void => {
  keyed(json, member(sa, 'dh_private_i'), { what: 'dhPrivateValue', side: 'initiator', ...about });
  keyed(json, member(sa, 'dh_private_r'), { what: 'dhPrivateValue', side: 'responder', ...about });
};

/** Whose keys these are, where the log of one daemon alone has them. */
const sideOf = (logs: unknown): 'initiator' | 'responder' | undefined => {
  const only: unknown = Array.isArray(logs) && logs.length === 1 ? logs[0] : undefined;
  return only === 'initiator.log' ? 'initiator' : only === 'responder.log' ? 'responder' : undefined;
};

const esnAt = ({ value }: Place): { readonly esn?: boolean } => (typeof value === 'boolean' ? { esn: value } : {});

/** `shared`: Diffie-Hellman secrets already told; both directions of an exchange name the same one. */
const readIpsecSa = (json: Json, sa: Place, shared: Set<string>): void => {
  const protocol = text(json, member(sa, 'protocol'))?.toLowerCase();
  const spiText = text(json, member(sa, 'spi')) ?? '';
  if (protocol !== 'esp' && protocol !== 'ah') complain(json, member(sa, 'protocol'), 'is neither ESP nor AH');
  else if (!/^(0x)?[0-9a-f]{1,8}$/i.test(spiText)) complain(json, member(sa, 'spi'), 'is not 0x with up to 8 hex digits');
  else {
    // The addresses are those that a daemon saw, before or behind a NAT; the SPI is what packets can be found by.
    const common = { protocol, spi: spi(Number.parseInt(spiText.replace(/^0x/i, ''), 16)), ...esnAt(member(sa, 'esn')) } as const;
    const encryption = text(json, member(sa, 'enc_alg'));
    const integrity = text(json, member(sa, 'auth_alg'));
    if (encryption !== undefined) keyed(json, member(sa, 'enc_key'), { what: 'ipsecEncryptionKey', ...common, algorithm: encryption });
    if (integrity !== undefined) keyed(json, member(sa, 'auth_key'), { what: 'ipsecIntegrityKey', ...common, algorithm: integrity });
  }
  const id = member(sa, 'message_id').value;
  if (member(sa, 'exchange').value !== 'QUICK_MODE' || typeof id !== 'number') return;
  const pair = pairAt(json, member(sa, 'ike_spi_i'), member(sa, 'ike_spi_r'));
  const name = `${pair?.initiatorCookie} ${id}`;
  if (!pair || shared.has(name)) return;
  shared.add(name);
  keyed(json, member(sa, 'dh_shared_secret'), { what: 'dhSharedSecret', ...pair, messageId: messageId(id) });
  privateValues(json, sa, { ...pair, messageId: messageId(id) });
};

const readPublic = (json: Json, whole: Place): void => {
  const psk = text(json, member(whole, 'psk'));
  if (psk !== undefined) learn(json.to, lineOf(json, member(whole, 'psk')), { what: 'preSharedKey' }, preSharedKeyOctets(psk));
  for (const table of ['ikev1_decryption_table', 'ikev2_decryption_table', 'esp_sa']) {
    for (const place of items(json, member(whole, table))) {
      const line = text(json, place);
      if (line !== undefined) takeTableLine(json.to, line, lineOf(json, place));
    }
  }
  const schedule = member(whole, 'ikev1_key_schedule');
  if (schedule.value === undefined) return;
  const cookies = member(whole, 'cookies');
  const table = member(member(whole, 'ikev1_decryption_table'), 0).value;
  const fromTable: Place = { ...schedule, value: typeof table === 'string' ? table.split(',')[0] : undefined };
  const pair = pairAt(json, cookies.value === undefined ? fromTable : member(cookies, 0), member(cookies, 1));
  if (!pair) {
    complain(json, schedule, 'needs "cookies": [initiator, responder] beside it, so that its keys find their negotiation');
    return;
  }
  keyed(json, member(schedule, 'gxy'), { what: 'dhSharedSecret', ...pair });
  keyed(json, member(schedule, 'SKEYID'), { what: 'skeyid', ...pair });
  keyed(json, member(schedule, 'SKEYID_d'), { what: 'skeyidD', ...pair });
  keyed(json, member(schedule, 'SKEYID_a'), { what: 'skeyidA', ...pair });
  keyed(json, member(schedule, 'SKEYID_e'), { what: 'skeyidE', ...pair });
  keyed(json, member(schedule, 'Ka'), { what: 'encryptionKey', ...pair });
};
