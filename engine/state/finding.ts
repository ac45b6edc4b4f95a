/** A claim about what went wrong or is worth knowing, with the events that show it. */
import { emptyMap, get, type PersistentMap, set } from './persistent-map.ts';

/** `error`: why something does not work. `warning`: what costs or will cost. `note`: worth knowing. */
export type Severity = 'error' | 'warning' | 'note';

/** Plain data with a stable code: scripts rely on it, the message is for people. */
export interface Finding {
  /** As users and scripts know it: `weak-algorithm`, `esp-bad-icv`. */
  readonly code: string;
  readonly severity: Severity;
  /** Negotiation or SA that it is about; `null` for the whole log. */
  readonly about: string | null;
  /** First event that shows it. */
  readonly event: number;
  /** Events that show it, the first hundred of `count`. */
  readonly events: readonly number[];
  readonly count: number;
  readonly message: string;
  /** What was expected and what was seen. */
  readonly evidence: string;
  /** `RFC 2409 5.4`. */
  readonly rfc: string;
}

/** Findings by what they are about: the same fault in a million packets is one finding with a count. */
export type Findings = PersistentMap<Finding>;

export const noFindings: Findings = emptyMap;

const kept = 100;

/** Adds a finding, or one more event to a finding of the same code about the same thing. */
export const found = (findings: Findings, claim: Omit<Finding, 'event' | 'events' | 'count'>, event: number): Findings => {
  const key = `${claim.code} ${claim.about ?? ''}`;
  const before = get(findings, key);
  if (!before) return set(findings, key, { ...claim, event, events: [event], count: 1 });
  const events = before.events.length < kept && before.events.at(-1) !== event ? [...before.events, event] : before.events;
  return set(findings, key, { ...before, events, count: before.count + 1 });
};
