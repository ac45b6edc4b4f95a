/**
 * Another future of a live log: the same engine from one of its moments on, with something changed, in virtual time. What comes then is what was
 * recorded, or what a peer says whom an engine of ours plays.
 */

import type { Plan } from '../decide/plan.ts';
import { seededOctets } from '../decide/seeded.ts';
import type { Event } from '../event/event.ts';
import { edited } from '../live/edit.ts';
import { impair } from '../live/impair.ts';
import { operation } from '../live/operate.ts';
import { accept, type Draw, type Input, type Pump, type Round, startPump } from '../live/pump.ts';
import { isInput } from '../live/redrive.ts';
import type { Log } from '../log/log.ts';
import type { Context } from '../state/context.ts';
import { fromSeconds, type Timestamp, timestamp } from '../values/timestamp.ts';
import { agenda } from './agenda.ts';
import { isOperators, mirrored, peerOf } from './mirror.ts';

export interface ForkAt {
  /** The moment that is shared still. */
  readonly event: number;
  readonly future: 'simulated' | 'recorded';
  /** What an operator asks before it goes on: `drop next`, `edit next payloads 11 63`. */
  readonly requests: readonly string[];
  /** What came at that moment does not come. */
  readonly without: boolean;
  /** The message that came at that moment, changed on its way: `edit next payloads 4 00`; what is sealed is sealed again. */
  readonly came: readonly string[];
}

export interface Forked {
  readonly log: Log;
  /** The first event that is the fork's own. */
  readonly first: number;
  /** What came of the requests; `null` where none was to come about, or nothing was told. */
  readonly verdict: string | null;
}

const origin = { input: 0, number: 0 };
const millisecond = 1_000_000n;
/** What any datagram takes. */
const way = 10n * millisecond;
/** Nobody waits longer for an answer: what comes later is another story. */
const longestSilence = 25_000n * millisecond;
const longestRun = 180_000n * millisecond;
const mostInputs = 1000;

/** Inputs of the log, each with the index of the last event that followed from it. */
interface Recorded {
  readonly input: Input;
  readonly last: number;
}

const recordedIn = ({ happened }: Log): readonly Recorded[] => {
  const found: { input: Input; last: number }[] = [];
  happened.forEach((event, i) => {
    if (isInput(event)) found.push({ input: event, last: i + 1 });
    else {
      const round = found.at(-1);
      if (round) round.last = i + 1;
    }
  });
  return found;
};

/** `null` where the log holds no such moment, or nobody is there to be simulated. */
export const fork = (ctx: Context, plan: Plan, log: Log, wish: ForkAt): Forked | null => {
  const recorded = recordedIn(log);
  const inside = recorded.findIndex(({ last }) => last >= wish.event);
  const round = recorded[inside];
  if (!round) return null;
  // At the end of a round all of it is shared. Within it what was asked has to come first, since the engine answers at once.
  const isChanged = wish.without || wish.came.length > 0;
  const whole = round.last === wish.event && !isChanged;
  const shared = recorded.slice(0, whole ? inside + 1 : inside);
  const draw = drawFrom(log, `fork ${wish.event}`);
  const run = begin(ctx, plan, log, shared, draw);
  const first = run.happened.length + 1;
  const again = whole || wish.without ? [] : [changedOnItsWay(ctx, run.pump, round.input, wish.came)];
  const now = shared.at(-1)?.input.at ?? log.happened[0]?.at ?? fromSeconds(0, 0);
  const ask = (request: string): Input => ({ kind: 'OperatorRequested', at: now, origin, request });
  const { operating } = run.pump;
  const asked = [...operating.breakpoints.map((at) => `no break at ${at}`), ...wish.requests].map(ask);
  const coming = [...asked, ...again, ...(operating.held ? [ask('continue')] : [])];
  if (wish.future === 'recorded') {
    const rest = recorded.slice(inside + 1).map(({ input }) => input);
    for (const input of [...coming, ...rest.filter((event) => !isOperators(event))]) run.give(input);
  } else {
    // Whatever becomes of it with us, the peer said it.
    const said = whole ? [] : [arrivalAlone(accept(ctx, run.pump, round.input, draw))];
    if (!simulated(ctx, run, [...run.rounds, ...said], coming, log, now)) return null;
  }
  const name = log.inputs[0]?.name ?? 'live';
  const inputs = [{ name, kind: 'live', detail: `a fork at event ${wish.event}` }] as const;
  return { log: { inputs, given: log.given, happened: run.happened, damage: [] }, first, verdict: run.verdict };
};

