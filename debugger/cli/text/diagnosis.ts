/** `diagnose` for people: the verdict on each negotiation, under it each finding with what shows it and what to do. */
import type { DiagnosisRecord, FindingRecord, NegotiationDiagnosisRecord } from '../../../engine/index.ts';
import type { Page } from './moment.ts';
import { harmless, type Style } from './paint.ts';
import { wrap } from './wrap.ts';

const verdictStyles = { up: 'good', failed: 'bad', incomplete: 'note', down: 'warning' } as const;
const severityStyles = { error: 'bad', warning: 'warning', note: 'note' } as const;

const certainties = { shown: '', likely: ' (likely)', possible: ' (possible)' } as const;

export function* diagnosisLines({ negotiations, findings }: DiagnosisRecord, page: Page): Generator<string> {
  if (negotiations.length === 0) yield page.paint('No negotiation in this trace.', 'dim');
  for (const [i, n] of negotiations.entries()) {
    if (i > 0) yield '';
    yield* negotiationLines(n, page);
  }
  if (findings.length === 0) return;
  if (negotiations.length > 0) yield '';
  yield page.paint('The whole trace', 'bold');
  for (const f of findings) yield* findingLines(f, page);
}

function* negotiationLines(n: NegotiationDiagnosisRecord, page: Page): Generator<string> {
  const { paint } = page;
  const ends = paint(harmless(`${n.id}  ${n.initiator} to ${n.responder}`), 'dim');
  yield `${paint(n.verdict.toUpperCase(), verdictStyles[n.verdict])}  ${paint(harmless(n.summary), 'bold')}  ${ends}`;
  for (const f of n.findings) yield* findingLines(f, page);
}

/** Notes take a line; errors and warnings are shown with all that is known of them. */
function* findingLines(f: FindingRecord, page: Page): Generator<string> {
  const { paint } = page;
  const head = `  ${paint(f.severity, severityStyles[f.severity])} ${paint(f.code, 'bold')}${certainties[f.certainty]} ${paint(`#${f.event}`, 'dim')}`;
  yield head;
  yield* wrap(f.message, page.columns, '    ');
  if (f.severity === 'note') return;
  for (const e of f.evidence) yield* paragraph(`#${e.event}`, e.text, page);
  yield* paragraph('opposite', f.opposite, page);
  yield* paragraph('tell apart', f.tellApart, page);
  yield* paragraph('not known', f.limits, page);
  yield* paragraph('remedy', f.remedy, page, 'good');
  if (f.rfc !== '') yield* paragraph('see', f.rfc, page);
}

const margin = 17;

function* paragraph(label: string, text: string | null, { paint, columns }: Page, style: Style = 'dim'): Generator<string> {
  if (text === null) return;
  const [first = '', ...others] = wrap(text, columns, ' '.repeat(margin));
  yield `    ${paint(label.padEnd(margin - 4), style)}${first.slice(margin)}`;
  yield* others;
}
