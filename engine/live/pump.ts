/**
 * Takes part: one input in, everything that follows from it out. Knows no protocol, no socket and no clock: whoever drives it hands in the moment
 * and the chance, keeps the events, and lets the bytes go.
 */
import { arm, disarm, firstAlarm } from '../decide/alarms.ts';
import { atRest } from '../decide/attend.ts';
import { decide, verdictText } from '../decide/decide.ts';
import { inPieces } from '../decide/fragments.ts';
import { misMake } from '../decide/ikev1/mis-make.ts';
import { impairs, type Trouble, troublesOf } from '../decide/impairments.ts';
import type { Frame, Intent, UdpDatagram } from '../decide/intent.ts';
import type { Plan } from '../decide/plan.ts';
import { step } from '../decide/step.ts';
import { beginTaking, type Taking } from '../decide/taking.ts';
import type { DatagramSeen, Event, OperatorRequested, TimerFired } from '../event/event.ts';
import type { Context } from '../state/context.ts';
import type { Seen } from '../state/seen.ts';
import { initialState } from '../state/state.ts';
import type { Timestamp } from '../values/timestamp.ts';
import { edited } from './edit.ts';
import { afterMessage, afterRound, heldBefore, heldBy, type Operating, unheld } from './hold.ts';
import { type Change, troublesOfChanges } from './operate.ts';

export interface Pump {
  readonly plan: Plan;
  readonly taking: Taking;
  /** Breakpoints, and what an operator wants of the next message. */
  readonly operating: Operating;
  /** Names the next record of secret octets. */
  readonly nextRef: number;
}

/** What comes from outside: a datagram that we received, a timer of ours, a wish. */
export type Input = Extract<Event, { readonly kind: 'DatagramSeen' }> | TimerFired | OperatorRequested;

/** Gives `length` octets of chance. */
export type Draw = (purpose: string, length: number) => Uint8Array;

export interface Happened {
  readonly index: number;
  readonly event: Event;
  readonly seen: Seen;
}

export interface Deadline {
  readonly timer: string;
  readonly at: Timestamp;
}

export interface Send {
  readonly datagram: UdpDatagram;
  readonly why: string;
  /** What is to become of it on its way: `impair` says how. */
  readonly troubles: readonly Trouble[];
}

/** The message that would leave, were we not held. */
export interface Pending extends Send {
  /** What was asked for it; its octets have it already. */
  readonly changes: readonly Change[];
}

export interface Round {
  readonly pump: Pump;
  /** The input, then what followed from it, in order: to be on disk before `sends` leave. */
  readonly happened: readonly Happened[];
  readonly sends: readonly Send[];
  /** ESP that goes without UDP around it. */
  readonly frames: readonly Frame[];
  /** `null` where nothing is held back. */
  readonly pending: Pending | null;
  /** The timer that runs out first; `null` where we wait for nothing, or are held: then no time passes for us. */
  readonly deadline: Deadline | null;
  /** Told when it changes. */
  readonly verdict: Extract<Intent, { readonly do: 'Done' | 'Failed' }> | null;
}

/** Rounds after one input: an exchange takes a handful, a request for many flows some hundred. More is a fault of ours. */
const mostRounds = 10_000;

const refsIn = (events: readonly Event[]): number =>
  events.reduce((most, e) => (e.kind === 'SecretLearned' || e.kind === 'EntropyDrawn' ? Math.max(most, e.ref + 1) : most), 0);

/** Before anything has happened. `given`: secrets and configurations, all of them index 0. */
export const startPump = (ctx: Context, plan: Plan, given: readonly Event[]): Pump => ({
  plan,
  taking: given.reduce((taking, event) => step(ctx, plan, taking, event, 0).taking, beginTaking(initialState)),
  operating: unheld,
  nextRef: refsIn(given),
});

