/** The smallest change that would make two ends agree: fewest attributes, and among equals the one that leaves them better protected. */
import type { IsakmpPolicy, PhaseOneAttributes } from '../../event/policy.ts';
import { attributeLine, type Dialect, isakmpPolicyHead, isakmpPolicyLines, transformSetLines } from '../../event/policy-lines.ts';
import { type PhaseTwoAttributes, phaseTwoDifferences } from './ipsec-match.ts';
import { type Difference, type Match, phaseOneDifferences } from './policy-match.ts';
import { suiteStrength } from './policy-strength.ts';

/** A line of a configuration as a change shows it: kept, taken away, or added. */
export interface ChangedLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

export interface Remedy {
  /** Whose configuration is changed: the one that offers, or the one that decides. */
  readonly at: 'offer' | 'policy';
  /** Places in the lists that were matched. */
  readonly policy: number;
  readonly offer: number;
  readonly changes: readonly Difference[];
  /** What both would then use. */
  readonly agreed: PhaseOneAttributes;
  /** The whole policy with its changed lines marked. */
  readonly lines: readonly ChangedLine[];
  /** Attributes for which the device has no word, so that no line can say it. */
  readonly unwritable: readonly Difference['attribute'][];
}

/** Remedies for one pair: the policy moved to the offer, and the offer moved to the policy. The one that protects better stands first. */
export const remediesFor = (
  policies: readonly IsakmpPolicy[],
  offers: readonly PhaseOneAttributes[],
  at: { readonly policy: number; readonly offer: number },
  dialect: Dialect = 'ios',
): readonly Remedy[] => {
  const policy = policies[at.policy];
  const offer = offers[at.offer];
  if (!policy || !offer) return [];
  const changes = phaseOneDifferences(policy, offer);
  if (changes.length === 0) return [];
  const moved = { ...policy, ...attributesOf(offer), keyBits: offer.keyBits, lifetimeSeconds: policy.lifetimeSeconds };
  const place = { policy: at.policy, offer: at.offer, changes };
  const offering = asPolicy(offer);
  const movedOffer = { ...offering, ...attributesOf(policy), lifetimeSeconds: offer.lifetimeSeconds };
  const remedies: Remedy[] = [
    { at: 'policy', ...place, agreed: moved, ...changed(policy, moved, changes, dialect) },
    { at: 'offer', ...place, agreed: movedOffer, ...changed(offering, movedOffer, changes, dialect) },
  ];
  return remedies.sort((a, b) => compareStrength(b.agreed, a.agreed));
};

/**
 * Of all pairs the one that needs least, with both ways to do it. Empty where a pair agrees already, or nothing was offered. Pairs
 * that tie are settled by the protection they lead to, then by the device's order.
 */
export const smallestChange = (
  match: Match,
  policies: readonly IsakmpPolicy[],
  offers: readonly PhaseOneAttributes[],
  dialect: Dialect = 'ios',
): readonly Remedy[] => {
  if (match.accepted) return [];
  let fewest = Number.POSITIVE_INFINITY;
  let best: readonly Remedy[] = [];
  for (const cell of match.cells.flat()) {
    if (cell.differences.length > fewest) continue;
    const remedies = remediesFor(policies, offers, cell, dialect);
    const [first] = remedies;
    if (!first) continue;
    const [before] = best;
    if (cell.differences.length < fewest || (before && compareStrength(first.agreed, before.agreed) > 0)) best = remedies;
    fewest = cell.differences.length;
  }
  return best;
};

/** A policy of its own for an offer: nothing that works today changes. It takes the first priority that is free behind the others. */
export const addedPolicy = (
  policies: readonly IsakmpPolicy[],
  offer: PhaseOneAttributes,
  dialect: Dialect = 'ios',
): readonly ChangedLine[] => {
  const last = policies.filter((p) => p.line !== null).at(-1)?.priority ?? 0;
  const policy = { ...asPolicy(offer), priority: Math.min(65_535, (Math.floor(last / 10) + 1) * 10) };
  return isakmpPolicyLines(policy, dialect).map((text) => ({ sign: '+', text }));
};

const attributesOf = ({ encryption, keyBits, hash, authentication, group }: PhaseOneAttributes) => ({
  encryption,
  keyBits,
  hash,
  authentication,
  group,
});

/** An offer in the form of the policy that would make it; its priority is not known. */
const asPolicy = (offer: PhaseOneAttributes): IsakmpPolicy => ({
  ...attributesOf(offer),
  lifetimeSeconds: offer.lifetimeSeconds,
  priority: 10,
  defaulted: [],
  line: null,
  ...('priority' in offer ? (offer as IsakmpPolicy) : {}),
});

const changed = (
  before: IsakmpPolicy,
  after: IsakmpPolicy,
  changes: readonly Difference[],
  dialect: Dialect,
): Pick<Remedy, 'lines' | 'unwritable'> => {
  const lines: ChangedLine[] = [{ sign: ' ', text: isakmpPolicyHead(before.priority, dialect) }];
  const unwritable: Difference['attribute'][] = [];
  for (const attribute of ['encryption', 'hash', 'authentication', 'group', 'lifetimeSeconds'] as const) {
    const differs = changes.some((c) => c.attribute === attribute || (attribute === 'encryption' && c.attribute === 'keyBits'));
    const old = attributeLine(attribute, before, dialect);
    const isWritten = !before.defaulted.includes(attribute);
    if (!differs) {
      if (isWritten && old !== undefined) lines.push({ sign: ' ', text: ` ${old}` });
      continue;
    }
    const now = attributeLine(attribute, after, dialect);
    if (isWritten && old !== undefined) lines.push({ sign: '-', text: ` ${old}` });
    if (now === undefined) unwritable.push(attribute);
    else lines.push({ sign: '+', text: ` ${now}` });
  }
  return { lines, unwritable };
};

const compareStrength = (a: PhaseOneAttributes, b: PhaseOneAttributes): number => {
  const [weakestA, sumA] = suiteStrength(a);
  const [weakestB, sumB] = suiteStrength(b);
  return weakestA - weakestB || sumA - sumB;
};

/** What would make a transform set take an offer: the set's own line, and the map's line for PFS. Empty where nothing has to change. */
export const phaseTwoRemedy = (
  name: string,
  wanted: PhaseTwoAttributes,
  offer: PhaseTwoAttributes,
  dialect: Dialect = 'ios',
): readonly ChangedLine[] => {
  const changes = phaseTwoDifferences(wanted, offer).map((d) => d.attribute);
  const lines: ChangedLine[] = [];
  if (changes.some((c) => c !== 'pfsGroup')) {
    const line = (sign: '-' | '+', of: PhaseTwoAttributes): ChangedLine[] =>
      transformSetLines({ ...of, name, mode: of.mode === 2 ? 'transport' : 'tunnel', line: null }, dialect).map((text) => ({ sign, text }));
    lines.push(...line('-', wanted), ...line('+', offer));
  }
  if (changes.includes('pfsGroup')) {
    if (wanted.pfsGroup !== null) lines.push({ sign: '-', text: ` set pfs group${wanted.pfsGroup}` });
    if (offer.pfsGroup !== null) lines.push({ sign: '+', text: ` set pfs group${offer.pfsGroup}` });
  }
  return lines;
};
