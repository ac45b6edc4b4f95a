/**
 * How far a phase 1 of ours has come, message by message: RFC 2409 5. An observer believes that whoever sends under the keys of phase 1 has finished
 * it, even where it cannot open the message, since a capture may lack some. Who takes part lacks none, and would let a stranger stall it.
 */
import { phase1Exchanges } from '../state/ikev1/phase1.ts';
import type { Phase1MessageName } from '../state/ikev1/transitions.ts';
import type { IkeSeen } from '../state/seen.ts';
import type { Negotiation } from '../state/state.ts';

const namesOf = (n: Negotiation): readonly Phase1MessageName[] => phase1Exchanges[n.mode]?.names ?? [];

/** The last message after this one; each has to be the next of its exchange, and a peer's has to be readable and not proven wrong. */
export const progressAfter = (n: Negotiation, before: Phase1MessageName | null, ike: IkeSeen, ours: boolean): Phase1MessageName | null => {
  const names = namesOf(n);
  const due = names[before === null ? 0 : names.indexOf(before) + 1];
  if (due === undefined || ike.label !== due) return before;
  const { encrypted } = (ike.reassembled ?? ike).message;
  const isReadable = encrypted === null || ike.opened !== null;
  const isWrong = ike.authenticators.some((a) => a.verdict === 'differs');
  return ours || (isReadable && !isWrong) ? due : before;
};

/** Whether it was the last of its exchange. */
export const isLast = (n: Negotiation, name: Phase1MessageName | null): boolean => name !== null && name === namesOf(n).at(-1);

/** How many messages of phase 1 have passed. */
export const messagesPassed = (n: Negotiation, name: Phase1MessageName | null): number =>
  name === null ? 0 : namesOf(n).indexOf(name) + 1;