/** Folds the input and does what is owed after it, until nothing is, or until an operator wants a message held. */
export const accept = (ctx: Context, pump: Pump, input: Input, draw: Draw): Round => {
  const { plan } = pump;
  const happened: Happened[] = [];
  const sends: Send[] = [];
  const frames: Frame[] = [];
  let { taking, operating, nextRef } = pump;
  let verdict: Round['verdict'] = null;
  let pending: Pending | null = null;
  let isHeld = false;
  const take = (event: Event): void => {
    const index = taking.state.index + 1;
    const stepped = step(ctx, pump.plan, taking, event, index);
    taking = stepped.taking;
    happened.push({ index, event, seen: stepped.seen });
    operating = heldBy(operating, taking.state, event, stepped.seen, plan.local);
  };
  const common = { at: input.at, origin: input.origin };
  take(input);
  for (let round = 0; pending === null && !isHeld; round++) {
    const intents = decide(ctx, taking, plan);
    if (intents.length === 0) break;
    if (round === mostRounds) throw new Error(`decide does not come to rest: ${intents.map((i) => i.do).join(', ')}`);
    for (const intent of intents) {
      switch (intent.do) {
        case 'DrawEntropy': {
          const { purpose, length } = intent;
          take({ kind: 'EntropyDrawn', ...common, purpose, length, ref: nextRef++, value: draw(purpose, length) });
          break;
        }
        case 'SendMessage': {
          const leaving = made(ctx, taking, plan, operating.changes, intent);
          const event: DatagramSeen = { kind: 'DatagramSeen', ...common, via: 'sent', datagram: leaving.datagram };
          operating = heldBefore(ctx, operating, taking.state, event, plan.local);
          if (operating.held) {
            pending = leaving;
            break;
          }
          for (const datagram of inPieces(taking.state, plan, leaving.datagram)) {
            // Each piece has a way of its own, and what an operator wants is for all of them.
            const troubles = [...troublesNow(taking, plan), ...troublesOfChanges(leaving.changes)];
            take({ ...event, datagram });
            sends.push({ ...leaving, datagram, troubles });
          }
          operating = afterMessage(operating, taking.state.index);
          break;
        }
        case 'SendPacket': {
          const { datagram, why } = intent;
          if (operating.held) {
            isHeld = true;
            break;
          }
          const troubles = troublesNow(taking, plan);
          take({ kind: 'DatagramSeen', ...common, via: 'sent', datagram });
          if (datagram.form === 'udp') sends.push({ datagram, why, troubles });
          else frames.push(datagram);
          break;
        }
        case 'ArmTimer':
          taking = { ...taking, armed: arm(taking.armed, { timer: intent.timer, at: intent.at, of: intent.of }) };
          break;
        case 'CancelTimer':
          taking = { ...taking, armed: disarm(taking.armed, intent.timer) };
          break;
        case 'Rest':
          taking = atRest(taking, intent.negotiation);
          break;
        default:
          taking = { ...taking, verdict: verdictText(intent) };
          verdict = intent;
      }
    }
  }
  const now = { ...pump, taking, operating: afterRound(operating), nextRef };
  return { pump: now, happened, sends, frames, pending, deadline: operating.held ? null : firstDeadline(taking), verdict };
};

/** A message of ours with all that is done to it on purpose: by the configuration, then by an operator. */
const made = (
  ctx: Context,
  taking: Taking,
  plan: Plan,
  changes: readonly Change[],
  { datagram, why }: { readonly datagram: UdpDatagram; readonly why: string },
): Pending => {
  const troubles = troublesNow(taking, plan);
  const impaired = misMake(ctx, taking.state, datagram, troubles);
  return {
    datagram: edited(ctx, taking.state, impaired, changes),
    why,
    troubles: [...troubles, ...troublesOfChanges(changes)],
    changes,
  };
};

const firstDeadline = ({ armed }: Taking): Deadline | null => firstAlarm(armed);

/** Those of the datagram that is to be sent next. */
const troublesNow = (taking: Taking, { impairments }: Plan): readonly Trouble[] =>
  impairments && impairs(taking) ? troublesOf(impairments, taking.sent + 1) : [];
