/**
 * Sequence numbers over time for the SAs of one tunnel: the least and the highest in every column of the drawing, every loss, every copy,
 * how far behind the highest number packets came, and where an SA took over from another. RFC 4303 2.2 and 3.4.3.
 */
import { startOf } from '../log/log.ts';
import type { Replay } from '../replay/replay.ts';
import { gapsOf, packetsUpTo, type Traffic, verdictAt } from '../replay/traffic.ts';
import type { Association } from '../state/ipsec/association.ts';
import { entries } from '../state/persistent-map.ts';
import { spiText } from '../values/spi.ts';
import type { Side } from './models.ts';
import { counted, grouped } from './words.ts';

/** What x counts: seconds since the start of the log, or events where the log has no clock. */
export type EspUnit = 'seconds' | 'events';

/** SAs that carry the same traffic between the same ends, one after the other. */
export interface EspTunnel {
  readonly id: string;
  /** `10.1.0.0/16 ↔ 10.2.0.0/16`, or the addresses of the ends. */
  readonly label: string;
  readonly title: string;
  readonly packets: number;
}

/** Something that happened to packets in one column of the drawing. */
export interface EspMark {
  readonly x: number;
  /** The first of them. */
  readonly event: number;
  /** How many. */
  readonly count: number;
  /** By how many numbers behind the highest; 0 for losses and wrong ICVs. */
  readonly behind: number;
  /** `7,472 lost`. */
  readonly text: string;
}

/** One direction of one SA. */
export interface EspSeries {
  /** Key of the SA, as `SaView.id`. */
  readonly id: string;
  readonly spi: string;
  readonly side: Side | null;
  /** 0 from the end named first in the tunnel, 1 from the other. */
  readonly direction: 0 | 1;
  /** `c0712255, initiator to responder`. */
  readonly label: string;
  readonly packets: number;
  /** Ascending in x; `event` is the first in the column. */
  readonly points: readonly { readonly x: number; readonly low: number; readonly high: number; readonly event: number }[];
  readonly lost: readonly EspMark[];
  readonly late: readonly EspMark[];
  readonly copies: readonly EspMark[];
  readonly old: readonly EspMark[];
  readonly badIcv: readonly EspMark[];
}

/** A tick on an axis. */
export interface EspTick {
  readonly at: number;
  readonly label: string;
}

/** Everything is in units of the axes: the window only scales it. */
export interface EspChart {
  readonly tunnels: readonly EspTunnel[];
  /** The one that is drawn; `null` where no SA was seen. */
  readonly tunnel: string | null;
  /** `33.4 s of traffic, 20,029 packets on 2 SAs`. */
  readonly summary: string;
  /** Names of the two directions. */
  readonly directions: readonly [string, string];
  readonly unit: EspUnit;
  readonly from: number;
  readonly to: number;
  readonly xTicks: readonly EspTick[];
  readonly top: number;
  readonly yTicks: readonly EspTick[];
  /** How many numbers the replay window covers. */
  readonly window: number;
  /** How far behind a packet came at the worst. */
  readonly worst: number;
  readonly behindTop: number;
  readonly behindTicks: readonly EspTick[];
  /** `edge of a 64-packet window: 36 short of it at the worst`. */
  readonly edge: string;
  readonly series: readonly EspSeries[];
  readonly rekeys: readonly { readonly x: number; readonly event: number; readonly text: string }[];
}

/** What to draw: a tunnel, or the one of an event; a stretch of time, or all of it. */
export interface EspChartWish {
  readonly tunnel: string | null;
  readonly event: number;
  /** Width of the drawing in its own pixels. */
  readonly columns: number;
  readonly from: number | null;
  readonly to: number | null;
}

/** An SA with what came on it; larval ones have had nothing. */
interface Carried {
  readonly key: string;
  readonly sa: Association;
  readonly traffic: Traffic | null;
}

/** Seconds since the start of the log; the event itself where there is no clock. */
export const xOf = (replay: Replay, event: number): number => {
  const start = startOf(replay.log);
  const at = replay.log.happened[event - 1]?.at ?? null;
  return start === null ? event : at === null ? 0 : Number(at - start) / 1e9;
};

const tunnelId = ({ src, dst, selectors }: Association): string =>
  [...[src, dst].sort(), ...[selectors.src.join(), selectors.dst.join()].sort()].join(' ');

