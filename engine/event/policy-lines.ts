/** A policy as the lines of a Cisco configuration: what an engineer pastes. Words are those of the registry, both ways. */
import { asaDefaults, iosDefaults, isakmpAuthentications, isakmpCiphers, isakmpHashes, transformWords } from '../registry/cisco-policy.ts';
import { addressBytes } from '../values/ip-address.ts';
import type {
  AccessEntry,
  AddressRange,
  CryptoMapEntry,
  DevicePolicy,
  Flow,
  IsakmpPolicy,
  PhaseOneAttribute,
  TransformSet,
} from './policy.ts';

export type Dialect = DevicePolicy['dialect'];

/** The line that sets one attribute of an ISAKMP policy, without indentation: `encr aes 256`. `undefined` where the device has no word for it. */
export const attributeLine = (
  name: PhaseOneAttribute,
  policy: IsakmpPolicy | Omit<IsakmpPolicy, 'priority' | 'defaulted' | 'line'>,
  dialect: Dialect,
): string | undefined => {
  switch (name) {
    case 'encryption':
    case 'keyBits': {
      const cipher = isakmpCiphers.find((c) => c.encryption === policy.encryption && c.bits === policy.keyBits);
      return cipher && (dialect === 'ios' ? `encr ${cipher.word}` : `encryption ${cipher.word.replace(' ', '-')}`);
    }
    case 'hash':
      return prefixed('hash', wordFor(isakmpHashes, policy.hash));
    case 'authentication':
      return prefixed('authentication', wordFor(isakmpAuthentications, policy.authentication));
    case 'group':
      return policy.group === null ? undefined : `group ${policy.group}`;
    case 'lifetimeSeconds':
      return policy.lifetimeSeconds === null ? undefined : `lifetime ${policy.lifetimeSeconds}`;
  }
};

const prefixed = (name: string, word: string | undefined): string | undefined => (word === undefined ? undefined : `${name} ${word}`);

const wordFor = (words: ReadonlyMap<string, number>, n: number | null): string | undefined =>
  [...words].find(([, value]) => value === n)?.[0];

const written: readonly PhaseOneAttribute[] = ['encryption', 'hash', 'authentication', 'group', 'lifetimeSeconds'];

/** As `show running-config` prints it: what equals the default is left out, as a router does. */
export const isakmpPolicyLines = (policy: IsakmpPolicy, dialect: Dialect): readonly string[] => {
  const defaults = dialect === 'ios' ? iosDefaults : asaDefaults;
  const isDefault = (name: PhaseOneAttribute): boolean =>
    policy[name] === defaults[name] && (name !== 'encryption' || policy.keyBits === defaults.keyBits);
  const lines = written.filter((name) => dialect === 'asa' || !isDefault(name)).map((name) => attributeLine(name, policy, dialect));
  return [isakmpPolicyHead(policy.priority, dialect), ...lines.flatMap((line) => (line === undefined ? [] : [` ${line}`]))];
};

export const isakmpPolicyHead = (priority: number, dialect: Dialect): string =>
  `crypto ${dialect === 'ios' ? 'isakmp' : 'ikev1'} policy ${priority}`;

/** `esp-aes 256 esp-sha-hmac`: the words of a transform set, AH first as IOS wants them. */
export const transformSetWords = (set: Omit<TransformSet, 'name' | 'line'>, dialect: Dialect): string => {
  const ah = transformWords.find((w) => w.ah !== undefined && w.ah === set.ah);
  const esp = transformWords.find((w) => w.esp !== undefined && w.esp === set.esp && (w.bits ?? null) === set.keyBits);
  const integrity = transformWords.find((w) => w.espAuthentication !== undefined && w.espAuthentication === set.espAuthentication);
  const ipcomp = transformWords.find((w) => w.ipcomp !== undefined && w.ipcomp === set.ipcomp);
  return [ah, esp, integrity, ipcomp].flatMap((w) => (w ? [dialect === 'ios' ? w.word : w.word.replace(' ', '-')] : [])).join(' ');
};

