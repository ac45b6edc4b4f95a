/** One simulation: ends, a network and virtual time, all of it from one seed; or from the list of what went wrong in an earlier run. */
import { connectRequest, leaveRequest } from '../decide/decide.ts';
import { impairmentsGiven, impairNothing, type Trouble } from '../decide/impairments.ts';
import type { UdpDatagram } from '../decide/intent.ts';
import type { Plan } from '../decide/plan.ts';
import { seeded, seededOctets, wholeFrom } from '../decide/seeded.ts';
import { resumeRequest } from '../decide/taking.ts';
import type { DatagramSeen, Event } from '../event/event.ts';
import { impair } from '../live/impair.ts';
import { accept, type Deadline, type Draw, type Input, type Pump, type Round, startPump } from '../live/pump.ts';
import { resume } from '../live/redrive.ts';
import type { Log } from '../log/log.ts';
import type { Context } from '../state/context.ts';
import { fromSeconds, type Timestamp, timestamp } from '../values/timestamp.ts';
import { type Agenda, agenda } from './agenda.ts';
import { type Checker, checkers, type Standing } from './checkers.ts';
import { type Mappings, mapped, outside, reached } from './network.ts';
import { crashesOf, type Decision, impairmentsOf, type Scenario, type SimulatedEnd } from './scenario.ts';
import { lacking } from './wants.ts';

/** What was found wrong: by which rule, in words, and when. */
export interface Failure {
  readonly checker: string;
  readonly what: string;
  /** Seconds since the start. */
  readonly at: number;
}

export interface Simulated {
  readonly seed: number;
  readonly failure: Failure | null;
  /** All that went wrong on purpose. */
  readonly decisions: readonly Decision[];
  readonly logs: readonly { readonly end: SimulatedEnd; readonly log: Log }[];
  /** What whoever watches the wire beyond all NATs saw leave. */
  readonly wire: readonly DatagramSeen[];
  /** Virtual seconds that it took. */
  readonly seconds: number;
}

interface Running {
  readonly end: SimulatedEnd;
  /** `null`: it has crashed, and is not up again yet. */
  pump: Pump | null;
  happened: Event[];
  deadline: Deadline | null;
  /** How often it began anew: what it draws then is fresh. */
  lives: number;
}

type Due =
  | { readonly what: 'arrival'; readonly datagram: UdpDatagram }
  | { readonly what: 'act'; readonly end: string; readonly request: string }
  | { readonly what: 'restart'; readonly end: string }
  | { readonly what: 'calm' }
  | { readonly what: 'judge'; readonly checker: string };

const start = fromSeconds(1_700_000_000, 0);
const millisecond = 1_000_000n;
const second = 1_000_000_000n;
const origin = { input: 0, number: 0 };
/** What any datagram takes at least. */
const wayMilliseconds = 10;
/** More inputs than this, and the ends talk without end. */
const mostInputs = 5000;
/** Seconds that an end is down. */
const longestDown = 5;
/** Seconds after which nobody may have anything left to wait for once all have taken leave. */
const restWithin = 180;

const after = (t: Timestamp, milliseconds: number): Timestamp => timestamp(t + BigInt(milliseconds) * millisecond);
const secondsAt = (t: Timestamp): number => Number((t - start) / millisecond) / 1000;

/** Our own powers are quicker for exponents so short, where nobody has to be kept from measuring. */
const withOwnPowers = ({ crypto, ...ctx }: Context): Context => {
  const { power: _theirs, ...others } = crypto;
  return { ...ctx, crypto: others };
};

/** Private values of two octets: the arithmetic is the same, and costs next to nothing. */
const cheapExponentOctets = 2;

const drawFor =
  (seed: number, { end, lives }: Running): Draw =>
  (purpose, length) => {
    const octets = seededOctets(`${seed} ${end.name} ${lives} ${purpose}`, length);
    if (!purpose.startsWith('dhPrivateValue')) return octets;
    return octets.map((octet, i) => (i < length - cheapExponentOctets ? 0 : octet | 1));
  };

