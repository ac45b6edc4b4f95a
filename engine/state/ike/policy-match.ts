/** An offer held against a policy, attribute by attribute, in the device's own order: RFC 2409 5 and 5.5, RFC 2408 4.2, as IOS compares. */
import type { IsakmpPolicy, PhaseOneAttribute, PhaseOneAttributes } from '../../event/policy.ts';

/** One attribute in which an offer and a policy differ. `null`: absent, or not known. */
export interface Difference<Name extends string = PhaseOneAttribute> {
  readonly attribute: Name;
  readonly offered: number | null;
  readonly wanted: number | null;
}

/** One pair of a policy and an offered transform. */
export interface Cell<Name extends string = PhaseOneAttribute> {
  /** Places in the lists, from 0. */
  readonly policy: number;
  readonly offer: number;
  /** Which comparison the device made of it, from 1; `null` where it had stopped before. */
  readonly order: number | null;
  /** In the order of comparison: the device names the first and looks no further. Empty where all agree. */
  readonly differences: readonly Difference<Name>[];
}

export interface Match<Name extends string = PhaseOneAttribute> {
  /** By policy, then by offer. */
  readonly cells: readonly (readonly Cell<Name>[])[];
  readonly accepted: Cell<Name> | null;
  /** How many pairs the device compared. */
  readonly comparisons: number;
}

/**
 * How IOS compares. Encryption before hash before group is what its logs show; the key length belongs to the cipher. Where
 * authentication and lifetime stand, no log we have tells.
 */
export const comparisonOrder: readonly PhaseOneAttribute[] = [
  'encryption',
  'keyBits',
  'hash',
  'authentication',
  'group',
  'lifetimeSeconds',
];

export interface MatchRules {
  /** IOS goes through its policies by priority and tries all transforms on each; other responders take the offer's order. */
  readonly first?: 'policies' | 'offers';
  /**
   * `shorter-wins`: lifetimes need not agree (what devices do). `offer-at-most`: an offered lifetime above the policy's is refused
   * (what IOS's documentation says of the responder).
   */
  readonly lifetimes?: 'shorter-wins' | 'offer-at-most';
}

/** Every pair, compared or not, so that a view can show what would have been. */
export const matchPhaseOne = (
  policies: readonly PhaseOneAttributes[],
  offers: readonly PhaseOneAttributes[],
  { first = 'policies', lifetimes = 'shorter-wins' }: MatchRules = {},
): Match => matchAll(policies, offers, (policy, offer) => phaseOneDifferences(policy, offer, lifetimes), first);

/** What an offer has otherwise than the policy wants. A value that either does not name cannot differ. */
export const phaseOneDifferences = (
  policy: PhaseOneAttributes,
  offer: PhaseOneAttributes,
  lifetimes: 'shorter-wins' | 'offer-at-most' = 'shorter-wins',
): readonly Difference[] =>
  comparisonOrder.flatMap((attribute) => {
    const [offered, wanted] = [offer[attribute], policy[attribute]];
    return agrees(attribute, offered, wanted, lifetimes) ? [] : [{ attribute, offered, wanted }];
  });

const agrees = (
  attribute: PhaseOneAttribute,
  offered: number | null,
  wanted: number | null,
  lifetimes: 'shorter-wins' | 'offer-at-most',
): boolean => {
  if (attribute === 'lifetimeSeconds') return lifetimes === 'shorter-wins' || offered === null || wanted === null || offered <= wanted;
  // A cipher of fixed length has no such attribute, and then the other cipher is the difference; AES without one means 128 bits.
  if (attribute === 'keyBits') return offered === null || wanted === null || offered === wanted;
  return offered === wanted;
};

/** Pairs in the device's order until one has no difference. `compare` is asked once for each pair. */
export const matchAll = <P, O, Name extends string>(
  policies: readonly P[],
  offers: readonly O[],
  compare: (policy: P, offer: O) => readonly Difference<Name>[],
  first: 'policies' | 'offers' = 'policies',
): Match<Name> => {
  let order = 0;
  let accepted: Cell<Name> | null = null;
  const rows: Cell<Name>[][] = policies.map(() => []);
  const pair = (policy: number, offer: number): void => {
    const cell: Cell<Name> = {
      policy,
      offer,
      order: accepted ? null : ++order,
      differences: compare(policies[policy] as P, offers[offer] as O),
    };
    if (cell.differences.length === 0) accepted ??= cell;
    const row = rows[policy];
    if (row) row[offer] = cell;
  };
  const pairs = first === 'policies' ? policies.length : offers.length;
  const across = first === 'policies' ? offers.length : policies.length;
  for (let i = 0; i < pairs; i++) for (let j = 0; j < across; j++) first === 'policies' ? pair(i, j) : pair(j, i);
  return { cells: rows, accepted, comparisons: order };
};

/** The priority of the policy that a match took, as IOS names policies. */
export const acceptedPriority = (match: Match, policies: readonly IsakmpPolicy[]): number | null =>
  match.accepted ? (policies[match.accepted.policy]?.priority ?? null) : null;
