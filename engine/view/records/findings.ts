/** A finding as `diagnose` and `state` print it: what is claimed, what shows it, what would show the opposite, what to do. */
import { lookAt, type Replay } from '../../replay/replay.ts';
import type { Severity } from '../../state/finding.ts';
import { titleOf } from '../diagnose/causes.ts';
import type { Certainty, Claim, Evidence } from '../diagnose/tale.ts';
import type { Place } from '../models.ts';

/** A value, the event that shows it, and where it stands in that event's message. */
export interface EvidenceRecord {
  readonly event: number;
  /** The frame of its capture or the line of its text; `null` where there is no such thing. */
  readonly number: number | null;
  readonly text: string;
  readonly place: Place | null;
}

/** One finding; `null` where there is nothing to say. */
export interface FindingRecord {
  readonly code: string;
  readonly severity: Severity;
  /** `shown`: nothing else explains it. `likely`, `possible`: another cause fits too, and is given. */
  readonly certainty: Certainty;
  readonly title: string;
  /** The negotiation that it is about; `null`: none that the trace tells of. */
  readonly about: string | null;
  readonly event: number;
  /** The first hundred. */
  readonly events: readonly number[];
  readonly count: number;
  readonly message: string;
  readonly evidence: readonly EvidenceRecord[];
  /** What would show the opposite. */
  readonly opposite: string | null;
  readonly remedy: string | null;
  /** The one test that tells this cause from the others that fit. */
  readonly tellApart: string | null;
  /** What cannot be known from where the trace was taken. */
  readonly limits: string | null;
  readonly rfc: string;
}

const placeOf = (replay: Replay, { event, payload }: Evidence): Place | null => {
  if (payload === undefined || event < 1) return null;
  const { ike } = lookAt(replay, event).seen;
  const found = ike?.payloads.find((p) => p.content.kind === payload);
  return found ? { buffer: found.body.buffer, start: found.body.start, end: found.body.end } : null;
};

const evidenceRecord = (replay: Replay, evidence: Evidence): EvidenceRecord => ({
  event: evidence.event,
  number: replay.log.happened[evidence.event - 1]?.origin.number || null,
  text: evidence.text,
  place: placeOf(replay, evidence),
});

export const findingRecord = (replay: Replay, c: Claim): FindingRecord => ({
  code: c.code,
  severity: c.severity,
  certainty: c.certainty,
  title: titleOf(c.code),
  about: c.about,
  event: c.events[0] ?? 0,
  events: c.events,
  count: c.count,
  message: c.message,
  evidence: c.evidence.map((e) => evidenceRecord(replay, e)),
  opposite: c.opposite || null,
  remedy: c.remedy || null,
  tellApart: c.tellApart,
  limits: c.limits,
  rfc: c.rfc,
});
