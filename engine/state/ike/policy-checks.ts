/** What a device's log says of its own comparisons: each pair of transform and policy, what was offered, and the attribute that failed. */
import type { PhaseOneAttribute, PhaseOneAttributes } from '../../event/policy.ts';
import type { Report } from '../../event/report.ts';
import { encryptionAlgorithms, hashAlgorithms } from '../../registry/attribute.ts';
import { isakmpAuthentications } from '../../registry/cisco-policy.ts';
import { comparisonOrder } from './policy-match.ts';

/** One comparison as a log tells it. */
export interface PolicyCheck {
  /** Number of the offered transform, from 1, and priority of the policy. */
  readonly transform: number;
  readonly priority: number;
  readonly offered: PhaseOneAttributes;
  /** `null` where the log ends before it says. */
  readonly accepted: boolean | null;
  /** The first attribute that differs; `null` where all agree, or the log names none. */
  readonly refusedFor: PhaseOneAttribute | null;
  /** Whose negotiation it is: the device's number for the SA. */
  readonly connection: number | null;
  /** Events that tell it, by their index. */
  readonly events: readonly number[];
}

export interface Reported {
  readonly index: number;
  readonly report: Report;
}

const nothing: PhaseOneAttributes = {
  encryption: null,
  keyBits: null,
  hash: null,
  authentication: null,
  group: null,
  lifetimeSeconds: null,
};

/** In the order of the log. Lines of several negotiations that overlap are told apart by the connection, where they carry it. */
export const policyChecks = (reports: Iterable<Reported>): readonly PolicyCheck[] => {
  const checks: PolicyCheck[] = [];
  let open: PolicyCheck | null = null;
  let inSeconds = true;
  for (const { index, report } of reports) {
    if (report.says === 'policyCheck') {
      if (open) checks.push(open);
      const { transform, priority } = report;
      open = {
        transform,
        priority,
        offered: nothing,
        accepted: null,
        refusedFor: null,
        connection: report.connection ?? null,
        events: [index],
      };
      inSeconds = true;
      continue;
    }
    if (!open) continue;
    const events: readonly number[] = [...open.events, index].slice(0, 32);
    if (report.says === 'attribute') {
      if (report.name === 'lifeType') inSeconds = /sec/i.test(report.value);
      open = { ...open, events, offered: { ...open.offered, ...attributeOf(report.name, report.value, report.number, inSeconds) } };
    } else if (report.says === 'mismatch') {
      const refusedFor =
        report.attribute === 'keyLength' ? 'keyBits' : report.attribute === 'lifetime' ? 'lifetimeSeconds' : report.attribute;
      open = { ...open, events, accepted: false, refusedFor: refusedFor === 'proposal' ? open.refusedFor : refusedFor };
    } else if (report.says === 'verdict') {
      checks.push({ ...open, events, accepted: report.acceptable });
      open = null;
    } else if (report.says === 'proposalCheck' || report.says === 'transition') {
      checks.push(open);
      open = null;
    }
  }
  if (open) checks.push(open);
  return checks;
};

const numberIn = (names: ReadonlyMap<number, { readonly name: string }>, value: string): number | undefined => {
  const plain = plainName(value);
  for (const [n, row] of names) if (plainName(row.name) === plain) return n;
  return undefined;
};

/** `SHA2-256`, `SHA256` and `sha-256` are one hash, `AES-CBC` and `aes` one cipher. */
const plainName = (text: string): string => text.toLowerCase().replace(/sha2[-_]/, 'sha').replace(/-cbc\b|[^a-z0-9]/g, ''); // biome-ignore format: one thought

const attributeOf = (name: string, value: string, number: number | undefined, inSeconds: boolean): Partial<PhaseOneAttributes> => {
  switch (name) {
    case 'encryption':
      return { encryption: numberIn(encryptionAlgorithms, value) ?? null };
    case 'hash':
      return { hash: numberIn(hashAlgorithms, value) ?? null };
    case 'authentication':
      return { authentication: authenticationOf(value) };
    case 'group':
      return { group: number ?? null };
    case 'keyLength':
      return { keyBits: number ?? null };
    case 'lifeDuration':
      return inSeconds ? { lifetimeSeconds: number ?? null } : {};
    default:
      return {};
  }
};

const authenticationOf = (value: string): number | null => {
  const plain = value.toLowerCase();
  if (/xauth.*pre-?share/.test(plain)) return 65_001;
  if (/xauth.*rsa/.test(plain)) return 65_005;
  return isakmpAuthentications.get(plain.replace(/\s+/g, '-').replace('pre-shared', 'pre-share')) ?? null;
};

/** What checks prove about a policy that nobody showed us: an attribute that was not the one to fail, or comes before it, was equal. */
export const policiesFromChecks = (checks: readonly PolicyCheck[]): readonly (PhaseOneAttributes & { readonly priority: number })[] => {
  const byPriority = new Map<number, PhaseOneAttributes>();
  for (const { priority, offered, accepted, refusedFor } of checks) {
    const upTo = accepted ? comparisonOrder.length : refusedFor === null ? 0 : comparisonOrder.indexOf(refusedFor);
    let known = byPriority.get(priority) ?? nothing;
    for (const attribute of comparisonOrder.slice(0, upTo)) {
      // Lifetimes need not agree for an offer to be taken, and nobody knows whether authentication is compared before the group.
      const proven = attribute !== 'lifetimeSeconds' && (attribute !== 'authentication' || accepted);
      if (proven && known[attribute] === null) known = { ...known, [attribute]: offered[attribute] };
    }
    byPriority.set(priority, known);
  }
  return [...byPriority].map(([priority, known]) => ({ ...known, priority }));
};

/** The offers that checks name, by transform number; a number that never comes up is absent. */
export const offersFromChecks = (
  checks: readonly PolicyCheck[],
): readonly { readonly number: number; readonly attributes: PhaseOneAttributes }[] => {
  const byNumber = new Map<number, PhaseOneAttributes>();
  for (const { transform, offered } of checks) if (!byNumber.has(transform)) byNumber.set(transform, offered);
  return [...byNumber].sort(([a], [b]) => a - b).map(([number, attributes]) => ({ number, attributes }));
};
