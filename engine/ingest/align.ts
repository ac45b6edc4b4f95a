/**
 * Whether two inputs tell of one negotiation, and how far apart their clocks are: tied on cookies (RFC 2408 2.5.3), message IDs, SPIs, and the
 * lengths of messages. A log of one end beside a capture, or beside the log of the other end, goes by another clock, often in another time zone.
 */
import type { Event } from '../event/event.ts';
import type { Report, ReportedAssociation } from '../event/report.ts';
import type { Alignment } from '../log/log.ts';
import { noCookie } from '../values/cookie.ts';
import { readIkeMarks } from '../wire/marks.ts';
import type { Reading } from './reading.ts';

/** What ties inputs: the first three name one negotiation in all the world, a length only helps to find the clock. */
type MarkKind = 'cookie' | 'message ID' | 'SPI' | 'length';

/** When an input first spoke of a thing; for lengths, each time. */
interface Marks {
  readonly named: ReadonlyMap<MarkKind, ReadonlyMap<string, bigint | null>>;
  readonly lengths: ReadonlyMap<string, readonly Timed[]>;
  readonly peers: ReadonlySet<string>;
  readonly first: bigint | null;
  readonly last: bigint | null;
}

/** When a message of some length was there; `way`: what the device did with it, where a log says so. */
interface Timed {
  readonly at: bigint;
  readonly way: 'sent' | 'received' | null;
}

const kinds = ['cookie', 'message ID', 'SPI'] as const;
/** Times of one length that are looked at: the work stays linear in what an input holds. */
const mostTimes = 24;
/** Lengths of which messages are compared. */
const mostLengths = 256;
/** Differences that belong together lie within this: logs may count whole seconds. */
const widest = 2_000_000_000n;
/** What a device needs to write down a packet. */
const narrow = 40_000_000n;

/**
 * Each input held against the first capture that it fits, else against a log before it. One entry for each text log for which there is something
 * to hold it against; captures go by their own clocks.
 */
export const alignReadings = (readings: readonly Reading[]): readonly Alignment[] => {
  // Captures alone, however large, cost nothing here.
  if (readings.every((r) => r.input.kind !== 'text')) return [];
  const happened = readings.map((r) => r.events.filter(isOfTime));
  const texts = readings.map((r, i) => r.input.kind === 'text' && (happened[i]?.length ?? 0) > 0);
  if (!texts.includes(true) || happened.filter((events) => events.length > 0).length < 2) return [];
  const marks = happened.map((events) => marksOf(events));
  const order = [...readings.keys()]
    .filter((i) => (happened[i]?.length ?? 0) > 0 && !isTimeless(marks[i] ?? nothing))
    .sort((a, b) => Number(texts[a]) - Number(texts[b]) || a - b);
  const found: Alignment[] = [];
  /** How far each clock is ahead of those of the captures, or of the first log. */
  const ahead = new Map<number, bigint>();
  for (const [place, input] of order.entries()) {
    if (!texts[input]) {
      ahead.set(input, 0n);
      continue;
    }
    const tries = order.slice(0, place).map((to) => ({ to, tie: tie(marks[to] ?? nothing, marks[input] ?? nothing) }));
    const best = tries.find(({ tie: t }) => t.aligned) ?? tries[0];
    if (!best) {
      ahead.set(input, 0n);
      continue;
    }
    const { to, tie: t } = best;
    const offset = t.aligned ? t.offset + (ahead.get(to) ?? 0n) : 0n;
    ahead.set(input, offset);
    found.push({ input, to, ...t, ...(t.aligned && { offset }) });
  }
  return found;
};

const isOfTime = (event: Event): boolean => event.kind === 'DatagramSeen' || event.kind === 'DeviceReported';

/** A configuration: it has no clock, and names nothing that happened. */
const isTimeless = (marks: Marks): boolean =>
  marks.first === null && marks.lengths.size === 0 && kinds.every((kind) => named(marks, kind).size === 0);

type Tie =
  | { readonly aligned: true; readonly offset: bigint; readonly matches: number; readonly spread: bigint; readonly on: readonly string[] }
  | { readonly aligned: false; readonly reason: string };

