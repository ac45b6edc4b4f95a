/** Status notifies that say something about an SA, RFC 2407 4.6.3: initial contact and the responder's lifetime, in whichever message they come. */

import { reading } from '../../bytes/field.ts';
import { phaseOneAttributes, phaseTwoAttributes } from '../../registry/attribute.ts';
import { attributes } from '../../wire/attribute.ts';
import type { Payload } from '../../wire/payload-chain.ts';
import { type ContentOf, payloadsOf } from '../context.ts';
import type { Side } from '../fact.ts';
import { lifetimes } from '../ike/suite.ts';
import type { Negotiation } from '../state.ts';
import { learnDeadPeerDetection } from './dead-peer-detection.ts';

const initialContact = 24578;
const responderLifetime = 24576;
/** RFC 2408 3.14.1: the SA may be used now; asked for by the commit bit. */
export const connected = 16384;
const isakmp = 1;

export type Lifetime = NonNullable<Negotiation['responderLifetime']>;

/** RFC 2407 4.6.3.1: attributes of phase 1 for the ISAKMP SA, of phase 2 for others. */
const lifetimeIn = ({ protocolId, data }: ContentOf<'notification'>): Lifetime => {
  const phase1 = protocolId === isakmp;
  const table = phase1 ? phaseOneAttributes : phaseTwoAttributes;
  const list = attributes(() => table).read(reading(data, 'wire', 0, data.length), {});
  return phase1 ? lifetimes(list, 11, 12) : lifetimes(list, 1, 2);
};

/** The lifetime that a message gives SAs of a protocol, where it does. */
export const lifetimeSaid = (payloads: readonly Payload[], forPhase1: boolean): Lifetime | null => {
  const notify = payloadsOf(payloads, 'notification').find(
    (p) => p.content.notifyType === responderLifetime && (p.content.protocolId === isakmp) === forPhase1,
  );
  const said = notify ? lifetimeIn(notify.content) : null;
  return said && (said.seconds !== null || said.kilobytes !== null) ? said : null;
};

/** What a message that is believed says of its ISAKMP SA. */
export const learnStatus = (n: Negotiation, speaker: Side, payloads: readonly Payload[], event: number): Negotiation => {
  const types = payloadsOf(payloads, 'notification').map((p) => p.content.notifyType);
  if (types.length === 0) return n;
  const first = types.includes(initialContact) && n.initialContact[speaker] === null;
  const lifetime = lifetimeSaid(payloads, true);
  const said: Negotiation = {
    ...n,
    initialContact: first ? { ...n.initialContact, [speaker]: event } : n.initialContact,
    responderLifetime: lifetime ?? n.responderLifetime,
  };
  return learnDeadPeerDetection(said, speaker, payloads, event);
};
