/** The verdict on a whole log: for each negotiation what became of it and why, the weightiest and likeliest cause first. */
import type { Replay } from '../../replay/replay.ts';
import type { Finding } from '../../state/finding.ts';
import { entries, values } from '../../state/persistent-map.ts';
import type { Negotiation, State } from '../../state/state.ts';
import { spiText } from '../../values/spi.ts';
import { authentication } from './authentication.ts';
import { isCode, rankOf } from './causes.ts';
import { contradictions } from './claims.ts';
import { lifetimes } from './lifetimes.ts';
import { liveness, neighbours } from './liveness.ts';
import { ipFragments, loss } from './loss.ts';
import { nat, natDetected } from './nat.ts';
import { places } from './places.ts';
import { floods, icmpErrors, reachability } from './reachability.ts';
import { refusals } from './refusals.ts';
import { reports } from './reports.ts';
import { type Claim, claim, endsKey, type SaTale, type Tale, taleOf } from './tale.ts';
import { strays, traffic } from './traffic.ts';
import { type Judged, verdictOf } from './verdict.ts';
import { weakness } from './weakness.ts';

export interface NegotiationDiagnosis extends Judged {
  readonly negotiation: Negotiation;
  readonly findings: readonly Claim[];
}

export interface Diagnosis {
  /** In the order in which they began. */
  readonly negotiations: readonly NegotiationDiagnosis[];
  /** What belongs to no negotiation. */
  readonly findings: readonly Claim[];
}

/** What the reducer says at one message, and what is said here of the whole with more certainty. */
const refusalCodes: ReadonlySet<string> = new Set(['refused', 'phase1-no-proposal-chosen', 'phase2-no-proposal-chosen', 'xauth-failed']);
const superseded: ReadonlySet<string> = new Set([...refusalCodes, 'esp-bad-icv', 'esp-replay']);

/** Each SA has these to itself; any other cause is one finding for a negotiation, however often it shows. */
const severalTimes: ReadonlySet<string> = new Set([
  'esp-loss',
  'esp-replay',
  'esp-bad-icv',
  'esp-unknown-spi',
  'sequence-near-wrap',
  'rekey-late',
  'lifetime-expired',
  'fragment-lost',
  'icmp-error',
  'claims-contradict',
]);

const severities = { error: 0, warning: 1, note: 2 } as const;
const certainties = { shown: 0, likely: 1, possible: 2 } as const;

/** The order of findings: severity, then likelihood, then the order of the table of causes, then time. */
export const byWeight = (a: Claim, b: Claim): number =>
  severities[a.severity] - severities[b.severity] ||
  certainties[a.certainty] - certainties[b.certainty] ||
  rankOf(a.code) - rankOf(b.code) ||
  (a.events[0] ?? 0) - (b.events[0] ?? 0);

/** What notifies, statuses and NAT-D payloads said so far needs no end of the log to be understood. */
const saidSoFar = (replay: Replay, state: State): Claim[] =>
  values(state.negotiations)
    .filter((n) => n.version === 1)
    .flatMap((n) => {
      const tale = taleOf(replay, n, [], [], state.index);
      return [...refusals(tale), ...authentication(tale), ...natDetected(tale)];
    });

/** What is found up to an event: nobody knows yet what will not be answered, or sent again. In the order in which it showed. */
export const foundSoFar = (replay: Replay, state: State): readonly Claim[] => {
  const said = saidSoFar(replay, state);
  const found = values(state.findings).filter((f) => !refusalCodes.has(f.code));
  return [...said, ...found.map((f) => ofFinding(f, f.about))].sort((x, y) => (x.events[0] ?? 0) - (y.events[0] ?? 0));
};

const ofReducer = (f: Finding, about: string | null): Claim[] => (superseded.has(f.code) ? [] : [ofFinding(f, about)]);

/** `refused` stands in for what the table does not know: then the finding's own words count. */
const ofFinding = (f: Finding, about: string | null): Claim => ({
  ...claim(about, {
    code: isCode(f.code) ? f.code : 'refused',
    severity: f.severity,
    events: f.events,
    count: f.count,
    message: f.message,
    evidence: [{ event: f.event, text: f.evidence }],
    rfc: f.rfc,
    ...(isCode(f.code) ? {} : { opposite: '', remedy: '' }),
  }),
  code: f.code,
});

const union = (a: readonly number[], b: readonly number[]): number[] => [...new Set([...a, ...b])].sort((x, y) => x - y).slice(0, 100);

