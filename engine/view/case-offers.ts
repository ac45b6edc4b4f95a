/** What was offered, attribute by attribute, beside what was wanted or taken: RFC 2409 5 and RFC 2407 4.5. */
import type { DevicePolicy } from '../event/policy.ts';
import { authenticationAlgorithms, authenticationMethods, hashAlgorithms } from '../registry/attribute.ts';
import { dhGroups } from '../registry/dh-group.ts';
import { nameOf, type Registry } from '../registry/registry.ts';
import { ahTransforms, espTransformsV1 } from '../registry/transform.ts';
import { type Replay, walk } from '../replay/replay.ts';
import { attributeOf, lifetimes, type Phase1Suite, phase1Suite } from '../state/ike/suite.ts';
import type { QuickMode } from '../state/ikev1/quick-mode.ts';
import { values } from '../state/persistent-map.ts';
import type { Negotiation } from '../state/state.ts';
import type { Proposal } from '../wire/proposal.ts';
import { policyOfSide } from './device/policy.ts';
import type { Claim } from './diagnose/tale.ts';
import type { Side } from './models.ts';
import { cipherName, grouped, groupName } from './words.ts';

/** A table with a column for each offer. */
export interface CaseOffers {
  readonly title: string;
  readonly note: string;
  readonly columns: readonly {
    readonly label: string;
    readonly side: Side | null;
    readonly event: number | null;
    readonly place: string;
  }[];
  readonly rows: readonly {
    readonly label: string;
    readonly cells: readonly { readonly text: string; readonly mark: 'differs' | 'equal' | null }[];
    /** The attribute that decides. */
    readonly first: boolean;
  }[];
  /** What is not in this trace and would complete it; empty where nothing is missing. */
  readonly missing: string;
}

/** Columns that fit beside each other. */
const mostOffers = 4;

const named = (table: Registry, n: number | null): string => (n === null ? 'none' : (nameOf(table, n) ?? `${n}`));
const groupText = (n: number | null): string => (n === null ? 'none' : `${n}, ${groupName(n)}`);
const secondsText = (n: number | null): string => (n === null ? 'none' : `${grouped(n)} s`);

const phaseOneRows: readonly (readonly [string, (s: Phase1Suite) => string])[] = [
  ['Encryption', cipherName],
  ['Hash', (s) => named(hashAlgorithms, s.hash)],
  ['Group', (s) => groupText(s.group)],
  ['Authentication', (s) => named(authenticationMethods, s.authentication)],
  ['Lifetime', (s) => secondsText(s.lifetimeSeconds)],
];

/** Transforms of the first message of phase 1. */
const phaseOneOffers = (replay: Replay, n: Negotiation): readonly Phase1Suite[] => {
  for (const { seen } of walk(replay, n.first, n.first)) {
    for (const { content } of seen.ike?.payloads ?? []) {
      if (content.kind !== 'securityAssociation') continue;
      return (content.proposals ?? []).flatMap((p) => p.transforms.map((t) => phase1Suite(t.attributes)));
    }
  }
  return [];
};

/** What the side that decides wants, in the words of the rows; an attribute that its source does not name is `null`. */
interface Wanted {
  readonly label: string;
  readonly event: number | null;
  readonly place: string;
  readonly values: readonly (string | null)[];
}

/** `IKE:3DES_CBC/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_1024`, as charon writes what it is configured for. */
const wantedInLog = (proposal: string, event: number, place: string): Wanted => {
  const parts = proposal.replace(/^IKE:/, '').split('/');
  const cipher = parts[0]?.replaceAll('_', '-') ?? null;
  const hash = /HMAC_(MD5|SHA1|SHA2_\d+)/.exec(proposal)?.[1]?.replace('SHA1', 'SHA').replace('_', '-') ?? null;
  const name = parts.find((part) => /^(MODP|ECP|CURVE)/.test(part))?.replaceAll('_', '-');
  const group = [...dhGroups].find(([, g]) => g.name === name)?.[0];
  return {
    label: 'Wanted by the responder',
    event,
    place,
    values: [cipher, hash, group === undefined ? (name ?? null) : groupText(group), null, null],
  };
};

/** What the responder's own log or configuration says it wants, while this negotiation ran. */
const wantedOf = (replay: Replay, n: Negotiation, policies: readonly DevicePolicy[]): readonly Wanted[] => {
  const policy = policyOfSide(policies, replay, 'responder');
  if (policy) {
    return policy.isakmp.slice(0, mostOffers).map((p) => ({
      label: `Wanted, policy ${p.priority}`,
      event: null,
      place: p.line === null ? 'default' : `line ${p.line}`,
      values: phaseOneRows.map(([, text]) => text({ ...p, lifetimeKilobytes: null })),
    }));
  }
  for (let event = n.first; event <= n.last; event++) {
    const happened = replay.log.happened[event - 1];
    if (happened?.kind !== 'DeviceReported' || happened.report?.says !== 'proposals' || happened.report.which !== 'configured') continue;
    const wanted = happened.report.proposals.filter((p) => p.startsWith('IKE:')).slice(0, mostOffers);
    if (wanted.length > 0) return wanted.map((p) => wantedInLog(p, event, `log line ${happened.line}`));
  }
  return [];
};

