/** One negotiation as a case: what became of it, each finding with what shows it and what would show the opposite, and how far it came. */
import type { DevicePolicy } from '../event/policy.ts';
import { lookAt, type Replay } from '../replay/replay.ts';
import { values } from '../state/persistent-map.ts';
import type { Negotiation } from '../state/state.ts';
import { type CaseOffers, caseOffers } from './case-offers.ts';
import { type CaseStep, caseTimeline } from './case-timeline.ts';
import { type Cause, causes } from './diagnose/causes.ts';
import { diagnose, type NegotiationDiagnosis } from './diagnose/diagnose.ts';
import type { Claim, Evidence } from './diagnose/tale.ts';
import { explain } from './explain.ts';
import { labelAt } from './ladder.ts';
import type { PacketNode, Place, RemedyView, Tone, Verdict } from './models.ts';
import { packetView } from './packet.ts';
import { policyPage } from './policy-page.ts';
import { type Time, timeAt } from './records/time.ts';
import { cut, duration, utc } from './words.ts';

/** A line of the list of cases. */
export interface CaseRow {
  /** Id of the negotiation; `null` for findings that belong to none. */
  readonly id: string | null;
  readonly verdict: Verdict | 'findings';
  readonly tone: Tone;
  readonly summary: string;
  readonly code: string;
  /** When it began. */
  readonly at: Time;
  readonly first: number;
  readonly last: number;
}

/** All cases of a log, the worst first. */
export interface CaseList {
  readonly rows: readonly CaseRow[];
  /** `5 failed`, `3 up, with faults`, `1 up`. */
  readonly counts: readonly { readonly tone: Tone; readonly count: number; readonly text: string }[];
}

/** Something that shows a finding. */
export interface CaseEvidence {
  readonly event: number;
  readonly text: string;
  /** `frame 2, Notification, bytes 28–43`, `responder.log, line 119`. */
  readonly where: string;
  /** Node of that event's packet tree, to be selected there. */
  readonly node: string | null;
}

export interface CaseFinding {
  readonly code: string;
  readonly severity: Claim['severity'];
  readonly certainty: Claim['certainty'];
  readonly title: string;
  readonly message: string;
  /** Where to go to see it. */
  readonly event: number;
  readonly count: number;
  readonly evidence: readonly CaseEvidence[];
  readonly opposite: string;
  readonly tellApart: string | null;
  readonly limits: string | null;
  readonly remedy: string;
  /** Configuration lines, where a configuration is known. */
  readonly changes: readonly RemedyView[];
  readonly rfc: string;
}

/** Everything about one case; the findings with the weightiest first. */
export interface CaseView {
  readonly id: string | null;
  readonly tone: Tone;
  readonly verdict: CaseRow['verdict'];
  /** `Failed at MM2`, `Up`. */
  readonly step: string;
  /** Initiator cookie in full; empty where there is none. */
  readonly code: string;
  /** `main mode, 2026-11-21 18:38:01 UTC, 0.065 s`. */
  readonly detail: string;
  readonly findings: readonly CaseFinding[];
  /** For the finding that was asked for: what was offered against what was wanted or taken. */
  readonly offers: CaseOffers | null;
  readonly initiator: string;
  readonly responder: string;
  readonly timeline: readonly CaseStep[];
  readonly why: string;
  readonly rfcs: readonly string[];
}

/** Which case, and which of its findings to show in full. */
export interface CaseWish {
  readonly negotiation: string | null;
  readonly finding: number;
  /** Configurations that the log holds, parsed. */
  readonly policies?: readonly DevicePolicy[];
}

const known: Readonly<Record<string, Cause | undefined>> = causes;
const titleOf = (code: string): string => known[code]?.title ?? code;

const worst = (findings: readonly Claim[]): Claim['severity'] | undefined => findings[0]?.severity;

const toneOf = ({ verdict, findings }: NegotiationDiagnosis): Tone => {
  if (verdict === 'failed') return 'bad';
  const severity = worst(findings);
  if (verdict === 'up') return severity === 'error' || severity === 'warning' ? 'warning' : 'good';
  return severity === 'error' ? 'bad' : severity === 'warning' || verdict === 'incomplete' ? 'warning' : 'note';
};

const tones: readonly Tone[] = ['bad', 'warning', 'note', 'good'];
const order = (tone: Tone): number => tones.indexOf(tone);

const strayRow = (replay: Replay, findings: readonly Claim[]): CaseRow[] => {
  const [first] = findings;
  if (!first) return [];
  const events = findings.flatMap((f) => f.events);
  return [
    {
      id: null,
      verdict: 'findings',
      tone: first.severity === 'error' ? 'bad' : first.severity === 'warning' ? 'warning' : 'note',
      summary: titleOf(first.code),
      code: 'of no negotiation in this trace',
      at: timeAt(replay.log, Math.min(...events)),
      first: Math.min(...events),
      last: Math.max(...events),
    },
  ];
};

