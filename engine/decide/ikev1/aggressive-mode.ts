/**
 * What we owe in aggressive mode, RFC 2409 5: three messages instead of six, and no identity protected. With a pre-shared key the answer lets who
 * asks guess the key at leisure, so it is given only where the plan wants it.
 */
import { publicValue, publicValueFault } from '../../crypto/dh.ts';
import type { IsakmpPolicy } from '../../event/policy.ts';
import type { Context } from '../../state/context.ts';
import type { Fact, Side } from '../../state/fact.ts';
import { deriveValues } from '../../state/ikev1/derive.ts';
import type { Negotiation } from '../../state/state.ts';
import type { IpAddress } from '../../values/ip-address.ts';
import { isBelieved } from '../belief.ts';
import { asCookie, dhPrivateValue, drawnOr, initiatorCookie, nonceOf, responderCookie } from '../chance.ts';
import { firstContact } from '../initial-contact.ts';
import type { Intent } from '../intent.ts';
import type { Plan } from '../plan.ts';
import { conversationKey, type Taking } from '../taking.ts';
import { certificateRequests, ownIdentity } from './identity.ts';
import { clearMessage, exchange, phase1, sealedMessage, toPeer } from './message.ts';
import { usablePolicies } from './methods.ts';
import { isNatDetected, natPayloads } from './nat.ts';
import { isOffered, noProposalChosen, refuseInClear, takeOffer, unsupportedExchangeType } from './offer.ts';
import { keyExchange, nonce, phaseOneOffer, securityAssociation } from './payloads.ts';
import { ownProof } from './proof.ts';
import { ourVendorIds } from './vendor-ids.ts';

/** RFC 2409 5: the group cannot be negotiated, since the public value goes out with the offer: policies with the first one's group. */
const policiesOfOneGroup = (t: Taking, plan: Plan, peer: IpAddress): readonly IsakmpPolicy[] => {
  const policies = usablePolicies(t, plan, peer, 'initiator');
  return policies.filter((p) => p.group === policies[0]?.group);
};

/** AM1. There is a policy that we can live up to. */
export const beginAggressiveMode = (t: Taking, plan: Plan, request: number | string, peer: IpAddress): Intent | null => {
  const policies = policiesOfOneGroup(t, plan, peer);
  const group = policies[0]?.group;
  const first = drawnOr(t, initiatorCookie(request));
  if (!first.ok) return first.intent;
  const cookie = asCookie(first.values[0]);
  if (group == null) return null;
  const drawn = drawnOr(t, dhPrivateValue(cookie, group), nonceOf(conversationKey(cookie, 0)));
  if (!drawn.ok) return drawn.intent;
  const [secret, nonceValue] = drawn.values;
  const value = publicValue(group, secret);
  if (!value) return { do: 'Failed', negotiation: null, why: `group ${group} is none that we can compute in` };
  const offer = securityAssociation(phaseOneOffer(policies));
  const asked = certificateRequests(plan, policies);
  const payloads = [offer, keyExchange(value), nonce(nonceValue), ownIdentity(plan), ...asked, ...ourVendorIds(plan)];
  return {
    do: 'SendMessage',
    exchange: phase1,
    why: 'AM1: what we offer, our public value, who we are',
    datagram: {
      form: 'udp',
      src: plan.local,
      sport: plan.port,
      dst: peer,
      dport: plan.port,
      bytes: clearMessage(cookie, null, payloads, exchange.aggressive),
    },
  };
};

/** The next message of ours after the one named `last`. */
export const oweAggressiveMode = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side, last: string | null): Intent | null => {
  if (side === 'responder') return last === 'AM1' ? answerAll(ctx, t, plan, n) : null;
  return last === 'AM2' ? proveOurselves(ctx, t, plan, n) : null;
};

/** AM2. */
const answerAll = (ctx: Context, t: Taking, plan: Plan, n: Negotiation): Intent | null => {
  if (!plan.aggressive.answer) {
    return refuseInClear(t, plan, n, unsupportedExchangeType, 'aggressive mode is answered only where the configuration asks for it');
  }
  const { gxi, nonceI, idI } = n.values;
  if (!gxi || !nonceI || !idI) return null;
  const policies = usablePolicies(t, plan, n.initiator.address, 'responder');
  const taken = takeOffer(n, policies, ({ group }) => group !== null && publicValueFault(group, gxi.value) === null);
  const group = taken?.suite.group;
  if (!taken || group == null) return refuseInClear(t, plan, n, noProposalChosen, 'no offer fits our policies');
  const drawn = drawnOr(t, responderCookie(n.id), dhPrivateValue(n.initiatorCookie, group), nonceOf(conversationKey(n.id, 0)));
  if (!drawn.ok) return drawn.intent;
  const [cookieOctets, secret, nonceValue] = drawn.values;
  const value = publicValue(group, secret, ctx.crypto);
  if (!value) return null;
  const fact = (octets: Uint8Array): Fact => ({ value: octets, since: t.state.index, basis: 'seen' });
  // As the negotiation will stand when this message has been seen: all that is proven hangs on it.
  const answered = deriveValues(ctx, t.state.secrets, {
    ...n,
    suite: taken.suite,
    responderCookie: asCookie(cookieOctets),
    values: { ...n.values, gxr: fact(value), nonceR: fact(nonceValue) },
  });
  const own = ownIdentity(plan);
  const proof = ownProof(ctx, t, plan, answered, 'responder', own);
  if (!proof) return null;
  const nat = natPayloads(ctx, plan, answered, 'responder');
  const asked = certificateRequests(plan, [taken.suite]);
  const payloads = [taken.answer, keyExchange(value), nonce(nonceValue), own, ...proof, ...asked, ...ourVendorIds(plan), ...nat];
  const bytes = clearMessage(n.initiatorCookie, answered.responderCookie, payloads, exchange.aggressive);
  return {
    do: 'SendMessage',
    exchange: phase1,
    why: 'AM2: what we take, our public value, who we are, and the proof',
    datagram: toPeer(n, 'responder', plan, bytes),
  };
};

/** AM3, encrypted: RFC 2409 5 leaves it open, and all take both. */
const proveOurselves = (ctx: Context, t: Taking, plan: Plan, n: Negotiation): Intent | null => {
  const { gxr } = n.values;
  if (!isBelieved(t.doubts, n, 'initiator') || !gxr || publicValueFault(n.suite?.group ?? 0, gxr.value) !== null) return null;
  if (!isOffered(n, policiesOfOneGroup(t, plan, n.responder.address))) return null;
  const proof = ownProof(ctx, t, plan, n, 'initiator', ownIdentity(plan));
  const float = isNatDetected(n);
  const payloads = proof && [...proof, ...natPayloads(ctx, plan, n, 'initiator', float), ...firstContact(t, n, 'initiator')];
  const bytes = payloads && sealedMessage(ctx, n, 'initiator', n.iv.next?.value ?? null, exchange.aggressive, phase1, payloads);
  return bytes && { do: 'SendMessage', exchange: phase1, why: 'AM3: our own proof', datagram: toPeer(n, 'initiator', plan, bytes, float) };
};
