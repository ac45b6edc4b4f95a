/** Offered proposals of quick mode against the transform sets of a crypto map entry: RFC 2409 5.5, RFC 2407 4.5. */
import { authenticationAlgorithms } from '../registry/attribute.ts';
import { nameOf } from '../registry/registry.ts';
import { ahTransforms, espTransformsV1, ipcompTransforms } from '../registry/transform.ts';
import type { PhaseTwoAttribute, PhaseTwoAttributes } from '../state/ike/ipsec-match.ts';
import { matchPhaseTwo } from '../state/ike/ipsec-match.ts';
import type { Cell } from '../state/ike/policy-match.ts';
import { phaseTwoRemedy } from '../state/ike/policy-remedy.ts';
import { acceptedAt, detailOf, type MatrixParties, ordinal } from './matrix-words.ts';
import type { MatrixCellView, MatrixHeading, PolicyMatrixView, RemedyView } from './models.ts';

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
