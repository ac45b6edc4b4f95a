/** The whole log at a glance: negotiations with their verdict, findings, damage, the scrubber, what is missing. */

import { type Log, startOf } from '../log/log.ts';
import { senderAt } from '../replay/index-of-events.ts';
import type { Replay } from '../replay/replay.ts';
import { missingFor } from '../state/ikev1/derive.ts';
import type { Association } from '../state/ipsec/association.ts';
import { entries, values } from '../state/persistent-map.ts';
import type { Exchange, Negotiation } from '../state/state.ts';
import { noCookie } from '../values/cookie.ts';
import { messageIdText } from '../values/message-id.ts';
import { spiText } from '../values/spi.ts';
import { diagnose, type NegotiationDiagnosis } from './diagnose/diagnose.ts';
import { findingLines } from './diagnose/lines.ts';
import { ladderRowCount } from './ladder.ts';
import type { DamageView, FindingView, MissingKey, NegotiationView, Overview, PartView, Scrubber } from './models.ts';
import { timeOf } from './records/time.ts';
import { counted, cut } from './words.ts';

const modeNames = { main: 'Main mode', aggressive: 'Aggressive mode', base: 'Base exchange', ikev2: 'IKEv2', unknown: 'Phase 1' } as const;

const phase1Types: ReadonlySet<number> = new Set([1, 2, 4]);

/** Where packets and lines tell of one negotiation, both are counted. */
const phase1Detail = (replay: Replay, n: Negotiation, count: number): string => {
  if (!n.sources?.packets) return counted(count, n.reported ? 'line' : 'message');
  const messages = (replay.chronicle.messages.get(n.id) ?? []).filter((m) => phase1Types.has(m.exchangeType)).length;
  return `${counted(messages, 'message')}, ${counted(count - messages, 'line')}`;
};

