/** By which methods of phase 1 we can prove ourselves, and so which policies we can live up to: RFC 2409 App. A, draft-beaulieu-ike-xauth-02 7.2. */
import type { IsakmpPolicy } from '../../event/policy.ts';
import type { Side } from '../../state/fact.ts';
import { methodFamily } from '../../state/ike/authentication-method.ts';
import { algorithmsOf, type Phase1Suite } from '../../state/ike/suite.ts';
import type { IpAddress } from '../../values/ip-address.ts';
import type { Plan } from '../plan.ts';
import type { Taking } from '../taking.ts';
import { signingKey } from './proof.ts';

const asSuite = (policy: IsakmpPolicy): Phase1Suite => ({ ...policy, lifetimeKilobytes: null });

const hasKeyFor = (t: Taking, peer: IpAddress): boolean =>
  t.state.secrets.some(({ about }) => about.what === 'preSharedKey' && (about.peer === undefined || about.peer === peer));

/** XAUTH's numbers come in pairs: with the first of each the initiator is the user who proves himself beyond phase 1, with the second the responder. */
const firstExtended = 65_001;
const lastExtended = 65_010;

export const userOf = (method: number): Side | null =>
  method < firstExtended || method > lastExtended ? null : method % 2 === 1 ? 'initiator' : 'responder';

const fitsExtended = (plan: Plan, method: number, side: Side): boolean => {
  const user = userOf(method);
  return user === null || plan.xauth?.role === (user === side ? 'client' : 'server');
};

const canProve = (t: Taking, plan: Plan, peer: IpAddress, suite: Phase1Suite): boolean => {
  switch (methodFamily(suite)) {
    case 'preSharedKey':
      return hasKeyFor(t, peer);
    case 'signature':
      return hasCertificates(plan) && signingKey(t, suite.authentication ?? 0) !== null;
    default:
      return false;
  }
};

/** Our own to show, and somebody whose word we take: RFC 2409 5.1 has both sides sign. */
const hasCertificates = ({ credentials }: Plan): boolean =>
  credentials !== null && credentials.certificates.length > 0 && credentials.anchors.length > 0;

/** The policies that we can live up to with a peer, in the role that we have. */
export const usablePolicies = (t: Taking, plan: Plan, peer: IpAddress, side: Side): readonly IsakmpPolicy[] =>
  plan.policies.filter((policy) => {
    const suite = asSuite(policy);
    return algorithmsOf(suite) !== null && fitsExtended(plan, policy.authentication ?? 0, side) && canProve(t, plan, peer, suite);
  });

/** Why there is none; in words for whoever configured them. */
export const whyNoneUsable = (t: Taking, plan: Plan, peer: IpAddress): string => {
  if (plan.policies.length === 0) return 'no ISAKMP policy is configured';
  const families = plan.policies.map((p) => methodFamily(asSuite(p)));
  if (families.includes('preSharedKey') && !hasKeyFor(t, peer)) return `no pre-shared key is known for ${peer}`;
  if (families.includes('signature') && !hasCertificates(plan)) return 'there is no certificate of our own, or none whose word we take';
  if (families.includes('signature')) return 'there is no private key of the kind that the ISAKMP policies ask for';
  return 'no ISAKMP policy is configured that we can live up to';
};
