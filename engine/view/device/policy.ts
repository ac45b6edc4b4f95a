/** What a device's configuration adds to what packets show: whose it is, names of interfaces and crypto maps. */
import type { CryptoMapEntry, DevicePolicy } from '../../event/policy.ts';
import type { Replay } from '../../replay/replay.ts';
import { other, type Side } from '../../state/fact.ts';
import { negotiationsIn } from './device.ts';

/** The interface with an address, and the crypto map on it; `(none)` where nobody told their names, as IOS prints what it lacks. */
export const interfaceOf = (policy: DevicePolicy | null, address: string): { readonly name: string; readonly map: string } => {
  const found = policy?.interfaces.find((i) => i.addresses.some((a) => a.address === address));
  return { name: found?.name ?? '(none)', map: found?.cryptoMap ?? '(none)' };
};

/** Entries of crypto maps in the order in which the device goes through them. */
export const mapEntries = (policy: DevicePolicy): readonly CryptoMapEntry[] => policy.maps.filter((m) => m.kind !== 'dynamic');

/**
 * Of several configurations the one of the device that is this side: it has the side's address, or else names the other side's as a peer.
 * `null` where none does.
 */
export const policyOfSide = (policies: readonly DevicePolicy[], replay: Replay, side: Side): DevicePolicy | null => {
  const all = negotiationsIn(replay.final);
  const own = new Set<string>(all.map((n) => n[side].address));
  const peers = new Set<string>(all.map((n) => n[other(side)].address));
  const hasAddress = (p: DevicePolicy): boolean => p.interfaces.some((i) => i.addresses.some((a) => own.has(a.address)));
  const namesPeer = (p: DevicePolicy): boolean => p.maps.some((m) => m.peers.some((peer) => peers.has(peer)));
  return policies.find(hasAddress) ?? policies.find(namesPeer) ?? null;
};