const phaseOne = (replay: Replay, n: Negotiation, policies: readonly DevicePolicy[]): CaseOffers | null => {
  const offers = phaseOneOffers(replay, n);
  if (offers.length === 0) return null;
  const wanted = wantedOf(replay, n, policies);
  const shown = offers.slice(0, wanted.length > 1 ? 2 : mostOffers - wanted.length);
  const differs = (row: number, text: string): boolean =>
    wanted.length > 0 && wanted.every(({ values }) => values[row] !== null && values[row] !== text);
  const rows = phaseOneRows.map(([label, text], row) => ({ label, row, texts: shown.map(text) }));
  // A lifetime decides nothing: the shorter one is taken.
  const first = rows.find(({ label, row, texts }) => label !== 'Lifetime' && texts.some((t) => differs(row, t)))?.row;
  return {
    title: wanted.length > 0 ? 'Offered and wanted' : 'What was offered',
    note: offers.length > shown.length ? `the first ${shown.length} of ${offers.length} transforms` : '',
    columns: [
      ...shown.map((_, i) => ({ label: `Offered, transform ${i + 1}`, side: 'initiator' as const, event: n.first, place: 'MM1' })),
      ...wanted.map(({ label, event, place }) => ({ label, side: 'responder' as const, event, place })),
    ],
    rows: rows.map(({ label, row, texts }) => ({
      label,
      cells: [
        ...texts.map((text) => {
          const known = wanted.length > 0 && wanted.some(({ values }) => values[row] !== null) && label !== 'Lifetime';
          return { text, mark: known ? (differs(row, text) ? ('differs' as const) : ('equal' as const)) : null };
        }),
        ...wanted.map(({ values }) => ({ text: values[row] ?? 'not told', mark: null })),
      ],
      first: row === first,
    })),
    missing:
      wanted.length > 0
        ? ''
        : 'What the responder wants is not in this trace. Add its configuration or its log, and the first attribute that differs is marked.',
  };
};

interface PhaseTwoOffer {
  readonly q: QuickMode;
  readonly proposal: Proposal | undefined;
  readonly taken: boolean;
}

const transformOf = ({ proposal }: PhaseTwoOffer) => proposal?.transforms[0];
const attribute = (offer: PhaseTwoOffer, type: number): number | null => {
  const transform = transformOf(offer);
  return transform ? attributeOf(transform.attributes, type) : null;
};

const modes: Readonly<Record<number, string>> = {
  1: 'tunnel',
  2: 'transport',
  3: 'UDP-encapsulated tunnel',
  4: 'UDP-encapsulated transport',
  61443: 'UDP-encapsulated tunnel',
  61444: 'UDP-encapsulated transport',
};

const phaseTwoRows: readonly (readonly [string, (offer: PhaseTwoOffer) => string])[] = [
  ['Transform', cipherText],
  ['Integrity', (o) => named(authenticationAlgorithms, attribute(o, 5))],
  ['PFS group', (o) => groupText(attribute(o, 3))],
  ['Mode', (o) => modes[attribute(o, 4) ?? 0] ?? 'not said'],
  ['Lifetime', (o) => secondsText(lifetimes(transformOf(o)?.attributes ?? [], 1, 2).seconds)],
  ['Networks', ({ q }) => (q.idCi === null && q.idCr === null ? 'the ends themselves' : `${q.idCi ?? '?'} ↔ ${q.idCr ?? '?'}`)],
];

function cipherText(offer: PhaseTwoOffer): string {
  const transform = transformOf(offer);
  if (!transform) return 'not known';
  const bits = attribute(offer, 6);
  const name = named(offer.proposal?.protocolId === 2 ? ahTransforms : espTransformsV1, transform.id).replace(/^ESP_|^AH_/, '');
  return `${name}${bits === null ? '' : `, ${bits} bit`}`;
}

/** Which row decides, for findings that name it. */
const deciding: Readonly<Record<string, string>> = { 'pfs-mismatch': 'PFS group', 'phase2-identity-mismatch': 'Networks' };

const phaseTwo = (n: Negotiation, claim: Claim): CaseOffers | null => {
  const quicks = values(n.exchanges)
    .filter((e): e is QuickMode => e.kind === 'quick' && e.offered.length > 0)
    .sort((a, b) => a.first - b.first);
  const own = quicks.filter((q) => claim.events.some((e) => e >= q.first && e <= q.last));
  const refused = own.find((q) => q.result !== 'complete') ?? own[0];
  if (!refused) return null;
  const taken = quicks.find((q) => q !== refused && q.result === 'complete');
  const offers: PhaseTwoOffer[] = [refused, ...(taken ? [taken] : [])].map((q) => ({
    q,
    proposal: q.offered[0]?.[0],
    taken: q.result === 'complete',
  }));
  const decides = deciding[claim.code];
  return {
    title: taken ? 'Refused and taken' : 'What was offered',
    note: taken ? 'the same ends, a moment apart' : '',
    columns: offers.map(({ q, taken: isTaken }) => ({
      label: isTaken ? 'Taken' : 'Refused',
      side: q.begunBy,
      event: q.first,
      place: 'QM1',
    })),
    rows: phaseTwoRows.map(([label, text]) => {
      const texts = offers.map(text);
      const differ = new Set(texts).size > 1;
      return {
        label,
        cells: texts.map((t, i) => ({ text: t, mark: offers.length < 2 || i > 0 ? null : differ ? 'differs' : 'equal' })),
        first: label === decides && (differ || offers.length === 1),
      };
    }),
    missing: taken ? '' : 'What the other end wants is not in this trace. Add its configuration or its log to see which attribute differs.',
  };
};

/** `null` where the finding is not about offers. */
export const caseOffers = (replay: Replay, n: Negotiation, claim: Claim, policies: readonly DevicePolicy[]): CaseOffers | null => {
  switch (claim.code) {
    case 'phase1-no-proposal-chosen':
    case 'phase1-lifetime-differs':
      return phaseOne(replay, n, policies);
    case 'phase2-no-proposal-chosen':
    case 'pfs-mismatch':
    case 'phase2-identity-mismatch':
      return phaseTwo(n, claim);
    default:
      return null;
  }
};
