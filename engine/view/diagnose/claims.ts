/** Texts against packets, and against each other: what cannot all be true is a finding, with each of its places. */
import type { Log } from '../../log/log.ts';
import type { Replay } from '../../replay/replay.ts';
import { disagreements, type Line, type Statement } from '../../state/report/agreement.ts';
import { type Claim, claim } from './tale.ts';

/** `known`: ids of negotiations that have a verdict. */
export const contradictions = (replay: Replay, known: ReadonlySet<string>): Claim[] =>
  disagreements(replay.final, linesOf(replay.log), replay.log.told ?? []).map(({ about, message, statements }) => {
    const evidence = statements.map((s) => ({ event: s.event ?? eventOfLine(replay.log, s), text: s.text }));
    return claim(about !== null && known.has(about) ? about : null, {
      code: 'claims-contradict',
      events: [...new Set(evidence.map((e) => e.event))].sort((a, b) => a - b),
      count: 1,
      message,
      evidence,
      limits: 'Which of them is true cannot be told from the texts alone: they may be of different runs, or edited.',
    });
  });

function* linesOf(log: Log): Generator<Line> {
  for (const [i, event] of log.happened.entries()) {
    if (event.kind === 'DeviceReported' && event.report) yield { index: i + 1, report: event.report };
  }
}

/** The event that holds the line, 0 where it was given for the whole log. */
const eventOfLine = (log: Log, { input, line = 0 }: Statement): number =>
  1 +
  log.happened.findLastIndex(
    (e) => e.kind === 'DeviceReported' && e.origin.input === input && e.line <= line && line < e.line + e.text.split('\n').length,
  );
