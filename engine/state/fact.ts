/** Values with where they come from, and the two sides of a negotiation: what all parts of the state are made of. */

export type Side = 'initiator' | 'responder';
/** The side across. */
export const other = (side: Side): Side => (side === 'initiator' ? 'responder' : 'initiator');

/** A value with where it comes from: given to us, read in a packet, or computed from others. `since` is the event that completed it. */
export interface Fact<T = Uint8Array> {
  readonly value: T;
  readonly since: number;
  readonly basis: 'supplied' | 'seen' | 'derived';
}

/** The CBC chain of one exchange, RFC 2409 App. B: the IV of the next message, and how it was come by. */
export interface IvChain {
  /** IV of the next message; `null` where it cannot be known. */
  readonly next: Fact | null;
  /** Last ciphertext blocks of earlier messages, the newest first, at most eight: a message that came late fits one of them. */
  readonly earlier: readonly Fact[];
}

export const noChain: IvChain = { next: null, earlier: [] };