/** Claims of one cause about one thing as one: the surest speaks, the others add what they saw. */
const merged = (claims: readonly Claim[]): Claim[] => {
  const out = new Map<string, Claim>();
  claims.forEach((c, i) => {
    const key = severalTimes.has(c.code) ? `${i}` : c.code;
    const before = out.get(key);
    if (!before) {
      out.set(key, c);
      return;
    }
    const [first, second] = byWeight(before, c) <= 0 ? [before, c] : [c, before];
    out.set(key, {
      ...first,
      events: union(first.events, second.events),
      count: first.count + second.count,
      evidence: [...first.evidence, ...second.evidence].slice(0, 20),
      tellApart: first.tellApart ?? second.tellApart,
      limits: first.limits ?? second.limits,
    });
  });
  return [...out.values()].sort(byWeight);
};

const sasOf = (replay: Replay): { readonly own: ReadonlyMap<string, SaTale[]>; readonly strays: readonly SaTale[] } => {
  const own = new Map<string, SaTale[]>();
  const strangers: SaTale[] = [];
  for (const [key, sa] of entries(replay.final.associations)) {
    const one: SaTale = { key, sa, traffic: replay.index.traffic.get(key) ?? null };
    if (sa.negotiation === null) {
      strangers.push(one);
      continue;
    }
    const list = own.get(sa.negotiation);
    if (list) list.push(one);
    else own.set(sa.negotiation, [one]);
  }
  return { own, strays: strangers.sort((a, b) => a.sa.since - b.sa.since) };
};

const byEnds = (sas: readonly SaTale[]): ReadonlyMap<string, readonly SaTale[]> => {
  const out = new Map<string, SaTale[]>();
  for (const one of sas) {
    const key = endsKey(one.sa.src, one.sa.dst);
    const list = out.get(key);
    if (list) list.push(one);
    else out.set(key, [one]);
  }
  return out;
};

const ofTale = (tale: Tale): Claim[] =>
  tale.n.version === 1
    ? [
        ...reachability(tale),
        ...refusals(tale),
        ...authentication(tale),
        ...liveness(tale),
        ...lifetimes(tale),
        ...loss(tale),
        ...nat(tale),
        ...traffic(tale),
        ...weakness(tale),
      ]
    : [];

const groupBy = (claims: readonly Claim[]): ReadonlyMap<string | null, readonly Claim[]> => {
  const groups = new Map<string | null, Claim[]>();
  for (const c of claims) {
    const group = groups.get(c.about);
    if (group) group.push(c);
    else groups.set(c.about, [c]);
  }
  return groups;
};

/** Reckoned once for each replay. */
const known = new WeakMap<Replay, Diagnosis>();

/** What a look at the end of the log shows. */
export const diagnose = (replay: Replay): Diagnosis => {
  const before = known.get(replay);
  if (before) return before;
  const { own, strays: strangers } = sasOf(replay);
  const between = byEnds(strangers);
  const begun = values(replay.final.negotiations).sort((a, b) => a.first - b.first || (a.id < b.id ? -1 : 1));
  const tales = begun.map((n) =>
    taleOf(replay, n, own.get(n.id) ?? [], between.get(endsKey(n.initiator.address, n.responder.address)) ?? []),
  );
  const spiOwner = new Map<string, string>(
    tales.flatMap((t) => t.sas.map(({ sa }) => [`${sa.protocol} ${spiText(sa.spi)}`, t.n.id] as const)),
  );
  const ids = new Set(tales.map((t) => t.n.id));
  const claims: Claim[] = tales.flatMap(ofTale);
  for (const f of values(replay.final.findings)) {
    const about = f.about === null ? null : ids.has(f.about) ? f.about : (spiOwner.get(f.about) ?? null);
    claims.push(...ofReducer(f, about));
  }
  claims.push(...icmpErrors(replay, tales), ...floods(replay, tales), ...neighbours(replay, tales));
  claims.push(...ipFragments(replay, tales), ...strays(tales, between), ...contradictions(replay, ids), ...reports(replay, tales));
  claims.push(...places(replay, tales));
  const byNegotiation = groupBy(claims);
  const judged = tales.map((tale) => {
    const findings = merged(byNegotiation.get(tale.n.id) ?? []);
    return { negotiation: tale.n, findings, ...verdictOf(tale, findings) };
  });
  const diagnosis: Diagnosis = {
    negotiations: judged,
    findings: merged(byNegotiation.get(null) ?? []),
  };
  known.set(replay, diagnosis);
  return diagnosis;
};
