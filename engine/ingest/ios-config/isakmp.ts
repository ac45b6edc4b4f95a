/** Phase 1 of a configuration: ISAKMP policies, pre-shared keys, keyrings, profiles, and the ASA's tunnel groups. */
import type { AddressRange } from '../../event/policy.ts';
import { isakmpAuthentications, isakmpCiphers, isakmpGroups, isakmpHashes } from '../../registry/cisco-policy.ts';
import { addressBytes } from '../../values/ip-address.ts';
import type { Block, Building, BuildingPolicy } from './building.ts';
import { addressOf, hostRange, is, issueAt, type Line, maskedRange, numberIn, says, type Word } from './words.ts';

/** `crypto isakmp policy N` (ASA: `crypto ikev1 policy N`): what follows belongs to it. `at` is the number's word. */
export const beginPolicy = (to: Building, line: Line, at: number): Block | null => {
  const priority = numberIn(line.words[at], 1, 65_535);
  if (priority === undefined) {
    to.issues.push(
      issueAt(line, at, 'error', 'bad-priority', 'A policy needs a priority from 1 to 65535', 'Write: crypto isakmp policy 10'),
    );
    return null;
  }
  const policy: BuildingPolicy = to.policies.get(priority) ?? { priority, line: line.number, given: {} };
  to.policies.set(priority, policy);
  if (line.words.length > at + 1) policyCommand(to, policy, line, at + 1);
  return (next) => policyCommand(to, policy, next, 0);
};

const policyCommand = (to: Building, policy: BuildingPolicy, line: Line, at: number): boolean => {
  const { words } = line;
  const word = words[at];
  const value = words[at + 1];
  const fault = (code: string, message: string, cure: string): true => {
    to.issues.push(issueAt(line, at + 1, 'error', code, message, cure));
    return true;
  };
  if (is(word, 'encryption', 3)) {
    const written = words
      .slice(at + 1, at + 3)
      .map((w) => w.text.toLowerCase())
      .join(' ')
      .replace('-', ' ');
    const cipher = isakmpCiphers.find((c) => c.word === (written === 'aes 128' ? 'aes' : written));
    if (!cipher) return fault('unknown-cipher', 'This is no cipher of an ISAKMP policy', 'Write des, 3des, aes, aes 192 or aes 256.');
    policy.given.encryption = cipher.encryption;
    policy.given.keyBits = cipher.bits;
    return true;
  }
  if (is(word, 'hash', 2)) {
    const hash = isakmpHashes.get(value?.text.toLowerCase() ?? '');
    if (hash === undefined) return fault('unknown-hash', 'This is no hash', 'Write md5, sha, sha256, sha384 or sha512.');
    policy.given.hash = hash;
    return true;
  }
  if (is(word, 'authentication', 4)) {
    const name = [...isakmpAuthentications.keys()].find((n) => is(value, n, 3));
    const method = name === undefined ? undefined : isakmpAuthentications.get(name);
    if (method === undefined)
      return fault('unknown-authentication', 'This is no way to authenticate', 'Write pre-share, rsa-sig or rsa-encr.');
    policy.given.authentication = method;
    return true;
  }
  if (is(word, 'group', 2)) {
    const group = numberIn(value, 1, 65_535);
    if (group === undefined || !isakmpGroups.has(group))
      return fault('unknown-group', 'This is no Diffie-Hellman group of a Cisco device', 'Write 1, 2, 5, 14, 15, 16, 19, 20, 21 or 24.');
    policy.given.group = group;
    return true;
  }
  if (is(word, 'lifetime', 4)) {
    const seconds = numberIn(value, 60, 2_147_483_647);
    if (is(value, 'none')) return true;
    if (seconds === undefined) return fault('bad-lifetime', 'A lifetime is a number of seconds from 60', 'Write: lifetime 86400');
    policy.given.lifetimeSeconds = seconds;
    return true;
  }
  return false;
};

