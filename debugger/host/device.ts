/** What the window asks of a device: its log as lines, and its configuration as it stands in the log. */
import { debugLines, type Log, type LogLine, type Replay, readConfiguration } from '../../engine/index.ts';
import { type Answer, type Ask, limits } from '../protocol/protocol.ts';

type Policy = ReturnType<typeof readConfiguration>['policy'];

/** Parsed once for each log. */
const parsed = new WeakMap<Log, readonly Policy[]>();

export const policiesIn = (log: Log): readonly Policy[] => {
  const known = parsed.get(log);
  if (known) return known;
  const texts = [...log.given, ...log.happened].flatMap((e) => (e.kind === 'PolicyConfigured' && e.syntax === 'ios' ? [e.text] : []));
  const policies = texts.map((text) => readConfiguration(text).policy);
  parsed.set(log, policies);
  return policies;
};

/** Whole events only, until there are more lines than a window wants at once. */
export const deviceLines = (replay: Replay, { from, to, side }: Ask<'logLines'>): Answer<'logLines'> => {
  const lines: LogLine[] = [];
  const last = Math.min(to, replay.lastIndex);
  for (const line of debugLines(replay, { side, policy: null }, from, last)) {
    if (lines.length >= limits.logLines && line.event !== lines.at(-1)?.event) return { lines, to: lines.at(-1)?.event ?? from };
    lines.push(line);
  }
  return { lines, to: last };
};
