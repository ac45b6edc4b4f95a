// A verdict as text: what `expected.diagnose` beside each trace holds.
import type { Diagnosis } from '../../engine/view/diagnose/diagnose.ts';
import type { Claim } from '../../engine/view/diagnose/tale.ts';

/** `warning likely icmp-error #29 #31 (4 times): 198.51.100.1 reports ...`; a line each, under the verdict of its negotiation. */
export const diagnosisText = ({ negotiations, findings }: Diagnosis): string => {
  const lines = negotiations.flatMap((n) => [`${n.negotiation.id} ${n.verdict}: ${n.summary}`, ...n.findings.map(lineOf)]);
  if (findings.length > 0) lines.push('the whole trace', ...findings.map(lineOf));
  return `${lines.join('\n')}\n`;
};

const mostEvents = 10;

const lineOf = (f: Claim): string => {
  const events = f.events.slice(0, mostEvents).map((e) => `#${e}`);
  const times = f.count === f.events.length ? '' : ` (${f.count} times)`;
  return `  ${f.severity} ${f.certainty} ${f.code} ${events.join(' ')}${times}: ${f.message}`;
};
