/** Verdicts in SARIF 2.1.0: the causes are rules, each finding a result at the event that shows it. */
import { causes, type FindingRecord } from '../../../engine/index.ts';
import type { Diagnosed } from './diagnosed.ts';

const levels = { error: 'error', warning: 'warning', note: 'note' } as const;

const rules = () =>
  Object.entries(causes).map(([id, { title, opposite, remedy, severity, rfc }]) => ({
    id,
    name: title,
    shortDescription: { text: title },
    fullDescription: { text: `${title}${rfc === '' ? '' : ` (${rfc})`}. The opposite would show as: ${opposite}` },
    help: { text: remedy },
    defaultConfiguration: { level: levels[severity] },
  }));

/** A path as a URI reference: SARIF wants no drive letters or backslashes. */
const uriOf = (path: string): string => path.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');

const place = (uri: string, event: number) => ({
  physicalLocation: { artifactLocation: { uri } },
  logicalLocations: [{ name: `event ${event}`, kind: 'event' }],
});

const resultOf = (trace: Diagnosed, f: FindingRecord, negotiation: string | null) => {
  const uri = uriOf(trace.path);
  return {
    ruleId: f.code,
    level: levels[f.severity],
    message: { text: f.message },
    locations: [place(uri, f.event)],
    relatedLocations: f.evidence.map((e) => ({ ...place(uri, e.event), message: { text: e.text } })),
    occurrenceCount: Math.max(1, f.count),
    properties: { negotiation, certainty: f.certainty, events: f.events, remedy: f.remedy, tellApart: f.tellApart, limits: f.limits },
  };
};

/** One JSON value. `version`: of ikewind. */
export const sarif = (traces: readonly Diagnosed[], version: string) => {
  const notifications = traces
    .filter((t) => t.unreadable !== null)
    .map((t) => ({
      level: 'error',
      message: { text: t.unreadable ?? '' },
      locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(t.path) } } }],
    }));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'ikewind', version, rules: rules() } },
        invocations: [{ executionSuccessful: notifications.length === 0, toolExecutionNotifications: notifications }],
        artifacts: traces.map((t) => ({ location: { uri: uriOf(t.path) } })),
        results: traces.flatMap((t) => [
          ...(t.diagnosis?.negotiations ?? []).flatMap((n) => n.findings.map((f) => resultOf(t, f, n.id))),
          ...(t.diagnosis?.findings ?? []).map((f) => resultOf(t, f, null)),
        ]),
      },
    ],
  };
};
