/** What we owe in main mode with a pre-shared key, RFC 2409 5.4: the next of the six messages, judged by the state of our own side. */

import { fromHex, toHex } from '../../bytes/hex.ts';
import { publicValue, publicValueFault } from '../../crypto/dh.ts';
import type { IsakmpPolicy } from '../../event/policy.ts';
import { vendorIdName } from '../../registry/vendor-id.ts';
import type { Context } from '../../state/context.ts';
import { other, type Side } from '../../state/fact.ts';
import { cookieOctets } from '../../state/ike/cookie-octets.ts';
import { matchPhaseOne, phaseOneDifferences } from '../../state/ike/policy-match.ts';
import { algorithmsOf, phase1Suite } from '../../state/ike/suite.ts';
import { hashI, hashR } from '../../state/ikev1/authentication.ts';
import { valuesOf } from '../../state/ikev1/derive.ts';
import { get } from '../../state/persistent-map.ts';
import { exchangeKey, type Negotiation } from '../../state/state.ts';
import { type Cookie, cookie, noCookie } from '../../values/cookie.ts';
import type { IpAddress } from '../../values/ip-address.ts';
import { messageId } from '../../values/message-id.ts';
import type { PayloadToWrite } from '../../wire/payload-chain.ts';
import { asMessageId, dhPrivateValue, drawnOr, initiatorCookie, messageIdOf, nonceOf, responderCookie } from '../chance.ts';
import type { Intent } from '../intent.ts';
import { type Plan, tunnelsFor } from '../plan.ts';
import { conversationKey, type Taking } from '../taking.ts';
import { clearMessage, exchange, hashPayload, sealedMessage, toPeer } from './message.ts';
import {
  addressIdentity,
  bodyOf,
  chosen,
  identification,
  keyExchange,
  natDiscovery,
  nonce,
  notification,
  phaseOneOffer,
  proposalsIn,
  securityAssociation,
  vendorId,
} from './payloads.ts';

const preSharedKey = 1;
const noProposalChosen = 14;
const none = new Uint8Array(0);
const phase1 = messageId(0);

/** RFC 3706 5.1 and RFC 3947 3.1. */
const deadPeerDetection = fromHex('afcad71368a1f1c96b8696fc77570100') ?? none;
const natTraversal = fromHex('4a131c81070358455c5728f20e95452f') ?? none;
const vendorIds: readonly PayloadToWrite[] = [vendorId(deadPeerDetection), vendorId(natTraversal)];

/** The policies that we can live up to. */
const usable = (plan: Plan): readonly IsakmpPolicy[] =>
  plan.policies.filter(
    (p) =>
      (p.authentication === preSharedKey || (p.authentication === 65001 && plan.xauth !== null)) &&
      algorithmsOf({ ...p, lifetimeKilobytes: null }) !== null,
  );

const hasKeyFor = (t: Taking, peer: IpAddress): boolean =>
  t.state.secrets.some(({ about }) => about.what === 'preSharedKey' && (about.peer === undefined || about.peer === peer));

/** RFC 2408 2.5.3: no cookie is zero. */
const asCookie = (octets: Uint8Array): Cookie => {
  const made = cookie(toHex(octets)) ?? noCookie;
  return made === noCookie ? ('0000000000000001' as Cookie) : made;
};

/** The cookie of the negotiation that a request led to; `null` as long as none was drawn. */
export const cookieOfRequest = (t: Taking, request: number): Cookie | null => {
  const octets = get(t.drawn, initiatorCookie(request).purpose);
  return octets ? asCookie(octets) : null;
};

/** The first message, for a request that has led to nothing yet. */
export const beginMainMode = (t: Taking, plan: Plan, request: number, peer: IpAddress): Intent | null => {
  const policies = usable(plan);
  if (policies.length === 0) return { do: 'Failed', negotiation: null, why: 'no ISAKMP policy with a pre-shared key is configured' };
  if (!hasKeyFor(t, peer)) return { do: 'Failed', negotiation: null, why: `no pre-shared key is known for ${peer}` };
  if (tunnelsFor(plan, peer).length === 0)
    return { do: 'Failed', negotiation: null, why: `no traffic is configured to be protected with ${peer}` };
  const drawn = drawnOr(t, initiatorCookie(request));
  if (!drawn.ok) return drawn.intent;
  const bytes = clearMessage(asCookie(drawn.values[0]), null, [securityAssociation(phaseOneOffer(policies)), ...vendorIds]);
  return {
    do: 'SendMessage',
    exchange: phase1,
    why: 'MM1: what we offer',
    datagram: { form: 'udp', src: plan.local, sport: plan.port, dst: peer, dport: plan.port, bytes },
  };
};

/** The next message of ours; `null` where it is not our turn, or where nothing can be answered. */
export const oweMainMode = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side): Intent | null => {
  switch (n[side].state) {
    case 'IKE_R_MM1':
      return answerOffer(t, plan, n);
    case 'IKE_I_MM2':
      return isOurs(plan, n) ? sendPublicValue(ctx, t, plan, n, side) : null;
    case 'IKE_R_MM3':
      return sendPublicValue(ctx, t, plan, n, side);
    case 'IKE_I_MM4':
      return proveOurselves(ctx, plan, n, side);
    case 'IKE_R_MM5':
      return n.authenticated.initiator === true ? proveOurselves(ctx, plan, n, side) : null;
    default:
      return null;
  }
};

