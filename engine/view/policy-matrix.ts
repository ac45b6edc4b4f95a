/** Offered transforms against policies, each cell with the first attribute that differs: RFC 2409 5, in the device's order of comparison. */

import type { IsakmpPolicy, PhaseOneAttribute, PhaseOneAttributes } from '../event/policy.ts';
import { authenticationMethods, encryptionAlgorithms, hashAlgorithms } from '../registry/attribute.ts';
import { nameOf, type Registry } from '../registry/registry.ts';
import { offersFromChecks, type PolicyCheck, policiesFromChecks } from '../state/ike/policy-checks.ts';
import { type Cell, comparisonOrder, type Difference, matchPhaseOne } from '../state/ike/policy-match.ts';
import { remediesFor } from '../state/ike/policy-remedy.ts';
import { acceptedAt, detailOf, type MatrixParties, ordinal } from './matrix-words.ts';
import type { MatrixCellView, MatrixHeading, PolicyMatrixView, RemedyView } from './models.ts';
import { grouped } from './words.ts';

export interface PhaseOneMatrix extends MatrixParties {
  /** As offered: number of the transform and what it says. From a packet, a log or a configuration. */
  readonly offered: readonly { readonly number: number; readonly attributes: PhaseOneAttributes }[];
  /** From the configuration of the side that decides; `null` where only a log is known. */
  readonly policies: readonly IsakmpPolicy[] | null;
  /** What its log says of the same; empty without a log. */
  readonly checks: readonly PolicyCheck[];
}

/** Policies and transforms that are drawn: an SA payload has room for 255. */
const most = 255;

/** `undefined` where there is nothing to hold against anything. */
export const policyMatrix = (input: PhaseOneMatrix): PolicyMatrixView | undefined => {
  const offered = (input.offered.length > 0 ? input.offered : offersFromChecks(input.checks)).slice(0, most);
  const policies = (
    input.policies ?? policiesFromChecks(input.checks).map((p): IsakmpPolicy => ({ ...p, defaulted: [], line: null }))
  ).slice(0, most);
  if (offered.length === 0 || policies.length === 0) return undefined;
  const offers = offered.map((o) => o.attributes);
  const match = matchPhaseOne(policies, offers);
  const checkOf = new Map(input.checks.map((check, i) => [`${check.priority} ${check.transform}`, { check, order: i + 1 }]));
  const comparisons = input.policies ? match.comparisons : input.checks.length;
  const cells = match.cells.map((row, i) =>
    row.map((cell, j): MatrixCellView => {
      const policy = policies[i] as IsakmpPolicy;
      const transform = offered[j];
      const told = checkOf.get(`${policy.priority} ${transform?.number}`);
      const seen = input.policies ? seenByMatch(cell) : seenInLog(cell, told);
      const remedies = input.policies ? remediesFor(policies, offers, { policy: i, offer: j }, input.dialect) : [];
      return {
        ...seen,
        title: `Policy ${policy.priority}, transform ${transform?.number}`,
        place: seen.order === null ? 'not compared' : `comparison ${seen.order} of ${comparisons}`,
        comparison: comparisonRows(policy, offers[j] as PhaseOneAttributes, seen.first),
        remedies: remedies.map((remedy, n) => remedyView(remedy, n, policy, transform?.number ?? 0, input)),
        events: told?.check.events ?? [],
      };
    }),
  );
  const at = acceptedAt(cells);
  return {
    phase: 1,
    title: titleOf(at && { row: policies[at.row]?.priority, column: offered[at.column]?.number }, comparisons, cells),
    detail: detailOf('Phase 1', input),
    columns: offered.map((o, j) => heading(`Transform ${o.number}`, o.attributes, sameAs(offers, j, offered))),
    rows: policies.map((p) => heading(`Policy ${p.priority}`, p, '')),
    cells,
    accepted: at,
    common: commonOf([...offers, ...policies]),
    sources: input.policies && input.checks.length > 0 ? sourcesOf(input.checks, cells.flat(), policies, offered) : null,
    rfcs: ['RFC 2409, 5', 'RFC 2408, 4.2'],
  };
};