const changedOnItsWay = (ctx: Context, { taking }: Pump, input: Input, came: readonly string[]): Input => {
  if (input.kind !== 'DatagramSeen' || input.datagram.form !== 'udp' || came.length === 0) return input;
  const changes = came.flatMap((text) => {
    const asked = operation(text);
    return asked?.do === 'change' ? [asked.change] : [];
  });
  return { ...input, datagram: edited(ctx, taking.state, input.datagram, changes) };
};

/** Without what we made of it. */
const arrivalAlone = (round: Round): Round => ({ ...round, happened: round.happened.slice(0, 1), sends: [] });

/** Chance as it was recorded, and where the fork draws what was never drawn: what its name gives. */
const drawFrom = ({ happened }: Log, seed: string): Draw => {
  const known = new Map(happened.flatMap((e) => (e.kind === 'EntropyDrawn' && e.value ? [[e.purpose, e.value] as const] : [])));
  return (purpose, length) => known.get(purpose) ?? seededOctets(`${seed} ${purpose}`, length);
};

interface Run {
  pump: Pump;
  readonly happened: Event[];
  readonly rounds: Round[];
  verdict: string | null;
  readonly give: (input: Input) => Round;
}

const begin = (ctx: Context, plan: Plan, log: Log, shared: readonly Recorded[], draw: Draw): Run => {
  const run: Run = {
    pump: startPump(ctx, plan, log.given),
    happened: [],
    rounds: [],
    verdict: null,
    give: (input) => {
      const round = accept(ctx, run.pump, input, draw);
      run.pump = round.pump;
      run.rounds.push(round);
      for (const { event } of round.happened) run.happened.push(event);
      if (round.verdict) run.verdict = round.verdict.do === 'Failed' ? `failed: ${round.verdict.why}` : 'everything asked for stands';
      return round;
    },
  };
  for (const { input } of shared) run.give(input);
  run.verdict = null;
  return run;
};

/** `false` where there is no peer. */
const simulated = (ctx: Context, run: Run, past: readonly Round[], coming: readonly Input[], log: Log, start: Timestamp): boolean => {
  const address = peerOf(run.pump);
  if (address === null) return false;
  let peer = mirrored(ctx, run.pump.plan, address, log, past);
  const draw: Draw = (purpose, length) => seededOctets(`peer ${address} ${purpose}`, length);
  const due = agenda<{ readonly to: 'us' | 'peer'; readonly input: Input }>();
  let now = start;
  let [ours, theirs] = [run.rounds.at(-1)?.deadline ?? null, null as Round['deadline']];
  const put = (to: 'us' | 'peer', { sends }: Round): void => {
    for (const send of sends) {
      for (const { datagram, delay } of impair(send.troubles, send.datagram)) {
        const at = timestamp(now + way + BigInt(delay) * millisecond);
        due.add(at, { to, input: { kind: 'DatagramSeen', at, origin, via: 'received', datagram } });
      }
    }
  };
  const give = (to: 'us' | 'peer', input: Input): void => {
    if (to === 'us') {
      const round = run.give(input);
      ours = round.deadline;
      put('peer', round);
    } else {
      const round = accept(ctx, peer, input, draw);
      peer = round.pump;
      theirs = round.deadline;
      put('us', round);
    }
  };
  for (const input of coming) give('us', input);
  // What it owes since before the fork.
  give('peer', { kind: 'OperatorRequested', at: now, origin, request: 'go on' });
  for (let n = 0; n < mostInputs; n++) {
    const arrival = due.first();
    const alarm = earlier(ours, theirs);
    const at = earliest(arrival, alarm?.at ?? null);
    if (at === null || at > start + longestRun) break;
    if (arrival === null && (run.verdict !== null || at > now + longestSilence)) break;
    if (at > now) now = at;
    const next = arrival !== null && arrival <= at ? due.take() : null;
    if (next) give(next.to, next.input);
    else if (alarm) give(alarm === ours ? 'us' : 'peer', { kind: 'TimerFired', at: now, origin, timer: alarm.timer });
  }
  return true;
};

const earliest = (a: Timestamp | null, b: Timestamp | null): Timestamp | null => (a === null ? b : b === null || a <= b ? a : b);
const earlier = (a: Round['deadline'], b: Round['deadline']): Round['deadline'] => (a === null ? b : b === null || a.at <= b.at ? a : b);
