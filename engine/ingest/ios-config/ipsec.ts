/** Phase 2 of a configuration: transform sets, lifetimes, crypto maps, and the interfaces that carry them. */
import { isakmpGroups, transformWords } from '../../registry/cisco-policy.ts';
import { addressBytes } from '../../values/ip-address.ts';
import type { Block, Building, BuildingMap, BuildingSet } from './building.ts';
import { addressOf, hostRange, is, issueAt, type Line, maskedRange, numberIn, says } from './words.ts';

/** `crypto ipsec [ikev1] transform-set NAME WORD...`; `mode` follows (IOS) or stands in a line of its own (ASA). */
export const beginTransformSet = (to: Building, line: Line, at: number): Block | null => {
  const name = line.words[at]?.text ?? '';
  const existing = to.sets.get(name);
  if (is(line.words[at + 1], 'mode') && existing) {
    existing.mode = is(line.words[at + 2], 'transport', 4) ? 'transport' : 'tunnel';
    return null;
  }
  const set: BuildingSet = existing ?? {
    name,
    esp: null,
    keyBits: null,
    espAuthentication: null,
    ah: null,
    ipcomp: null,
    mode: 'tunnel',
    line: line.number,
  };
  to.sets.set(name, set);
  for (let i = at + 1; i < line.words.length; i++) i += takeTransform(to, set, line, i);
  return (next) => {
    if (!is(next.words[0], 'mode')) return false;
    set.mode = is(next.words[1], 'transport', 4) ? 'transport' : 'tunnel';
    return true;
  };
};

/** How many words more than one it took. */
const takeTransform = (to: Building, set: BuildingSet, line: Line, at: number): number => {
  const text = line.words[at]?.text.toLowerCase() ?? '';
  if (text === 'esp-none') return 0;
  // The ASA's esp-aes-256 and the shows' esp-256-aes are IOS's esp-aes 256.
  const plain = text.replace(/^(esp-(?:aes|gcm|gmac))-(\d+)$/, '$1 $2').replace(/^esp-(\d+)-(aes|gcm|gmac)$/, 'esp-$2 $1');
  const length = /^(128|192|256)$/.test(line.words[at + 1]?.text ?? '') ? line.words[at + 1]?.text : undefined;
  const wanted = (length && !plain.includes(' ') ? `${plain} ${length}` : plain).replace(/ 128$/, '');
  const found = transformWords.find((w) => w.word === wanted);
  if (!found) {
    const known = 'esp-3des, esp-aes [192|256], esp-gcm [192|256], esp-sha-hmac, esp-sha256-hmac, ah-sha-hmac';
    to.issues.push(issueAt(line, at, 'error', 'unknown-transform', `${text} is no transform`, `Write transforms such as ${known}.`));
    return 0;
  }
  if (found.esp !== undefined) set.esp = found.esp;
  if (found.bits !== undefined) set.keyBits = found.bits;
  if (found.espAuthentication !== undefined) set.espAuthentication = found.espAuthentication;
  if (found.ah !== undefined) set.ah = found.ah;
  if (found.ipcomp !== undefined) set.ipcomp = found.ipcomp;
  return length === undefined ? 0 : 1;
};

/** `crypto ipsec security-association lifetime seconds|kilobytes N`. */
export const readLifetime = (to: Building, line: Line, at: number): void => {
  const found = lifetime(to, line, at);
  if (found) to.ipsecLifetime = { ...to.ipsecLifetime, ...found };
};

const lifetime = (to: Building, line: Line, at: number): { seconds: number } | { kilobytes: number } | undefined => {
  const n = numberIn(line.words[at + 1], 1, 4_294_967_295);
  if (n !== undefined && is(line.words[at], 'seconds', 3)) return { seconds: n };
  if (n !== undefined && is(line.words[at], 'kilobytes', 3)) return { kilobytes: n };
  if (is(line.words[at + 1], 'unlimited') || is(line.words[at + 1], 'disable')) return undefined;
  to.issues.push(
    issueAt(line, at, 'error', 'bad-lifetime', 'A lifetime is seconds or kilobytes with a number', 'Write: lifetime seconds 3600'),
  );
  return undefined;
};