export const transformSetLines = (set: TransformSet, dialect: Dialect): readonly string[] => {
  const head = `crypto ipsec ${dialect === 'ios' ? '' : 'ikev1 '}transform-set ${set.name}`;
  const first = `${head} ${transformSetWords(set, dialect)}`;
  if (set.mode === 'tunnel') return [first];
  return dialect === 'ios' ? [first, ' mode transport'] : [first, `${head} mode transport`];
};

export const cryptoMapLines = (entry: CryptoMapEntry, dialect: Dialect): readonly string[] => {
  const v1 = dialect === 'ios' ? '' : 'ikev1 ';
  const lines = [
    ...(dialect === 'ios'
      ? entry.peers.map((peer) => `set peer ${peer}`)
      : entry.peers.length > 0
        ? [`set peer ${entry.peers.join(' ')}`]
        : []),
    ...(entry.lifetimeSeconds === null ? [] : [`set security-association lifetime seconds ${entry.lifetimeSeconds}`]),
    ...(entry.lifetimeKilobytes === null ? [] : [`set security-association lifetime kilobytes ${entry.lifetimeKilobytes}`]),
    ...(entry.transformSets.length > 0 ? [`set ${v1}transform-set ${entry.transformSets.join(' ')}`] : []),
    ...(entry.pfsGroup === null ? [] : [`set pfs group${entry.pfsGroup}`]),
    ...(entry.isakmpProfile === null || dialect === 'asa' ? [] : [`set isakmp-profile ${entry.isakmpProfile}`]),
    ...(entry.accessList === null ? [] : [`match address ${entry.accessList}`]),
  ];
  const head = `crypto map ${entry.map} ${entry.sequence}`;
  return dialect === 'ios' ? [`${head} ${entry.kind}`, ...lines.map((line) => ` ${line}`)] : lines.map((line) => `${head} ${line}`);
};

/** `permit ip 10.1.0.0 0.0.255.255 host 192.0.2.1`. */
export const accessEntryLine = (entry: Pick<AccessEntry, 'action'> & Flow, dialect: Dialect): string =>
  [
    entry.action,
    protocolWords.get(entry.protocol) ?? entry.protocol,
    rangeText(entry.source, dialect),
    ...(entry.sourcePort ? [`eq ${entry.sourcePort}`] : []),
    rangeText(entry.destination, dialect),
    ...(entry.destinationPort ? [`eq ${entry.destinationPort}`] : []),
  ].join(' ');

export const accessListLines = (
  name: string,
  entries: readonly (Pick<AccessEntry, 'action'> & Flow)[],
  dialect: Dialect,
): readonly string[] =>
  dialect === 'ios'
    ? [`ip access-list extended ${name}`, ...entries.map((entry) => ` ${accessEntryLine(entry, dialect)}`)]
    : entries.map((entry) => `access-list ${name} extended ${accessEntryLine(entry, dialect)}`);

/** The whole of what concerns IPsec, keys left out. */
export const configurationLines = (device: DevicePolicy): readonly string[] => [
  ...device.isakmp.filter((p) => p.line !== null).flatMap((p) => isakmpPolicyLines(p, device.dialect)),
  ...device.transformSets.flatMap((s) => transformSetLines(s, device.dialect)),
  ...device.maps.flatMap((m) => cryptoMapLines(m, device.dialect)),
  ...device.accessLists.flatMap((l) => accessListLines(l.name, l.entries, device.dialect)),
];

const protocolWords: ReadonlyMap<number, string> = new Map([
  [0, 'ip'],
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [47, 'gre'],
  [50, 'esp'],
  [51, 'ahp'],
]);

const rangeText = ({ address, mask }: AddressRange, dialect: Dialect): string => {
  const octets = [...(addressBytes(mask) ?? [])];
  if (octets.every((octet) => octet === 0)) return 'any';
  if (octets.every((octet) => octet === 255)) return `host ${address}`;
  return `${address} ${octets.map((octet) => (dialect === 'ios' ? ~octet & 255 : octet)).join('.')}`;
};
