/** Running text: addresses, names and octets in hex are found by their form, and by what the census calls a name. */
import { type IpAddress, ipAddress } from '../values/ip-address.ts';
import type { Renaming } from './renaming.ts';

type Find = readonly [form: RegExp, standIn: (found: string, renaming: Renaming, ...groups: string[]) => string | undefined];

/** Words of the trade that a name may happen to be: they stay, or no line could be read any more. */
const trade = new Set(
  (
    'any all none unknown default local remote peer self host address hostname identity name user group map policy config profile crypto isakmp ipsec ' +
    'ike ikev1 ikev2 esp ah udp tcp ip icmp vpn tunnel transport initiator responder main aggressive quick charon pluto child sa key keys id psk ' +
    'rsa sig fqdn dn nat dpd xauth new old true false yes no null inbound outbound dynamic static message packet phase1 phase2'
  ).split(' '),
);

/** Whether a word can be replaced wherever it stands. */
export const isTelling = (name: string): boolean => name.length >= 2 && /[\p{L}]/u.test(name) && !trade.has(name.toLowerCase());

const nameFor = (name: string, renaming: Renaming): string | undefined => (isTelling(name) ? renaming.name(name, false) : undefined);

const ofFour = (text: string, { address }: Renaming): string | undefined => {
  const canonical = text.split('.').map(Number);
  return canonical.every((n) => n <= 255) ? address(canonical.join('.') as IpAddress) : undefined;
};

const ofSixteen = (text: string, { address }: Renaming): string | undefined => {
  const original = ipAddress(text);
  return original && address(original);
};

const pairs = (digits: string): string => digits.match(/../g)?.join(':') ?? '';
const ofMac = (text: string, { mac }: Renaming): string => {
  const standIn = mac(text.replace(/[:.-]/g, '').toLowerCase());
  return text.includes('.') ? (standIn.match(/.{4}/g) ?? []).join('.') : pairs(standIn);
};

/** Endings of file names and of source code, which are no domains. */
const files = /\.(?:[ch]|cc|cpp|conf|cfg|log|pem|der|crt|key|so|txt|sh|py|xml|json|exe|dll|pcap)$/i;

const ofMail = (user: string, domain: string, renaming: Renaming): string =>
  `${user === '' ? '' : renaming.name(user, false)}@${domain === '' ? '' : renaming.name(domain, false)}`;

