// Charts and films of ESP: against packets made by hand, and against what the kernel of the receiving host counted.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { octets, u32 } from '../../test/support/frames.ts';
import { bundledTrace, loadTrace, sharedFolder } from '../../test/support/trace.ts';
import { edited, espAt, flipped, fold, framed, frameOf, inserted, until } from '../../test/support/what-if.ts';
import { nodeCrypto } from '../host/node-crypto.ts';
import type { Log } from '../log/log.ts';
import { type Replay, replayOf } from '../replay/replay.ts';
import { type EspChart, espChart } from './esp-chart.ts';
import { type EspFilm, espFilm } from './esp-film.ts';

const log = loadTrace(bundledTrace);
/** Integrity key of the direction towards the responder, as the daemons log it. */
const integrityKey = octets('c4447092c78c8bb066659af3192cd2fc9e62a798');
const spi = 'c50d31e3';

const packet = (sequence: number): Uint8Array => {
  const frame = frameOf(log, 10);
  const signed = octets(frame.subarray(espAt, espAt + 4), u32(sequence), frame.subarray(espAt + 8, frame.length - 12));
  return framed(frame, octets(signed, nodeCrypto.hmac('sha1', integrityKey, signed).subarray(0, 12)));
};

/** The negotiation, nine events, then packets with these sequence numbers. */
const sending = (...sequences: readonly number[]): Log =>
  sequences.reduce((l, n) => inserted(l, l.happened.length, packet(n), 9), until(log, 9));

const chartOf = (replay: Replay, columns = 100, event = 10): EspChart =>
  espChart(replay, { tunnel: null, event, columns, from: null, to: null });
const seriesOf = (chart: EspChart, wanted = spi) => {
  const series = chart.series.find((s) => s.spi === wanted);
  if (!series) throw new Error(`no series ${wanted}`);
  return series;
};
const filmOf = (replay: Replay, event: number, rows = 100): EspFilm => {
  const film = espFilm(replay, { sa: null, event, rows });
  if (!film) throw new Error('no film');
  return film;
};
const total = (marks: readonly { readonly count: number }[]): number => marks.reduce((n, m) => n + m.count, 0);

describe('the bundled trace', () => {
  test('one tunnel with two SAs, four packets each way, nothing amiss', () => {
    const chart = chartOf(fold(log));
    expect(chart.tunnels).toMatchObject([{ label: '10.1.0.0/16 ↔ 10.2.0.0/16', packets: 8 }]);
    expect(chart.directions).toEqual(['From initiator', 'From responder']);
    expect(chart.series.map((s) => [s.spi, s.side, s.packets, s.lost.length, s.copies.length])).toEqual([
      [spi, 'initiator', 4, 0, 0],
      ['c185666e', 'responder', 4, 0, 0],
    ]);
    expect(chart.rekeys).toEqual([]);
  });
});

