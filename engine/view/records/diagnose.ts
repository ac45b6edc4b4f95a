/** `ikewind diagnose`: what became of each negotiation and why, as one plain object. */
import type { Replay } from '../../replay/replay.ts';
import { diagnose } from '../diagnose/diagnose.ts';
import type { Verdict } from '../models.ts';
import { type FindingRecord, findingRecord } from './findings.ts';
import { type Time, timeAt } from './time.ts';

/** The answer of `diagnose --format json`. It holds no secret. */
export interface DiagnosisRecord {
  /** In the order in which they began. */
  readonly negotiations: readonly NegotiationDiagnosisRecord[];
  /** What belongs to no negotiation. The most serious and likeliest first, here as there. */
  readonly findings: readonly FindingRecord[];
}

export interface NegotiationDiagnosisRecord {
  readonly id: string;
  readonly version: 1 | 2;
  readonly initiator: string;
  readonly responder: string;
  /** Its first event, and when that was. */
  readonly event: number;
  readonly time: Time;
  readonly verdict: Verdict;
  readonly summary: string;
  readonly findings: readonly FindingRecord[];
}

export const diagnosisRecord = (replay: Replay): DiagnosisRecord => {
  const { negotiations, findings } = diagnose(replay);
  return {
    negotiations: negotiations.map(({ negotiation: n, verdict, summary, findings: own }) => ({
      id: n.id,
      version: n.version,
      initiator: n.initiator.address,
      responder: n.responder.address,
      event: n.first,
      time: timeAt(replay.log, n.first),
      verdict,
      summary,
      findings: own.map((f) => findingRecord(replay, f)),
    })),
    findings: findings.map((f) => findingRecord(replay, f)),
  };
};