/** `crypto isakmp key [0|6|7] KEY address|hostname PEER [MASK] [no-xauth]`. The key is never quoted. */
export const readKey = (to: Building, line: Line, at: number): void => {
  const enciphered = /^[0678]$/.test(line.words[at]?.text ?? '') && line.words.length > at + 3;
  const key = line.words[enciphered ? at + 1 : at];
  const place = enciphered ? at + 2 : at + 1;
  if (!key) return;
  const kind = enciphered ? line.words[at]?.text : '0';
  const peer = readPeer(to, line, place);
  if (peer !== undefined) {
    addKey(to, line, peer, null, key, kind);
    return;
  }
  // Whatever stands where a key should is kept out of what is shown.
  const behind = line.words.findIndex((w, i) => i >= place && (is(w, 'address', 3) || is(w, 'hostname', 4)));
  const last = line.words.at(behind < 0 ? -1 : behind - 1) ?? key;
  to.keys.push({ peer: '', value: null, line: line.number, column: key.column, length: last.column + last.text.length - key.column });
};

/** `pre-shared-key address A [M] key [0|6] KEY` and `pre-shared-key hostname H key KEY`, in a keyring. */
const readKeyringKey = (to: Building, line: Line, keyring: string): void => {
  const peer = readPeer(to, line, 1);
  const at = line.words.findIndex((w, i) => i > 1 && is(w, 'key'));
  const last = line.words.at(-1);
  if (!peer) return;
  if (at < 0 || !last || line.words.length <= at + 1) {
    const cure = 'Write: pre-shared-key address 192.0.2.1 key SECRET';
    to.issues.push(issueAt(line, line.words.length, 'error', 'missing-key', 'No key stands in this line', cure));
    return;
  }
  addKey(to, line, peer, keyring, last, line.words.length > at + 2 ? line.words[at + 1]?.text : '0');
};

const addKey = (
  to: Building,
  line: Line,
  peer: AddressRange | string,
  keyring: string | null,
  key: Word,
  kind: string | undefined,
): void => {
  to.holders.push({ peer, keyring, noXauth: line.words.some((w) => is(w, 'no-xauth')), line: line.number });
  const readable = kind === '0' && !/^[*x]+$|^<.*>$/i.test(key.text);
  to.keys.push({ peer, value: readable ? key.text : null, line: line.number, column: key.column, length: key.text.length });
};

/** Behind `address` an address with or without mask, behind `hostname` a name. */
const readPeer = (to: Building, line: Line, at: number): AddressRange | string | undefined => {
  const kind = line.words[at];
  const value = line.words[at + 1];
  if (is(kind, 'hostname', 4) && value) return value.text;
  if (!is(kind, 'address', 3)) {
    const cure = 'Say for whom the key is: address 192.0.2.1, or hostname peer.example.';
    to.issues.push(issueAt(line, at, 'error', 'missing-peer', 'The peer of this key is not named', cure));
    return undefined;
  }
  const from = is(value, 'ipv6') ? at + 2 : at + 1;
  const address = addressOf(line.words[from]);
  if (!address) {
    const cure = 'Write the peer as an address, such as 192.0.2.1, or behind hostname as a name.';
    to.issues.push(issueAt(line, from, 'error', 'not-an-address', 'The peer of this key is no address', cure));
    return value?.text;
  }
  const mask = addressBytes(line.words[from + 1]?.text ?? '');
  return mask?.length === 4 ? maskedRange(address, mask) : hostRange(address);
};

/** `crypto keyring NAME`: its keys follow. */
export const beginKeyring = (to: Building, line: Line, at: number): Block => {
  const keyring = line.words[at]?.text ?? '';
  return (next) => {
    if (is(next.words[0], 'pre-shared-key', 5)) readKeyringKey(to, next, keyring);
    else return says(next, 0, 'description') || says(next, 0, 'local-address') || says(next, 0, 'rsa-pubkey');
    return true;
  };
};

