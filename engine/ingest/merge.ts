/** Several inputs become one log: by time, each keeping its own order whatever its clock does. */
import type { Event } from '../event/event.ts';
import type { SecretRef } from '../event/secret.ts';
import type { Log } from '../log/log.ts';
import { alignReadings } from './align.ts';
import type { Reading } from './reading.ts';
import { toldIn } from './told.ts';

/**
 * Merges by the running maximum of each input's times; ties go to the input named first, and an event without a time follows
 * its predecessor. Secrets and policies without a time are given for the whole log. Input numbers and secret references are
 * made to fit the log. Text logs that tell of what another input shows are put where they belong by that one's clock; their events
 * keep their own times.
 */
export const mergeReadings = (readings: readonly Reading[]): Log => {
  const given: Event[] = [];
  const queues: Queue[] = [];
  let refs = 0;
  const alignments = alignReadings(readings);
  const told = toldIn(readings);
  readings.forEach((reading, input) => {
    const happened: Event[] = [];
    let highest = -1;
    for (const event of reading.events) {
      const own = rehomed(event, input, refs);
      const ref = refOf(own);
      if (ref !== null) highest = Math.max(highest, ref);
      (isGiven(own) ? given : happened).push(own);
    }
    refs = Math.max(refs, highest + 1);
    const alignment = alignments.find((a) => a.input === input);
    queues.push({ events: happened, at: 0, latest: null, ahead: alignment?.aligned ? alignment.offset : 0n });
  });
  return {
    inputs: readings.map((reading) => reading.input),
    given,
    happened: interleave(queues),
    damage: readings.flatMap((reading, input) => reading.damage.map((damage) => ({ ...damage, input }))),
    ...(alignments.length > 0 && { alignments }),
    ...(told.length > 0 && { told }),
  };
};

const isGiven = (event: Event): boolean => event.at === null && (event.kind === 'SecretLearned' || event.kind === 'PolicyConfigured');

const refOf = (event: Event): SecretRef | null => (event.kind === 'SecretLearned' || event.kind === 'EntropyDrawn' ? event.ref : null);

/** The event itself where its numbers fit already: a large capture is not copied. */
const rehomed = (event: Event, input: number, firstRef: number): Event => {
  const moved = event.origin.input === input ? event : { ...event, origin: { ...event.origin, input } };
  if (firstRef === 0 || (moved.kind !== 'SecretLearned' && moved.kind !== 'EntropyDrawn')) return moved;
  return { ...moved, ref: moved.ref + firstRef };
};

interface Queue {
  readonly events: readonly Event[];
  /** The next event to take. */
  at: number;
  /** The latest time among those taken and the next; `null` before the first time. */
  latest: bigint | null;
  /** Nanoseconds by which its clock is ahead of the others'. */
  readonly ahead: bigint;
}

const interleave = (queues: readonly Queue[]): readonly Event[] => {
  const [only] = queues;
  if (only && queues.length === 1) return only.events;
  const out: Event[] = [];
  for (const queue of queues) look(queue);
  for (;;) {
    let first: Queue | undefined;
    for (const queue of queues) {
      if (queue.at < queue.events.length && (first === undefined || isBefore(queue.latest, first.latest))) first = queue;
    }
    const event = first?.events[first.at];
    if (!first || !event) return out;
    out.push(event);
    first.at++;
    look(first);
  }
};

const isBefore = (a: bigint | null, b: bigint | null): boolean => b !== null && (a === null || a < b);

/** Takes the time of the next event into account. */
const look = (queue: Queue): void => {
  const own = queue.events[queue.at]?.at ?? null;
  const at = own === null ? null : own - queue.ahead;
  if (at !== null && (queue.latest === null || at > queue.latest)) queue.latest = at;
};
