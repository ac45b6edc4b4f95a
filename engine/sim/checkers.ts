/** What must hold after every step of a simulation, each a named rule that begins anew with each run. */
import { sideOf, type Taking } from '../decide/taking.ts';
import type { Round } from '../live/pump.ts';
import { other } from '../state/fact.ts';
import type { Association } from '../state/ipsec/association.ts';
import { changedEntries, get, values } from '../state/persistent-map.ts';
import type { Timestamp } from '../values/timestamp.ts';
import type { SimulatedEnd } from './scenario.ts';

/** One end as it stands. */
export interface Standing {
  readonly end: SimulatedEnd;
  readonly taking: Taking;
}

/** One input, given to one end. */
export interface Step {
  readonly now: Timestamp;
  readonly end: SimulatedEnd;
  readonly before: Taking;
  readonly after: Taking;
  readonly round: Round;
  /** All that are up, this one included. */
  readonly standing: readonly Standing[];
}

export interface Checker {
  readonly name: string;
  /** A watcher for one run: says what is wrong, or `null`. */
  readonly watch: () => (step: Step) => string | null;
}

const changed = ({ before, after }: Step): readonly [string, Association][] =>
  changedEntries(before.state.associations, after.state.associations);

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((octet, i) => octet === b[i]);

/** RFC 2409 5.5: both ends make the same KEYMAT of the same SPI. */
const equalKeys: Checker = {
  name: 'equal-keys',
  watch: () => (step) => {
    for (const [key, a] of changed(step)) {
      if (a.state !== 'mature' || !a.keymat) continue;
      for (const { taking, end } of step.standing) {
        // An address may differ between the two ends, where a NAT is between them; an SPI does not.
        const b = values(taking.state.associations).find((sa) => sa.spi === a.spi && sa.state === 'mature');
        if (b?.keymat && !equal(a.keymat.value, b.keymat.value)) return `${step.end.name} and ${end.name} have different keys for ${key}`;
      }
    }
    return null;
  },
};

/** RFC 2409 5: a quick mode is for those who have proven themselves. */
const authenticatedOnly: Checker = {
  name: 'no-sa-without-authentication',
  watch: () => (step) => {
    for (const [key, a] of changed(step)) {
      if (a.state !== 'mature' || a.made === null) continue;
      const n = a.negotiation === null ? undefined : get(step.after.state.negotiations, a.negotiation);
      const side = n && sideOf(n, step.end.plan.local);
      if (!n || !side || n.authenticated[other(side)] !== true) return `${step.end.name} has ${key} with a peer that has proven nothing`;
    }
    return null;
  },
};

/** RFC 4303 3.3.3: under one key no number comes twice, not even after a crash. */
const countersRise: Checker = {
  name: 'counters-rise',
  watch: () => {
    const highest = new Map<string, bigint>();
    return (step) => {
      for (const { event, seen } of step.round.happened) {
        if (event.kind !== 'DatagramSeen' || event.via !== 'sent' || !seen.ipsec) continue;
        const { association: key, sequence } = seen.ipsec;
        const last = highest.get(key) ?? 0n;
        if (sequence <= last) return `${step.end.name} sends number ${sequence} after ${last} of ${key}`;
        highest.set(key, sequence);
      }
      return null;
    };
  },
};

/** Whoever arms a timer is woken for it, or has cancelled it. */
const timersRun: Checker = {
  name: 'timers-run',
  watch: () => (step) => {
    const { deadline } = step.round;
    for (const { timer, at } of values(step.after.armed.byTimer)) {
      if (deadline === null || at < deadline.at) return `${step.end.name} does not ask to be woken for "${timer}"`;
    }
    return null;
  },
};

/** Far more than any scenario needs: what grows without end passes them soon. */
const most = { eventsAfterOneInput: 60, negotiations: 200, associations: 400, armed: 200, conversations: 600 };

const bounded: Checker = {
  name: 'memory-bounded',
  watch: () => (step) => {
    const { state, armed, conversations } = step.after;
    const counts = {
      eventsAfterOneInput: step.round.happened.length,
      negotiations: state.negotiations.size,
      associations: state.associations.size,
      armed: armed.byTimer.size,
      conversations: conversations.size,
    };
    for (const [what, limit] of Object.entries(most)) {
      const n = counts[what as keyof typeof counts];
      if (n > limit) return `${step.end.name} has ${what}: ${n}, more than ${limit}`;
    }
    return null;
  },
};

export const checkers: readonly Checker[] = [equalKeys, authenticatedOnly, countersRise, timersRun, bounded];