/** `crypto isakmp profile NAME`. */
export const beginProfile = (to: Building, line: Line, at: number): Block => {
  const matchIdentities: string[] = [];
  const profile: Building['profiles'][number] = {
    name: line.words[at]?.text ?? '',
    keyring: null,
    selfIdentity: null,
    matchIdentities,
    line: line.number,
  };
  to.profiles.push(profile);
  return (next) => {
    const rest = (from: number): string => next.words.slice(from).map((w) => w.text).join(' '); // biome-ignore format: one thought
    if (says(next, 0, 'keyring')) profile.keyring = rest(1);
    else if (says(next, 0, 'self-identity')) profile.selfIdentity = rest(1);
    else if (says(next, 0, 'match', 'identity')) matchIdentities.push(rest(2));
    else if (says(next, 0, 'initiate', 'mode', 'aggressive')) to.isakmpOptions = { ...to.isakmpOptions, aggressive: true };
    else return ['vrf', 'ca', 'client', 'isakmp', 'keepalive', 'accounting', 'initiate', 'local-address', 'virtual-template', 'description'].some((w) => is(next.words[0], w)); // biome-ignore format: a list
    return true;
  };
};

/** `crypto isakmp keepalive SECONDS [RETRY]`, `crypto isakmp nat keepalive SECONDS`, `crypto isakmp fragmentation`. */
export const readOption = (to: Building, line: Line, at: number, option: 'keepalive' | 'nat keepalive' | 'fragmentation'): void => {
  const seconds = numberIn(line.words[at], 5, 3600);
  if (option === 'fragmentation') to.isakmpOptions = { ...to.isakmpOptions, fragmentation: true };
  else if (seconds === undefined) {
    to.issues.push(issueAt(line, at, 'error', 'bad-keepalive', 'A keepalive is a number of seconds from 5 to 3600', `Write: ${option} 20`));
  } else if (option === 'nat keepalive') to.isakmpOptions = { ...to.isakmpOptions, natKeepaliveSeconds: seconds };
  else {
    const retrySeconds = numberIn(line.words[at + 1], 2, 60) ?? usualRetrySeconds;
    to.isakmpOptions = { ...to.isakmpOptions, keepalive: { idleSeconds: seconds, retrySeconds } };
  }
};
const usualRetrySeconds = 2;

/** `crypto isakmp client configuration group NAME`: clients come in aggressive mode with the group's key. */
export const beginClientGroup = (to: Building, line: Line, at: number): Block => {
  const group = line.words[at]?.text ?? '';
  to.isakmpOptions = { ...to.isakmpOptions, aggressive: true };
  return (next) => {
    const key = next.words[1];
    if (is(next.words[0], 'key') && key) {
      addKey(to, next, group, null, next.words[2] ?? key, next.words[2] ? key.text : '0');
      return true;
    }
    return ['dns', 'wins', 'domain', 'pool', 'acl', 'netmask', 'banner', 'save-password', 'split-dns', 'include-local-lan', 'max-users', 'max-logins', 'pfs', 'backup-gateway', 'access-restrict', 'firewall', 'group-lock', 'crypto'].some((w) => is(next.words[0], w)); // biome-ignore format: a list
  };
};

/** The ASA: `tunnel-group PEER ipsec-attributes`, and in it `[ikev1] pre-shared-key KEY`. */
export const beginTunnelGroup = (to: Building, line: Line): Block | null => {
  const name = line.words[1]?.text ?? '';
  if (!is(line.words[2], 'ipsec-attributes', 6)) return null;
  const address = addressOf(line.words[1]);
  return (next) => {
    const at = is(next.words[0], 'ikev1') ? 1 : 0;
    const key = next.words[at + 1];
    if (!is(next.words[at], 'pre-shared-key', 5) || !key)
      return is(next.words[0], 'ikev2') || is(next.words[0], 'peer-id-validate') || is(next.words[0], 'isakmp');
    addKey(to, next, address ? hostRange(address) : name, null, key, '0');
    return true;
  };
};
