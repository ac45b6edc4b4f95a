/**
 * Two captures of one traffic from two places: which packets were seen at both, and which got lost between them, by direction. A packet is known
 * by what it carries (IKE message, ESP or AH packet, RFC 3948 encapsulation and addresses aside), so a NAT between the places does not matter.
 */
import { toHex } from '../bytes/hex.ts';
import type { Replay } from '../replay/replay.ts';
import { noFragments } from '../wire/ip-reassembly.ts';
import { type Packet, readPacket } from '../wire/packet.ts';

/** One packet at one place. */
export interface PacketAt {
  readonly event: number;
  /** Nanoseconds by the clock of that capture. */
  readonly at: bigint | null;
  /** Of the capture. */
  readonly frame: number;
  /** `MM2`, `ESP c185666e 17`. */
  readonly what: string;
}

/** What went one way. */
export interface Direction {
  /** As they stand where the packets were seen first. */
  readonly src: string;
  readonly dst: string;
  /** The place that packets pass first, as an index into `Log.inputs`; `null` where nothing tells which that is. */
  readonly from: number | null;
  readonly to: number | null;
  /** Seen at the first place, and of these at the second. */
  readonly sent: number;
  readonly arrived: number;
  /** Seen at the first place and not at the second. */
  readonly lost: readonly PacketAt[];
  /** Seen at the second place alone: duplicated or sent between the places, or let through to the first unseen. */
  readonly strays: readonly PacketAt[];
  /** Seen by one while the other was not recording. */
  readonly outside: number;
  /** Nanoseconds between the places, where both ways were seen: half of what a packet and its answer need. */
  readonly delay: { readonly least: bigint; readonly median: bigint; readonly most: bigint } | null;
}

export interface Losses {
  /** The two captures, as indices into `Log.inputs`. */
  readonly places: readonly [number, number];
  /** Nanoseconds by which the clock of the second is ahead. `null` without a packet at both. */
  readonly clock: bigint | null;
  readonly both: number;
  readonly directions: readonly Direction[];
}

/** The first two captures of a log; `null` where it holds fewer. */
export const losses = (replay: Replay): Losses | null => {
  const [one, two] = replay.log.inputs.flatMap((input, i) => (input.kind === 'capture' ? [i] : []));
  return one === undefined || two === undefined ? null : lossesBetween(replay, one, two);
};

const lossesBetween = (replay: Replay, one: number, two: number): Losses => {
  const [a, b] = [sightingsIn(replay, one), sightingsIn(replay, two)];
  const clock = clockBetween(a.byKey, b.byKey);
  const pairs = paired(a.byKey, b.byKey, clock ?? 0n);
  const partner = new Map<Sighting, Sighting>(pairs.flatMap(([x, y]) => [[x, y] as const, [y, x] as const]));
  // A NAT between the places gives a direction two names: that of the first place stands for both.
  const renamed = new Map<string, string>();
  for (const [x, y] of pairs) if (!renamed.has(y.flow)) renamed.set(y.flow, x.flow);
  const flows = new Map<string, Flow>();
  const flowOf = (name: string): Flow => {
    const known = flows.get(name);
    if (known) return known;
    const made: Flow = { pairs: [], onlyA: [], onlyB: [], outside: 0 };
    flows.set(name, made);
    return made;
  };
  for (const pair of pairs) flowOf(pair[0].flow).pairs.push(pair);
  const ahead = clock ?? 0n;
  for (const s of a.all) if (!partner.has(s)) sort(flowOf(s.flow), 'onlyA', s, ahead, b);
  for (const s of b.all) if (!partner.has(s)) sort(flowOf(renamed.get(s.flow) ?? s.flow), 'onlyB', s, -ahead, a);
  return {
    places: [one, two],
    clock,
    both: pairs.length,
    directions: [...flows.values()].map((flow) => directionOf(flow, one, two, ahead)),
  };
};

interface Sighting extends PacketAt {
  readonly key: string;
  readonly flow: string;
  readonly src: string;
  readonly dst: string;
  readonly ttl: number | null;
}

