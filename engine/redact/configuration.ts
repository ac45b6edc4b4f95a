/** Configurations: lines that decide with whom a device agrees stay, with other names and addresses; all others become remarks. */
import type { Renaming } from './renaming.ts';
import { isTelling, redactText } from './text.ts';

/** What can matter to IKE and IPsec. A password, a community, a banner or a description cannot. */
const kept =
  /^\s*(?:no\s+)?(?:crypto|isakmp|ikev[12]|encr(?:yption)?|hash|prf|integrity|authentication|group\s+\d|lifetime|set|match|mode|permit|deny|access-list|ip\s+(?:address|access-list|route|nat|local)|interface|tunnel(?:-group)?|group-policy|hostname|version|ASA\s+Version|keyring|pre-shared-key|self-identity|reverse-route|proposal|client|initiate|identity|address|nameif|object(?:-group)?|network-object|subnet|host|nat|\d+\s+(?:permit|deny)|exit|end|!|:)/i;
/** Octets of certificates, and lines that hold a secret in a form that nobody asked us to read. */
const secret = /\b(?:password|secret|community|passphrase|private|rsakeypair|pool-key|key\s+(?:[067]\s+)?[^\s*]\S*$)/i;

const naming: readonly RegExp[] = [
  /\bhostname\s+(\S+)/i,
  /\bcrypto\s+(?:dynamic-)?map\s+(\S+)/i,
  /\bipsec-isakmp\s+dynamic\s+(\S+)/i,
  /\btransform-set\s+(\S+)/i,
  /\baccess-list\s+(?:extended\s+|standard\s+)?(\S+)/i,
  /\bmatch\s+address\s+(\S+)/i,
  /\bkeyring\s+(?:local\s+)?(\S+)/i,
  /\bprofile\s+(\S+)/i,
  /\bconfiguration\s+group\s+(\S+)/i,
  /\b(?:tunnel-group|group-policy|trustpoint|object|username|client\s+group)\s+(\S+)/i,
  /\bobject-group\s+(?:network|service|protocol)\s+(\S+)/i,
  /\bobject\s+(?:network|service)\s+(\S+)/i,
  /\b(?:user-)?fqdn\s+(\S+)/i,
  /\bmatch\s+identity\s+\w+\s+(\S+)/i,
  /\bset\s+peer\s+(\S+)/i,
  /\bpool\s+(\S+)/i,
  /\bnameif\s+(\S+)/i,
  /\bdomain(?:-name)?\s+(\S+)/i,
];
const keywords = new Set(
  'extended standard network service protocol address local default dynamic identity remote key type ipsec-attributes general-attributes internal external host subnet range inside outside user group ikev1 ikev2 ipsec isakmp client any4 any6 version'.split(
    ' ',
  ),
);

/** One line; `null` where nothing of it may stay. */
export const redactConfigurationLine = (renaming: Renaming, line: string): string | null => {
  if (line.trim() === '') return line;
  if (!kept.test(line) || secret.test(line)) return null;
  for (const form of naming) {
    const name = form.exec(line)?.[1];
    const isName = name !== undefined && isTelling(name) && !keywords.has(name.toLowerCase()) && !/^\d+(?:\.\d+){3}$/.test(name);
    if (isName) renaming.name(name, false);
  }
  return redactText(renaming, line);
};

/** A whole configuration of a device: as many lines as before. */
export const redactConfiguration = (renaming: Renaming, text: string, dropped: () => void): string =>
  text
    .split('\n')
    .map((line) => {
      const redacted = redactConfigurationLine(renaming, line);
      if (redacted === null) dropped();
      return redacted ?? '!';
    })
    .join('\n');

const names = /^(?:name|id|identity|local|remote|user|username|group|hostname|domain|host|fqdn|dn|peer|banner)$/i;
const secrets = /psk|secret|password|private|file|path|environment|env$/i;

/** This project's own form is JSON: names by their members, other texts by their form. What is not JSON is read as text. */
export const redactTyped = (renaming: Renaming, text: string): string => {
  try {
    return JSON.stringify(redactMember(renaming, '', JSON.parse(text)));
  } catch {
    return redactText(renaming, text);
  }
};

const redactMember = (renaming: Renaming, key: string, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((item) => redactMember(renaming, key, item));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [redactText(renaming, name), redactMember(renaming, name, item)]),
    );
  if (typeof value !== 'string') return value;
  if (secrets.test(key)) return '';
  const isName = names.test(key) && isTelling(value) && /^[A-Za-z][\w.-]*$/.test(value);
  return isName ? renaming.name(value, false) : redactText(renaming, value);
};
