/** The replay window sliding as packets come: one row an arrival, with the counters of the SA beside it. RFC 4303 3.4.3 and App. A2. */
import type { Replay } from '../replay/replay.ts';
import { stateAt } from '../replay/replay.ts';
import { gapsOf, isLost, type PacketVerdict, packetsUpTo, type Traffic, verdictAt } from '../replay/traffic.ts';
import { type Association, lostOf } from '../state/ipsec/association.ts';
import { mark, type ReplayWindow, replayWindow, windowText } from '../state/ipsec/replay-window.ts';
import { entries, get } from '../state/persistent-map.ts';
import { sequenceNumber } from '../values/sequence-number.ts';
import { spiText } from '../values/spi.ts';
import { saView } from './associations.ts';
import { xOf } from './esp-chart.ts';
import type { SaView, Tone } from './models.ts';
import { counted, grouped } from './words.ts';

/** One packet, and the window after it. */
export interface FilmRow {
  readonly event: number;
  readonly sequence: number;
  readonly verdict: PacketVerdict;
  /** The number of the first cell: the lowest that the window covers. */
  readonly first: number;
  /** One character a number: `1` seen, `0` will come later, `x` never comes, `.` before the first packet. */
  readonly cells: string;
  /** What is worth saying of it; empty for a packet that came as it should. */
  readonly text: string;
}

/** Figures of an SA, as texts. */
export interface FilmCounter {
  readonly label: string;
  readonly now: string;
  readonly end: string;
  /** Of the SA of the other direction; `null` where there is none. */
  readonly other: string | null;
  readonly tone: Tone | null;
}

/** An SA around an event. */
export interface EspFilm {
  readonly sa: SaView;
  /** SPI of the other direction. */
  readonly otherSpi: string | null;
  /** Where the event stands on the chart. */
  readonly x: number;
  readonly rows: readonly FilmRow[];
  /** The row of the last packet up to the event; `null` where none came yet. */
  readonly current: number | null;
  readonly counters: readonly FilmCounter[];
  /** The window after the last packet, as hex with the newest bit last, eight digits a group. */
  readonly window: string;
  readonly windowText: string;
  /** What stands out in this SA over the whole log. */
  readonly notes: readonly { readonly severity: 'warning' | 'note'; readonly title: string; readonly text: string }[];
  readonly size: number;
}

/** Which SA, around which event, how many rows. */
export interface EspFilmWish {
  readonly sa: string | null;
  readonly event: number;
  readonly rows: number;
}

/** The SA asked for, else the one of the packet at the event, else the one that a packet came on last, else the first there is. */
const chosen = (replay: Replay, wish: EspFilmWish): string | null => {
  if (wish.sa !== null && get(replay.final.associations, wish.sa)) return wish.sa;
  let best: { key: string; event: number } | null = null;
  for (const [key, traffic] of replay.index.traffic) {
    const event = traffic.events[packetsUpTo(traffic, wish.event) - 1] ?? 0;
    if (!best || event > best.event) best = { key, event };
  }
  return best?.key ?? entries(replay.final.associations)[0]?.[0] ?? null;
};

/** The window before packet `at`: whatever lies further back is no longer in it. */
const windowBefore = (t: Traffic, at: number, size: number): ReplayWindow => {
  const highest = t.highest[at - 1] ?? 0;
  let from = at;
  while (from > 0 && (t.highest[from - 1] ?? 0) > highest - size) from--;
  let window = replayWindow(size);
  for (let i = from; i < at; i++) window = accepted(window, t, i);
  return window;
};

const accepted = (window: ReplayWindow, t: Traffic, at: number): ReplayWindow => {
  const verdict = verdictAt(t, at);
  return verdict === 'new' || verdict === 'late' ? mark(window, sequenceNumber(BigInt(t.sequences[at] ?? 0))) : window;
};

/** The lowest number that came up to packet `at`: only of use while the window still reaches back to the first packets. */
const lowestUpTo = (t: Traffic, at: number): number => {
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= at; i++) if (verdictAt(t, i) !== 'badIcv') lowest = Math.min(lowest, t.sequences[i] ?? 0);
  return lowest;
};

