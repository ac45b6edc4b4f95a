/** What we owe until an ISAKMP SA stands, in either mode, and whether it stands: RFC 2409 5. */
import type { Context } from '../../state/context.ts';
import type { Side } from '../../state/fact.ts';
import { get } from '../../state/persistent-map.ts';
import type { Negotiation } from '../../state/state.ts';
import type { Cookie } from '../../values/cookie.ts';
import type { IpAddress } from '../../values/ip-address.ts';
import { isBelieved } from '../belief.ts';
import { asCookie, drawnOr, initiatorCookie } from '../chance.ts';
import type { Intent } from '../intent.ts';
import { type Plan, tunnelsFor } from '../plan.ts';
import { isLast } from '../progress.ts';
import type { Taking } from '../taking.ts';
import { beginAggressiveMode, oweAggressiveMode } from './aggressive-mode.ts';
import { oweMainMode } from './main-mode.ts';
import { clearMessage, phase1 } from './message.ts';
import { usablePolicies, whyNoneUsable } from './methods.ts';
import { isOffered } from './offer.ts';
import { phaseOneOffer, securityAssociation } from './payloads.ts';
import { refuseProof, whyNotBelieved } from './trust.ts';
import { ourVendorIds } from './vendor-ids.ts';

/** The cookie of the negotiation that a request led to; `null` as long as none was drawn. */
export const cookieOfRequest = (t: Taking, request: number | string): Cookie | null => {
  const octets = get(t.drawn, initiatorCookie(request).purpose);
  return octets ? asCookie(octets) : null;
};

/** The first message, for a request that has led to nothing yet. */
export const beginPhaseOne = (t: Taking, plan: Plan, request: number | string, peer: IpAddress): Intent | null => {
  const failed = (why: string): Intent => ({ do: 'Failed', negotiation: null, why });
  const policies = usablePolicies(t, plan, peer, 'initiator');
  if (policies.length === 0) return failed(whyNoneUsable(t, plan, peer));
  if (tunnelsFor(plan, peer).length === 0) return failed(`no traffic is configured to be protected with ${peer}`);
  if (plan.aggressive.begin) return beginAggressiveMode(t, plan, request, peer);
  const drawn = drawnOr(t, initiatorCookie(request));
  if (!drawn.ok) return drawn.intent;
  const bytes = clearMessage(asCookie(drawn.values[0]), null, [securityAssociation(phaseOneOffer(policies)), ...ourVendorIds(plan)]);
  return {
    do: 'SendMessage',
    exchange: phase1,
    why: 'MM1: what we offer',
    datagram: { form: 'udp', src: plan.local, sport: plan.port, dst: peer, dport: plan.port, bytes },
  };
};

/** The last message of phase 1 that passed, as we know it. */
const lastMessage = (t: Taking, n: Negotiation) => get(t.progress, n.id) ?? null;

/** The next message of ours in phase 1; `null` where it is not our turn. */
export const owePhaseOne = (ctx: Context, t: Taking, plan: Plan, n: Negotiation, side: Side): Intent | null =>
  whyNotBelieved(t, n, side) === null
    ? (n.mode === 'aggressive' ? oweAggressiveMode : oweMainMode)(ctx, t, plan, n, side, lastMessage(t, n))
    : refuseProof(ctx, t, plan, n, side);

/** Why phase 1 will not come about; `null` while it may. */
export const phaseOneFailure = (t: Taking, plan: Plan, n: Negotiation): string | null => {
  const last = lastMessage(t, n);
  const isForeign = (last === 'MM2' || last === 'AM2') && !isOffered(n, usablePolicies(t, plan, n.responder.address, 'initiator'));
  return whyNotBelieved(t, n, 'initiator') ?? (isForeign ? 'the peer chose what was not offered' : null);
};

/** Whether the ISAKMP SA stands for us: all its messages have passed, and the peer has proven itself. */
export const isEstablished = (t: Taking, n: Negotiation, side: Side): boolean =>
  isLast(n, lastMessage(t, n)) && isBelieved(t.doubts, n, side);
