/** A configuration as what is given for a whole log: its text without keys, and each readable key as a secret for its peer. */
import type { PolicyConfigured, SecretLearned } from '../../event/event.ts';
import { addressBytes } from '../../values/ip-address.ts';
import { type Dialect, match, noted, type Row } from '../text/grammar.ts';
import { readConfiguration } from './read.ts';

export interface ConfigurationGiven {
  readonly events: readonly (PolicyConfigured | SecretLearned)[];
  /** The text with its keys masked; no line and no column in front of a key moves. */
  readonly text: string;
}

/** `undefined` is nobody's key: only a key for one address is tied to it, one for a network holds for any peer. */
export const configurationEvents = (text: string, input: number): ConfigurationGiven => {
  const { keys } = readConfiguration(text);
  const pieces = text.split(/(\r?\n)/);
  const secrets: SecretLearned[] = [];
  for (const { peer, value, line, column, length } of keys) {
    const raw = pieces[2 * (line - 1)];
    if (raw === undefined) continue;
    pieces[2 * (line - 1)] = `${raw.slice(0, column - 1)}*****${raw.slice(column - 1 + length)}`;
    if (value === null) continue;
    const host = typeof peer !== 'string' && (addressBytes(peer.mask) ?? []).every((octet) => octet === 255) ? peer.address : undefined;
    secrets.push({
      kind: 'SecretLearned',
      at: null,
      origin: { input, number: line },
      about: { what: 'preSharedKey', ...(host && { peer: host }) },
      ref: secrets.length,
      value: new TextEncoder().encode(value),
    });
  }
  const masked = pieces.join('');
  const configured: PolicyConfigured = { kind: 'PolicyConfigured', at: null, origin: { input, number: 1 }, syntax: 'ios', text: masked };
  return { events: [configured, ...secrets], text: masked };
};

const rows: readonly Row[] = [
  noted(
    /^(?:no )?(?:crypto|interface|ip|ipv6|access-list|hostname|version|service|username|enable|aaa|line|router|network|tunnel|tunnel-group|group-policy|object|object-group|route|nat|snmp-server|logging|ntp|banner|boot|vlan|spanning-tree|redundancy|class-map|policy-map|control-plane|vrf|key|ASA Version|nameif|security-level|names|mtu|timeout|threat-detection|same-security-traffic|dhcpd?|license|multilink|memory-size|resource|end|exit|exit-address-family|subscriber|platform|archive|call|bridge|mmi|standby|subnet|host|default-router|dns|transport|login|password|exec-timeout|privilege|stopbits)\b.*/i,
    'crypto isakmp policy 10',
    'configuration',
  ),
  noted(/^no \S.*/, 'no cdp enable', 'configuration'),
  noted(
    /^(?:encr(?:yption)?|hash|authentication|auth|group|lifetime|set|match|mode|permit|deny|remark|description|duplex|speed|shutdown|full-duplex|half-duplex|keyring|pre-shared-key|self-identity|reverse-route|ikev[12]|default|bandwidth|load-interval|negotiation|media-type|encapsulation|\d{1,6} (?:permit|deny))\b.*/i,
    'encr aes 256',
    'configuration',
  ),
];

/** Lines of a configuration within a text; asked last, and only where the text holds one. */
export const configuration: Dialect = {
  name: 'config',
  opens: (message) => match(rows, message.trim()) !== undefined,
  continues: () => false,
  read: (message) => match(rows, message.trim()),
};
