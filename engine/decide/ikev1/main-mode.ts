/** What we owe in main mode, RFC 2409 5: the next of the six messages, after the last one that passed. */
import { publicValue, publicValueFault } from '../../crypto/dh.ts';
import type { Context } from '../../state/context.ts';
import type { Side } from '../../state/fact.ts';
import type { Negotiation } from '../../state/state.ts';
import { isBelieved } from '../belief.ts';
import { asCookie, dhPrivateValue, drawnOr, nonceOf, responderCookie } from '../chance.ts';
import { firstContact } from '../initial-contact.ts';
import type { Intent } from '../intent.ts';
import type { Plan } from '../plan.ts';
import { conversationKey, type Taking } from '../taking.ts';
import { certificateRequests, ownIdentity } from './identity.ts';
import { clearMessage, exchange, phase1, sealedMessage, toPeer } from './message.ts';
import { usablePolicies } from './methods.ts';
import { isNatDetected, natPayloads } from './nat.ts';
import { isOffered, noProposalChosen, refuseInClear, takeOffer } from './offer.ts';
import { keyExchange, nonce } from './payloads.ts';
import { ownProof } from './proof.ts';
import { commonVendorIds } from './vendor-ids.ts';

/** The next message of ours after the one named `last`; `null` where it is not our turn, or where nothing can be answered. */
export const oweMainMode = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side, last: string | null): Intent | null => {
  const ours = side === 'initiator' ? initiatorSteps : responderSteps;
  return ours[last ?? '']?.(ctx, t, plan, n) ?? null;
};

type Step = (ctx: Context, t: Taking, plan: Plan, n: Negotiation) => Intent | null;

const initiatorSteps: Readonly<Record<string, Step>> = {
  MM2: (ctx, t, plan, n) =>
    isOffered(n, usablePolicies(t, plan, n.responder.address, 'initiator')) ? sendPublicValue(ctx, t, plan, n, 'initiator') : null,
  MM4: (ctx, t, plan, n) => proveOurselves(ctx, t, plan, n, 'initiator'),
};

const responderSteps: Readonly<Record<string, Step>> = {
  MM1: (_ctx, t, plan, n) => answerOffer(t, plan, n),
  MM3: (ctx, t, plan, n) => sendPublicValue(ctx, t, plan, n, 'responder'),
  MM5: (ctx, t, plan, n) => (isBelieved(t.doubts, n, 'responder') ? proveOurselves(ctx, t, plan, n, 'responder') : null),
};

const answerOffer = (t: Taking, plan: Plan, n: Negotiation): Intent | null => {
  const taken = takeOffer(n, usablePolicies(t, plan, n.initiator.address, 'responder'));
  if (!taken) return refuseInClear(t, plan, n, noProposalChosen, 'no offer fits our policies');
  const drawn = drawnOr(t, responderCookie(n.id));
  if (!drawn.ok) return drawn.intent;
  const bytes = clearMessage(n.initiatorCookie, asCookie(drawn.values[0]), [taken.answer, ...commonVendorIds(plan, n)]);
  return { do: 'SendMessage', exchange: phase1, why: 'MM2: what we take of the offer', datagram: toPeer(n, 'responder', plan, bytes) };
};

/** MM3 and MM4. */
const sendPublicValue = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side): Intent | null => {
  const group = n.suite?.group;
  if (group == null) return null;
  const peers = side === 'responder' ? n.values.gxi : null;
  if (side === 'responder' && (!peers || !n.values.nonceI || publicValueFault(group, peers.value) !== null)) return null;
  const drawn = drawnOr(t, dhPrivateValue(n.initiatorCookie, group), nonceOf(conversationKey(n.id, 0)));
  if (!drawn.ok) return drawn.intent;
  const [secret, nonceValue] = drawn.values;
  const value = publicValue(group, secret, ctx.crypto);
  if (!value) return null;
  const asked = certificateRequests(plan, n.suite ? [n.suite] : []);
  const payloads = [keyExchange(value), nonce(nonceValue), ...asked, ...natPayloads(ctx, plan, n, side)];
  const bytes = clearMessage(n.initiatorCookie, n.responderCookie, payloads);
  return {
    do: 'SendMessage',
    exchange: phase1,
    why: `${side === 'initiator' ? 'MM3' : 'MM4'}: our public value and nonce`,
    datagram: toPeer(n, side, plan, bytes),
  };
};

/** MM5 and MM6. */
const proveOurselves = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side): Intent | null => {
  const peers = side === 'initiator' ? n.values.gxr : n.values.gxi;
  if (!peers || publicValueFault(n.suite?.group ?? 0, peers.value) !== null) return null;
  const own = ownIdentity(plan);
  const proof = ownProof(ctx, t, plan, n, side, own);
  const bytes =
    proof && sealedMessage(ctx, n, side, n.iv.next?.value ?? null, exchange.main, phase1, [own, ...proof, ...firstContact(t, n, side)]);
  if (!bytes) return null;
  const float = side === 'initiator' && isNatDetected(n);
  return {
    do: 'SendMessage',
    exchange: phase1,
    why: `${side === 'initiator' ? 'MM5' : 'MM6'}: who we are, and the proof`,
    datagram: toPeer(n, side, plan, bytes, float),
  };
};