const tie = (a: Marks, b: Marks): Tie => {
  const common = kinds.map((kind) => ({ kind, shared: shared(a, b, kind), ours: named(a, kind), theirs: named(b, kind) }));
  const tied = common.flatMap(({ kind, shared: keys }) => keys.map((key) => ({ kind, key })));
  const both = common.filter((c) => c.shared.length === 0 && c.ours.size > 0 && c.theirs.size > 0);
  // An SA outlives the exchange that made it: an SPI proves nothing where exchanges of both are named and differ.
  const onlySpis = tied.every(({ kind }) => kind === 'SPI') && both.some(({ kind }) => kind !== 'SPI');
  if (both.length > 0 && (tied.length === 0 || onlySpis)) return { aligned: false, reason: anotherRun(both, tied, a, b) };
  const pairs = [
    ...tied.flatMap(({ kind, key }) => pair(`${kind} ${key}`, named(a, kind).get(key), named(b, kind).get(key))),
    ...lengthPairs(a, b),
  ];
  const cluster = balanced(pairs) ?? closest(pairs);
  if (tied.length > 0) {
    const on = tied.slice(0, 8).map(({ kind, key }) => `${kind} ${key}`);
    return { aligned: true, offset: cluster?.offset ?? 0n, matches: cluster?.keys ?? tied.length, spread: cluster?.spread ?? 0n, on };
  }
  // Neither names what the other could name: then several messages of the same lengths at the same distances have to do.
  if (cluster && cluster.keys >= 4 && samePeers(a, b))
    return { aligned: true, offset: cluster.offset, matches: cluster.keys, spread: cluster.spread, on: ['lengths and times of messages'] };
  return { aligned: false, reason: nothingCommon(a, b) };
};

const named = (marks: Marks, kind: MarkKind): ReadonlyMap<string, bigint | null> => marks.named.get(kind) ?? new Map();

const shared = (a: Marks, b: Marks, kind: MarkKind): readonly string[] =>
  [...named(a, kind).keys()].filter((key) => named(b, kind).has(key));

interface Pair {
  readonly key: string;
  readonly difference: bigint;
  /** What the end whose clock is asked for did with the message. */
  readonly way: Timed['way'];
}

const pair = (key: string, a: bigint | null | undefined, b: bigint | null | undefined): readonly Pair[] =>
  a == null || b == null ? [] : [{ key, difference: b - a, way: null }];

const lengthPairs = (a: Marks, b: Marks): readonly Pair[] =>
  [...a.lengths]
    .slice(0, mostLengths)
    .flatMap(([length, ours]) =>
      (b.lengths.get(length) ?? []).flatMap((theirs) =>
        ours
          .filter((time) => time.way === null || time.way !== theirs.way)
          .map((time) => ({ key: `length ${length}`, difference: theirs.at - time.at, way: theirs.way })),
      ),
    );

interface Cluster {
  readonly offset: bigint;
  /** Things that agree on it. */
  readonly keys: number;
  readonly spread: bigint;
  readonly pairs: readonly Pair[];
}

/**
 * A line about a message received comes late, one about a message sent comes early, by what the device and the way need: the middle between the
 * two is the clock. `null` where not both were seen often enough.
 */
const balanced = (pairs: readonly Pair[]): Cluster | null => {
  const rough = densest(pairs, widest);
  const late =
    rough &&
    densest(
      rough.pairs.filter((p) => p.way === 'received'),
      narrow,
    );
  const early =
    rough &&
    densest(
      rough.pairs.filter((p) => p.way === 'sent'),
      narrow,
    );
  if (!rough || !late || !early || late.keys < 2 || early.keys < 2 || late.offset < early.offset) return null;
  return { ...rough, offset: (late.offset + early.offset) / 2n, spread: late.offset - early.offset };
};

/** A name can be written down long before or after its packet: where half of what agrees agrees closely, that half decides. */
const closest = (pairs: readonly Pair[]): Cluster | null => {
  const rough = densest(pairs, widest);
  const fine = rough && densest(rough.pairs, narrow);
  return fine && rough && fine.keys * 2 >= rough.keys ? { ...fine, keys: rough.keys } : rough;
};

/** The difference on which the most things agree, and their median: outliers are other messages with the same name. */
const densest = (pairs: readonly Pair[], width: bigint): Cluster | null => {
  const sorted = pairs.toSorted((x, y) => (x.difference < y.difference ? -1 : x.difference > y.difference ? 1 : 0));
  const inside = new Map<string, number>();
  let best: { from: number; to: number; keys: number } | null = null;
  let from = 0;
  sorted.forEach((p, to) => {
    inside.set(p.key, (inside.get(p.key) ?? 0) + 1);
    for (let first = sorted[from]; first && p.difference - first.difference > width; first = sorted[++from]) {
      const left = (inside.get(first.key) ?? 1) - 1;
      if (left === 0) inside.delete(first.key);
      else inside.set(first.key, left);
    }
    // Among equals the one nearest to clocks that agree.
    if (!best || inside.size > best.keys || (inside.size === best.keys && size(p.difference) < size(sorted[best.to]?.difference ?? 0n)))
      best = { from, to, keys: inside.size };
  });
  const found = best as { from: number; to: number; keys: number } | null;
  if (!found) return null;
  const chosen = sorted.slice(found.from, found.to + 1);
  const at = (i: number): bigint => chosen[i]?.difference ?? 0n;
  const offset = (at((chosen.length - 1) >> 1) + at(chosen.length >> 1)) / 2n;
  return { offset, keys: found.keys, spread: at(chosen.length - 1) - at(0), pairs: chosen };
};

