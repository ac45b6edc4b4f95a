/** Findings as lines of the overview: a title, and what is particular to this one. */
import type { Log } from '../../log/log.ts';
import type { Replay } from '../../replay/replay.ts';
import type { FindingView } from '../models.ts';
import { duration } from '../words.ts';
import { titleOf } from './causes.ts';
import { byWeight, type Diagnosis } from './diagnose.ts';
import type { Claim } from './tale.ts';

/** Beside its title, what is said of a finding: the algorithms, how long the SA had lived, else the whole sentence. */
const detailOf = (log: Log, f: Claim, began: number | null): string => {
  const at = (i: number) => log.happened[i - 1]?.at ?? null;
  const [event = 0] = f.events;
  if (f.code === 'weak-algorithm') return f.evidence[0]?.text.split(';')[0] ?? f.message;
  if (f.code !== 'deleted-by-peer') return f.message;
  const lived = began === null ? null : duration(at(began), at(event));
  return lived ? `orderly, after ${lived}` : 'orderly';
};

/** All findings of a log, the weightiest first. */
export const findingLines = (replay: Replay, { negotiations, findings }: Diagnosis): readonly FindingView[] => {
  const all = [
    ...findings.map((claim) => ({ claim, first: null })),
    ...negotiations.flatMap((n) => n.findings.map((claim) => ({ claim, first: n.negotiation.first }))),
  ];
  return all
    .sort((a, b) => byWeight(a.claim, b.claim))
    .map(({ claim, first }) => ({
      code: claim.code,
      severity: claim.severity,
      title: titleOf(claim.code),
      detail: detailOf(replay.log, claim, first),
      event: claim.events[0] ?? 0,
      negotiation: claim.about,
    }));
};
