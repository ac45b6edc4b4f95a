/** Aggressive mode, RFC 2409 5.4 (RFC 2408 4.7): which of the three messages it is. The third may come encrypted or in the clear. */
import type { Payload } from '../../wire/payload-chain.ts';
import { carries } from '../context.ts';
import type { Side } from '../fact.ts';
import type { AggressiveMessageName } from './transitions.ts';

/** Payload types, RFC 2408 3.1: they tell which message it is even where a body is cut or broken. */
const securityAssociation = 1;
const hash = 8;
const signature = 9;

/** By what it carries and who sends it; `null` for a message that is none of the three. */
export const aggressiveModeMessage = (payloads: readonly Payload[], encrypted: boolean, speaker: Side): AggressiveMessageName | null => {
  const initiator = speaker === 'initiator';
  if (encrypted) return initiator ? 'AM3' : null;
  if (carries(payloads, securityAssociation)) return initiator ? 'AM1' : 'AM2';
  return initiator && (carries(payloads, hash) || carries(payloads, signature)) ? 'AM3' : null;
};