interface Place {
  readonly all: readonly Sighting[];
  readonly byKey: ReadonlyMap<string, readonly Sighting[]>;
  readonly first: bigint | null;
  readonly last: bigint | null;
}

interface Flow {
  readonly pairs: (readonly [Sighting, Sighting])[];
  readonly onlyA: Sighting[];
  readonly onlyB: Sighting[];
  outside: number;
}

const sightingsIn = ({ log, chronicle }: Replay, input: number): Place => {
  const all: Sighting[] = [];
  const byKey = new Map<string, Sighting[]>();
  let first: bigint | null = null;
  let last: bigint | null = null;
  for (const [i, event] of log.happened.entries()) {
    if (event.kind !== 'DatagramSeen' || event.origin.input !== input) continue;
    const { at, datagram, origin } = event;
    if (at !== null) {
      first = first === null || at < first ? at : first;
      last = last === null || at > last ? at : last;
    }
    const { packet } = readPacket(datagram, noFragments, false);
    const key = keyOf(packet);
    if (key === null || packet.src === null || packet.dst === null) continue;
    const what = chronicle.labels.get(i + 1) || wordsOf(packet);
    const { src, dst, ttl } = packet;
    const sighting: Sighting = { event: i + 1, at, frame: origin.number, what, key, flow: `${src} ${dst}`, src, dst, ttl };
    all.push(sighting);
    const same = byKey.get(key);
    if (same) same.push(sighting);
    else byKey.set(key, [sighting]);
  }
  return { all, byKey, first, last };
};

/** Keepalives are all alike, and other traffic is not ours: neither can be recognised elsewhere. */
const keyOf = ({ carried, bytes, content }: Packet): string | null => {
  if (carried !== 'ike' && carried !== 'esp' && carried !== 'ah' && carried !== 'fragment') return null;
  // Two sums of FNV-1a with different beginnings: chance makes two packets of one length equal once in 2^64.
  let [one, two] = [0x811c9dc5, 0x01000193];
  for (let i = content.start; i < content.end; i++) {
    const octet = bytes[i] ?? 0;
    one = Math.imul(one ^ octet, 0x01000193);
    two = Math.imul(two ^ octet, 0x01000193) + 0x9e3779b9;
  }
  return `${carried} ${content.end - content.start} ${one >>> 0} ${two >>> 0}`;
};

const wordsOf = ({ carried, bytes, content: { start } }: Packet): string => {
  const at = carried === 'esp' ? start : start + 4;
  if (carried !== 'esp' && carried !== 'ah') return carried === 'ike' ? 'an IKE message' : 'an IP fragment';
  const sequence = new DataView(bytes.buffer, bytes.byteOffset).getUint32(Math.min(at + 4, bytes.length - 4));
  return `${carried.toUpperCase()} ${toHex(bytes.subarray(at, at + 4))} ${sequence}`;
};

/** Half of what differs between the ways, where both were seen: a packet is late by the way and by the clock, its answer by the way less the clock. */
const clockBetween = (a: Place['byKey'], b: Place['byKey']): bigint | null => {
  const byFlow = new Map<string, bigint[]>();
  for (const [key, [x, ...more]] of a) {
    const [y, ...others] = b.get(key) ?? [];
    if (!x || !y || more.length + others.length > 0 || x.at === null || y.at === null) continue;
    const differences = byFlow.get(x.flow);
    if (differences) differences.push(y.at - x.at);
    else byFlow.set(x.flow, [y.at - x.at]);
  }
  const ways = [...byFlow].sort((x, y) => y[1].length - x[1].length);
  const [first] = ways;
  if (!first) return null;
  const back = first[0].split(' ').reverse().join(' ');
  const other = ways.find(([flow]) => flow === back);
  return other ? (medianOf(first[1]) + medianOf(other[1])) / 2n : medianOf(first[1]);
};

const medianOf = (numbers: readonly bigint[]): bigint => {
  const sorted = numbers.toSorted((x, y) => (x < y ? -1 : x > y ? 1 : 0));
  return sorted[sorted.length >> 1] ?? 0n;
};