/** RFC 2408 4.2: what was chosen has to be something that was offered. */
const isOurs = (plan: Plan, n: Negotiation): boolean => {
  const { suite } = n;
  return suite !== null && usable(plan).some((policy) => phaseOneDifferences(policy, suite).length === 0);
};

const answerOffer = (t: Taking, plan: Plan, n: Negotiation): Intent | null => {
  const offers = proposalsIn(n.values.saI?.value ?? none).flatMap((p) => p.transforms.map((transform) => ({ p, transform })));
  const policies = hasKeyFor(t, n.initiator.address) ? usable(plan) : [];
  const match = matchPhaseOne(
    policies,
    offers.map((o) => phase1Suite(o.transform.attributes)),
  );
  const taken = match.accepted ? offers[match.accepted.offer] : undefined;
  if (!taken) return refuseOffer(t, plan, n);
  const drawn = drawnOr(t, responderCookie(n.id));
  if (!drawn.ok) return drawn.intent;
  const answer = securityAssociation([chosen(taken.p, taken.transform, taken.p.spi)]);
  const bytes = clearMessage(n.initiatorCookie, asCookie(drawn.values[0]), [answer, ...vendorIds]);
  return { do: 'SendMessage', exchange: phase1, why: 'MM2: what we take of the offer', datagram: toPeer(n, 'responder', plan, bytes) };
};

/** RFC 2408 4.5 and 5.4: told once, in the clear, since there are no keys yet. */
const refuseOffer = (t: Taking, plan: Plan, n: Negotiation): Intent | null => {
  const drawn = drawnOr(t, messageIdOf(`refusal ${n.id}`));
  if (!drawn.ok) return drawn.intent;
  const id = asMessageId(drawn.values[0]);
  if (get(n.exchanges, exchangeKey('informational', id))) return null;
  const payload = notification(1, noProposalChosen, none);
  const bytes = clearMessage(n.initiatorCookie, n.responderCookie, [payload], exchange.informational, id);
  return { do: 'SendMessage', exchange: id, why: 'no offer fits our policies', datagram: toPeer(n, 'responder', plan, bytes) };
};

const speaksNatTraversal = (n: Negotiation, side: Side): boolean => n[other(side)].vendorIds.includes(vendorIdName(natTraversal) ?? '');

/** MM3 and MM4. */
const sendPublicValue = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side): Intent | null => {
  const group = n.suite?.group;
  if (group == null) return null;
  const peers = side === 'responder' ? n.values.gxi : null;
  if (side === 'responder' && (!peers || !n.values.nonceI || publicValueFault(group, peers.value) !== null)) return null;
  const drawn = drawnOr(t, dhPrivateValue(n.initiatorCookie, group), nonceOf(conversationKey(n.id, 0)));
  if (!drawn.ok) return drawn.intent;
  const [secret, nonceValue] = drawn.values;
  const value = publicValue(group, secret);
  if (!value) return null;
  const [own, peer] = [n[side], n[other(side)]];
  const nat = speaksNatTraversal(n, side)
    ? natDiscovery(ctx, n, { address: peer.address, port: peer.port ?? plan.port }, { address: plan.local, port: own.port ?? plan.port })
    : [];
  const bytes = clearMessage(n.initiatorCookie, n.responderCookie, [keyExchange(value), nonce(nonceValue), ...nat]);
  return {
    do: 'SendMessage',
    exchange: phase1,
    why: `${side === 'initiator' ? 'MM3' : 'MM4'}: our public value and nonce`,
    datagram: toPeer(n, side, plan, bytes),
  };
};

/** A NAT before either end moves the initiator, and with it both, to the other port: RFC 3947 4. */
export const isNatDetected = (n: Negotiation): boolean => n.nat.initiator === true || n.nat.responder === true;

/** MM5 and MM6. */
const proveOurselves = (ctx: Context, plan: Plan, n: Negotiation, side: Side): Intent | null => {
  const v = valuesOf(n, side);
  const algorithms = algorithmsOf(n.suite);
  if (!algorithms || !v.skeyid || !v.gxi || !v.gxr || !v.saI || !n.responderCookie) return null;
  const group = n.suite?.group ?? 0;
  if (side === 'initiator' && publicValueFault(group, v.gxr.value) !== null) return null;
  const own = identification(addressIdentity(plan.local));
  const inputs = {
    skeyid: v.skeyid.value,
    gxi: v.gxi.value,
    gxr: v.gxr.value,
    cookieI: cookieOctets(n.initiatorCookie),
    cookieR: cookieOctets(n.responderCookie),
    saBody: v.saI.value,
    idBody: bodyOf(own),
  };
  const hash = side === 'initiator' ? hashI(ctx.crypto, algorithms.hash, inputs) : hashR(ctx.crypto, algorithms.hash, inputs);
  const bytes = sealedMessage(ctx, n, side, n.iv.next?.value ?? null, exchange.main, phase1, [own, hashPayload(hash)]);
  if (!bytes) return null;
  const float = side === 'initiator' && isNatDetected(n);
  return {
    do: 'SendMessage',
    exchange: phase1,
    why: `${side === 'initiator' ? 'MM5' : 'MM6'}: who we are, and the proof`,
    datagram: toPeer(n, side, plan, bytes, float),
  };
};
