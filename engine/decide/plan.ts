/** What one end wants: where it stands, what it accepts and offers in both phases, how patient it is. Plain data, without any key. */
import type { AccessEntry, IsakmpPolicy, TransformSet } from '../event/policy.ts';
import type { IpAddress } from '../values/ip-address.ts';

/** Traffic to protect with one peer, RFC 2409 5.5, as a crypto map entry has it. */
export interface Tunnel {
  /** `null`: any peer. */
  readonly peer: IpAddress | null;
  /** In the order in which they are offered. */
  readonly transformSets: readonly TransformSet[];
  /** `null`: none is offered, any is taken. */
  readonly pfsGroup: number | null;
  readonly lifetimeSeconds: number;
  /** `null`: not limited. */
  readonly lifetimeKilobytes: number | null;
  /** Permitted flows, our own networks as source. */
  readonly flows: readonly AccessEntry[];
}

/** RFC 2408 5.1 leaves the times to us: the n-th repetition waits `firstMilliseconds` times `factor` to the n-th. */
export interface Patience {
  readonly firstMilliseconds: number;
  readonly factor: number;
  /** Repetitions before we give up. */
  readonly tries: number;
}

export interface Plan {
  readonly local: IpAddress;
  readonly port: number;
  /** RFC 3947 4: where both ends go when a NAT stands between them. */
  readonly natPort: number;
  /** By priority. */
  readonly policies: readonly IsakmpPolicy[];
  readonly tunnels: readonly Tunnel[];
  readonly patience: Patience;
}

export const usualPatience: Patience = { firstMilliseconds: 2000, factor: 1.8, tries: 5 };

export const tunnelsFor = (plan: Plan, peer: IpAddress): readonly Tunnel[] =>
  plan.tunnels.filter((t) => t.peer === null || t.peer === peer);