const sideOrder = (a: Association): number => (a.side === 'initiator' ? 0 : 1);

const tunnelsOf = (replay: Replay): ReadonlyMap<string, readonly Carried[]> => {
  const tunnels = new Map<string, Carried[]>();
  const all = entries(replay.final.associations).map(([key, sa]) => ({ key, sa, traffic: replay.index.traffic.get(key) ?? null }));
  for (const one of all.sort((a, b) => a.sa.since - b.sa.since || sideOrder(a.sa) - sideOrder(b.sa))) {
    const id = tunnelId(one.sa);
    const own = tunnels.get(id);
    if (own) own.push(one);
    else tunnels.set(id, [one]);
  }
  return tunnels;
};

/** The end that is named first: who began the negotiation, else who sent the first packet. */
const firstEnd = (own: readonly Carried[]): string => {
  const known = own.find(({ sa }) => sa.side !== null)?.sa;
  if (known) return known.side === 'initiator' ? known.src : known.dst;
  return own[0]?.sa.src ?? '';
};

const tunnelView = (id: string, own: readonly Carried[]): EspTunnel => {
  const first = firstEnd(own);
  const sa = own.find((one) => one.sa.src === first)?.sa ?? own[0]?.sa;
  const other = sa?.src === first ? sa.dst : (sa?.src ?? '');
  const networks = sa && sa.selectors.src.length > 0 ? `${sa.selectors.src.join(', ')} ↔ ${sa.selectors.dst.join(', ')}` : null;
  return {
    id,
    label: networks ?? `${first} ↔ ${other}`,
    title: `${first} ↔ ${other}, ${counted(own.length, 'SA')}`,
    packets: own.reduce((n, { traffic }) => n + (traffic?.count ?? 0), 0),
  };
};

/** The tunnel that was asked for, else the one of the event, else the busiest. */
const chosen = (replay: Replay, tunnels: ReadonlyMap<string, readonly Carried[]>, wish: EspChartWish): string | null => {
  if (wish.tunnel !== null && tunnels.has(wish.tunnel)) return wish.tunnel;
  let busiest: { id: string; packets: number } | null = null;
  for (const [id, own] of tunnels) {
    let packets = 0;
    for (const { traffic } of own) {
      if (!traffic) continue;
      if (traffic.events[packetsUpTo(traffic, wish.event) - 1] === wish.event) return id;
      packets += traffic.count;
    }
    if (!busiest || packets > busiest.packets) busiest = { id, packets };
  }
  return replay.lastIndex === 0 ? null : (busiest?.id ?? null);
};

const steps = [1, 2, 2.5, 5, 10];

/** A round step that leaves no more than `most` of them up to `span`. */
const roundStep = (span: number, most: number): number => {
  const least = span / most;
  const power = 10 ** Math.floor(Math.log10(least));
  return (steps.find((s) => s * power >= least * 0.999_999) ?? 10) * power;
};

const wholeSteps = (span: number, most: number): number => Math.max(1, Math.ceil(roundStep(Math.max(1, span), most)));

const ticksUpTo = (top: number, step: number): EspTick[] =>
  Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => ({ at: i * step, label: grouped(i * step) }));

const xTicks = (from: number, to: number, unit: EspUnit): EspTick[] => {
  const step = roundStep(Math.max(to - from, 1e-9), 8);
  const first = Math.ceil(from / step - 1e-9);
  const many = Math.floor(to / step + 1e-9) - first + 1;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Array.from({ length: Math.max(0, many) }, (_, i) => {
    const at = (first + i) * step;
    const text = grouped(at, Math.min(9, digits + 1));
    return { at, label: i === many - 1 && unit === 'seconds' ? `${text} s` : text };
  });
};

/** From x to the column of the drawing, and the middle of a column as x. */
interface Columns {
  readonly of: (x: number) => number | null;
  readonly middle: (column: number) => number;
}

const columnsOf = (from: number, to: number, columns: number): Columns => {
  const width = (to - from) / columns;
  return {
    of: (x) => (x < from || x > to ? null : Math.min(columns - 1, Math.floor((x - from) / width))),
    middle: (column) => from + (column + 0.5) * width,
  };
};

/** Rows that late packets are told apart in, at most. */
const behindRows = 96;

