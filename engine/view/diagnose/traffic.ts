/** What the packets of the data plane show: one direction only, losses, replays, wrong ICVs, SPIs of nobody. RFC 4303 3.4. */
import { type Replay, walk } from '../../replay/replay.ts';
import { type Traffic, verdictAt } from '../../replay/traffic.ts';
import { other } from '../../state/fact.ts';
import { lostOf } from '../../state/ipsec/association.ts';
import { openPacket } from '../../state/ipsec/open.ts';
import { get } from '../../state/persistent-map.ts';
import { spiText } from '../../values/spi.ts';
import { innerWords } from '../inner.ts';
import { counted, grouped } from '../words.ts';
import { type Claim, capital, claim, type Evidence, endsKey, isUp, type SaTale, type Tale, whoIs } from './tale.ts';

/** Packets one way that are no accident. */
const fewPackets = 3;

const eventsOf = (traffic: Traffic | null, most = 20): number[] =>
  traffic ? Array.from(traffic.events.subarray(0, Math.min(traffic.count, most))) : [];

/** What the first packets hold, where they open: an echo request or a TCP segment wants an answer, a UDP datagram may not. */
const insideOf = (replay: Replay, events: readonly number[]): Evidence[] =>
  events.slice(0, 3).flatMap((event) => {
    for (const { seen, state } of walk(replay, event, event)) {
      const a = seen.ipsec ? get(state.associations, seen.ipsec.association) : undefined;
      const opened = a && seen.packet ? openPacket(replay.context, a, seen.packet) : null;
      if (opened) return [{ event, text: `ESP with ${innerWords(opened)}` }];
    }
    return [];
  });

const wantsAnswer = (inside: readonly Evidence[]): boolean => inside.length === 0 || inside.some((e) => !/UDP/.test(e.text));

type Way = 'initiator' | 'responder';

/** SAs that an end sends on: those that its negotiation made, and those between the two of which nothing is known. */
const sentBy = ({ n, sas, strays }: Tale, side: Way): readonly SaTale[] => [
  ...sas.filter(({ sa }) => sa.side === side),
  ...strays.filter(({ sa }) => sa.src === n[side].address),
];

const packetsOf = (sas: readonly SaTale[]): number => sas.reduce((sum, { sa }) => sum + sa.packets, 0);

const spisOf = (sas: readonly SaTale[]): string =>
  sas.length === 0 ? 'no SPI' : `SPI ${[...new Set(sas.map(({ sa }) => spiText(sa.spi)))].slice(0, 4).join(', ')}`;

const oneWay = (tale: Tale): Claim[] => {
  const { n, replay } = tale;
  const ways = { initiator: sentBy(tale, 'initiator'), responder: sentBy(tale, 'responder') };
  const speaking: Way | null = packetsOf(ways.initiator) === 0 ? 'responder' : packetsOf(ways.responder) === 0 ? 'initiator' : null;
  if (speaking === null || packetsOf(ways[speaking]) < fewPackets) return [];
  const silent = other(speaking);
  const events = ways[speaking].flatMap(({ traffic: packets }) => eventsOf(packets)).sort((a, b) => a - b);
  const inside = insideOf(replay, events);
  const packets = packetsOf(ways[speaking]);
  const [first = n.first] = events;
  // Echo requests and TCP segments are answered by whoever gets them, and IKE passes both ways: then a filter is the likelier cause.
  const isAsked = inside.length > 0 && wantsAnswer(inside);
  const shared = {
    events,
    count: packets,
    severity: wantsAnswer(inside) ? ('error' as const) : ('warning' as const),
    tellApart: `Counters or a capture at the ${silent}: do the ${speaking}'s packets arrive there (decrypted), and does it send any (encrypted)?`,
    limits: `From here nobody can tell whether the ${silent} received these packets, answered them, or had nothing to say.`,
  };
  const evidence = [
    { event: first, text: `${spisOf(ways[speaking])}: ${packets} packets from the ${speaking}` },
    { event: first, text: `${spisOf(ways[silent])}: 0 packets from the ${silent}` },
    ...inside,
  ];
  return [
    claim(n.id, {
      ...shared,
      code: 'esp-one-way',
      certainty: isAsked ? 'possible' : 'likely',
      message: `${capital(whoIs(n, speaking))}, sends ${packets} packets; none comes from ${whoIs(n, silent)}.`,
      evidence,
    }),
    claim(n.id, {
      ...shared,
      code: 'esp-blocked',
      certainty: isAsked ? 'likely' : 'possible',
      message: `ESP from ${whoIs(n, silent)}, ${isAsked ? 'is probably' : 'may be'} filtered on its way: IKE passes, and of its SA no packet is seen.`,
      evidence: isAsked ? evidence : [{ event: first, text: `${spisOf(ways[silent])}: 0 packets` }],
    }),
  ];
};

const bigLoss = 0.05;
const fewNumbers = 20;

const percent = (part: number): string => `${(part * 100).toFixed(part < 0.1 ? 1 : 0)} %`;

/** Events of the packets with one of these verdicts, at most a hundred. */
const judged = (traffic: Traffic | null, wanted: readonly string[]): number[] => {
  const out: number[] = [];
  for (let i = 0; traffic && i < traffic.count && out.length < 100; i++)
    if (wanted.includes(verdictAt(traffic, i))) out.push(traffic.events[i] ?? 0);
  return out;
};

/** Several senders may share the SPI of a group, each with numbers of its own: RFC 4301 4.1. */
const isGroup = (address: string): boolean => /^(22[4-9]|23\d)\./.test(address) || /^ff/i.test(address);