const size = (n: bigint): bigint => (n < 0n ? -n : n);

/** Farther apart than this, two sightings of equal octets are two packets: a copy that was sent again. */
const longestWay = 30_000_000_000n;

/** Each packet at one place with the nearest in time at the other: copies of a message that was sent again are equal. */
const paired = (a: Place['byKey'], b: Place['byKey'], ahead: bigint): readonly (readonly [Sighting, Sighting])[] => {
  const pairs: (readonly [Sighting, Sighting])[] = [];
  for (const [key, ones] of a) {
    const others = b.get(key) ?? [];
    // The side that saw fewer chooses; both stand in the order of time.
    const swapped = ones.length > others.length;
    const [few, many] = swapped ? [others, ones] : [ones, others];
    const sign = swapped ? -ahead : ahead;
    let next = 0;
    few.forEach((x, i) => {
      const lastFree = many.length - (few.length - i);
      let best = next;
      const apart = (y: Sighting | undefined): bigint | null => (x.at === null || !y || y.at === null ? null : size(y.at - x.at - sign));
      for (let k = next + 1; k <= lastFree; k++) {
        const [d, nearest] = [apart(many[k]), apart(many[best])];
        if (d === null || nearest === null || d >= nearest) break;
        best = k;
      }
      const y = many[best];
      if (!y || (apart(y) ?? 0n) > longestWay) return;
      pairs.push(swapped ? [y, x] : [x, y]);
      next = best + 1;
    });
  }
  return pairs;
};

/** Recording does not begin and end at the same moment everywhere. */
const slack = 1_000_000_000n;

const sort = (flow: Flow, list: 'onlyA' | 'onlyB', s: Sighting, ahead: bigint, { first, last }: Place): void => {
  const there = s.at === null ? null : s.at + ahead;
  const isOutside = first === null || last === null || (there !== null && (there < first - slack || there > last + slack));
  if (isOutside) flow.outside++;
  else flow[list].push(s);
};

const directionOf = (flow: Flow, one: number, two: number, ahead: bigint): Direction => {
  const late = flow.pairs
    .flatMap(([x, y]) => (x.at === null || y.at === null ? [] : [y.at - x.at - ahead]))
    .sort((x, y) => (x < y ? -1 : x > y ? 1 : 0));
  const forward = isForward(flow, late);
  const sent = forward === false ? flow.onlyB : flow.onlyA;
  const arrived = forward === false ? flow.onlyA : flow.onlyB;
  const [pair] = flow.pairs;
  const shown = (forward === false ? pair?.[1] : pair?.[0]) ?? sent[0] ?? arrived[0];
  const way = forward === false ? late.map((d) => -d).reverse() : late;
  return {
    src: shown?.src ?? '',
    dst: shown?.dst ?? '',
    from: forward === null ? null : forward ? one : two,
    to: forward === null ? null : forward ? two : one,
    sent: flow.pairs.length + sent.length,
    arrived: flow.pairs.length,
    lost: sent.map(plain),
    strays: arrived.map(plain),
    outside: flow.outside,
    delay: way.length === 0 ? null : { least: way[0] ?? 0n, median: way[way.length >> 1] ?? 0n, most: way.at(-1) ?? 0n },
  };
};

const plain = ({ event, at, frame, what }: Sighting): PacketAt => ({ event, at, frame, what });

/** Whether packets pass the first place first: a router on the way takes one off the time to live, else the clock tells. */
const isForward = (flow: Flow, late: readonly bigint[]): boolean | null => {
  const hops = flow.pairs.find(([x, y]) => x.ttl !== null && y.ttl !== null && x.ttl !== y.ttl);
  if (hops) return (hops[0].ttl ?? 0) > (hops[1].ttl ?? 0);
  const median = late[late.length >> 1];
  if (median !== undefined && median !== 0n) return median > 0n;
  // Seen at one place only: that is the nearer one to where it comes from.
  if (flow.pairs.length === 0 && flow.onlyA.length + flow.onlyB.length > 0) return flow.onlyA.length >= flow.onlyB.length;
  return null;
};
