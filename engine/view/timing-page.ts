/**
 * The page of timing: handshakes as a waterfall, the SAs of each tunnel on one line of time, ICMP errors beside their step, and what two
 * captures tell of packets that got lost between them. Everything is in words or in shares, ready to be drawn.
 */

import type { Log } from '../log/log.ts';
import type { Replay } from '../replay/replay.ts';
import type { Side } from '../state/fact.ts';
import { type Direction, type Losses, losses, type PacketAt } from './losses.ts';
import { type Time, timeAt } from './records/time.ts';
import { type Answer, type Generation, type Handshake, type IcmpBeside, type Tunnel, timing } from './timing.ts';
import { counted, cut, grouped } from './words.ts';

/** A list that is too long for a page shows its beginning. */
export interface Shortened<T> {
  readonly shown: readonly T[];
  /** How many more there are. */
  readonly more: number;
}

/** Waiting for an answer. */
export interface WaitView {
  readonly event: number;
  readonly label: string;
  readonly side: Side;
  readonly answer: number;
  readonly answerLabel: string;
  /** `12.4 ms`, `1.204 s`. */
  readonly took: string;
  /** Empty where once was enough: `sent 3 times`. */
  readonly copies: string;
  /** Share of the whole handshake before it began, and when it ended: 0 to 1. */
  readonly from: number;
  readonly to: number;
}

export interface HandshakeView {
  readonly name: string;
  /** Message ID of a quick mode. */
  readonly code: string | null;
  readonly begunBy: Side;
  readonly first: number;
  readonly last: number;
  /** `null` where it did not come to its end, or no clock tells. */
  readonly took: string | null;
  /** `10.2 ms to 31.0 ms`; `null` where there is none. */
  readonly roundTrip: string | null;
  readonly waits: readonly WaitView[];
}

export interface NegotiationTiming {
  readonly id: string;
  readonly label: string;
  readonly initiator: string;
  readonly responder: string;
  readonly handshakes: Shortened<HandshakeView>;
}

/** The SAs of one quick mode on the line of time; seconds since the trace began. */
export interface GenerationView {
  readonly event: number;
  readonly spis: string;
  readonly begunBy: Side | null;
  readonly from: number;
  /** Where the next ones came, or the trace ended. */
  readonly to: number;
  /** Where their lifetime ends, if that is within the trace. */
  readonly expires: number | null;
  /** `the first`, `after 8.012 s, 67 % of the lifetime before`. */
  readonly after: string;
  readonly lifetime: string;
  readonly packets: string;
  readonly state: Generation['state'];
}

export interface TunnelTiming {
  readonly between: string;
  /** Empty where no key opened the quick mode. */
  readonly networks: string;
  readonly generations: Shortened<GenerationView>;
}

export interface IcmpView {
  readonly event: number;
  readonly at: Time;
  readonly from: string;
  /** `fragmentation needed, MTU 1400`. */
  readonly text: string;
  readonly about: { readonly event: number; readonly label: string } | null;
}

export interface LostView {
  readonly event: number;
  readonly what: string;
  readonly frame: string;
}

export interface DirectionLosses {
  readonly src: string;
  readonly dst: string;
  /** `from left.pcap to right.pcap`, or that nothing tells which place comes first. */
  readonly way: string;
  /** What the counts and lists are called: nothing is sent or lost where nobody knows which place comes first. */
  readonly names: { readonly sent: string; readonly arrived: string; readonly lost: string; readonly strays: string };
  readonly sent: string;
  readonly arrived: string;
  readonly lostCount: string;
  readonly tone: 'good' | 'warning' | 'bad';
  readonly lost: Shortened<LostView>;
  readonly strays: Shortened<LostView>;
  /** `12.4 ms (11.0 ms to 31.2 ms)`; `null` where that cannot be told. */
  readonly delay: string | null;
  /** Empty where both were recording all the time. */
  readonly outside: string;
}

export interface TimingPage {
  readonly negotiations: Shortened<NegotiationTiming>;
  readonly tunnels: Shortened<TunnelTiming>;
  /** Of the line of time: seconds since the trace began. */
  readonly end: number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  readonly icmp: Shortened<IcmpView>;
  /** A sentence; empty where every frame is whole. */
  readonly cut: string;
  /** `null` where fewer than two captures are open. */
  readonly losses: { readonly summary: string; readonly directions: readonly DirectionLosses[] } | null;
}

