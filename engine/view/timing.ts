/**
 * How long things took: answers, round trips and whole handshakes of each negotiation, the SAs of each tunnel one after another, and ICMP errors
 * beside the step that they are about. All as seen from where the trace was taken.
 */
import type { IcmpReport, Message } from '../replay/chronicle.ts';
import type { Replay } from '../replay/replay.ts';
import type { Side } from '../state/fact.ts';
import type { Association } from '../state/ipsec/association.ts';
import { values } from '../state/persistent-map.ts';
import type { Negotiation } from '../state/state.ts';
import { messageIdText } from '../values/message-id.ts';
import { spiText } from '../values/spi.ts';

/** A message and what came back. Nanoseconds. */
export interface Answer {
  readonly event: number;
  readonly label: string;
  readonly answeredBy: Side;
  readonly answer: number;
  readonly answerLabel: string;
  /** From the first copy of the message, so that waiting for a second one counts. */
  readonly took: bigint;
  /** How often the message had to be sent. */
  readonly copies: number;
}

/** Phase 1, or one quick mode, from its first message to its last. */
export interface Handshake {
  readonly kind: 'phase1' | 'quick';
  /** Message ID of a quick mode: eight hex digits. */
  readonly exchange: string | null;
  readonly begunBy: Side;
  readonly first: number;
  readonly last: number;
  /** Where it came to its end; `null` where it did not. Nanoseconds. */
  readonly took: bigint | null;
  readonly answers: readonly Answer[];
  /**
   * From a message to the next of the same side: on the way, at the other end, and back. The trace's place on the way does not matter to it.
   */
  readonly roundTrips: readonly { readonly from: number; readonly to: number; readonly took: bigint }[];
}

/** The SAs that one quick mode made. */
export interface Generation {
  readonly exchange: string | null;
  readonly event: number;
  readonly at: bigint | null;
  readonly begunBy: Side | null;
  readonly spis: readonly string[];
  readonly packets: number;
  readonly lifetimeSeconds: number | null;
  /** After the generation before; `null` for the first. Nanoseconds. */
  readonly after: bigint | null;
  /** Share of the lifetime of the generation before that was used up, in hundredths. */
  readonly usedUp: number | null;
  readonly state: Association['state'];
}

/** All SAs for one pair of networks. */
export interface Tunnel {
  readonly between: readonly [string, string];
  /** `10.1.0.0/16 - 10.2.0.0/16`; empty where no key opened the quick mode. */
  readonly networks: string;
  readonly generations: readonly Generation[];
}

/** An ICMP error, and the message or SA that it is about. */
export interface IcmpBeside {
  readonly event: number;
  readonly at: bigint | null;
  readonly name: string;
  readonly from: string;
  /** Octets; the path's MTU as the router has it. */
  readonly mtu: number | null;
  /** The message last sent that way before it, and the event of that; `null` where there is none. */
  readonly about: { readonly event: number; readonly label: string } | null;
}

export interface Timing {
  readonly negotiations: readonly {
    readonly id: string;
    readonly initiator: string;
    readonly responder: string;
    readonly handshakes: readonly Handshake[];
  }[];
  readonly tunnels: readonly Tunnel[];
  readonly icmp: readonly IcmpBeside[];
  /** Frames of which the capture kept a part only: the snap length was too small. What is missing of them is not malformed. */
  readonly cut: { readonly frames: number; readonly first: number; readonly kept: number } | null;
}

export const timing = (replay: Replay): Timing => {
  const negotiations = values(replay.final.negotiations).sort((a, b) => a.first - b.first);
  return {
    negotiations: negotiations.map((n) => ({
      id: n.id,
      initiator: n.initiator.address,
      responder: n.responder.address,
      handshakes: handshakesOf(replay, n),
    })),
    tunnels: tunnelsOf(replay, negotiations),
    icmp: replay.chronicle.icmp.map((report) => besideOf(replay, report)),
    cut: cutFrames(replay),
  };
};

const timeOf = (replay: Replay, event: number): bigint | null => replay.log.happened[event - 1]?.at ?? null;

const between = (replay: Replay, from: number, to: number): bigint | null => {
  const [a, b] = [timeOf(replay, from), timeOf(replay, to)];
  return a === null || b === null ? null : b - a;
};

const handshakesOf = (replay: Replay, n: Negotiation): readonly Handshake[] => {
  const messages = replay.chronicle.messages.get(n.id) ?? [];
  const phase1 = messages.filter((m) => phase1Types.has(m.exchangeType));
  const quick = new Map<number, Message[]>();
  for (const m of messages) {
    if (m.exchangeType !== quickMode) continue;
    const list = quick.get(m.messageId);
    if (list) list.push(m);
    else quick.set(m.messageId, [m]);
  }
  const results = new Map(values(n.exchanges).flatMap((e) => (e.kind === 'quick' ? [[e.messageId as number, e.result] as const] : [])));
  return [
    ...(phase1.length > 0 ? [handshake(replay, 'phase1', null, phase1, n.established !== null)] : []),
    ...[...quick].map(([id, list]) => handshake(replay, 'quick', hex(id), list, results.get(id) === 'complete')),
  ];
};

/** Identity protection, aggressive and base, RFC 2408 3.1; and RFC 2409 5.5. */
const phase1Types: ReadonlySet<number> = new Set([1, 2, 4]);
const quickMode = 32;

const hex = (n: number): string => n.toString(16).padStart(8, '0');

