/** The log: what came from outside, in order. Append-only; a log is never edited. */
import type { Event } from '../event/event.ts';
import type { Told } from '../event/told.ts';
import type { Timestamp } from '../values/timestamp.ts';

/** A place where an input could not be read, or could be read only in part. Reading went on, or stopped there, as `message` says. */
export interface Damage {
  readonly input: number;
  /** Octet offset in the input, uncompressed. */
  readonly offset: number;
  /** Stable: `truncated-record`, `bad-checksum`, `unknown-block`. */
  readonly code: string;
  readonly message: string;
  /** Octets around the break, beginning at `offset`; at most 64. */
  readonly bytes: Uint8Array;
}

/** A file, or a source of another kind, that events came from. */
export interface Input {
  /** The file's own name, without its folder. */
  readonly name: string;
  readonly kind: 'capture' | 'text' | 'keys' | 'log' | 'live';
  /** What it is, in words: `pcap, little-endian, microseconds`. */
  readonly detail: string;
}

/** How a text log and another input lie in time. It follows from what they hold, so it is found anew whenever they are merged. */
export type Alignment = {
  /** The log that was held against another. */
  readonly input: number;
  readonly to: number;
} & (
  | {
      readonly aligned: true;
      /** Nanoseconds by which its clock is ahead. */
      readonly offset: bigint;
      /** Things that stand in both and agree on that, and by how much they differ at most. */
      readonly matches: number;
      readonly spread: bigint;
      /** What ties them: `cookie 9ddfe2934d8be14b`. */
      readonly on: readonly string[];
    }
  /** Not the same negotiation, or nothing that would show it: a sentence's end that says why. */
  | { readonly aligned: false; readonly reason: string }
);

/** A value: adding to a log makes another one. */
export interface Log {
  readonly inputs: readonly Input[];
  /** What is given for the whole log (secrets, policies): all of it is index 0. */
  readonly given: readonly Event[];
  /** What happened: `happened[i]` is index i + 1. */
  readonly happened: readonly Event[];
  readonly damage: readonly Damage[];
  /** Absent where there is nothing to align. */
  readonly alignments?: readonly Alignment[];
  /** What configurations and `show` output claim; absent where there are none. */
  readonly told?: readonly Told[];
}

export const emptyLog: Log = { inputs: [], given: [], happened: [], damage: [] };

/** The last index: a log of n things that happened has the indices 0 to n. */
export const lastIndex = (log: Log): number => log.happened.length;

/** The events at an index: all that was given at 0, one thing that happened at every other. */
export const eventsAt = (log: Log, index: number): readonly Event[] => {
  if (index === 0) return log.given;
  const event = log.happened[index - 1];
  return event ? [event] : [];
};

/** The first moment that any input names: times relative to the start count from here. */
export const startOf = (log: Log): Timestamp | null => log.happened.find((e) => e.at !== null)?.at ?? null;
