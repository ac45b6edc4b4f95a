/** Offered transforms against policies, each cell with the first attribute that differs: RFC 2409 5, in the device's order of comparison. */

import type { IsakmpPolicy, PhaseOneAttribute, PhaseOneAttributes } from '../event/policy.ts';
import type { Dialect } from '../event/policy-lines.ts';
import { authenticationAlgorithms, authenticationMethods, encryptionAlgorithms, hashAlgorithms } from '../registry/attribute.ts';
import { nameOf, type Registry } from '../registry/registry.ts';
import { ahTransforms, espTransformsV1, ipcompTransforms } from '../registry/transform.ts';
import type { PhaseTwoAttribute, PhaseTwoAttributes } from '../state/ike/ipsec-match.ts';
import { matchPhaseTwo } from '../state/ike/ipsec-match.ts';
import { offersFromChecks, type PolicyCheck, policiesFromChecks } from '../state/ike/policy-checks.ts';
import { type Cell, comparisonOrder, type Difference, matchPhaseOne } from '../state/ike/policy-match.ts';
import { phaseTwoRemedy, remediesFor } from '../state/ike/policy-remedy.ts';
import type { MatrixCellView, MatrixHeading, PolicyMatrixView, RemedyView } from './models.ts';
import { grouped } from './words.ts';

/** Who takes part, for the sentences. */
export interface MatrixParties {
  /** `(0:709)`, `e2ac4822…be1e`. */
  readonly negotiation?: string;
  readonly offers?: string;
  readonly decides?: string;
  readonly dialect?: Dialect;
}

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

const acceptedAt = (cells: readonly (readonly MatrixCellView[])[]): { row: number; column: number } | null => {
  for (const [row, line] of cells.entries()) {
    const column = line.findIndex((cell) => cell.verdict === 'accepted');
    if (column >= 0) return { row, column };
  }
  return null;
};

const titleOf = (
  at: { row: number | undefined; column: number | undefined } | null,
  comparisons: number,
  cells: readonly (readonly MatrixCellView[])[],
): string => {
  if (at) return `Policy ${at.row} accepts transform ${at.column}, on the ${ordinal(comparisons)} comparison`;
  const refused = cells.flat().filter((c) => c.verdict === 'refused').length;
  return refused === 0 ? 'Nothing was compared' : `No policy accepts any transform: ${refused} ${refused === 1 ? 'refusal' : 'refusals'}`;
};

const ordinal = (n: number): string => {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
};

