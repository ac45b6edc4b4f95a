/** An IOS configuration as what an end wants: it means here what it means on that router. */
import { type DevicePolicy, ipAddress, type Plan, type Tunnel, usual } from '../../engine/index.ts';

/** The map on the interface that has our address, or all of them where no interface says. */
export const iosWants = (policy: DevicePolicy, local: Plan['local']): Partial<Plan> & Pick<Plan, 'policies' | 'tunnels'> => {
  const applied = policy.interfaces.find((i) => i.cryptoMap !== null && i.addresses.some((a) => a.address === local))?.cryptoMap;
  const entries = policy.maps.filter((m) => (m.kind === 'ipsec-isakmp' || m.kind === 'dynamic') && (applied == null || m.map === applied));
  const tunnels = entries.flatMap((entry): Tunnel[] => {
    const flows = policy.accessLists.find((list) => list.name === entry.accessList)?.entries.filter((e) => e.action === 'permit') ?? [];
    const transformSets = entry.transformSets.flatMap((name) => policy.transformSets.find((s) => s.name === name) ?? []);
    const peers = entry.kind === 'dynamic' && entry.peers.length === 0 ? [null] : entry.peers.flatMap((p) => ipAddress(p) ?? []);
    if (flows.length === 0 || transformSets.length === 0) return [];
    return peers.map((peer) => ({
      peer,
      transformSets,
      pfsGroup: entry.pfsGroup,
      lifetimeSeconds: entry.lifetimeSeconds ?? policy.ipsecLifetime.seconds,
      lifetimeKilobytes: entry.lifetimeKilobytes ?? policy.ipsecLifetime.kilobytes,
      flows,
    }));
  });
  const { keepalive, natKeepaliveSeconds, fragmentation, aggressive } = policy.isakmpOptions;
  return {
    policies: policy.isakmp,
    tunnels,
    // A router asks a silent peer only where that was configured.
    dpd: keepalive && { ...keepalive, tries: usual.dpd?.tries ?? 5 },
    ...(natKeepaliveSeconds !== null && { keepaliveSeconds: natKeepaliveSeconds === 0 ? null : natKeepaliveSeconds }),
    fragmentOctets: fragmentation ? usual.fragmentOctets : null,
    aggressive: { begin: aggressive, answer: aggressive },
    ...(policy.identity === 'hostname' && policy.hostname !== null && { identity: hostIdentity(policy.hostname) }),
    ...(policy.identity === 'dn' && { identity: { kind: 'subject' } as const }),
  };
};

const fqdn = 2;
const hostIdentity = (name: string): Plan['identity'] => ({ kind: 'written', idType: fqdn, value: new TextEncoder().encode(name) });
