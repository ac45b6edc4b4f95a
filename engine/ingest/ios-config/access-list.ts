/** Access lists of IOS (numbered and named, wildcard masks) and of the ASA (subnet masks, network objects), as the flows they name. */
import type { AccessEntry, AddressRange } from '../../event/policy.ts';
import { addressBytes, type IpAddress, ipAddress } from '../../values/ip-address.ts';
import {
  addressOf,
  anywhere,
  type ConfigIssue,
  hostRange,
  inverted,
  is,
  isContiguous,
  issueAt,
  type Line,
  maskedRange,
  numberIn,
} from './words.ts';

export type AccessLine = { readonly entry: AccessEntry; readonly issues: readonly ConfigIssue[] } | { readonly issue: ConfigIssue };

export interface AddressForms {
  /** IOS writes the bits that do not count, the ASA those that do. */
  readonly masks: 'wildcard' | 'subnet';
  /** The ASA's `object network`, by name. */
  readonly objects: ReadonlyMap<string, AddressRange>;
}

const protocols: ReadonlyMap<string, number> = new Map([
  ['ip', 0],
  ['icmp', 1],
  ['igmp', 2],
  ['ipinip', 4],
  ['tcp', 6],
  ['udp', 17],
  ['gre', 47],
  ['esp', 50],
  ['ahp', 51],
  ['ah', 51],
  ['eigrp', 88],
  ['ospf', 89],
  ['pim', 103],
  ['pcp', 108],
]);

const ports: ReadonlyMap<string, number> = new Map([
  ['ftp', 21],
  ['ssh', 22],
  ['telnet', 23],
  ['smtp', 25],
  ['domain', 53],
  ['tftp', 69],
  ['www', 80],
  ['ntp', 123],
  ['snmp', 161],
  ['bgp', 179],
  ['https', 443],
  ['isakmp', 500],
  ['syslog', 514],
  ['non500-isakmp', 4500],
]);

/** An entry whose `permit` or `deny` stands at word `at`; `line.words[at]` has been seen to be one. */
export const readEntry = (line: Line, at: number, forms: AddressForms): AccessLine => {
  const action = is(line.words[at], 'permit', 3) ? 'permit' : 'deny';
  const named = line.words[at + 1]?.text.toLowerCase() ?? '';
  const standard = addressOf(line.words[at + 1]) !== undefined || named === 'host' || named.startsWith('any');
  const protocol = standard ? 0 : (protocols.get(named) ?? numberIn(line.words[at + 1], 0, 255));
  if (protocol === undefined) {
    const cure = 'Name a protocol behind permit or deny: ip, or tcp, udp, icmp, gre, esp, or a number up to 255.';
    return { issue: issueAt(line, at + 1, 'error', 'unknown-protocol', `${named || 'nothing'} is no protocol`, cure) };
  }
  const issues: ConfigIssue[] = [];
  const source = readRange(line, standard ? at + 1 : at + 2, forms);
  if ('issue' in source) return source;
  const from = readPort(line, source.next);
  // A standard list names sources only.
  const destination = standard ? { range: anywhere, next: source.next } : readRange(line, from.next, forms);
  if ('issue' in destination) return destination;
  const to = readPort(line, destination.next);
  for (const place of [source.next, destination.next]) {
    if (is(line.words[place], 'range') || is(line.words[place], 'gt') || is(line.words[place], 'lt') || is(line.words[place], 'neq')) {
      const cure = 'Use eq with one port, or none: IPsec selectors of IKEv1 hold one port or all.';
      issues.push(issueAt(line, place, 'warning', 'port-range', 'A range of ports is no IPsec selector', cure));
    }
  }
  const entry: AccessEntry = {
    action,
    protocol,
    source: source.range,
    sourcePort: from.port,
    destination: destination.range,
    destinationPort: to.port,
    line: line.number,
  };
  return { entry, issues };
};

type Range = { readonly range: AddressRange; readonly next: number } | { readonly issue: ConfigIssue };

