/** Verdicts as a JUnit report: a suite for each trace, a case for each negotiation; an error is a failure, the rest is output. */
import type { FindingRecord } from '../../../engine/index.ts';
import type { Diagnosed } from './diagnosed.ts';

// Controls other than tab and line ends are not allowed in XML 1.0, not even as references.
const escaped = (text: string): string => text.replace(/[^\P{Cc}\t\n\r]/gu, '\ufffd').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const lineOf = (f: FindingRecord): string => `${f.severity} ${f.code} (event ${f.event}, ${f.certainty}): ${f.message}`;

interface Case {
  readonly name: string;
  readonly summary: string;
  readonly findings: readonly FindingRecord[];
}

function* caseLines({ name, summary, findings }: Case, suite: string): Generator<string> {
  const errors = findings.filter((f) => f.severity === 'error');
  yield `    <testcase classname="${escaped(suite)}" name="${escaped(name)}">`;
  const [first] = errors;
  if (first) {
    const text = errors.map((f) =>
      [lineOf(f), ...f.evidence.map((e) => `  event ${e.event}: ${e.text}`), `  remedy: ${f.remedy ?? '-'}`].join('\n'),
    );
    yield `      <failure type="${escaped(first.code)}" message="${escaped(summary)}">${escaped(text.join('\n'))}</failure>`;
  }
  const rest = findings.filter((f) => f.severity !== 'error').map(lineOf);
  yield `      <system-out>${escaped([summary, ...rest].join('\n'))}</system-out>`;
  yield '    </testcase>';
}

const casesOf = ({ diagnosis }: Diagnosed): readonly Case[] => {
  if (!diagnosis) return [];
  const { negotiations, findings } = diagnosis;
  const whole =
    findings.length > 0 || negotiations.length === 0
      ? [{ name: 'the whole trace', summary: 'what belongs to no negotiation', findings }]
      : [];
  return [...negotiations.map((n) => ({ name: n.id, summary: `${n.verdict}: ${n.summary}`, findings: n.findings })), ...whole];
};

export function* junitLines(traces: readonly Diagnosed[]): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>';
  const failed = (c: Case): boolean => c.findings.some((f) => f.severity === 'error');
  const all = traces.flatMap(casesOf);
  const broken = traces.filter((t) => t.unreadable !== null).length;
  yield `<testsuites name="ikewind diagnose" tests="${all.length + broken}" failures="${all.filter(failed).length}" errors="${broken}">`;
  for (const trace of traces) {
    const cases = casesOf(trace);
    const errors = trace.unreadable === null ? 0 : 1;
    yield `  <testsuite name="${escaped(trace.name)}" tests="${cases.length + errors}" failures="${cases.filter(failed).length}" errors="${errors}">`;
    if (trace.unreadable !== null)
      yield `    <testcase classname="${escaped(trace.name)}" name="reading"><error message="${escaped(trace.unreadable)}"/></testcase>`;
    for (const one of cases) yield* caseLines(one, trace.name);
    yield '  </testsuite>';
  }
  yield '</testsuites>';
}