describe('a chart', () => {
  test('marks losses where the next number came, copies, and packets that are late or too old', () => {
    const replay = fold(sending(1, 2, 5, 4, 4, 200, 6));
    const series = seriesOf(chartOf(replay));
    expect(total(series.lost)).toBe(1 + 193);
    expect(series.lost.map((m) => [m.event, m.count])).toEqual([[12, 194]]); // one column: both losses are one mark
    expect(series.late).toMatchObject([{ event: 13, behind: 1, count: 1 }]);
    expect(series.copies).toMatchObject([{ event: 14, behind: 1, text: '4 again, dropped' }]);
    expect(series.old).toMatchObject([{ event: 16, behind: 194 }]);
  });

  test('a number that was never proven is drawn apart', () => {
    const replay = fold(edited(sending(1, 2, 3), 11, flipped(espAt + 6, 0x7f)));
    const series = seriesOf(chartOf(replay));
    expect(total(series.badIcv)).toBe(1);
    expect(total(series.lost)).toBe(1);
    expect(Math.max(...series.points.map((p) => p.high))).toBe(3);
  });

  test('nothing at all', () => {
    const chart = chartOf(fold(until(log, 3)));
    expect(chart).toMatchObject({ tunnel: null, series: [] });
    expect(espFilm(fold(until(log, 3)), { sa: null, event: 1, rows: 10 })).toBeNull();
  });

  test('every packet stands in a column, every loss is counted, however few columns', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        (ns, columns) => {
          const series = seriesOf(chartOf(fold(sending(...ns)), columns));
          const came = new Set(ns);
          const span = Math.max(...ns) - Math.min(...ns) + 1;
          expect(total(series.lost)).toBe(span - came.size);
          expect(Math.max(...series.points.map((p) => p.high))).toBe(Math.max(...ns));
          expect(series.points.length).toBeLessThanOrEqual(columns);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('a film', () => {
  test('has one row an arrival: what the window holds after it, what never comes, what came before', () => {
    const film = filmOf(fold(sending(3, 4, 7, 5, 7)), 12);
    expect(film.rows.map((r) => [r.sequence, r.verdict, r.cells])).toEqual([
      [3, 'new', '..1'],
      [4, 'new', '..11'],
      [7, 'new', '..110x1'],
      [5, 'late', '..111x1'],
      [7, 'replayed', '..111x1'],
    ]);
    expect(film.current).toBe(2);
    expect(film.rows[2]?.text).toBe('6 lost');
  });

  test('a jump past the window forgets all', () => {
    const film = filmOf(fold(sending(1, 2, 1000)), 12);
    expect(film.rows[2]).toMatchObject({ first: 937, cells: `${'x'.repeat(63)}1` });
  });

  test('rows in the middle show the same as rows from the start', () => {
    const numbers = Array.from({ length: 150 }, (_, i) => 1 + i + (i % 7 === 0 ? 20 : 0));
    const replay = fold(sending(...numbers));
    const whole = filmOf(replay, 10, 150).rows;
    const part = filmOf(replay, 130, 12);
    const from = whole.findIndex((r) => r.event === part.rows[0]?.event);
    expect(part.rows).toEqual(whole.slice(from, from + 12));
  });
});

const long = join(sharedFolder, 'captures/lab/esp-long-reorder');
describe.skipIf(!existsSync(long))('20,000 reordered packets (skipped where ../shared/captures/lab is missing)', () => {
  const kernel = existsSync(long) ? readFileSync(join(long, 'responder.sas.txt'), 'utf8') : '';
  const replay = existsSync(long) ? replayOf(loadTrace(long), nodeCrypto, { replayWindow: 32 }) : fold(log);

  test("the counters are the receiving kernel's own", () => {
    const film = filmOf(replay, replay.lastIndex, 22);
    const received = espFilm(replay, { sa: seriesOf(chartOf(replay), 'c0712255').id, event: replay.lastIndex, rows: 22 });
    const counter = (label: string) => received?.counters.find((c) => c.label === label)?.end.replaceAll(',', '');
    expect(film.rows.length).toBe(4);
    expect(counter('Accepted')).toBe(/877124\(bytes\), (\d+)\(packets\)/.exec(kernel)?.[1]);
    expect(counter('Replayed')).toBe([...kernel.matchAll(/ replay (\d+) failed/g)][1]?.[1]);
    const sequences = [...kernel.matchAll(/anti-replay context: seq (0x[0-9a-f]+)/g)].map((m) => Number(m[1]));
    expect(counter('Highest sequence')).toBe(String(Math.max(...sequences)));
  });

  test('the chart keeps every loss and every copy', () => {
    const series = seriesOf(chartOf(replay, 900), 'c0712255');
    expect(total(series.copies)).toBe(94);
    expect(total(series.lost)).toBe(20_004 - (19_931 + total(series.old)));
    expect(series.points.length).toBeLessThanOrEqual(900);
  });
});