const most = { negotiations: 100, handshakes: 50, tunnels: 50, generations: 100, icmp: 200, packets: 100 } as const;

export const timingPage = (replay: Replay): TimingPage => {
  const { negotiations, tunnels, icmp, cut: clipped } = timing(replay);
  const clock = clockOf(replay);
  return {
    negotiations: shorten(negotiations, most.negotiations, (n) => ({
      id: n.id,
      label: cut(n.id),
      initiator: n.initiator,
      responder: n.responder,
      handshakes: shorten(n.handshakes, most.handshakes, (h) => handshakeView(h, clock)),
    })),
    tunnels: shorten(tunnels, most.tunnels, (t) => tunnelView(t, clock)),
    end: clock.end,
    ticks: ticksTo(clock.end),
    icmp: shorten(icmp, most.icmp, (one) => icmpView(one, replay.log)),
    cut:
      clipped === null
        ? ''
        : `The snap length cut ${counted(clipped.frames, 'frame')}, the first at #${clipped.first}: at most ${clipped.kept} octets of each were kept.`,
    losses: lossesView(replay),
  };
};

const shorten = <T, U>(list: readonly T[], limit: number, view: (one: T) => U): Shortened<U> => ({
  shown: list.slice(0, limit).map(view),
  more: Math.max(0, list.length - limit),
});

interface Clock {
  readonly of: (at: bigint) => number;
  readonly at: (event: number) => number | null;
  readonly end: number;
}

const clockOf = ({ log }: Replay): Clock => {
  let [first, last]: [bigint | null, bigint | null] = [null, null];
  for (const { at } of log.happened) {
    if (at === null) continue;
    if (first === null || at < first) first = at;
    if (last === null || at > last) last = at;
  }
  const of = (at: bigint): number => Number(at - (first ?? at)) / 1e9;
  return {
    of,
    at: (event) => {
      const at = log.happened[event - 1]?.at ?? null;
      return at === null ? null : of(at);
    },
    end: last === null ? 0 : of(last),
  };
};

/** `0.412 ms`, `12.4 ms`, `1.204 s`: three digits that count, and the unit that shows them. */
export const tookText = (nanoseconds: bigint): string => {
  const ms = Number(nanoseconds) / 1e6;
  const size = Math.abs(ms);
  if (size < 10) return `${ms.toFixed(3)} ms`;
  if (size < 1000) return `${ms.toFixed(1)} ms`;
  const [whole = '', fraction] = (ms / 1000).toFixed(3).split('.');
  return `${grouped(BigInt(whole))}.${fraction} s`;
};

const handshakeView = (h: Handshake, clock: Clock): HandshakeView => {
  const [start, end] = [clock.at(h.first) ?? 0, clock.at(h.last) ?? 0];
  const share = (event: number): number =>
    end <= start ? 0 : Math.max(0, Math.min(1, ((clock.at(event) ?? start) - start) / (end - start)));
  const trips = h.roundTrips.map(({ took }) => took).sort((x, y) => (x < y ? -1 : x > y ? 1 : 0));
  const [least, longest] = [trips[0], trips.at(-1)];
  return {
    name: h.kind === 'phase1' ? 'Phase 1' : 'Quick mode',
    code: h.exchange,
    begunBy: h.begunBy,
    first: h.first,
    last: h.last,
    took: h.took === null ? null : tookText(h.took),
    roundTrip:
      least === undefined || longest === undefined
        ? null
        : trips.length === 1
          ? tookText(least)
          : `${tookText(least)} to ${tookText(longest)}`,
    waits: h.answers.map((a) => waitView(a, share)),
  };
};

const waitView = ({ event, label, answeredBy, answer, answerLabel, took, copies }: Answer, share: (event: number) => number): WaitView => ({
  event,
  label: label || 'a message',
  side: answeredBy === 'initiator' ? 'responder' : 'initiator',
  answer,
  answerLabel: answerLabel || 'an answer',
  took: tookText(took),
  copies: copies > 1 ? `sent ${counted(copies, 'time')}` : '',
  from: share(event),
  to: share(answer),
});

