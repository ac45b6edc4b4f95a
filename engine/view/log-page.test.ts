// Lines around an event: the same lines as all of them, whole events, whatever lies between.
import { describe, expect, test } from 'vitest';
import { bundledTrace, loadTrace } from '../../test/support/trace.ts';
import { dropped, fold, repeated } from '../../test/support/what-if.ts';
import { debugLines } from './device/debug-lines.ts';
import { logPage } from './log-page.ts';

const log = loadTrace(bundledTrace);

describe.each(['initiator', 'responder'] as const)('the %s', (side) => {
  const replay = fold(log);
  const all = [...debugLines(replay, { side, policy: null })];

  test('all lines, wherever one stands, if enough are wanted', () => {
    for (let at = 0; at <= replay.lastIndex; at++)
      expect(logPage(replay, { at, lines: 4000, side })).toMatchObject({ lines: all, fromStart: true, toEnd: true });
  });

  test('fewer lines are a stretch of all, in order, and say where they end', () => {
    const long = fold(Array.from({ length: 200 }, () => 3).reduce((l, event) => repeated(l, event), log));
    const whole = [...debugLines(long, { side, policy: null })];
    const page = logPage(long, { at: 120, lines: 10, side });
    const from = whole.findIndex((line) => line.event === page.lines[0]?.event);
    expect(page.lines).toMatchObject(whole.slice(from, from + page.lines.length));
    expect(page.lines.some((line) => line.event === 120)).toBe(true);
    expect(page).toMatchObject({ fromStart: false, toEnd: false });
  });

  test('a run of ESP has no lines, and is passed over', () => {
    const page = logPage(replay, { at: 13, lines: 1, side });
    expect(new Set(page.lines.map((line) => line.event))).toContain(18);
    expect(page.lines.every((line) => line.event < 10 || line.event > 17)).toBe(true);
  });
});

test('nothing that anybody would log', () => {
  const replay = fold(dropped(log, ...Array.from({ length: 19 }, (_, i) => i + 1)));
  expect(logPage(replay, { at: 1, lines: 10, side: 'responder' })).toEqual({ lines: [], fromStart: true, toEnd: true });
});