interface Range {
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

/** Where phase 1 of each negotiation stands, by its id. */
const phase1Ranges = (replay: Replay): ReadonlyMap<string, Range> => {
  const ranges = new Map<string, Range>();
  for (const { negotiation, kind, event, count } of replay.index.groups) {
    if (negotiation === null || (kind !== 'phase1' && kind !== 'ikev2')) continue;
    const before = ranges.get(negotiation);
    ranges.set(negotiation, { first: before?.first ?? event, last: event + count - 1, count: (before?.count ?? 0) + count });
  }
  return ranges;
};

type Sas = readonly (readonly [string, Association])[];

/** SAs of each negotiation, by its id. */
const byNegotiation = (sas: Sas): ReadonlyMap<string, Sas> => {
  const out = new Map<string, (readonly [string, Association])[]>();
  for (const entry of sas) {
    const id = entry[1].negotiation ?? '';
    const list = out.get(id);
    if (list) list.push(entry);
    else out.set(id, [entry]);
  }
  return out;
};

const saidKinds = (result: string): string =>
  result
    .split(', ')
    .map((w) => /^delete (\S+)/.exec(w)?.[1])
    .filter((w) => w !== undefined)
    .join(', ');

const exchangePart = (e: Exchange): PartView => {
  const id = `${e.kind} ${e.messageId}`;
  const at = { id, first: e.first, last: e.last, side: e.begunBy };
  if (e.kind === 'quick')
    return {
      ...at,
      kind: 'quick',
      label: 'Quick mode',
      code: messageIdText(e.messageId),
      detail: e.result ?? counted(e.messages, 'message'),
    };
  const deletes = e.result ? saidKinds(e.result) : '';
  if (e.kind === 'informational') {
    return {
      ...at,
      kind: 'informational',
      label: deletes ? 'Delete' : 'Informational',
      code: null,
      detail: deletes || (e.result ?? 'encrypted'),
    };
  }
  return {
    ...at,
    kind: e.kind === 'transaction' ? 'transaction' : 'other',
    label: otherLabels[e.kind],
    code: messageIdText(e.messageId),
    detail: e.result ?? '',
  };
};

const otherLabels = { transaction: 'Transaction', newGroup: 'New group', unknown: 'Exchange' } as const;

const saPart = (key: string, a: Association): PartView => ({
  id: key,
  kind: a.protocol,
  label: a.protocol.toUpperCase(),
  code: spiText(a.spi),
  detail: counted(a.packets, 'pkt'),
  side: a.side,
  first: a.since,
  last: a.last,
});

const byFirst = (a: PartView, b: PartView): number => a.first - b.first || (a.id < b.id ? -1 : 1);

const negotiationView = (
  replay: Replay,
  { negotiation: n, verdict, summary }: NegotiationDiagnosis,
  phase1: Range | undefined,
  sas: Sas,
): NegotiationView => {
  const parts: PartView[] = [];
  if (phase1) {
    parts.push({
      id: `${n.id} phase1`,
      kind: 'phase1',
      label: modeNames[n.mode],
      code: null,
      detail: phase1Detail(replay, n, phase1.count),
      side: null,
      first: phase1.first,
      last: phase1.last,
    });
  }
  const others = entries(n.exchanges).map(([, e]) => exchangePart(e));
  const own = sas.map(([key, a]) => saPart(key, a));
  parts.push(...[...others, ...own].sort(byFirst));
  const last = Math.max(n.last, ...own.map((p) => p.last));
  const isNamed = n.initiatorCookie !== noCookie;
  const ends = `${n.initiator.address || 'unknown'} and ${n.responder.address || 'unknown'}`;
  return {
    id: n.id,
    label: isNamed ? cut(n.initiatorCookie) : ends,
    title: isNamed ? `${n.initiatorCookie} ${n.responderCookie ?? 'no answer'}, ${ends}` : `known from a log, without its cookies, ${ends}`,
    cookies: isNamed ? { initiator: n.initiatorCookie, responder: n.responderCookie } : null,
    verdict,
    summary,
    first: n.first,
    last,
    initiator: n.initiator.address,
    responder: n.responder.address,
    parts,
  };
};

/** SAs that no negotiation in the trace tells of, under the pair of addresses that they run between. */
const strayViews = (sas: readonly [string, Association][]): NegotiationView[] => {
  const pairs = new Map<string, [string, Association][]>();
  for (const entry of sas) {
    const [, a] = entry;
    if (a.negotiation !== null) continue;
    const pair = [a.src, a.dst].sort().join(' ');
    const list = pairs.get(pair);
    if (list) list.push(entry);
    else pairs.set(pair, [entry]);
  }
  return [...pairs].map(([pair, list]) => {
    const parts = list.map(([key, a]) => saPart(key, a)).sort(byFirst);
    const [a = '', b = ''] = pair.split(' ');
    return {
      id: `ipsec ${pair}`,
      label: `${a} – ${b}`,
      title: `IPsec between ${a} and ${b}`,
      cookies: null,
      verdict: 'incomplete' as const,
      summary: 'IPsec of no negotiation that could be read',
      first: Math.min(...parts.map((p) => p.first)),
      last: Math.max(...parts.map((p) => p.last)),
      initiator: a,
      responder: b,
      parts,
    };
  });
};

const damageTitles: Readonly<Record<string, string>> = {
  'truncated-record': 'The file breaks off',
  'bad-checksum': 'A record is damaged',
  'unknown-block': 'A block is unreadable',
};

const damageViews = (log: Log): DamageView[] =>
  log.damage.map((d) => ({
    input: log.inputs[d.input]?.name ?? 'input',
    title: damageTitles[d.code] ?? 'Part of the file is unreadable',
    message: d.message,
    offset: d.offset,
    bytes: d.bytes,
  }));

const mostBars = 200;

const scrubberOf = (replay: Replay, findings: readonly FindingView[]): Scrubber => {
  const { index, lastIndex } = replay;
  const given = replay.log.given.length > 0;
  const from = given ? 0 : 1;
  const total = lastIndex + 1 - from;
  const per = Math.max(1, Math.ceil(total / mostBars));
  let most = 1;
  for (const size of index.sizes) most = Math.max(most, size);
  const bars: Scrubber['bars'][number][] = [];
  for (let at = from; at <= lastIndex; at += per) {
    const to = Math.min(lastIndex, at + per - 1);
    if (at === 0 && per === 1) {
      bars.push({ from: 0, to: 0, height: 0.3, side: 'secret' });
      continue;
    }
    let sum = 0;
    for (let i = at; i <= to; i++) sum += index.sizes[i] ?? 0;
    bars.push({ from: at, to, height: Math.max(0.15, sum / (to - at + 1) / most), side: senderAt(index, at) });
  }
  return {
    bars,
    marks: findings.map((f) => ({ event: f.event, severity: f.severity, title: f.title })),
    changes: index.changes,
  };
};

/** What stays closed for want of a key. */
export const missingKey = (n: Negotiation): MissingKey | null => {
  const missing = missingFor(n);
  const sealed = n.encrypted - n.opened;
  if (missing.length === 0 || sealed === 0) return null;
  return {
    negotiation: n.id,
    title: `Ka of ${cut(n.initiatorCookie)} is missing`,
    detail: `It would open ${counted(sealed, 'message')} here.`,
    ways: [missing.join(' and ')],
    messages: sealed,
  };
};

/** The log as a whole, by what is known at its end. */
export const overview = (replay: Replay, name: string): Overview => {
  const { final, log } = replay;
  const diagnosis = diagnose(replay);
  const sas = entries(final.associations);
  const [ranges, sasOf] = [phase1Ranges(replay), byNegotiation(sas)];
  const shown = findingLines(replay, diagnosis);
  return {
    name,
    inputs: log.inputs.map((i) => ({ name: i.name, detail: i.detail })),
    lastIndex: replay.lastIndex,
    start: timeOf(startOf(replay.log)),
    negotiations: [
      ...diagnosis.negotiations.map((n) => negotiationView(replay, n, ranges.get(n.negotiation.id), sasOf.get(n.negotiation.id) ?? [])),
      ...strayViews(sas),
    ],
    findings: shown,
    damage: damageViews(log),
    scrubber: scrubberOf(replay, shown),
    ladderRows: ladderRowCount(replay, new Set()),
    certificates: values(replay.final.negotiations).some(
      ({ certificates: { initiator, responder } }) => initiator.length + responder.length > 0,
    ),
    missing: diagnosis.negotiations.flatMap(({ negotiation }) => missingKey(negotiation) ?? []),
  };
};
