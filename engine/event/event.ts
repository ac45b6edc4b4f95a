/**
 * Everything that can come from outside, as immutable values. Nothing here can be computed from another event: decoded trees,
 * derived keys and state transitions are made again at each replay.
 */
import type { Datagram } from '../values/datagram.ts';
import type { Timestamp } from '../values/timestamp.ts';
import type { Report } from './report.ts';
import type { SecretAbout, SecretRef } from './secret.ts';

/** Where an event came from: the input in the log's list of inputs, and the place in it. */
export interface Origin {
  /** Index into `Log.inputs`. */
  readonly input: number;
  /** From 1: the frame of a capture or the line of a text. 0 where there is no such thing. */
  readonly number: number;
  /** The interface of a capture that has several. */
  readonly vantage?: string;
}

interface Common {
  /** When, by the clock of its input; `null` for an input without a clock. */
  readonly at: Timestamp | null;
  readonly origin: Origin;
}

/** A datagram that a capture showed, that we received, or that we sent: the reducer makes no difference. */
export interface DatagramSeen extends Common {
  readonly kind: 'DatagramSeen';
  readonly via: 'capture' | 'received' | 'sent';
  readonly datagram: Datagram;
}

/** A timer of ours ran out. `timer` names it as whoever armed it did. */
export interface TimerFired extends Common {
  readonly kind: 'TimerFired';
  readonly timer: string;
}

/** Chance, as a fact: what was drawn, for which purpose. */
export interface EntropyDrawn extends Common {
  readonly kind: 'EntropyDrawn';
  readonly purpose: string;
  readonly length: number;
  readonly ref: SecretRef;
  /** `null` where the log was split from its secrets. */
  readonly value: Uint8Array | null;
}

/** Somebody told us a secret, or a table of keys did. */
export interface SecretLearned extends Common {
  readonly kind: 'SecretLearned';
  readonly about: SecretAbout;
  readonly ref: SecretRef;
  /** `null` where the log was split from its secrets. */
  readonly value: Uint8Array | null;
}

/** What an end is configured to accept and offer. */
export interface PolicyConfigured extends Common {
  readonly kind: 'PolicyConfigured';
  /** How the text is to be read: `ios`, `ikewind`. */
  readonly syntax: string;
  readonly text: string;
}

/** What somebody asked the engine to do, in its own words. */
export interface OperatorRequested extends Common {
  readonly kind: 'OperatorRequested';
  readonly request: string;
}

/** A line that a device printed, with the lines that continue it. */
export interface DeviceReported extends Common {
  readonly kind: 'DeviceReported';
  /** From 1; the first, where others continue it. */
  readonly line: number;
  /** As it stands in the input, damage included; continuation lines behind line feeds. Where two stand glued in one line: its part. */
  readonly text: string;
  /** `noise` for blank lines, prompts and commentary. */
  readonly recognised: boolean | 'noise';
  /** What it says, where that was recognised. */
  readonly report?: Report;
  /** Where the line names no year: `at` stands in a year that somebody chose. */
  readonly timeBasis?: 'year-assumed';
  /** What had to be mended before the line could be understood. */
  readonly repaired?: readonly Repair[];
}

/**
 * `typography`: signs that a word processor put in (a multiplication sign in hex, an ellipsis, a no-break space). `markup`: HTML entities.
 * `control`: escape sequences and control characters. `prompt`: a prompt or typed text before it. `ping`: dots and exclamation marks of
 * a running ping inside it. `glued`: it shares its line with another. `wrapped`: it was broken over lines in mid-sentence.
 */
export type Repair = 'typography' | 'markup' | 'control' | 'prompt' | 'ping' | 'glued' | 'wrapped';

/** The union is closed: a new member makes the compiler point at every place that has to know it. */
export type Event = DatagramSeen | TimerFired | EntropyDrawn | SecretLearned | PolicyConfigured | OperatorRequested | DeviceReported;
