/** What a simulation is about: ends with their plans, what is asked of them and when, how bad the network may be, and what has to come of it. */
import { type Impairments, noShares, type Shares, shareNames, type Trouble } from '../decide/impairments.ts';
import type { Plan } from '../decide/plan.ts';
import { seeded, wholeFrom } from '../decide/seeded.ts';
import type { Event } from '../event/event.ts';
import type { IpAddress } from '../values/ip-address.ts';

export interface SimulatedEnd {
  readonly name: string;
  readonly plan: Plan;
  /** Its secrets, and its configuration where there is one: index 0 of its log. */
  readonly given: readonly Event[];
  /** Address of the NAT that it stands behind. */
  readonly behind: IpAddress | null;
}

/** Something that an operator asks, so many seconds after the start. */
export interface Act {
  readonly at: number;
  readonly end: string;
  readonly request: string;
}

/** Tunnels that have to stand between two ends, whatever happened before. */
export interface Want {
  readonly from: string;
  readonly to: string;
}

export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly ends: readonly SimulatedEnd[];
  readonly acts: readonly Act[];
  readonly wants: readonly Want[];
  /** The worst that a seed may choose. */
  readonly shares: Shares;
  /** At most so many crashes in one run. */
  readonly crashes: number;
  /** The network is as it should be from this second on, no end crashes any more, and whoever asked asks again. */
  readonly calmAfter: number;
  /** Seconds within which the wants are fulfilled, from the start where nothing is impaired, else from the calm on. */
  readonly within: number;
}

/** The same where nothing goes wrong. */
export const undisturbed = (scenario: Scenario): Scenario => ({ ...scenario, shares: noShares, crashes: 0 });

/** One thing that went wrong on purpose. A run is repeated by its seed, or by the list of these. */
export type Decision =
  | { readonly what: 'trouble'; readonly end: string; readonly number: number; readonly trouble: Trouble }
  /** The end loses all but the first so many events of its log. */
  | { readonly what: 'crash'; readonly end: string; readonly event: number };

type Crash = Extract<Decision, { readonly what: 'crash' }>;

/** One run in ten is undisturbed; in the others each impairment is left out, or as frequent as the seed says, up to what the scenario allows. */
export const sharesOf = ({ shares }: Scenario, seed: number): Shares => {
  const draw = seeded(`${seed} shares`);
  if (draw() < undisturbedShare) return noShares;
  const some = shareNames.map((name) => [name, draw() < kindsShare ? shares[name] * draw() : 0] as const);
  return { ...noShares, ...Object.fromEntries(some) };
};

const undisturbedShare = 0.1;
const kindsShare = 0.4;

export const impairmentsOf = (scenario: Scenario, seed: number, end: string): Impairments => ({
  seed: `${seed} ${end}`,
  shares: sharesOf(scenario, seed),
  written: null,
});

/** Of the logs' first events, where a negotiation comes about. */
const lastCrash = 60;

export const crashesOf = ({ ends, crashes }: Scenario, seed: number): readonly Crash[] => {
  const draw = seeded(`${seed} crashes`);
  return Array.from({ length: wholeFrom(draw, 0, crashes) }, () => ({
    what: 'crash' as const,
    end: ends[wholeFrom(draw, 0, ends.length - 1)]?.name ?? '',
    event: wholeFrom(draw, 1, lastCrash),
  }));
};
