/** Main mode, RFC 2409 5.4 (RFC 2408 4.5, Identity Protection): which of the six messages it is. */
import type { Payload } from '../../wire/payload-chain.ts';
import { carries } from '../context.ts';
import type { Side } from '../fact.ts';
import type { MessageName } from './transitions.ts';

/** Payload types, RFC 2408 3.1: they tell which message it is even where a body is cut or broken. */
const securityAssociation = 1;
const keyExchange = 4;

/** By what it carries and who sends it; `null` for a message that is none of the six. */
export const mainModeMessage = (payloads: readonly Payload[], encrypted: boolean, speaker: Side): MessageName | null => {
  const initiator = speaker === 'initiator';
  if (encrypted) return initiator ? 'MM5' : 'MM6';
  if (carries(payloads, keyExchange)) return initiator ? 'MM3' : 'MM4';
  if (carries(payloads, securityAssociation)) return initiator ? 'MM1' : 'MM2';
  return null;
};
