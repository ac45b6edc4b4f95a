/** `show crypto map`: from the device's configuration where there is one, else what its negotiations agreed on. RFC 2407 4.6.2, IOS. */
import type { CryptoMapEntry, DevicePolicy } from '../../event/policy.ts';
import { accessEntryLine, transformSetWords } from '../../event/policy-lines.ts';
import type { Replay } from '../../replay/replay.ts';
import { type Device, deviceOf, type Speaker } from './device.ts';
import { type Flow, flowsAt } from './flows.ts';
import { mapEntries } from './policy.ts';
import { accessEnd } from './proxy.ts';
import { suiteWords } from './words.ts';

/** What the device would print after the event `at`. */
export const showMap = (replay: Replay, speaker: Speaker, at: number): readonly string[] => {
  const { policy } = speaker;
  if (policy && policy.maps.length > 0) return mapEntries(policy).flatMap((entry) => configured(policy, entry));
  const device = deviceOf(replay, speaker);
  const flows = flowsAt(device, at);
  return flows.length > 0 ? flows.flatMap((flow, i) => negotiated(device, flow, i + 1)) : ['No crypto maps found.'];
};

const pfs = (group: number | null): string[] => (group === null ? ['\tPFS (Y/N): N'] : ['\tPFS (Y/N): Y', `\tDH group:  group${group}`]);

const configured = (policy: DevicePolicy, entry: CryptoMapEntry): string[] => {
  const list = policy.accessLists.find((l) => l.name === entry.accessList);
  const incomplete = entry.peers.length === 0 || list === undefined;
  const sets = entry.transformSets.flatMap((name) => policy.transformSets.filter((s) => s.name === name));
  const interfaces = policy.interfaces.filter((i) => i.cryptoMap === entry.map);
  const kilobytes = entry.lifetimeKilobytes ?? policy.ipsecLifetime.kilobytes;
  return [
    `Crypto Map IPv4 "${entry.map}" ${entry.sequence} ${entry.kind}`,
    ...(incomplete && entry.dynamicMap === null
      ? ['\tWARNING: This crypto map is in an incomplete state!', '\t\t(missing peer or access-list definitions)']
      : []),
    ...(entry.dynamicMap === null ? [] : [`\tDynamic map template tag: ${entry.dynamicMap}`]),
    ...entry.peers.map((peer) => `\tPeer = ${peer}`),
    ...(entry.isakmpProfile === null ? [] : [`\tISAKMP Profile: ${entry.isakmpProfile}`]),
    ...(entry.accessList === null ? [] : [`\tExtended IP access list ${entry.accessList}`]),
    ...(list?.entries.map((e) => `\t    access-list ${list.name} ${accessEntryLine(e, 'ios')}`) ?? []),
    ...(entry.peers[0] === undefined ? [] : [`\tCurrent peer: ${entry.peers[0]}`]),
    `\tSecurity association lifetime: ${kilobytes} kilobytes/${entry.lifetimeSeconds ?? policy.ipsecLifetime.seconds} seconds`,
    '\tResponder-Only (Y/N): N',
    ...pfs(entry.pfsGroup),
    '\tTransform sets={',
    ...sets.map((set) => `\t\t${set.name}:  { ${transformSetWords(set, 'ios')}  } ,`),
    '\t}',
    `\tInterfaces using crypto map ${entry.map}:`,
    ...interfaces.map((i) => `\t\t${i.name}`),
    '',
  ];
};

/** A map nobody wrote down: peer, flow, transforms and lifetimes are those of the newest SAs; names are not known. */
const negotiated = (device: Device, flow: Flow, number: number): string[] => {
  const newest = (flow.outbound.at(-1) ?? flow.inbound.at(-1))?.sa;
  if (!newest) return [];
  const peer = newest.side === device.side ? newest.dst : newest.src;
  const protocol = flow.local.protocol === 0 ? 'ip' : String(flow.local.protocol);
  const words = [...flow.outbound, ...flow.inbound]
    .filter(({ sa }) => sa.bundle === newest.bundle && sa.side === newest.side)
    .flatMap(({ sa }) => (sa.suite ? suiteWords(sa.protocol, sa.suite) : []));
  const lifetimes = [
    ...(newest.lifetimeKilobytes === null ? [] : [`${newest.lifetimeKilobytes} kilobytes`]),
    ...(newest.lifetimeSeconds === null ? [] : [`${newest.lifetimeSeconds} seconds`]),
  ];
  return [
    `Crypto Map IPv4 "(none)" ${number} ipsec-isakmp`,
    `\tPeer = ${peer}`,
    '\tExtended IP access list (none)',
    `\t    access-list (none) permit ${protocol} ${accessEnd(flow.local)} ${accessEnd(flow.remote)}`,
    `\tCurrent peer: ${peer}`,
    ...(lifetimes.length > 0 ? [`\tSecurity association lifetime: ${lifetimes.join('/')}`] : []),
    ...pfs(newest.pfsGroup),
    '\tTransform sets={',
    ...(words.length > 0 ? [`\t\t(none):  { ${words.join(' ')}  } ,`] : []),
    '\t}',
    '\tInterfaces using crypto map (none):',
    '',
  ];
};