/** A log may tell no cookie: then the ends name it. */
const isNamed = (n: Negotiation): boolean => !/^0*$/.test(n.initiatorCookie);
const nameOf = (n: Negotiation): string => (isNamed(n) ? cut(n.initiatorCookie) : `${n.initiator.address} – ${n.responder.address}`);

const countsOf = (rows: readonly CaseRow[]): CaseList['counts'] => {
  const many = (which: (row: CaseRow) => boolean) => rows.filter(which).length;
  const counts = [
    { tone: 'bad', count: many((r) => r.verdict === 'failed'), text: 'failed' },
    { tone: 'warning', count: many((r) => r.verdict === 'up' && r.tone === 'warning'), text: 'up, with faults' },
    { tone: 'good', count: many((r) => r.verdict === 'up' && r.tone !== 'warning'), text: 'up' },
    { tone: 'note', count: many((r) => r.verdict === 'down' || r.verdict === 'incomplete'), text: 'ended or not complete' },
  ] as const;
  return counts.filter(({ count }) => count > 0);
};

/** By what is known at the end of the log. */
export const caseList = (replay: Replay): CaseList => {
  const diagnosis = diagnose(replay);
  const rows = diagnosis.negotiations.map(
    (d): CaseRow => ({
      id: d.negotiation.id,
      verdict: d.verdict,
      tone: toneOf(d),
      summary: d.summary,
      code: nameOf(d.negotiation),
      at: timeAt(replay.log, d.negotiation.first),
      first: d.negotiation.first,
      last: d.negotiation.last,
    }),
  );
  const all = [...rows, ...strayRow(replay, diagnosis.findings)];
  return { rows: all.sort((a, b) => order(a.tone) - order(b.tone) || a.first - b.first), counts: countsOf(all) };
};

/** Names of tree nodes for what evidence points at. */
const nodeNames: Readonly<Record<NonNullable<Evidence['payload']>, RegExp>> = {
  notification: /^(N|Notif)/,
  securityAssociation: /^(SA|Security)/,
  hash: /^Hash/i,
  attributes: /^Attr/,
  identification: /^(ID|Ident)/,
  natDiscovery: /^NAT/,
};

const found = (nodes: readonly PacketNode[], name: RegExp): PacketNode | null => {
  for (const node of nodes) {
    if (name.test(node.name) && node.children.length > 0) return node;
    const inside = found(node.children, name);
    if (inside) return inside;
  }
  return null;
};

const hex = (n: number): string => n.toString(16).padStart(2, '0');
const octetsText = ({ buffer, start, end }: Place): string =>
  `${buffer === 'wire' || buffer === 'datagram' ? 'bytes' : `${buffer} bytes`} ${hex(start)}–${hex(Math.max(start, end - 1))}`;

const originText = (replay: Replay, event: number): string => {
  if (event === 0) return 'given for the whole log';
  const happened = replay.log.happened[event - 1];
  const input = replay.log.inputs[happened?.origin.input ?? 0];
  const captures = replay.log.inputs.filter((i) => i.kind !== 'keys').length;
  const place = happened?.kind === 'DatagramSeen' ? `frame ${happened.origin.number || event}` : `line ${happened?.origin.number || event}`;
  return captures > 1 && input ? `${input.name}, ${place}` : place;
};

const evidenceView = (replay: Replay, { event, text, payload }: Evidence): CaseEvidence => {
  const origin = originText(replay, event);
  if (!payload || event === 0) return { event, text, where: origin, node: null };
  const { state, seen } = lookAt(replay, event);
  const node = found(packetView(replay, event, state, seen, labelAt(replay, seen))?.nodes ?? [], nodeNames[payload]);
  return { event, text, where: node ? `${origin}, ${octetsText(node.place)}` : origin, node: node?.id ?? null };
};

/** Where a finding is seen best: the notify that says it, else the last payload that shows it, else where it begins. */
const eventOf = ({ evidence, events }: Claim): number => {
  const said = evidence.find(({ payload }) => payload === 'notification') ?? evidence.findLast(({ payload }) => payload !== undefined);
  return said?.event ?? events[0] ?? 0;
};

/** Evidence of every finding is named; only that of the one asked for is looked up in its packets. */
const findingView = (replay: Replay, claim: Claim, full: boolean): CaseFinding => {
  const { code, severity, certainty, message, count, opposite, tellApart, limits, remedy, rfc } = claim;
  const evidence = full ? claim.evidence : [];
  return {
    code,
    severity,
    certainty,
    title: titleOf(code),
    message,
    event: eventOf(claim),
    count,
    evidence: evidence.map((e) => evidenceView(replay, e)),
    opposite,
    tellApart,
    limits,
    remedy,
    changes: [],
    rfc,
  };
};

const modes = {
  main: 'main mode',
  aggressive: 'aggressive mode',
  base: 'base exchange',
  ikev2: 'IKEv2',
  unknown: 'phase 1 not seen',
} as const;

const detailOf = (replay: Replay, n: Negotiation): string => {
  const at = (event: number) => replay.log.happened[event - 1]?.at ?? null;
  return [modes[n.mode], utc(at(n.first)).replace(/\.\d+/, ''), duration(at(n.first), at(n.last)) ?? ''].filter(Boolean).join(', ');
};

