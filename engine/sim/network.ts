/** The network between simulated ends: which end a datagram reaches, and what a NAT makes of its addresses. RFC 3948 4 and 6. */
import type { Trouble } from '../decide/impairments.ts';
import type { UdpDatagram } from '../decide/intent.ts';
import type { SimulatedEnd } from './scenario.ts';

/** What a NAT remembers: which port of its own stands for which port of the end behind it. */
export type Mappings = ReadonlyMap<string, number>;

const place = (end: string, port: number): string => `${end} ${port}`;

/** The mappings after a datagram of that end has passed with these troubles. */
export const mapped = (
  mappings: Mappings,
  { name, behind }: SimulatedEnd,
  { sport }: UdpDatagram,
  troubles: readonly Trouble[],
): Mappings => {
  if (behind === null) return mappings;
  const at = place(name, sport);
  const rebound = troubles.find((t) => t.kind === 'rebound');
  const port = rebound?.kind === 'rebound' ? rebound.port : (mappings.get(at) ?? firstPort + sport);
  return mappings.get(at) === port ? mappings : new Map([...mappings, [at, port]]);
};

const firstPort = 20_000;

/** As it stands on the wire outside of the NAT. */
export const outside = (mappings: Mappings, { name, behind }: SimulatedEnd, datagram: UdpDatagram): UdpDatagram => {
  const port = mappings.get(place(name, datagram.sport));
  return behind === null || port === undefined ? datagram : { ...datagram, src: behind, sport: port };
};

/** Who gets it, and how it looks there; `null` where nobody does. */
export const reached = (
  ends: readonly SimulatedEnd[],
  mappings: Mappings,
  datagram: UdpDatagram,
): { readonly end: string; readonly datagram: UdpDatagram } | null => {
  const { dst, dport } = datagram;
  for (const { name, plan, behind } of ends) {
    if (behind === null) {
      if (plan.local === dst && (dport === plan.port || dport === plan.natPort)) return { end: name, datagram };
      continue;
    }
    if (behind !== dst) continue;
    const inner = [plan.port, plan.natPort].find((port) => mappings.get(place(name, port)) === dport);
    if (inner !== undefined) return { end: name, datagram: { ...datagram, dst: plan.local, dport: inner } };
  }
  return null;
};
