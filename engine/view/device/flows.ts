/** IPsec SAs of one device by the flow that they protect, as `show crypto ipsec sa` and `show crypto session` group them. RFC 4301 4.4.2. */
import { stateAt } from '../../replay/replay.ts';
import type { Association } from '../../state/ipsec/association.ts';
import { get } from '../../state/persistent-map.ts';
import type { Negotiation, State } from '../../state/state.ts';
import { associationsOf, type Device, deletedBundles, isActive, timeOfEvent } from './device.ts';
import { type ProxyIdentity, proxiesOf, proxyText } from './proxy.ts';

/** What is protected between two proxies and two ends, by all the SAs that ever did it. */
export interface Flow {
  readonly negotiation: Negotiation;
  readonly local: ProxyIdentity;
  readonly remote: ProxyIdentity;
  /** With the device's number for each; the newest last. */
  readonly inbound: readonly Numbered[];
  readonly outbound: readonly Numbered[];
  /** Those in use. */
  readonly active: readonly Numbered[];
}

export interface Numbered {
  readonly sa: Association;
  readonly number: number;
  /** Event at which quick mode was complete: lifetimes begin there. `since` can be a packet seen before it. */
  readonly began: number;
}

/** In the order in which the first SA of each came. */
export const flowsAt = (device: Device, at: number): readonly Flow[] => {
  const state = stateAt(device.replay, at);
  const all = associationsOf(device, state);
  const deleted = deletedBundles(all);
  const flows = new Map<string, Flow>();
  for (const [key, sa] of all) {
    const negotiation = sa.negotiation === null ? undefined : get(state.negotiations, sa.negotiation);
    // IOS shows no SA before quick mode has made it.
    if (!negotiation || sa.state === 'larval') continue;
    const outward = sa.side === device.side;
    const { src, dst } = proxiesOf(device.replay, state, sa);
    const [local, remote] = outward ? [src, dst] : [dst, src];
    const name = [outward ? sa.src : sa.dst, outward ? sa.dst : sa.src, proxyText(local), proxyText(remote)].join(' ');
    const numbered: Numbered = { sa, number: device.flows.get(key) ?? 0, began: beganAt(device, negotiation, sa) };
    const before = flows.get(name) ?? { negotiation, local, remote, inbound: [], outbound: [], active: [] };
    flows.set(name, {
      ...before,
      negotiation,
      inbound: outward ? before.inbound : [...before.inbound, numbered],
      outbound: outward ? [...before.outbound, numbered] : before.outbound,
      active: isActive(sa, deleted) && !isExpired(device, numbered, state) ? [...before.active, numbered] : before.active,
    });
  }
  return [...flows.values()];
};

/** Both ends let an SA go when its time is over, RFC 4301 4.4.2.1, and say so or not. */
const isExpired = (device: Device, numbered: Numbered, state: State): boolean => lifetimeLeft(device, numbered, state).seconds === 0;

const beganAt = (device: Device, n: Negotiation, sa: Association): number =>
  device.replay.transitions.find(
    (t) => t.negotiation === n.id && t.exchange === sa.exchange && t.side === device.side && t.to === 'IKE_QM_PHASE2_COMPLETE',
  )?.event ?? sa.since;

const sum = (list: readonly Numbered[], of: (a: Association) => number): number => list.reduce((n, { sa }) => n + of(sa), 0);

/** Packets as IOS counts them: those sent, those taken, those refused as replayed or too old, those with a wrong ICV. */
export const packetsOf = ({ inbound, outbound }: Flow) => ({
  sent: sum(outbound, (a) => a.packets),
  taken: sum(inbound, (a) => a.received),
  replayed: sum(inbound, (a) => a.replayed + a.old),
  bad: sum(inbound, (a) => a.badIcv),
});

/** What is left of an SA's lifetimes; `null` where none was agreed, or no clock tells. */
export const lifetimeLeft = (
  device: Device,
  { sa, began }: Numbered,
  state: State,
): { seconds: number | null; kilobytes: number | null } => {
  const start = timeOfEvent(device.replay, began);
  const passed = start === null || state.now === null ? null : Number((state.now - start) / 1_000_000_000n);
  return {
    seconds: sa.lifetimeSeconds === null || passed === null ? null : Math.max(0, sa.lifetimeSeconds - passed),
    kilobytes: sa.lifetimeKilobytes === null ? null : Math.max(0, sa.lifetimeKilobytes - Math.floor(sa.bytes / 1024)),
  };
};