/** In this order: what an earlier row found, no later one looks at. */
const finds: readonly Find[] = [
  // Dumps: an offset, octets, their characters.
  [/(?<=^|\n)([^\n]*?\b\d+: )?(?:[0-9A-Fa-f]{2} +){4,}[^\n]*/g, () => '[octets]'],
  [/(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}[: ]){7,}[0-9A-Fa-f]{2}(?![0-9A-Za-z])/g, () => '[octets]'],
  [/(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{8} ){2,}[0-9A-Fa-f]{2,8}(?![0-9A-Za-z])/g, () => '[octets]'],
  [/(?<![0-9A-Za-z])(?:0x)?[0-9A-Fa-f]{20,}(?![0-9A-Za-z])/g, () => '[octets]'],
  [/(?<![\w:-])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:-])|(?<![\w.])(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}(?![\w.])/g, ofMac],
  [/(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,8}[0-9A-Fa-f]{0,4}(?![\w:])/g, ofSixteen],
  [/(?<!\d|\d\.)\d{1,3}(?:\.\d{1,3}){3}(?!\d|\.\d)/g, ofFour],
  // Values of a distinguished name.
  [
    /(?<=(?:^|[\s,/"'[(<+])(?:CN|OU?|ST|[CLET]|DC|UID|SN|G|unstructuredName|serialNumber|emailAddress|STREET)=)(?:\\.|[^,/"'\]\n\\+>])+/g,
    (value, renaming) => value.replace(/\S(?:.*\S)?/s, (inner) => renaming.name(inner.replace(/\\(.)/g, '$1'), false)),
  ],
  [/([\w.+-]*)@([A-Za-z0-9][\w.-]*\w)/g, (_, renaming, user = '', domain = '') => ofMail(user, domain, renaming)],
  [
    /(?<=\b(?:user|username|id|eap_id|xauth_id|aaa_id|group|grouppolicy|tunnelgroup|tunnel-group|hostname|login)\s*[=:<]\s*["'<]?)[A-Za-z][\w.@-]*/gi,
    (found, renaming) => nameFor(found, renaming),
  ],
  [
    /(?<=(?<!\breason:? )")[^"\s\u{f0000}-\u{fffff}][^"\n\u{f0000}-\u{fffff}]{0,98}(?=")|(?<=[\s[(<:]')[^'\s\u{f0000}-\u{fffff}][^'\n\u{f0000}-\u{fffff}]{0,98}(?=')/gu,
    (found, renaming) => quoted(found, renaming),
  ],
  [
    /(?<![\w@.-])(?:[A-Za-z0-9](?:[\w-]{0,61})\.)+[A-Za-z]{2,24}(?![\w-])/g,
    (found, renaming) => (files.test(found) ? undefined : nameFor(found, renaming)),
  ],
];

/** Quoted numbers, states and algorithms in capitals are no names. */
const quoted = (text: string, renaming: Renaming): string | undefined =>
  /^[A-Z][A-Z0-9_/ -]*$/.test(text) && /[_ ]/.test(text) ? undefined : nameFor(text, renaming);

/** A stand-in waits behind a sign of its own, of the private use planes: so nothing that replaced something is looked at again. */
const firstSign = 0xf0000;
const signs = /[\u{f0000}-\u{fffff}]/gu;

/** Gives the text with stand-ins. */
export const redactText = (renaming: Renaming, original: string): string => {
  const done: string[] = [];
  const hide = (standIn: string): string => {
    done.push(standIn);
    return done.length > 0xffff ? '' : String.fromCodePoint(firstSign + done.length - 1);
  };
  let text = original.replace(signs, ' ');
  for (const [form, standIn] of finds) {
    text = text.replace(form, (found: string, ...rest: unknown[]) => {
      const groups = rest.filter((g): g is string => typeof g === 'string').slice(0, -1);
      const value = standIn(found, renaming, ...groups);
      return value === undefined ? found : hide(value);
    });
  }
  text = knownNames(renaming, text, hide);
  return text.replace(signs, (sign) => done[(sign.codePointAt(0) ?? 0) - firstSign] ?? '');
};

const mostPhrases = 500;
const phrasesOf = new WeakMap<ReadonlySet<string>, readonly string[]>();

/** Names of several words, longest first. */
const phrases = (names: ReadonlySet<string>): readonly string[] => {
  const before = phrasesOf.get(names);
  if (before) return before;
  const found = [...names]
    .filter((n) => /[^\w.@-]/.test(n) && isTelling(n))
    .sort((a, b) => b.length - a.length)
    .slice(0, mostPhrases);
  phrasesOf.set(names, found);
  return found;
};

const knownNames = (renaming: Renaming, original: string, hide: (standIn: string) => string): string => {
  let text = original;
  for (const phrase of phrases(renaming.names))
    if (text.includes(phrase)) text = text.replaceAll(phrase, () => hide(renaming.name(phrase, false)));
  return text.replace(/[\w.@-]+/g, (word) => inWord(renaming, word, hide));
};

/** The word, else its parts: `conn-2`, `R1.`, `west_1`. */
const inWord = (renaming: Renaming, word: string, hide: (standIn: string) => string): string => {
  const known = (name: string): boolean => renaming.names.has(name) && isTelling(name);
  if (known(word)) return hide(renaming.name(word, false));
  const bare = word.replace(/[.-]+$/, '');
  if (bare !== word && known(bare)) return hide(renaming.name(bare, false)) + word.slice(bare.length);
  return word.includes('.') ? word.replace(/[\w@-]+/g, (part) => (known(part) ? hide(renaming.name(part, false)) : part)) : word;
};

/** A value that is a name as a whole, or holds addresses and the like. Numbers stay. */
export const redactValue = (renaming: Renaming, value: string): string => {
  const trimmed = value.trim();
  const isText = /\d{1,3}(?:\.\d{1,3}){3}|::|@|(?:^|[\s,/])[A-Z]{1,2}=|^[\d\s./:%-]*$/.test(trimmed) || ipAddress(trimmed) !== undefined;
  return isText || !isTelling(trimmed) ? redactText(renaming, value) : value.replace(trimmed, () => renaming.name(trimmed, false));
};