/** Marks of one kind: those that would be drawn on the same spot are one, with their count. */
class Marks {
  private readonly marks = new Map<number, { x: number; event: number; count: number; behind: number; text: string }>();
  add(column: number, x: number, event: number, count: number, behind: number, row: number, text: string): void {
    const spot = column * (behindRows + 1) + Math.min(behindRows, row);
    const known = this.marks.get(spot);
    if (known) known.count += count;
    else this.marks.set(spot, { x, event, count, behind, text });
  }
  list(): EspMark[] {
    return [...this.marks.values()].sort((a, b) => a.x - b.x);
  }
}

const wayWords = (sa: Association): string =>
  sa.side === null ? `${sa.src} → ${sa.dst}` : sa.side === 'initiator' ? 'initiator to responder' : 'responder to initiator';

const lostWords = (from: number, to: number): string => (from === to ? `${grouped(from)} lost` : `${grouped(from)} to ${grouped(to)} lost`);

const seriesOf = (replay: Replay, one: Carried, first: string, columns: Columns, behindTop: number): EspSeries => {
  const { key, sa, traffic } = one;
  const low = new Map<number, { x: number; low: number; high: number; event: number }>();
  const [lost, late, copies, old, badIcv] = [new Marks(), new Marks(), new Marks(), new Marks(), new Marks()];
  for (let i = 0; i < (traffic?.count ?? 0) && traffic; i++) {
    const event = traffic.events[i] ?? 0;
    const x = xOf(replay, event);
    const column = columns.of(x);
    if (column === null) continue;
    const n = traffic.sequences[i] ?? 0;
    const behind = Math.max(0, (traffic.highest[i] ?? 0) - n);
    const row = Math.round((behind / Math.max(1, behindTop)) * behindRows);
    const verdict = verdictAt(traffic, i);
    if (verdict === 'late') late.add(column, x, event, 1, behind, row, `${grouped(n)} comes late, by ${grouped(behind)}`);
    if (verdict === 'replayed') copies.add(column, x, event, 1, behind, row, `${grouped(n)} again, dropped`);
    if (verdict === 'old') old.add(column, x, event, 1, behind, row, `${grouped(n)} too old, ${grouped(behind)} behind`);
    if (verdict === 'badIcv') {
      badIcv.add(column, x, event, 1, 0, 0, `${grouped(n)} with a wrong ICV`);
      continue; // its number was never proven, and proves nothing
    }
    const point = low.get(column);
    if (point) {
      point.low = Math.min(point.low, n);
      point.high = Math.max(point.high, n);
    } else low.set(column, { x: columns.middle(column), low: n, high: n, event });
  }
  for (const { from, to, passedAt } of traffic ? gapsOf(traffic) : []) {
    const event = traffic?.events[passedAt] ?? 0;
    const x = xOf(replay, event);
    const column = columns.of(x);
    if (column !== null) lost.add(column, x, event, to - from + 1, 0, 0, lostWords(from, to));
  }
  return {
    id: key,
    spi: spiText(sa.spi),
    side: sa.side,
    direction: sa.src === first ? 0 : 1,
    label: `${spiText(sa.spi)}, ${wayWords(sa)}`,
    packets: traffic?.count ?? 0,
    points: [...low.entries()].sort(([a], [b]) => a - b).map(([, point]) => point),
    lost: lost.list(),
    late: late.list(),
    copies: copies.list(),
    old: old.list(),
    badIcv: badIcv.list(),
  };
};

/** An SA that stands in for an older one of the same direction. */
const rekeysOf = (replay: Replay, own: readonly Carried[]): EspChart['rekeys'] => {
  const latest = new Map<string, Association>();
  const rekeys: EspChart['rekeys'][number][] = [];
  for (const { sa } of own) {
    const before = latest.get(sa.src);
    latest.set(sa.src, sa);
    if (before && !rekeys.some((r) => r.event === sa.since)) {
      rekeys.push({
        x: xOf(replay, sa.since),
        event: sa.since,
        text: `${before.state === 'dead' && before.last <= sa.since ? 'made anew' : 'rekeyed'}: ${spiText(before.spi)} → ${spiText(sa.spi)}`,
      });
    }
  }
  return rekeys;
};

/** How far behind the highest number a packet came at the worst, over these SAs; copies and packets that are too old count. */
const worstOf = (own: readonly Carried[]): number => {
  let worst = 0;
  for (const { traffic } of own) {
    for (let i = 0; i < (traffic?.count ?? 0) && traffic; i++) {
      if (verdictAt(traffic, i) !== 'badIcv') worst = Math.max(worst, (traffic.highest[i] ?? 0) - (traffic.sequences[i] ?? 0));
    }
  }
  return worst;
};

