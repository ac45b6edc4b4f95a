/** What is kept of whom, and in which order it came: `room.ts` says for how long. */

import type { Trace } from '../state/forget.ts';
import { emptyMap, type PersistentMap } from '../state/persistent-map.ts';
import { emptyQueue, type Queue } from './queue.ts';

/** `asked`: anybody can have said so, from any address. `answered`: what we sent there arrived. `kept`: ours, or believed. */
export type Standing = 'asked' | 'answered' | 'kept' | 'ended';

/** What one event left behind, in the state and in our own tables. */
export interface Left {
  readonly traces: readonly Trace[];
  readonly own: readonly { readonly table: string; readonly key: string }[];
}

/** All of a negotiation, the latest first. */
interface Pile {
  readonly left: Left;
  readonly below: Pile | null;
}

export interface Account {
  readonly standing: Standing;
  readonly cookie: string;
  readonly pile: Pile | null;
  readonly events: number;
}

export interface Memory {
  readonly accounts: PersistentMap<Account>;
  /** Negotiations by standing, in the order in which they came to it. Some have another by now. */
  readonly order: Readonly<Record<Exclude<Standing, 'kept'>, Queue<string>>>;
  readonly counts: Readonly<Record<Standing, number>>;
  readonly strays: Queue<Left>;
  /** Negotiations by the cookie of their initiator. */
  readonly cookies: PersistentMap<number>;
}

export const noMemory: Memory = {
  accounts: emptyMap,
  order: { asked: emptyQueue, answered: emptyQueue, ended: emptyQueue },
  counts: { asked: 0, answered: 0, kept: 0, ended: 0 },
  strays: emptyQueue,
  cookies: emptyMap,
};