const readRange = (line: Line, at: number, forms: AddressForms): Range => {
  const word = line.words[at];
  if (is(word, 'any') || is(word, 'any4')) return { range: anywhere, next: at + 1 };
  if (is(word, 'host')) {
    const address = addressOf(line.words[at + 1]);
    return address ? { range: hostRange(address), next: at + 2 } : notAddress(line, at + 1, 'permit ip host 192.0.2.1 any');
  }
  if (is(word, 'object')) {
    const range = forms.objects.get(line.words[at + 1]?.text ?? '');
    if (range) return { range, next: at + 2 };
    const cure = 'Give the `object network` with its subnet or host in the same text.';
    return { issue: issueAt(line, at + 1, 'error', 'undefined-object', 'This object is not defined here', cure) };
  }
  if (is(word, 'object-group')) {
    const cure = 'Give the access list with the addresses written out, as `show access-list` prints it.';
    return { issue: issueAt(line, at, 'error', 'object-group', 'Object groups are not read', cure) };
  }
  const address = addressOf(word);
  const example =
    forms.masks === 'wildcard'
      ? 'permit ip 10.1.0.0 0.0.255.255 10.2.0.0 0.0.255.255'
      : 'permit ip 10.1.0.0 255.255.0.0 10.2.0.0 255.255.0.0';
  if (!address) return notAddress(line, at, example);
  const written = line.words[at + 1];
  const octets = written && addressBytes(written.text);
  if (octets?.length !== 4) {
    const name = forms.masks === 'wildcard' ? 'wildcard mask' : 'subnet mask';
    return { issue: issueAt(line, at + 1, 'error', 'not-a-mask', `A ${name} has to follow ${address}`, `Write it as in: ${example}`) };
  }
  const mask = forms.masks === 'wildcard' ? inverted(octets) : octets;
  if (!isContiguous(mask)) {
    const other = isContiguous(inverted(mask));
    const cure = other
      ? `This looks like a ${forms.masks === 'wildcard' ? 'subnet mask' : 'wildcard mask'}: write ${Array.from(inverted(octets)).join('.')}.`
      : 'Split the entry into ranges whose counting bits stand together at the front.';
    return { issue: issueAt(line, at + 1, 'error', 'mask-with-holes', 'The bits that count do not stand together', cure) };
  }
  return { range: maskedRange(address, mask), next: at + 2 };
};

const readPort = (line: Line, at: number): { readonly port: number; readonly next: number } => {
  const operator = line.words[at];
  if (is(operator, 'range')) return { port: 0, next: at + 3 };
  if (is(operator, 'gt') || is(operator, 'lt') || is(operator, 'neq')) return { port: 0, next: at + 2 };
  if (!is(operator, 'eq')) return { port: 0, next: at };
  const word = line.words[at + 1];
  return { port: numberIn(word, 0, 65_535) ?? ports.get(word?.text.toLowerCase() ?? '') ?? 0, next: at + 2 };
};

/** Says where a space fell out, the usual damage of pasted configurations: eight numbers in one word. */
const notAddress = (line: Line, at: number, example: string): { readonly issue: ConfigIssue } => {
  const text = line.words[at]?.text;
  const numbers = text?.split('.') ?? [];
  const whole = splitInTwo(numbers);
  const joined = 'Two addresses are written as one: put a space between an address and its mask, and give each four numbers.';
  const cure = whole
    ? `A space is missing: ${whole[0]} ${whole[1]}`
    : numbers.length > 4
      ? joined
      : `Write an address there, as in: ${example}`;
  const message = text === undefined ? 'An address is missing' : `${text} is no address`;
  return { issue: issueAt(line, at, 'error', 'not-an-address', message, cure) };
};

const splitInTwo = (numbers: readonly string[]): readonly [IpAddress, IpAddress] | undefined => {
  if (numbers.length !== 8) return undefined;
  const address = ipAddress(numbers.slice(0, 4).join('.'));
  const mask = ipAddress(numbers.slice(4).join('.'));
  return address && mask && [address, mask];
};
