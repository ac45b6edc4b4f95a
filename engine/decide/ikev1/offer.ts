/** The answer to an offer of phase 1: the first of our policies that one of the offered transforms fits, or a refusal. RFC 2409 5, RFC 2408 4.2 and 5.4. */
import type { IsakmpPolicy } from '../../event/policy.ts';
import type { Side } from '../../state/fact.ts';
import { matchPhaseOne, phaseOneDifferences } from '../../state/ike/policy-match.ts';
import { type Phase1Suite, phase1Suite } from '../../state/ike/suite.ts';
import { get } from '../../state/persistent-map.ts';
import { exchangeKey, type Negotiation } from '../../state/state.ts';
import type { PayloadToWrite } from '../../wire/payload-chain.ts';
import { asMessageId, drawnOr, messageIdOf } from '../chance.ts';
import type { Intent } from '../intent.ts';
import type { Plan } from '../plan.ts';
import type { Taking } from '../taking.ts';
import { clearMessage, exchange, toPeer } from './message.ts';
import { chosen, notification, proposalsIn, securityAssociation } from './payloads.ts';

export const noProposalChosen = 14;
export const unsupportedExchangeType = 29;
const none = new Uint8Array(0);
const isakmp = 1;

export interface Taken {
  readonly suite: Phase1Suite;
  readonly answer: PayloadToWrite;
}

/** What we take of the initiator's offer. `fits`: whether a transform goes with the rest of the message. */
export const takeOffer = (
  n: Negotiation,
  policies: readonly IsakmpPolicy[],
  fits: (suite: Phase1Suite) => boolean = () => true,
): Taken | undefined => {
  const offers = proposalsIn(n.values.saI?.value ?? none)
    .flatMap((p) => p.transforms.map((transform) => ({ p, transform, suite: phase1Suite(transform.attributes) })))
    .filter((o) => fits(o.suite));
  const { accepted } = matchPhaseOne(
    policies,
    offers.map((o) => o.suite),
  );
  const taken = accepted && offers[accepted.offer];
  return taken ? { suite: taken.suite, answer: securityAssociation([chosen(taken.p, taken.transform, taken.p.spi)]) } : undefined;
};

/** RFC 2408 4.2: what was chosen has to be something that was offered. */
export const isOffered = (n: Negotiation, policies: readonly IsakmpPolicy[]): boolean => {
  const { suite } = n;
  return suite !== null && policies.some((policy) => phaseOneDifferences(policy, suite).length === 0);
};

/** RFC 2408 4.5 and 5.4: told once, in the clear, since there are no keys yet. */
export const refuseInClear = (
  t: Taking,
  plan: Plan,
  n: Negotiation,
  notifyType: number,
  why: string,
  side: Side = 'responder',
): Intent | null => {
  const drawn = drawnOr(t, messageIdOf(`refusal ${n.id}`));
  if (!drawn.ok) return drawn.intent;
  const id = asMessageId(drawn.values[0]);
  if (get(n.exchanges, exchangeKey('informational', id))) return null;
  const payload = notification(isakmp, notifyType, none);
  const bytes = clearMessage(n.initiatorCookie, n.responderCookie, [payload], exchange.informational, id);
  return { do: 'SendMessage', exchange: id, why, datagram: toPeer(n, side, plan, bytes) };
};
