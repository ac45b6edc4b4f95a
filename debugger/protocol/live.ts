/** What the window knows of a running engine, and of logs that were forked from its own. */

export interface EngineView {
  /** `connect 192.0.2.2`. */
  readonly name: string;
  readonly status: 'running' | 'held' | 'ended';
  /** What holds it: `MM5`, `paused`; why it ended. Empty while it runs. */
  readonly why: string;
  /** Event behind which it is held. */
  readonly heldAt: number | null;
  /** As an operator says them, without `break at`. */
  readonly breakpoints: readonly string[];
  /** What is to become of the next message: `drop next`. */
  readonly changes: readonly string[];
  /** What the message is for that would leave; `null` where none is held back. */
  readonly pending: string | null;
  /** What came of the requests, as it was told last. */
  readonly verdict: string | null;
  /** Another number, another engine state. */
  readonly round: number;
}

export interface ForkView {
  /** From 1. */
  readonly id: number;
  /** `Fork 1 at #12`. */
  readonly name: string;
  /** The event at which it leaves the log that it was made from. */
  readonly event: number;
  /** In whose company it goes on, and with what change: a sentence. */
  readonly how: string;
  readonly outcome: string;
}

export interface LiveView {
  readonly engine: EngineView;
  readonly forks: readonly ForkView[];
  /** Which log the windows show: the engine's own, a fork by its number, or another (`null`). */
  readonly shown: 'engine' | number | null;
}

/** A fork that somebody wishes. */
export interface ForkWish {
  readonly event: number;
  /** `simulated`: an engine of ours plays the peer in virtual time. `recorded`: what came then comes again. */
  readonly future: 'simulated' | 'recorded';
  /** What an operator asks before it goes on: `drop next`, `edit next payloads 11 63`. */
  readonly requests: readonly string[];
  /** The message that came at `event` is left out. */
  readonly without: boolean;
  /** Or it comes with other octets: `edit next payloads 4 00`. */
  readonly came: readonly string[];
}