const handshake = (
  replay: Replay,
  kind: Handshake['kind'],
  exchange: string | null,
  messages: readonly Message[],
  isDone: boolean,
): Handshake => {
  const firsts = messages.filter((m) => m.repeats === null);
  const [first] = messages;
  const last = firsts.at(-1)?.event ?? first?.event ?? 0;
  return {
    kind,
    exchange,
    begunBy: first?.side ?? 'initiator',
    first: first?.event ?? 0,
    last,
    took: isDone && first ? between(replay, first.event, last) : null,
    answers: firsts.flatMap((m, i) => answerTo(replay, m, firsts[i + 1], messages)),
    roundTrips: firsts.flatMap((m, i) => {
      const next = firsts[i + 2];
      const took = next?.side === m.side ? between(replay, m.event, next.event) : null;
      return next && took !== null ? [{ from: m.event, to: next.event, took }] : [];
    }),
  };
};

const answerTo = (replay: Replay, m: Message, next: Message | undefined, all: readonly Message[]): readonly Answer[] => {
  const took = next && next.side !== m.side ? between(replay, m.event, next.event) : null;
  if (!next || took === null) return [];
  const copies = all.filter((other) => other.repeats === m.event && other.event < next.event).length + 1;
  return [{ event: m.event, label: m.label, answeredBy: next.side, answer: next.event, answerLabel: next.label, took, copies }];
};

const tunnelsOf = (replay: Replay, negotiations: readonly Negotiation[]): readonly Tunnel[] => {
  const groups = new Map<string, Association[]>();
  for (const a of values(replay.final.associations)) {
    if (a.negotiation === null || a.exchange === null) continue;
    const key = [[a.src, a.selectors.src.join(',')].join(' '), [a.dst, a.selectors.dst.join(',')].join(' ')].sort().join(' ');
    const group = groups.get(key);
    if (group) group.push(a);
    else groups.set(key, [a]);
  }
  const begun = new Map(negotiations.flatMap((n) => values(n.exchanges).map((e) => [`${n.id} ${e.messageId}`, e.begunBy] as const)));
  return [...groups.values()].map((sas) => {
    const [first] = sas.toSorted((a, b) => a.since - b.since || Number(a.side === 'responder') - Number(b.side === 'responder'));
    const networks = first && first.selectors.src.length > 0 ? `${first.selectors.src.join(', ')} - ${first.selectors.dst.join(', ')}` : '';
    return { between: [first?.src ?? '', first?.dst ?? ''], networks, generations: generationsOf(replay, sas, begun) };
  });
};

const generationsOf = (replay: Replay, sas: readonly Association[], begun: ReadonlyMap<string, Side>): readonly Generation[] => {
  const made = new Map<string, Association[]>();
  for (const a of sas) {
    const key = `${a.negotiation} ${a.exchange}`;
    const list = made.get(key);
    if (list) list.push(a);
    else made.set(key, [a]);
  }
  const out: Generation[] = [];
  for (const [key, list] of [...made].sort((x, y) => eventOf(x[1]) - eventOf(y[1]))) {
    const [one] = list;
    const event = eventOf(list);
    const before = out.at(-1);
    const at = timeOf(replay, event);
    const after = before && at !== null && before.at !== null ? at - before.at : null;
    const lifetime = before?.lifetimeSeconds ?? null;
    out.push({
      exchange: one?.exchange == null ? null : messageIdText(one.exchange),
      event,
      at,
      begunBy: begun.get(key) ?? null,
      spis: list.map((a) => spiText(a.spi)),
      packets: list.reduce((n, a) => n + a.packets, 0),
      lifetimeSeconds: one?.lifetimeSeconds ?? null,
      after,
      usedUp: after === null || lifetime === null || lifetime === 0 ? null : Math.round(Number(after / 10_000_000n) / lifetime),
      state: list.some((a) => a.state === 'mature') ? 'mature' : (one?.state ?? 'larval'),
    });
  }
  return out;
};

const eventOf = (sas: readonly Association[]): number => Math.min(...sas.map((a) => a.made ?? a.since));

/** A router quotes what it could not pass on: the latest message that went that way. */
const besideOf = (replay: Replay, { event, name, from, mtu, quoted }: IcmpReport): IcmpBeside => {
  const about = quoted.spi === null ? messageBefore(replay, event, quoted) : saAbout(replay, quoted.dst, quoted.spi);
  return { event, at: timeOf(replay, event), name, from, mtu, about };
};

const messageBefore = (replay: Replay, event: number, quoted: IcmpReport['quoted']): IcmpBeside['about'] => {
  let latest: Message | null = null;
  for (const n of values(replay.final.negotiations)) {
    const side = n.initiator.address === quoted.src ? 'initiator' : n.responder.address === quoted.src ? 'responder' : null;
    if (side === null || ![n.initiator.address, n.responder.address].includes(quoted.dst)) continue;
    const found = (replay.chronicle.messages.get(n.id) ?? []).findLast((m) => m.event < event && m.side === side);
    if (found && (latest === null || found.event > latest.event)) latest = found;
  }
  return latest && { event: latest.event, label: latest.label || 'an IKE message' };
};

const saAbout = (replay: Replay, dst: string, spi: number): IcmpBeside['about'] => {
  const a = values(replay.final.associations).find((one) => one.dst === dst && one.spi === spi);
  return a ? { event: a.made ?? a.since, label: `${a.protocol.toUpperCase()} ${spiText(a.spi)}` } : null;
};

const cutFrames = ({ log }: Replay): Timing['cut'] => {
  let frames = 0;
  let first = 0;
  let kept = 0;
  for (const [i, event] of log.happened.entries()) {
    if (event.kind !== 'DatagramSeen' || event.datagram.form !== 'frame' || event.datagram.bytes.length >= event.datagram.wireLength)
      continue;
    frames++;
    if (first === 0) first = i + 1;
    kept = Math.max(kept, event.datagram.bytes.length);
  }
  return frames === 0 ? null : { frames, first, kept };
};