const cellsOf = (t: Traffic, window: ReplayWindow, at: number): { first: number; cells: string } => {
  const highest = Number(window.highest);
  const first = Math.max(1, highest - window.size + 1);
  const lowest = first <= (t.sequences[0] ?? 0) ? lowestUpTo(t, at) : 0;
  let cells = '';
  for (let n = first; n <= highest; n++) {
    if ((window.seen >> BigInt(highest - n)) & 1n) cells += '1';
    else cells += n < lowest ? '.' : isLost(t, n) ? 'x' : '0';
  }
  return { first, cells };
};

const rowWords = (t: Traffic, at: number, size: number): string => {
  const n = t.sequences[at] ?? 0;
  const behind = (t.highest[at] ?? 0) - n;
  switch (verdictAt(t, at)) {
    case 'late':
      return `${grouped(n)} comes late, by ${grouped(behind)}`;
    case 'replayed':
      return `${grouped(n)} again, dropped`;
    case 'old':
      return n === 0 ? '0 is no number of a packet, dropped' : `${grouped(n)} too old for ${size}, dropped`;
    case 'badIcv':
      return `${grouped(n)} has a wrong ICV, dropped`;
    case 'new': {
      const before = at === 0 ? n : (t.highest[at - 1] ?? 0);
      const lost = gapsOf(t).filter((g) => g.passedAt === at);
      const [first] = lost;
      if (!first) return n - before > size ? `${grouped(n)}, past the whole window` : '';
      const many = lost.reduce((sum, g) => sum + g.to - g.from + 1, 0);
      return many === 1 ? `${grouped(first.from)} lost` : `${grouped(many)} lost, the first ${grouped(first.from)}`;
    }
  }
};

/** Rows `from` up to, not including, `to`. */
const rowsOf = (t: Traffic, from: number, to: number, size: number): FilmRow[] => {
  const rows: FilmRow[] = [];
  let window = windowBefore(t, from, size);
  for (let i = from; i < to; i++) {
    window = accepted(window, t, i);
    rows.push({
      event: t.events[i] ?? 0,
      sequence: t.sequences[i] ?? 0,
      verdict: verdictAt(t, i),
      ...cellsOf(t, window, i),
      text: rowWords(t, i, size),
    });
  }
  return rows;
};

type Figure = readonly [label: string, value: (a: Association) => string, tone: Tone | null];

const figures: readonly Figure[] = [
  ['Highest sequence', (a) => (a.highest === null ? 'none yet' : grouped(a.highest)), null],
  ['Packets', (a) => grouped(a.packets), null],
  ['Accepted', (a) => grouped(a.received), null],
  ['Lost', (a) => grouped(lostOf(a)), 'bad'],
  ['Replayed', (a) => grouped(a.replayed), 'warning'],
  ['Too old', (a) => grouped(a.old), 'warning'],
  ['Bad ICV', (a) => grouped(a.badIcv), 'bad'],
  ['Octets', (a) => grouped(a.bytes), null],
];

const countersOf = (now: Association | undefined, end: Association, other: Association | undefined): FilmCounter[] =>
  figures.map(([label, value, tone]) => {
    const text = now ? value(now) : label === 'Highest sequence' ? 'none yet' : '0';
    return { label, now: text, end: value(end), other: other ? value(other) : null, tone: text === '0' ? null : tone };
  });

/** The SA that was made together with this one for the other direction, else the one that runs the other way at the time. */
const otherOf = (replay: Replay, a: Association): Association | undefined => {
  const others = entries(replay.final.associations)
    .map(([, o]) => o)
    .filter((o) => o.src === a.dst && o.dst === a.src && o.protocol === a.protocol);
  return others.find((o) => o.bundle !== null && o.bundle === a.bundle) ?? others.findLast((o) => o.since <= a.last);
};