/** `decisions`: exactly these go wrong; without them whatever the seed says. */
export const simulate = (
  given: Context,
  scenario: Scenario,
  seed: number,
  decisions: readonly Decision[] | null = null,
  rules: readonly Checker[] = checkers,
): Simulated => {
  const ctx = withOwnPowers(given);
  const planOf = (end: SimulatedEnd): Plan => {
    const impairments = impairmentsOf(scenario, seed, end.name);
    if (decisions === null) return { ...end.plan, impairments };
    const written = decisions.flatMap((d) =>
      d.what === 'trouble' && d.end === end.name ? [{ number: d.number, trouble: d.trouble }] : [],
    );
    return { ...end.plan, impairments: { ...impairments, written } };
  };
  const ends = scenario.ends.map((end): Running => {
    const plan = planOf(end);
    const planned = { ...end, plan, given: [...end.given, ...(plan.impairments ? [impairmentsGiven(plan.impairments)] : [])] };
    return { end: planned, pump: startPump(ctx, plan, planned.given), happened: [], deadline: null, lives: 0 };
  });
  const network = ends.map((e) => e.end);
  const crashes = decisions ? decisions.filter((d) => d.what === 'crash') : [...crashesOf(scenario, seed)];
  const made = new Map<string, Decision>();
  /** What a crash undoes is done again under the same number, with the same troubles. */
  const note = (decision: Decision): unknown => made.set(JSON.stringify(decision), decision);
  const wire: DatagramSeen[] = [];
  const watchers = rules.map((c) => ({ name: c.name, watch: c.watch() }));
  const due: Agenda<Due> = agenda();
  let mappings: Mappings = new Map();
  let now = start;
  let failure: Failure | null = null;
  let calm = false;
  const fail = (checker: string, what: string): void => {
    failure ??= { checker, what, at: secondsAt(now) };
  };
  const standing = (): Standing[] => ends.flatMap(({ end, pump }) => (pump ? [{ end, taking: pump.taking }] : []));

  const put = (from: Running, datagram: UdpDatagram, troubles: readonly Trouble[]): void => {
    mappings = mapped(mappings, from.end, datagram, troubles);
    const seen = outside(mappings, from.end, datagram);
    wire.push({ kind: 'DatagramSeen', at: now, origin, via: 'capture', datagram: seen });
    for (const arrival of impair(troubles, seen)) {
      due.add(after(now, wayMilliseconds + arrival.delay), { what: 'arrival', datagram: arrival.datagram });
    }
  };

  /** Events that are on disk when the end crashes in this round; `null`: it does not. */
  const cut = (to: Running, round: Round): number | null => {
    const crash = calm ? undefined : crashes.find((c) => c.end === to.end.name && c.event > to.happened.length);
    if (!crash || crash.event > to.happened.length + round.happened.length) return null;
    note(crash);
    crashes.splice(crashes.indexOf(crash), 1);
    return crash.event - to.happened.length;
  };

  const give = (to: Running, input: Input): void => {
    const { pump } = to;
    if (!pump) return;
    const before = pump.taking;
    const round = attempt(() => accept(ctx, pump, input, drawFor(seed, to)));
    if (typeof round === 'string') {
      fail('no-exception', `${to.end.name}: ${round}`);
      return;
    }
    const number = before.sent;
    round.sends.forEach(({ troubles }, i) => {
      for (const trouble of troubles) note({ what: 'trouble', end: to.end.name, number: number + i + 1, trouble });
    });
    const kept = cut(to, round);
    to.happened.push(...round.happened.slice(0, kept ?? undefined).map((h) => h.event));
    if (kept !== null) {
      // What was not on disk has not left; nor has what was.
      to.pump = null;
      to.deadline = null;
      to.lives += 1;
      const down = wholeFrom(seeded(`${seed} ${to.end.name} down ${to.lives}`), 1, longestDown);
      due.add(timestamp(now + BigInt(down) * second), { what: 'restart', end: to.end.name });
      return;
    }
    to.pump = round.pump;
    to.deadline = round.deadline;
    for (const { datagram, troubles } of round.sends) put(to, datagram, troubles);
    const step = { now, end: to.end, before, after: round.pump.taking, round, standing: standing() };
    for (const { name, watch } of watchers) {
      const what = watch(step);
      if (what !== null) fail(name, what);
    }
  };
  const ask = (name: string, request: string): void => {
    const to = ends.find((e) => e.end.name === name);
    if (to) give(to, { kind: 'OperatorRequested', at: now, origin, request });
  };

  const happen = (what: Due): void => {
    switch (what.what) {
      case 'arrival': {
        const to = reached(network, mappings, what.datagram);
        const running = ends.find((e) => e.end.name === to?.end);
        if (to && running) give(running, { kind: 'DatagramSeen', at: now, origin, via: 'received', datagram: to.datagram });
        break;
      }
      case 'act':
        ask(what.end, what.request);
        break;
      case 'restart': {
        const to = ends.find((e) => e.end.name === what.end);
        if (!to) break;
        const resumed = attempt(() => resume(ctx, to.end.plan, logOf(to.end, to.happened)));
        if (typeof resumed === 'string') {
          fail('no-exception', `${what.end}: ${resumed}`);
          break;
        }
        if (!('pump' in resumed)) {
          fail('resumes', `${what.end}: event ${resumed.event} of its own log: ${resumed.what}`);
          break;
        }
        to.happened.length = resumed.kept;
        to.pump = resumed.pump;
        ask(what.end, resumeRequest);
        if (calm) ask(what.end, impairNothing);
        break;
      }
      case 'calm':
        calm = true;
        for (const { end } of ends) ask(end.name, impairNothing);
        break;
      case 'judge': {
        const lack = lacking(scenario, standing());
        if (lack !== null) fail(what.checker, lack);
      }
    }
  };

  const disturbed = decisions ? decisions.length > 0 : crashes.length > 0 || network.some((end) => isDisturbed(end.plan));
  for (const { at, end, request } of scenario.acts) due.add(after(start, at * 1000), { what: 'act', end, request });
  if (disturbed) {
    due.add(after(start, scenario.calmAfter * 1000), { what: 'calm' });
    const again = scenario.calmAfter + longestDown + 1;
    for (const { from, to } of scenario.wants) {
      const peer = network.find((end) => end.name === to);
      if (peer) due.add(after(start, again * 1000), { what: 'act', end: from, request: connectRequest(peer.behind ?? peer.plan.local) });
    }
    due.add(after(start, (again + scenario.within) * 1000), { what: 'judge', checker: 'recovers-in-bounded-time' });
  } else {
    due.add(after(start, scenario.within * 1000), { what: 'judge', checker: 'undisturbed-completes' });
  }
  const farewell = (disturbed ? scenario.calmAfter + longestDown + 1 : 0) + scenario.within + 1;
  for (const { end } of ends) due.add(after(start, farewell * 1000), { what: 'act', end: end.name, request: leaveRequest });

  for (let inputs = 0; failure === null; inputs++) {
    const waiting = ends.flatMap((e) => (e.deadline ? [{ e, ...e.deadline }] : [])).sort((a, b) => Number(a.at - b.at))[0];
    const next = due.first();
    if (next === null && !waiting) break;
    if (inputs > mostInputs) fail('comes-to-rest', `more than ${mostInputs} inputs`);
    if (secondsAt(now) > farewell + restWithin)
      fail('comes-to-rest', `${waiting?.e.end.name ?? 'the wire'} is still busy: ${waiting?.timer ?? ''}`);
    if (waiting && (next === null || waiting.at < next)) {
      if (waiting.at > now) now = waiting.at;
      give(waiting.e, { kind: 'TimerFired', at: now, origin, timer: waiting.timer });
    } else if (next !== null) {
      now = next;
      const what = due.take();
      if (what) happen(what);
    }
  }
  return {
    seed,
    failure,
    decisions: [...made.values()],
    logs: ends.map(({ end, happened }) => ({ end, log: logOf(end, happened) })),
    wire,
    seconds: secondsAt(now),
  };
};

/** An engine that throws has found its own fault: the run ends, and can be repeated. */
const attempt = <T>(run: () => T): T | string => {
  try {
    return run();
  } catch (fault) {
    return fault instanceof Error ? fault.message : String(fault);
  }
};

const isDisturbed = ({ impairments }: Plan): boolean =>
  impairments !== null && Object.values(impairments.shares).some((share) => share > 0);

const logOf = (end: SimulatedEnd, happened: readonly Event[]): Log => ({
  inputs: [{ name: 'live', kind: 'live', detail: `simulated, at ${end.plan.local}` }],
  given: end.given,
  happened,
  damage: [],
});