/** The step at which it ended; all of the summary where there is no colon in it. */
const stepOf = (summary: string): string => summary.split(': ')[0] ?? summary;

const healthy = 'Nothing is wrong with it: what was offered was taken, and every proof that can be checked is right.';

/** What a device's log says of the refusal, in its own words. */
const logEvidence = (replay: Replay, n: Negotiation): CaseEvidence[] => {
  const lines: CaseEvidence[] = [];
  for (let event = n.first; event <= n.last && lines.length < 3; event++) {
    const happened = replay.log.happened[event - 1];
    if (happened?.kind !== 'DeviceReported' || !happened.report) continue;
    const { report } = happened;
    const tells = report.says === 'mismatch' || (report.says === 'proposals' && report.which === 'configured');
    const text = `“${wordsOf(happened.text)}”`;
    if (tells && !lines.some((line) => line.text === text)) lines.push({ event, text, where: originText(replay, event), node: null });
  }
  return lines;
};

/** A line without its time and its source, as far as it is read at a glance. */
const wordsOf = (line: string): string =>
  cut(line.split('\n')[0]?.replace(/^.*?(\[\w+\]|<[^>]*>|ISAKMP[^:]*:|\|\d+>)\s*(<[^>]*>\s*)?/, '') ?? '', 90, 20);

const refusalCodes = /no-proposal-chosen|pfs-mismatch|lifetime-differs/;

/** A finding with what logs and configurations add to it. */
const completed = (replay: Replay, n: Negotiation, view: CaseFinding, policies: readonly DevicePolicy[]): CaseFinding => {
  if (!refusalCodes.test(view.code)) return view;
  const phase = view.code.startsWith('phase1') ? 1 : 2;
  const sheets = policies.length > 0 ? policyPage(replay, { negotiation: n.id, policies }).sheets : [];
  const remedies = sheets
    .filter(({ matrix }) => matrix.phase === phase)
    .flatMap(({ matrix }) => matrix.cells.flat().flatMap((c) => c.remedies));
  const changes = remedies.toSorted((a, b) => a.attributes - b.attributes);
  const first = changes[0];
  const other = changes.find((r) => r.device !== first?.device);
  return {
    ...view,
    evidence: [...view.evidence, ...logEvidence(replay, n)].sort((a, b) => a.event - b.event),
    changes: [...(first ? [first] : []), ...(other ? [other] : [])],
  };
};

/** `null` where there is no such negotiation. Looks at the packets that the finding names. */
export const caseView = (replay: Replay, wish: CaseWish): CaseView | null => {
  const diagnosis = diagnose(replay);
  const own = diagnosis.negotiations.find((d) => d.negotiation.id === wish.negotiation);
  if (!own && wish.negotiation !== null) return null;
  const claims = own ? own.findings : diagnosis.findings;
  const claim = claims[wish.finding] ?? claims[0];
  const findings = claims.map((c) => {
    const view = findingView(replay, c, c === claim);
    return c === claim && own ? completed(replay, own.negotiation, view, wish.policies ?? []) : view;
  });
  const shown = claim && findings[claims.indexOf(claim)];
  const event = shown?.event ?? own?.negotiation.last ?? 0;
  const { state, seen } = lookAt(replay, event);
  const told = explain(state, seen);
  const why = claim && claim.severity !== 'note' ? told.sentences.map((s) => s.text).join(' ') : claim ? claim.message : healthy;
  if (!own) {
    return {
      id: null,
      tone: claim?.severity === 'error' ? 'bad' : 'warning',
      verdict: 'findings',
      step: 'Of no negotiation',
      code: '',
      detail: 'No negotiation in this trace tells of these packets.',
      findings,
      offers: null,
      initiator: '',
      responder: '',
      timeline: [],
      why,
      rfcs: told.rfcs,
    };
  }
  const n = own.negotiation;
  return {
    id: n.id,
    tone: toneOf(own),
    verdict: own.verdict,
    step: stepOf(own.summary),
    code: isNamed(n) ? n.initiatorCookie : '',
    detail: detailOf(replay, n),
    findings,
    offers: claim ? caseOffers(replay, n, claim, wish.policies ?? []) : null,
    initiator: n.initiator.address,
    responder: n.responder.address,
    timeline: caseTimeline(replay, n, claim ?? null, event, quickOf(n, claim)),
    why,
    rfcs: [...new Set([...told.rfcs, ...(claim ? [claim.rfc.replace(/^(RFC \d+) /, '$1, ')] : [])])].slice(0, 4),
  };
};

/** The quick mode that a finding is about, by its events; the last one otherwise. */
const quickOf = (n: Negotiation, claim: Claim | undefined): number | null => {
  const quicks = values(n.exchanges)
    .filter((e) => e.kind === 'quick')
    .sort((a, b) => a.first - b.first);
  const own = quicks.find((q) => claim?.events.some((e) => e >= q.first && e <= q.last));
  return (own ?? quicks.at(-1))?.messageId ?? null;
};
