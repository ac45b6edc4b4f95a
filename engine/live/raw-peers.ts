/** With whom ESP now goes straight in IP: where that takes a helper, it has to be there before the first packet. RFC 4303 2. */
import { changedEntries } from '../state/persistent-map.ts';
import type { IpAddress } from '../values/ip-address.ts';
import type { Pump } from './pump.ts';

/** Peers of SAs that came or changed between the two. */
export const rawPeers = (before: Pump, after: Pump): readonly IpAddress[] => {
  if (!after.plan.rawEsp) return [];
  const { local } = after.plan;
  return changedEntries(before.taking.state.associations, after.taking.state.associations).flatMap(([, a]) =>
    a.protocol === 'esp' && a.dst === local && a.negotiation !== null && a.udpEncap === false ? [a.src] : [],
  );
};