const detailOf = (phase: string, { negotiation, offers, decides }: MatrixParties): string => {
  const whose = negotiation === undefined ? phase : `${phase} of ${negotiation}`;
  const who = offers === undefined || decides === undefined ? '' : `, ${offers} offers, ${decides} decides`;
  return `${whose}${who}. The responder tries each of its policies in order of priority against each offered transform, and stops at the first pair that agrees.`;
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

// ---------------------------------------------------------------- quick mode

export interface PhaseTwoMatrix extends MatrixParties {
  readonly offered: readonly PhaseTwoAttributes[];
  /** Transform sets of the map entry, named. */
  readonly sets: readonly { readonly name: string; readonly attributes: PhaseTwoAttributes }[];
}

const phaseTwoNames: Readonly<Record<PhaseTwoAttribute, string>> = {
  esp: 'Encryption',
  keyBits: 'Key length',
  espAuthentication: 'Integrity',
  ah: 'AH',
  ipcomp: 'Compression',
  mode: 'Mode',
  pfsGroup: 'PFS group',
};

const phaseTwoText = (attribute: PhaseTwoAttribute, value: number | null): string => {
  if (value === null) return 'none';
  switch (attribute) {
    case 'esp':
      return (nameOf(espTransformsV1, value) ?? `${value}`).replace(/^ESP_|-CBC$/g, '');
    case 'ah':
      return (nameOf(ahTransforms, value) ?? `${value}`).replace(/^AH_/, '');
    case 'espAuthentication':
      return nameOf(authenticationAlgorithms, value) ?? `${value}`;
    case 'ipcomp':
      return nameOf(ipcompTransforms, value) ?? `${value}`;
    case 'mode':
      return ['any', 'tunnel', 'transport'][value] ?? `${value}`;
    case 'keyBits':
      return `${value} bits`;
    case 'pfsGroup':
      return `${value}`;
  }
};

/** `undefined` where there is nothing to hold against anything. */
export const transformMatrix = (input: PhaseTwoMatrix): PolicyMatrixView | undefined => {
  if (input.offered.length === 0 || input.sets.length === 0) return undefined;
  const match = matchPhaseTwo(
    input.sets.map((s) => s.attributes),
    input.offered,
  );
  const cells = match.cells.map((row, i) =>
    row.map((cell, j) => phaseTwoCell(cell, input.sets[i], input.offered[j], j, match.comparisons, input)),
  );
  const at = acceptedAt(cells);
  const title =
    at && `Transform set ${input.sets[at.row]?.name} accepts proposal ${at.column + 1}, on the ${ordinal(match.comparisons)} comparison`;
  return {
    phase: 2,
    title: title ?? 'No transform set accepts any proposal',
    detail: detailOf('Quick mode', input).replace('each of its policies in order of priority', 'the transform sets of its crypto map'),
    columns: input.offered.map((o, j) => phaseTwoHeading(`Proposal ${j + 1}`, o)),
    rows: input.sets.map((s) => phaseTwoHeading(s.name, s.attributes)),
    cells,
    accepted: at,
    common: '',
    sources: null,
    rfcs: ['RFC 2409, 5.5', 'RFC 2407, 4.5'],
  };
};

const phaseTwoHeading = (label: string, attributes: PhaseTwoAttributes): MatrixHeading => ({
  label,
  note: '',
  attributes: (['ah', 'esp', 'keyBits', 'espAuthentication', 'pfsGroup'] as const).flatMap((name) =>
    attributes[name] === null ? [] : [{ name: phaseTwoNames[name], value: phaseTwoText(name, attributes[name]) }],
  ),
});

const phaseTwoCell = (
  cell: Cell<PhaseTwoAttribute>,
  set: PhaseTwoMatrix['sets'][number] | undefined,
  offer: PhaseTwoAttributes | undefined,
  column: number,
  comparisons: number,
  input: PhaseTwoMatrix,
): MatrixCellView => {
  const [first] = cell.differences;
  const made = cell.order !== null;
  const verdict = first ? (made ? 'refused' : 'would-refuse') : made ? 'accepted' : 'would-match';
  const names = Object.keys(phaseTwoNames) as readonly PhaseTwoAttribute[];
  return {
    verdict,
    label: first ? phaseTwoNames[first.attribute] : made ? 'Accepted' : 'Would match',
    offered: first ? phaseTwoText(first.attribute, first.offered) : '',
    wanted: first ? phaseTwoText(first.attribute, first.wanted) : '',
    order: cell.order,
    title: `${set?.name ?? ''}, proposal ${column + 1}`,
    place: made ? `comparison ${cell.order} of ${comparisons}` : 'not compared',
    comparison: names.flatMap((name) => {
      const [offered, wanted] = [offer?.[name] ?? null, set?.attributes[name] ?? null];
      if (offered === null && wanted === null) return [];
      const differs = cell.differences.some((d) => d.attribute === name);
      const mark = differs ? (name === first?.attribute ? 'first' : 'differs') : offered === wanted ? 'equal' : 'ignored';
      return [
        {
          attribute: phaseTwoNames[name],
          offered: phaseTwoText(name, offered),
          wanted: phaseTwoText(name, wanted),
          isDefault: false,
          mark,
        },
      ];
    }),
    remedies: set && offer && first ? phaseTwoRemedies(set, offer, column, cell.differences.length, input) : [],
    events: [],
  };
};

/** Both ends can move; nobody can tell from here which one may. */
const phaseTwoRemedies = (
  set: PhaseTwoMatrix['sets'][number],
  offer: PhaseTwoAttributes,
  column: number,
  attributes: number,
  { offers, decides, dialect }: MatrixParties,
): readonly RemedyView[] => {
  const responder = {
    title: 'Smallest change',
    detail: `Let ${set.name} be what proposal ${column + 1} asks for. Other tunnels that use ${set.name} change with it.`,
    attributes,
    device: decides ?? 'responder',
    lines: phaseTwoRemedy(set.name, set.attributes, offer, dialect),
  };
  const initiator = {
    title: 'The other way',
    detail: `Offer in proposal ${column + 1} what ${set.name} wants.`,
    attributes,
    device: offers ?? 'initiator',
    lines: phaseTwoRemedy(`PROPOSAL-${column + 1}`, offer, set.attributes, dialect),
  };
  return [responder, initiator];
};