/** `crypto map NAME SEQUENCE ...` and `crypto dynamic-map NAME SEQUENCE ...`: IOS lets a block follow, the ASA says all in the line. */
export const beginMap = (to: Building, line: Line, at: number, dynamic: boolean): Block | null => {
  const name = line.words[at]?.text ?? '';
  const sequence = numberIn(line.words[at + 1], 1, 65_535);
  if (sequence === undefined) {
    if (is(line.words[at + 1], 'interface', 3) && line.words[at + 2]) to.appliedTo.set(line.words[at + 2]?.text ?? '', name);
    return null;
  }
  const maps = dynamic ? to.dynamicMaps : to.maps;
  const key = `${name} ${sequence}`;
  const entry: BuildingMap = maps.get(key) ?? {
    map: name,
    sequence,
    kind: dynamic ? 'dynamic' : 'ipsec-isakmp',
    peers: [],
    transformSets: [],
    pfsGroup: null,
    lifetimeSeconds: null,
    lifetimeKilobytes: null,
    accessList: null,
    dynamicMap: null,
    isakmpProfile: null,
    line: line.number,
  };
  maps.set(key, entry);
  const next = at + 2;
  if (is(line.words[next], 'ipsec-manual', 7)) entry.kind = 'ipsec-manual';
  else if (is(line.words[next], 'gdoi')) entry.kind = 'gdoi';
  else if (is(line.words[next], 'ipsec-isakmp', 7)) {
    const rest = line.words[next + 1];
    if (is(rest, 'dynamic', 3)) entry.dynamicMap = line.words[next + 2]?.text ?? null;
    if (is(rest, 'profile', 3)) entry.isakmpProfile = line.words[next + 2]?.text ?? null;
  } else if (line.words.length > next) mapCommand(to, entry, line, next);
  return (following) => mapCommand(to, entry, following, 0);
};

const mapCommand = (to: Building, entry: BuildingMap, line: Line, at: number): boolean => {
  const { words } = line;
  if (says(line, at, 'match', 'address')) {
    entry.accessList = words[at + 2]?.text ?? null;
    return true;
  }
  if (!is(words[at], 'set'))
    return (
      says(line, at, 'description') || says(line, at, 'reverse-route') || says(line, at, 'qos') || says(line, at, 'ip', 'access-group')
    );
  const what = words[at + 1];
  const given = words.slice(at + 2);
  if (is(what, 'peer')) entry.peers.push(...given.filter((w, i) => i === 0 || !is(w, 'default')).map((w) => w.text));
  else if (is(what, 'transform-set', 5)) entry.transformSets.push(...given.map((w) => w.text));
  else if (is(what, 'ikev1') && is(words[at + 2], 'transform-set', 5)) entry.transformSets.push(...given.slice(1).map((w) => w.text));
  else if (is(what, 'isakmp-profile', 8)) entry.isakmpProfile = given[0]?.text ?? null;
  else if (is(what, 'pfs')) setPfs(to, entry, line, at + 2);
  else if (is(what, 'security-association', 3) && is(words[at + 2], 'lifetime', 4)) {
    const found = lifetime(to, line, at + 3);
    if (found && 'seconds' in found) entry.lifetimeSeconds = found.seconds;
    if (found && 'kilobytes' in found) entry.lifetimeKilobytes = found.kilobytes;
  }
  return true;
};

/** `set pfs` alone means group 1 on IOS and group 2 on the ASA. */
const setPfs = (to: Building, entry: BuildingMap, line: Line, at: number): void => {
  const word = line.words[at];
  if (!word) {
    entry.pfsGroup = to.dialect === 'ios' ? 1 : 2;
    return;
  }
  const group = Number(/^group(\d{1,5})$/i.exec(word.text)?.[1]);
  if (isakmpGroups.has(group)) entry.pfsGroup = group;
  else to.issues.push(issueAt(line, at, 'error', 'unknown-group', 'This is no Diffie-Hellman group', 'Write: set pfs group14'));
};

/** `interface NAME`: its addresses, and `crypto map NAME` where traffic leaves. */
export const beginInterface = (to: Building, line: Line): Block => {
  const addresses: Building['interfaces'][number]['addresses'] = [];
  const found: Building['interfaces'][number] & { nameif: string | null } = {
    name: line.words.slice(1).map((w) => w.text).join(' '), // biome-ignore format: one thought
    addresses,
    cryptoMap: null,
    nameif: null,
    line: line.number,
  };
  to.interfaces.push(found);
  return (next) => {
    if (says(next, 0, 'ip', 'address') && next.words.length > 2) {
      const address = addressOf(next.words[2]);
      const mask = addressBytes(next.words[3]?.text ?? '');
      // The address of the interface itself, with the mask of its network: not a range.
      if (address) addresses.push({ address, mask: mask?.length === 4 ? maskedRange(address, mask).mask : hostRange(address).mask });
      return true;
    }
    if (says(next, 0, 'crypto', 'map') && numberIn(next.words[3], 1, 65_535) === undefined && next.words.length <= 5) {
      found.cryptoMap = next.words[2]?.text ?? null;
      return true;
    }
    if (is(next.words[0], 'nameif')) found.nameif = next.words[1]?.text ?? null;
    return interfaceWords.has(next.words[0]?.text ?? '') && !topOfIp.has(next.words[1]?.text ?? '');
  };
};

/** What also stands in an interface: known only so that a list of commands without indentation does not end there. */
const interfaceWords = new Set(['ip', 'no', 'nameif', 'duplex', 'speed', 'full-duplex', 'half-duplex', 'description', 'shutdown', 'tunnel', 'mtu', 'bandwidth', 'encapsulation', 'security-level', 'load-interval', 'negotiation', 'media-type']); // biome-ignore format: a list
const topOfIp = new Set(['access-list', 'route', 'nat', 'http', 'local', 'classless', 'cef', 'domain', 'name-server', 'forward-protocol']);
