/** `ikewind timing`: how long handshakes, answers and round trips took, when each tunnel was rekeyed, and what ICMP said at which step. */
import { Effect } from 'effect';
import { Command } from 'effect/cli';
import { type Handshake, type Timing, timing as timingOf } from '../../../engine/index.ts';
import { secondsText } from '../../protocol/clock.ts';
import { readReplay } from '../inputs.ts';
import * as options from '../options.ts';
import { printRecord } from '../output.ts';

const { inputs, keys, pskFile, year, window } = options.reading;

export const timing = Command.make('timing', { inputs, keys, pskFile, year, window, format: options.format }, (given) =>
  Effect.gen(function* () {
    const replay = yield* readReplay(given);
    yield* printRecord(recordOf(timingOf(replay)), given.format, textLines);
  }),
).pipe(
  Command.withDescription(
    'How long handshakes, answers and round trips took, when each tunnel was rekeyed, and ICMP errors beside their step',
  ),
  Command.withExamples([
    { command: 'ikewind timing capture.pcap --keys keys.json', description: 'With keys also the networks of each tunnel' },
  ]),
);

const time = (nanoseconds: bigint | null): string | null => (nanoseconds === null ? null : secondsText(nanoseconds));

const recordOf = ({ negotiations, tunnels, icmp, cut }: Timing) => ({
  negotiations: negotiations.map((n) => ({ ...n, handshakes: n.handshakes.map(handshakeOf) })),
  tunnels: tunnels.map((tunnel) => ({
    ...tunnel,
    generations: tunnel.generations.map(({ at, after, ...own }) => ({ ...own, time: time(at), after: time(after) })),
  })),
  icmp: icmp.map(({ at, ...own }) => ({ ...own, time: time(at) })),
  cut,
});

const handshakeOf = ({ took, answers, roundTrips, ...own }: Handshake) => ({
  ...own,
  took: time(took),
  answers: answers.map((a) => ({ ...a, took: secondsText(a.took) })),
  roundTrips: roundTrips.map((r) => ({ ...r, took: secondsText(r.took) })),
});

type TimingRecord = ReturnType<typeof recordOf>;

function* textLines({ negotiations, tunnels, icmp, cut }: TimingRecord): Generator<string> {
  for (const { id, initiator, responder, handshakes } of negotiations) {
    yield `${id} (${initiator} to ${responder})`;
    for (const h of handshakes) {
      const name = h.kind === 'phase1' ? 'phase 1' : `quick mode ${h.exchange}`;
      yield `  ${name}, events ${h.first} to ${h.last}: ${h.took === null ? 'not completed' : `${h.took} s`}`;
      for (const a of h.answers) {
        const again = a.copies > 1 ? `, sent ${a.copies} times` : '';
        yield `    ${a.label || '?'} to ${a.answerLabel || '?'}: ${a.took} s until the ${a.answeredBy} answered${again}`;
      }
    }
  }
  for (const { between, networks, generations } of tunnels) {
    yield '';
    yield `tunnel ${networks || between.join(' - ')}${networks ? ` (${between.join(' - ')})` : ''}`;
    for (const g of generations) {
      const later = g.after === null ? 'first' : `after ${g.after} s${g.usedUp === null ? '' : `, ${g.usedUp} % of the lifetime before`}`;
      const life = g.lifetimeSeconds === null ? '' : `, lifetime ${g.lifetimeSeconds} s`;
      yield `  event ${g.event}, SPIs ${g.spis.join(' ')}: ${later}${life}, ${g.packets} packets`;
    }
  }
  if (icmp.length > 0) yield '';
  for (const { event, name, from, mtu, about } of icmp) {
    yield `ICMP, event ${event}: ${from} says "${name}"${mtu === null ? '' : `, MTU ${mtu}`}${about ? `, about ${about.label} of event ${about.event}` : ''}`;
  }
  if (cut)
    yield `\nThe snap length cut ${cut.frames} frames, the first at event ${cut.first}: at most ${cut.kept} octets of each were kept`;
}
