/**
 * Whether we believe a peer that signs: its own certificate made the signature, leads to an anchor of ours, is valid now and holds the identity.
 * RFC 2409 5.1, RFC 4945 3.1 and 4, RFC 5280 6. Not looked at: revocation, name constraints, what a key is meant for.
 */
import { publicKeyOfInfo } from '../../crypto/key.ts';
import { signatureMethod, verifySignature } from '../../crypto/signature.ts';
import type { Event } from '../../event/event.ts';
import { type Context, payloadOf, payloadsOf } from '../../state/context.ts';
import { other, type Side } from '../../state/fact.ts';
import { methodFamily } from '../../state/ike/authentication-method.ts';
import { algorithmsOf } from '../../state/ike/suite.ts';
import { get, set } from '../../state/persistent-map.ts';
import type { IkeSeen, Seen } from '../../state/seen.ts';
import { exchangeKey, type Negotiation } from '../../state/state.ts';
import type { Timestamp } from '../../values/timestamp.ts';
import { isBelieved } from '../belief.ts';
import { asMessageId, drawnOr, messageIdOf } from '../chance.ts';
import type { Intent } from '../intent.ts';
import type { Plan } from '../plan.ts';
import { sideOf, type Taking } from '../taking.ts';
import { identityOf } from './identity.ts';
import { informational, toPeer } from './message.ts';
import { refuseInClear } from './offer.ts';
import { notification } from './payloads.ts';
import { hashOfSide } from './proof.ts';

const readable = new Set([4, 5]);
/** As many as the observer looks at: a chain of IPsec has three or four. */
const mostCertificates = 10;
const nanosecondsInSecond = 1_000_000_000n;

/** Judges the peer with the message in which it signs, by the clock of that event. Whom we believe we go on to: the same message damaged takes nothing back. */
export const withTrust = (ctx: Context, plan: Plan, t: Taking, event: Event, { ike }: Seen): Taking => {
  const n = ike && event.kind === 'DatagramSeen' && event.via === 'received' ? get(t.state.negotiations, ike.negotiation) : undefined;
  if (!ike || !n || methodFamily(n.suite) !== 'signature' || !payloadOf(ike.payloads, 'signature')) return t;
  const side = sideOf(n, plan.local);
  if (!side || ike.side === side || isBelieved(t.doubts, n, side)) return t;
  return { ...t, doubts: set(t.doubts, n.id, doubtIn(ctx, plan, n, side, ike, event.at)) };
};

/** In words; `null` for a peer that is believed, or has not tried to prove itself. */
export const whyNotBelieved = (t: Taking, n: Negotiation, side: Side): string | null => {
  const doubt = get(t.doubts, n.id) ?? null;
  if (doubt !== null) return `the peer is not believed: ${doubt}`;
  return n.authenticated[other(side)] === false ? 'the peer did not prove itself: another pre-shared key, or a changed message' : null;
};

const authenticationFailed = 24;
const isakmp = 1;

/** Told once, under the keys of phase 1 where both ends have the same. RFC 2409 5.7. */
export const refuseProof = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side): Intent | null => {
  const why = 'the peer has not proven itself';
  if (n.mode === 'aggressive' && methodFamily(n.suite) !== 'signature') return refuseInClear(t, plan, n, authenticationFailed, why, side);
  const drawn = drawnOr(t, messageIdOf(`refusal ${n.id}`));
  if (!drawn.ok) return drawn.intent;
  const id = asMessageId(drawn.values[0]);
  if (get(n.exchanges, exchangeKey('informational', id))) return null;
  const bytes = informational(ctx, n, side, id, [notification(isakmp, authenticationFailed, new Uint8Array(0))]);
  return bytes && { do: 'SendMessage', exchange: id, why, datagram: toPeer(n, side, plan, bytes) };
};

/** Why we do not believe the peer that is across of `side`; `null` where we do. */
const doubtIn = (ctx: Context, plan: Plan, n: Negotiation, side: Side, ike: IkeSeen, at: Timestamp | null): string | null => {
  const { certificates } = ctx.crypto;
  const shown = payloadsOf(ike.payloads, 'certificate')
    .filter((p) => readable.has(p.content.encoding))
    .slice(0, mostCertificates)
    .map((p) => p.content.data);
  const own = shown.findIndex((der) => certificates.read(der) !== undefined);
  const leaf = shown[own];
  const facts = leaf && certificates.read(leaf);
  if (!leaf || !facts) return 'it shows no certificate';
  if (!isSignedBy(ctx, n, side, ike, facts.key.info)) return 'its signature was not made with the key of its certificate';
  if (n.identityCertified[other(side)] !== true) return 'its identity does not stand in its certificate';
  return doubtInChain(ctx, plan, leaf, shown.slice(own + 1), at);
};

const isSignedBy = (ctx: Context, n: Negotiation, side: Side, { payloads }: IkeSeen, info: Uint8Array): boolean => {
  const method = n.suite?.authentication ?? 0;
  const peer = other(side);
  const [key, identity] = [publicKeyOfInfo(info), identityOf(n, peer)];
  const name = signatureMethod(method)?.hash ?? algorithmsOf(n.suite)?.hash;
  const hash = identity && name ? hashOfSide(ctx, n, peer, side, identity, name) : null;
  const signature = payloadOf(payloads, 'signature')?.content.data;
  return (
    key !== undefined &&
    hash !== null &&
    signature !== undefined &&
    verifySignature(ctx.crypto, method, key, hash, signature)?.verified === true
  );
};

/** From the peer's own certificate upwards. Each is looked at once, so that what a peer sends does not decide how much work it makes. */
const doubtInChain = (ctx: Context, plan: Plan, leaf: Uint8Array, shown: readonly Uint8Array[], at: Timestamp | null): string | null => {
  const { certificates } = ctx.crypto;
  const anchors = plan.credentials?.anchors ?? [];
  const isValid = (der: Uint8Array): boolean => {
    const facts = certificates.read(der);
    const now = at === null ? null : Number(at / nanosecondsInSecond);
    return facts !== undefined && now !== null && facts.notBefore <= now && now <= facts.notAfter;
  };
  const isAuthority = (der: Uint8Array): boolean => certificates.read(der)?.authority === true;
  if (!isValid(leaf)) return 'its certificate is not valid at this time';
  const sound = anchors.filter(isValid);
  let above = shown.filter((der) => isAuthority(der) && isValid(der));
  for (let below = [leaf]; below.length > 0; ) {
    if (below.some((der) => sound.some((anchor) => certificates.issued(anchor, der) === true))) return null;
    const next = above.filter((der) => below.some((b) => certificates.issued(der, b) === true));
    above = above.filter((der) => !next.includes(der));
    below = next;
  }
  return 'nobody whose word we take has signed its certificate';
};