const ofOne = (about: string | null, one: SaTale): Claim[] => {
  const { sa, traffic } = one;
  if (sa.packets === 0 || isGroup(sa.dst)) return [];
  const spi = `SPI ${spiText(sa.spi)}`;
  const out: Claim[] = [];
  const lost = Number(lostOf(sa));
  const numbers = lost + sa.arrived;
  if (lost > 0) {
    const share = lost / numbers;
    out.push(
      claim(about, {
        code: 'esp-loss',
        severity: share >= bigLoss && numbers >= fewNumbers ? 'warning' : 'note',
        events: [traffic?.events[0] ?? sa.since],
        count: lost,
        message: `${grouped(lost)} of ${grouped(numbers)} sequence numbers of ${spi} never came (${percent(share)}).`,
        evidence: [{ event: traffic?.events[0] ?? sa.since, text: `${sa.lowest ?? 0} to ${sa.highest ?? 0}: ${sa.arrived} numbers came` }],
        limits:
          'Numbers that the trace lacks were lost before this place, or by the capture itself; what is lost behind it cannot be seen.',
      }),
    );
  }
  const again = sa.replayed + sa.old;
  if (again > 0) {
    out.push(
      claim(about, {
        code: 'esp-replay',
        severity: again / sa.packets >= bigLoss && sa.packets >= fewNumbers ? 'warning' : 'note',
        events: judged(traffic, ['replayed', 'old']),
        count: again,
        message: `${grouped(again)} packets of ${spi} came twice (${sa.replayed}) or too late for the window (${sa.old}): a receiver drops them.`,
        evidence: [
          { event: judged(traffic, ['replayed', 'old'])[0] ?? sa.since, text: `judged with a window of ${sa.window.size} packets` },
        ],
        limits: 'A receiver with another window judges otherwise.',
      }),
    );
  }
  if (sa.badIcv > 0) {
    const all = sa.badIcv === sa.packets;
    const events = judged(traffic, ['badIcv']);
    out.push(
      claim(about, {
        code: 'esp-bad-icv',
        severity: all && sa.packets >= fewPackets ? 'error' : 'warning',
        certainty: all ? 'likely' : 'shown',
        events,
        count: sa.badIcv,
        message: all
          ? `All ${sa.badIcv} packets of ${spi} have a wrong ICV: their sender uses another key or algorithm than the one agreed.`
          : `${sa.badIcv} of ${sa.packets} packets of ${spi} have a wrong ICV: they were changed on their way.`,
        evidence: [{ event: events[0] ?? sa.since, text: 'the ICV computed over the packet differs from the one it ends with' }],
        limits: all ? 'The keys that were given for this trace may be the wrong ones.' : null,
      }),
    );
  }
  // 15 of 16 numbers are used.
  if (sa.highest !== null && sa.highest >= 0xf000_0000n && sa.suite?.esn !== true) {
    const last = traffic ? (traffic.events[traffic.count - 1] ?? sa.since) : sa.since;
    out.push(
      claim(about, {
        code: 'sequence-near-wrap',
        events: [last],
        message: `The sequence number of ${spi} has come to ${sa.highest} of 4294967295: then the SA must be replaced.`,
        evidence: [{ event: last, text: `sequence number ${sa.highest}, no extended numbers agreed` }],
      }),
    );
  }
  return out;
};

export const traffic = (tale: Tale): Claim[] => [...(isUp(tale) ? oneWay(tale) : []), ...tale.sas.flatMap((one) => ofOne(tale.n.id, one))];

/** SAs of which no negotiation tells, by the two ends. Where one between these ends could be read whole, the SA should be in it. */
export const strays = (tales: readonly Tale[], between: ReadonlyMap<string, readonly SaTale[]>): Claim[] => {
  const known = new Map(tales.map(({ n }) => [endsKey(n.initiator.address, n.responder.address), n]));
  // On the other side of a NAT the same SA goes to another address.
  const spis = new Set(tales.flatMap((t) => t.sas.map(({ sa }) => sa.spi)));
  return [...between].flatMap(([ends, all]) => {
    const n = known.get(ends);
    // What a text alone tells of has no packets to wonder about.
    const sas = all.filter(({ sa }) => sa.packets > 0 && !spis.has(sa.spi));
    const events = sas.flatMap(({ traffic: packets }) => eventsOf(packets, 5)).sort((a, b) => a - b);
    const [event = 0] = events;
    const [first] = sas;
    if (!first) return [];
    // Where something stayed closed the SPI may stand in there; where the capture begins late, before it.
    const readable = n?.rolesKnown === true && n.encrypted > 0 && n.encrypted === n.opened && n.first < event;
    const packets = packetsOf(sas);
    const unknown = claim(readable ? n.id : null, {
      code: 'esp-unknown-spi',
      severity: readable ? 'warning' : 'note',
      certainty: readable ? 'shown' : 'possible',
      events,
      count: packets,
      message: `${counted(packets, 'packet')} between ${first.sa.src} and ${first.sa.dst} on ${counted(sas.length, 'SA')} of which no negotiation in the trace tells${readable ? ', though all of it could be read' : ''}.`,
      evidence: sas.slice(0, 10).map(({ sa, traffic: own }) => ({
        event: own?.events[0] ?? sa.since,
        text: `SPI ${spiText(sa.spi)} to ${sa.dst}: ${counted(sa.packets, 'packet')}`,
      })),
      limits: readable ? null : 'The SAs may have been made before the trace begins, or in messages that it cannot open.',
    });
    return [unknown, ...sas.flatMap((one) => ofOne(readable ? n.id : null, one))];
  });
};