const size = (n: bigint): bigint => (n < 0n ? -n : n);

type Common = { readonly kind: MarkKind; readonly ours: ReadonlyMap<string, unknown>; readonly theirs: ReadonlyMap<string, unknown> };

const anotherRun = (both: readonly Common[], tied: readonly { readonly key: string }[], a: Marks, b: Marks): string => {
  const apart = both.map(({ kind, ours, theirs }) => `${kind}s ${few(ours)} against ${few(theirs)}`).join('; ');
  const left = tied[0] ? `; SPI ${tied[0].key} stands in both, left from one run to the other` : '';
  return `it is another negotiation: ${apart}${left}${distance(a, b)}`;
};

const nothingCommon = (a: Marks, b: Marks): string => {
  if (a.peers.size > 0 && b.peers.size > 0 && !samePeers(a, b))
    return `they name other ends: ${[...a.peers].slice(0, 4).join(', ')} against ${[...b.peers].slice(0, 4).join(', ')}`;
  return `neither a cookie, a message ID nor an SPI stands in both${distance(a, b)}`;
};

const few = (values: ReadonlyMap<string, unknown>): string =>
  `${[...values.keys()].slice(0, 3).join(', ')}${values.size > 3 ? ` and ${values.size - 3} more` : ''}`;

const samePeers = (a: Marks, b: Marks): boolean => [...a.peers].some((peer) => b.peers.has(peer));

/** Where one is over before the other begins. */
const distance = (a: Marks, b: Marks): string => {
  if (a.first === null || b.first === null || a.last === null || b.last === null) return '';
  const gap = b.first > a.last ? b.first - a.last : a.first > b.last ? a.first - b.last : 0n;
  if (gap < 1_000_000_000n) return '';
  const seconds = Number(gap / 1_000_000_000n);
  const parts = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const text = parts.map((n, i) => (n > 0 ? `${n} ${['d', 'h', 'min', 's'][i]}` : '')).filter((part) => part !== '');
  return `; and ${text.slice(0, 2).join(' ')} lie between them`;
};

const nothing: Marks = { named: new Map(), lengths: new Map(), peers: new Set(), first: null, last: null };

const marksOf = (events: readonly Event[]): Marks => {
  const found = new Map<MarkKind, Map<string, bigint | null>>(kinds.map((kind) => [kind, new Map()]));
  const lengths = new Map<string, Timed[]>();
  const peers = new Set<string>();
  let first: bigint | null = null;
  let last: bigint | null = null;
  const name = (kind: MarkKind, key: string, at: bigint | null): void => {
    const times = found.get(kind);
    if (times && times.get(key) == null) times.set(key, at);
  };
  const length = (octets: number, at: bigint | null, way: Timed['way']): void => {
    if (at === null) return;
    const times = lengths.get(`${octets}`) ?? [];
    if (times.length < mostTimes) times.push({ at, way });
    lengths.set(`${octets}`, times);
  };
  for (const { at, ...event } of events) {
    if (at !== null) {
      first = first === null || at < first ? at : first;
      last = last === null || at > last ? at : last;
    }
    if (event.kind === 'DatagramSeen') {
      const marks = readIkeMarks(event.datagram);
      for (const c of marks.cookies) name('cookie', c, at);
      if (isTelling(marks.messageId)) name('message ID', hex(marks.messageId), at);
      if (isTelling(marks.spi)) name('SPI', hex(marks.spi), at);
      if (marks.length !== null) length(marks.length, at, null);
      for (const end of marks.ends) peers.add(end);
    } else if (event.kind === 'DeviceReported' && event.report) {
      const { report } = event;
      for (const c of [report.initiatorCookie, report.responderCookie]) if (c !== undefined && c !== noCookie) name('cookie', c, at);
      if (isTelling(report.messageId)) name('message ID', hex(report.messageId), at);
      for (const { spi } of associationsIn(report)) if (isTelling(spi)) name('SPI', hex(spi), at);
      if (report.says === 'packet' && report.length !== undefined) length(report.length, at, report.way);
      for (const end of [report.peer, report.local]) if (end !== undefined) peers.add(end);
    }
  }
  return { named: found, lengths, peers, first, last };
};

/** Numbers that were drawn at random: IKEv2 counts its messages from 0, RFC 7296 2.2, and small SPIs are set by hand. */
const isTelling = (n: number | null | undefined): n is number => n != null && n > 0xffff && n <= 0xffff_ffff;

const hex = (n: number): string => n.toString(16).padStart(8, '0');

const associationsIn = (report: Report): readonly ReportedAssociation[] => {
  switch (report.says) {
    case 'associations':
      return report.associations;
    case 'association':
    case 'proposal':
      return [report];
    case 'spi':
      return [{ spi: report.spi }];
    default:
      return [];
  }
};