const share = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(2)}%`;

/** Losses, copies, lateness and wrong ICVs of the whole SA, in a sentence each. */
const notesOf = (t: Traffic, size: number): EspFilm['notes'] => {
  const notes: EspFilm['notes'][number][] = [];
  const most = { late: 0, replayed: 0, old: 0 };
  const many = { new: 0, late: 0, replayed: 0, old: 0, badIcv: 0 };
  for (let i = 0; i < t.count; i++) {
    const verdict = verdictAt(t, i);
    many[verdict]++;
    if (verdict === 'late' || verdict === 'replayed' || verdict === 'old')
      most[verdict] = Math.max(most[verdict], (t.highest[i] ?? 0) - (t.sequences[i] ?? 0));
  }
  const gaps = gapsOf(t);
  const lost = gaps.reduce((n, g) => n + g.to - g.from + 1, 0);
  const longest = gaps.reduce((n, g) => Math.max(n, g.to - g.from + 1), 0);
  if (lost > 0) {
    const spread = longest > 3 ? `The longest run is ${grouped(longest)}.` : 'Never more than a few in a row.';
    const whole = t.highest[t.count - 1] ?? 0;
    notes.push({
      severity: 'warning',
      title: 'Packets lost',
      text: `${grouped(lost)} of ${grouped(whole)}, or ${share(lost, whole)}. ${spread}`,
    });
  }
  if (many.replayed > 0) {
    const where = most.replayed === 0 ? 'each right behind its original' : `within ${counted(most.replayed, 'number')} of the highest`;
    notes.push({
      severity: 'warning',
      title: 'Copies on the wire',
      text: `${counted(many.replayed, 'copy').replace('copys', 'copies')}, ${where}: the receiver drops them.`,
    });
  }
  if (many.old > 0)
    notes.push({
      severity: 'warning',
      title: 'Too late for the window',
      text: `${counted(many.old, 'packet')} came up to ${grouped(most.old)} numbers late; a window of ${size} drops them.`,
    });
  if (many.badIcv > 0)
    notes.push({
      severity: 'warning',
      title: 'Wrong ICV',
      text: `${counted(many.badIcv, 'packet')} changed on the way, or made with another key.`,
    });
  if (many.late > 0)
    notes.push({
      severity: 'note',
      title: 'Reordering',
      text: `${counted(many.late, 'packet')} came late, by up to ${counted(most.late, 'number')}. A window of ${most.late + 1} takes them all.`,
    });
  return notes;
};

const verdictWords = (row: FilmRow | undefined): string => {
  if (!row) return 'no packet yet';
  const n = grouped(row.sequence);
  switch (row.verdict) {
    case 'new':
      return `packet ${n} is new`;
    case 'late':
      return `packet ${n} came late and was not seen before`;
    case 'replayed':
      return `packet ${n} was seen before and is dropped`;
    case 'old':
      return `packet ${n} is older than the window and is dropped`;
    case 'badIcv':
      return `packet ${n} has a wrong ICV and moves nothing`;
  }
};

/** `null` where the log holds no SA. Costs a seek, and the packets that the rows show. */
export const espFilm = (replay: Replay, wish: EspFilmWish): EspFilm | null => {
  const key = chosen(replay, wish);
  const end = key === null ? undefined : get(replay.final.associations, key);
  if (key === null || !end) return null;
  const state = stateAt(replay, wish.event);
  const now = get(state.associations, key);
  const t = replay.index.traffic.get(key);
  const size = replay.context.replayWindow;
  const other = otherOf(replay, end);
  const upTo = t ? packetsUpTo(t, wish.event) : 0;
  // Two thirds of the rows are past: what led here is asked more often than what comes.
  const from = t ? Math.max(0, Math.min(upTo - Math.ceil((wish.rows * 2) / 3), t.count - wish.rows)) : 0;
  const rows = t ? rowsOf(t, from, Math.min(t.count, from + wish.rows), size) : [];
  const row = rows[upTo - 1 - from];
  const window = now?.window ?? replayWindow(size);
  return {
    sa: saView(key, now ?? end, row?.event === wish.event ? key : null, state.now),
    otherSpi: other ? spiText(other.spi) : null,
    x: xOf(replay, wish.event),
    rows,
    current: upTo === 0 ? null : upTo - 1 - from,
    counters: countersOf(now, end, other),
    window:
      windowText(window)
        .match(/.{1,8}/g)
        ?.join(' ') ?? '',
    windowText: `newest bit last, highest ${grouped(window.highest)}; ${verdictWords(row)}`,
    notes: t ? notesOf(t, size) : [],
    size,
  };
};