const edgeWords = (window: number, worst: number): string => {
  const edge = `edge of a ${window}-packet window`;
  if (worst === 0) return `${edge}: nothing came late`;
  if (worst < window) return `${edge}: ${grouped(window - worst)} short of it at the worst`;
  return `${edge}: passed by ${grouped(worst - window + 1)} at the worst`;
};

const nothing: EspChart = {
  tunnels: [],
  tunnel: null,
  summary: 'no ESP or AH in this log',
  directions: ['', ''],
  unit: 'seconds',
  from: 0,
  to: 1,
  xTicks: [],
  top: 1,
  yTicks: [],
  window: 0,
  worst: 0,
  behindTop: 1,
  behindTicks: [],
  edge: '',
  series: [],
  rekeys: [],
};

/** Between the first packet and the last, with a little room, or what was asked for. */
const stretchOf = (replay: Replay, own: readonly Carried[], wish: EspChartWish): readonly [number, number] => {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { traffic, sa } of own) {
    const events = traffic ? [traffic.events[0] ?? 0, traffic.events[traffic.count - 1] ?? 0] : [sa.since];
    for (const event of events) [from, to] = [Math.min(from, xOf(replay, event)), Math.max(to, xOf(replay, event))];
  }
  const room = Math.max((to - from) * 0.02, startOf(replay.log) === null ? 1 : 0.01);
  const least = from < (to - from) * 0.1 ? 0 : from - room;
  return [wish.from ?? least, Math.max(wish.to ?? to + room, (wish.from ?? least) + 1e-6)];
};

/** Costs one pass over the packets of the tunnel. */
export const espChart = (replay: Replay, wish: EspChartWish): EspChart => {
  const tunnels = tunnelsOf(replay);
  const id = chosen(replay, tunnels, wish);
  const own = id === null ? undefined : tunnels.get(id);
  if (id === null || !own) return nothing;
  const first = firstEnd(own);
  const unit = startOf(replay.log) === null ? 'events' : 'seconds';
  const [from, to] = stretchOf(replay, own, wish);
  const window = replay.context.replayWindow;
  const worst = worstOf(own);
  const behindTop = Math.max(window, worst) * 1.15;
  const highest = own.reduce((n, { traffic }) => Math.max(n, traffic?.highest[traffic.count - 1] ?? 0), 0);
  const step = wholeSteps(highest, 5);
  const top = Math.max(step, highest * 1.08);
  const columns = columnsOf(from, to, Math.max(1, wish.columns));
  const views = [...tunnels].map(([other, sas]) => tunnelView(other, sas));
  const packets = own.reduce((n, { traffic }) => n + (traffic?.count ?? 0), 0);
  const [a, b] = [own.find(({ sa }) => sa.src === first)?.sa, own.find(({ sa }) => sa.src !== first)?.sa];
  const begun = Math.min(...own.map(({ traffic, sa }) => xOf(replay, traffic?.events[0] ?? sa.since)));
  const ended = Math.max(...own.map(({ traffic, sa }) => xOf(replay, traffic?.events[traffic.count - 1] ?? sa.since)));
  const length = unit === 'seconds' ? `${grouped(ended - begun, 1)} s of traffic` : 'no clock';
  return {
    tunnels: views.sort((x, y) => y.packets - x.packets),
    tunnel: id,
    summary: `${length}, ${counted(packets, 'packet')} on ${counted(own.length, 'SA')}`,
    directions: [
      a?.side === 'initiator' ? 'From initiator' : a?.side === 'responder' ? 'From responder' : `From ${first}`,
      b?.side === 'initiator' ? 'From initiator' : b?.side === 'responder' ? 'From responder' : `From ${b?.src ?? a?.dst ?? ''}`,
    ],
    unit,
    from,
    to,
    xTicks: xTicks(from, to, unit),
    top,
    yTicks: ticksUpTo(top, step),
    window,
    worst,
    behindTop,
    behindTicks: ticksUpTo(behindTop, wholeSteps(behindTop, 4)),
    edge: edgeWords(window, worst),
    series: own.map((one) => seriesOf(replay, one, first, columns, behindTop)),
    rekeys: rekeysOf(replay, own),
  };
};