const tunnelView = ({ between, networks, generations }: Tunnel, clock: Clock): TunnelTiming => ({
  between: between.join(' – '),
  networks: networks.replace(' - ', ' – '),
  generations: shorten(generations, most.generations, (g) => generationView(g, generations, clock)),
});

const generationView = (g: Generation, all: readonly Generation[], clock: Clock): GenerationView => {
  const next = all[all.indexOf(g) + 1];
  const from = g.at === null ? 0 : clock.of(g.at);
  const expires = g.lifetimeSeconds === null ? null : from + g.lifetimeSeconds;
  return {
    event: g.event,
    spis: g.spis.join(' '),
    begunBy: g.begunBy,
    from,
    to: next && next.at !== null ? clock.of(next.at) : clock.end,
    expires: expires !== null && expires <= clock.end ? expires : null,
    after:
      g.after === null ? 'the first' : `after ${tookText(g.after)}${g.usedUp === null ? '' : `, ${g.usedUp} % of the lifetime before`}`,
    lifetime: g.lifetimeSeconds === null ? 'not seen' : `${grouped(g.lifetimeSeconds)} s`,
    packets: grouped(g.packets),
    state: g.state,
  };
};

/** A round number of seconds apart, four to eight of them. */
const ticksTo = (end: number): TimingPage['ticks'] => {
  if (end <= 0) return [];
  const rough = end / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (rough / power >= 5 ? 5 : rough / power >= 2 ? 2 : 1);
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => ({ at: i * step, label: `${grouped(i * step)} s` }));
};

const icmpView = ({ event, name, from, mtu, about }: IcmpBeside, log: Log): IcmpView => ({
  event,
  at: timeAt(log, event),
  from,
  text: mtu === null ? name : `${name}, MTU ${mtu}`,
  about,
});

const lossesView = (replay: Replay): TimingPage['losses'] => {
  const found = losses(replay);
  if (found === null) return null;
  const name = (place: number | null): string => (place === null ? '' : (replay.log.inputs[place]?.name ?? ''));
  const [one, two] = found.places.map(name);
  const clock =
    found.clock === null
      ? ''
      : ` The clock of ${two} is ${tookText(found.clock < 0n ? -found.clock : found.clock)} ${found.clock < 0n ? 'behind' : 'ahead'}.`;
  return {
    summary:
      found.both === 0
        ? `No packet was seen in both ${one} and ${two}.`
        : `Seen in both ${one} and ${two}: ${counted(found.both, 'packet')}.${clock}`,
    directions: found.directions.map((d) => directionView(d, found.places, name)),
  };
};

const directionView = (d: Direction, [one, two]: Losses['places'], name: (place: number | null) => string): DirectionLosses => ({
  src: d.src,
  dst: d.dst,
  way: d.from === null ? 'nothing tells which place comes first' : `from ${name(d.from)} to ${name(d.to)}`,
  names:
    d.from === null
      ? { sent: `Seen in ${name(one)}`, arrived: 'Seen in both', lost: `In ${name(one)} alone`, strays: `In ${name(two)} alone` }
      : { sent: 'Sent', arrived: 'Arrived', lost: 'Lost', strays: `Seen in ${name(d.to)} alone` },
  sent: grouped(d.sent),
  arrived: grouped(d.arrived),
  lostCount: grouped(d.lost.length),
  tone: d.lost.length + (d.from === null ? d.strays.length : 0) === 0 ? 'good' : d.from === null ? 'warning' : 'bad',
  lost: shorten(d.lost, most.packets, lostView),
  strays: shorten(d.strays, most.packets, lostView),
  delay:
    d.delay === null || d.from === null ? null : `${tookText(d.delay.median)} (${tookText(d.delay.least)} to ${tookText(d.delay.most)})`,
  outside: d.outside === 0 ? '' : `${counted(d.outside, 'packet')} came while the other was not recording.`,
});

const lostView = ({ event, frame, what }: PacketAt): LostView => ({ event, what, frame: `frame ${frame}` });