type Seen = Pick<MatrixCellView, 'verdict' | 'label' | 'offered' | 'wanted' | 'order'> & { readonly first: PhaseOneAttribute | null };

const seenByMatch = (cell: Cell): Seen => {
  const [first] = cell.differences;
  const made = cell.order !== null;
  if (!first)
    return {
      verdict: made ? 'accepted' : 'would-match',
      label: made ? 'Accepted' : 'Would match',
      offered: '',
      wanted: '',
      order: cell.order,
      first: null,
    };
  return { verdict: made ? 'refused' : 'would-refuse', ...told(first), order: cell.order, first: first.attribute };
};

/** Without the configuration a pair that the log does not name stays unknown. */
const seenInLog = (cell: Cell, logged: { readonly check: PolicyCheck; readonly order: number } | undefined): Seen => {
  if (!logged) return { verdict: 'unknown', label: 'Not compared', offered: '', wanted: '', order: null, first: null };
  const { check, order } = logged;
  if (check.accepted) return { verdict: 'accepted', label: 'Accepted', offered: '', wanted: '', order, first: null };
  const first = check.refusedFor;
  if (first === null)
    return {
      verdict: check.accepted === null ? 'unknown' : 'refused',
      label: check.accepted === null ? 'Not told' : 'Refused',
      offered: '',
      wanted: '',
      order,
      first,
    };
  const wanted = cell.differences.find((d) => d.attribute === first)?.wanted ?? null;
  return { verdict: 'refused', ...told({ attribute: first, offered: check.offered[first], wanted }), order, first };
};

const told = (difference: Difference): Pick<MatrixCellView, 'label' | 'offered' | 'wanted'> => ({
  label: attributeNames[difference.attribute],
  offered: valueText(difference.attribute, difference.offered, 'none'),
  wanted: valueText(difference.attribute, difference.wanted, 'another'),
});

const attributeNames: Readonly<Record<PhaseOneAttribute, string>> = {
  encryption: 'Encryption',
  keyBits: 'Key length',
  hash: 'Hash',
  authentication: 'Authentication',
  group: 'Group',
  lifetimeSeconds: 'Lifetime',
};

const tables: Partial<Readonly<Record<PhaseOneAttribute, Registry>>> = {
  encryption: encryptionAlgorithms,
  hash: hashAlgorithms,
  authentication: authenticationMethods,
};

const valueText = (attribute: PhaseOneAttribute, value: number | null, absent: string): string => {
  if (value === null) return absent;
  const table = tables[attribute];
  if (table) return (nameOf(table, value) ?? `${value}`).replace(/-CBC$/, '');
  if (attribute === 'lifetimeSeconds') return `${grouped(value)} s`;
  return attribute === 'keyBits' ? `${value} bits` : `${value}`;
};

const comparisonRows = (policy: IsakmpPolicy, offer: PhaseOneAttributes, first: PhaseOneAttribute | null): MatrixCellView['comparison'] => {
  const stop = first === null ? comparisonOrder.length : comparisonOrder.indexOf(first);
  return comparisonOrder.flatMap((attribute, i) => {
    const [offered, wanted] = [offer[attribute], policy[attribute]];
    if (offered === null && wanted === null) return [];
    const equal = offered === wanted;
    const mark =
      i === stop
        ? 'first'
        : wanted === null
          ? 'unknown'
          : i > stop
            ? equal
              ? 'ignored'
              : 'differs'
            : equal || attribute === 'lifetimeSeconds'
              ? 'equal'
              : 'differs';
    const row = {
      attribute: attributeNames[attribute],
      offered: valueText(attribute, offered, 'none'),
      wanted: valueText(attribute, wanted, 'not known'),
    };
    return [{ ...row, isDefault: policy.defaulted.includes(attribute), mark }];
  });
};

const heading = (label: string, attributes: PhaseOneAttributes, note: string): MatrixHeading => ({
  label,
  note,
  attributes: (['encryption', 'hash', 'group'] as const).map((name) => {
    const bits = name === 'encryption' && attributes.keyBits !== null ? ` ${attributes.keyBits}` : '';
    return { name: attributeNames[name], value: `${valueText(name, attributes[name], 'not known')}${bits}` };
  }),
});

