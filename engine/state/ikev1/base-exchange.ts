/** The base exchange, RFC 2408 4.4: nonces first, then public values with identities and proofs, all in the clear. IKE has no rules of its own for it. */
import type { Payload } from '../../wire/payload-chain.ts';
import { carries } from '../context.ts';
import type { Side } from '../fact.ts';
import type { BaseMessageName } from './transitions.ts';

/** Payload types, RFC 2408 3.1: they tell which message it is even where a body is cut or broken. */
const securityAssociation = 1;
const keyExchange = 4;

/** By what it carries and who sends it; `null` for a message that is none of the four. */
export const baseExchangeMessage = (payloads: readonly Payload[], speaker: Side): BaseMessageName | null => {
  const initiator = speaker === 'initiator';
  if (carries(payloads, securityAssociation)) return initiator ? 'BM1' : 'BM2';
  if (carries(payloads, keyExchange)) return initiator ? 'BM3' : 'BM4';
  return null;
};
