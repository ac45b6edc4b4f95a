/** How the inputs lie in time, in words: which log belongs to which other input, by what, and how far apart their clocks are. */
import type { Alignment, Log } from '../../engine/index.ts';
import { secondsText } from '../protocol/clock.ts';

/** Logs that belong to nothing else that was given: they are merged by their own clocks, and it is said why. */
export const refusals = (log: Log): readonly string[] =>
  (log.alignments ?? []).flatMap((a) =>
    a.aligned ? [] : [`${nameOf(log, a.input)} is not aligned with ${nameOf(log, a.to)}: ${a.reason}`],
  );

/** A line for each log that was held against another input. */
export const alignmentLines = (log: Log): readonly string[] =>
  (log.alignments ?? []).map(
    (a) => `${nameOf(log, a.input)} ${a.aligned ? `aligned with ${nameOf(log, a.to)}` : 'stands alone'}: ${saying(a)}`,
  );

/** For `import --format json`: `offset` in seconds as decimal text, as times are. */
export const alignmentRecords = (log: Log) =>
  (log.alignments ?? []).map((a) => {
    const names = { input: nameOf(log, a.input), to: nameOf(log, a.to), aligned: a.aligned };
    return a.aligned ? { ...names, offset: secondsText(a.offset), matches: a.matches, on: a.on } : { ...names, reason: a.reason };
  });

const saying = (a: Alignment): string => {
  if (!a.aligned) return a.reason;
  const clock =
    a.offset === 0n
      ? 'clocks agree'
      : `its clock is ${secondsText(a.offset < 0n ? -a.offset : a.offset)} s ${a.offset < 0n ? 'behind' : 'ahead'}`;
  return `${clock}, by ${a.matches} things that stand in both (${a.on.slice(0, 3).join(', ')}${a.on.length > 3 ? ', ...' : ''})`;
};

const nameOf = (log: Log, input: number): string => log.inputs[input]?.name ?? 'an input';