const sameAs = (offers: readonly PhaseOneAttributes[], j: number, numbers: readonly { readonly number: number }[]): string => {
  const mine = offers[j];
  const earlier = offers.findIndex((o, i) => i < j && mine !== undefined && comparisonOrder.every((name) => o[name] === mine[name]));
  return earlier < 0 ? '' : `same as ${numbers[earlier]?.number}`;
};

const commonOf = (all: readonly PhaseOneAttributes[]): string =>
  (['authentication', 'lifetimeSeconds'] as const)
    .flatMap((name) => {
      const [first] = all;
      return first && first[name] !== null && all.every((a) => a[name] === first[name]) ? [valueText(name, first[name], '')] : [];
    })
    .join(', ');

const titleOf = (
  at: { row: number | undefined; column: number | undefined } | null,
  comparisons: number,
  cells: readonly (readonly MatrixCellView[])[],
): string => {
  if (at) return `Policy ${at.row} accepts transform ${at.column}, on the ${ordinal(comparisons)} comparison`;
  const refused = cells.flat().filter((c) => c.verdict === 'refused').length;
  return refused === 0 ? 'Nothing was compared' : `No policy accepts any transform: ${refused} ${refused === 1 ? 'refusal' : 'refusals'}`;
};

const remedyView = (
  remedy: ReturnType<typeof remediesFor>[number],
  n: number,
  policy: IsakmpPolicy,
  transform: number,
  input: PhaseOneMatrix,
): RemedyView => {
  const what = remedy.changes.map((c) => {
    const value = valueText(c.attribute, remedy.at === 'policy' ? c.offered : c.wanted, 'none');
    return `${attributeNames[c.attribute].toLowerCase()} ${value}`;
  });
  const list = what.length > 1 ? `${what.slice(0, -1).join(', ')} and ${what.at(-1)}` : (what[0] ?? '');
  const detail =
    remedy.at === 'policy'
      ? `Give policy ${policy.priority} ${list}. Transform ${transform} then matches it. Peers that agree on policy ${policy.priority} today would no longer find it.`
      : `Offer ${list} in transform ${transform}: policy ${policy.priority} then takes it as it stands.`;
  return {
    title: n === 0 ? 'Smallest change' : 'The other way',
    detail,
    attributes: remedy.changes.length,
    device: (remedy.at === 'policy' ? input.decides : input.offers) ?? (remedy.at === 'policy' ? 'responder' : 'initiator'),
    lines: remedy.lines,
  };
};

const sourcesOf = (
  checks: readonly PolicyCheck[],
  cells: readonly MatrixCellView[],
  policies: readonly IsakmpPolicy[],
  offered: readonly { readonly number: number }[],
): NonNullable<PolicyMatrixView['sources']> => {
  const computed = new Map<string, MatrixCellView>();
  policies.forEach((p, i) => {
    offered.forEach((o, j) => {
      const cell = cells[i * offered.length + j];
      if (cell) computed.set(`${p.priority} ${o.number}`, cell);
    });
  });
  const differing = checks.filter((check) => {
    const cell = computed.get(`${check.priority} ${check.transform}`);
    const label = check.accepted ? 'Accepted' : check.refusedFor === null ? cell?.label : attributeNames[check.refusedFor];
    return check.accepted !== null && cell?.label !== label;
  });
  const refused = checks.filter((c) => c.accepted === false).length;
  const logged = `The log names the first differing attribute ${refused} ${refused === 1 ? 'time' : 'times'} and ${checks.length - refused === 1 ? 'one match' : `${checks.length - refused} matches`}.`;
  if (differing.length === 0)
    return {
      agree: true,
      title: 'Two sources, one answer',
      detail: `${logged} The configuration gives the same result in all ${checks.length} pairs.`,
    };
  const first = differing[0];
  return {
    agree: false,
    title: 'The two sources differ',
    detail: `${logged} The configuration gives another result in ${differing.length} of ${checks.length} pairs, first for policy ${first?.priority} and transform ${first?.transform}: it is not the one that made this log.`,
  };
};
