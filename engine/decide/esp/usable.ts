/** Whether an SA may be sent on: RFC 4301 4.4.2.1, and RFC 2408 3.1 where the commit bit asks for patience. */
import { associationsOf } from '../../state/ikev1/agreement.ts';
import type { Association } from '../../state/ipsec/association.ts';
import { lifeOf } from '../../state/ipsec/lifetime.ts';
import { get } from '../../state/persistent-map.ts';
import { isDropped } from '../initial-contact.ts';
import { quickModeOf } from '../lines.ts';
import type { Taking } from '../taking.ts';

export const isUsable = (t: Taking, a: Association): boolean =>
  a.state === 'mature' &&
  !(a.negotiation !== null && isDropped(t, a.negotiation)) &&
  lifeOf(a, t.state.now).past === null &&
  isCommitted(t, a);

/** With the commit bit the peer says CONNECTED when it is ready; a packet that it protects with the new keys says as much. */
const isCommitted = (t: Taking, a: Association): boolean => {
  const n = a.negotiation === null ? undefined : get(t.state.negotiations, a.negotiation);
  const q = n && a.exchange !== null ? quickModeOf(n, a.exchange) : undefined;
  if (!n || !q?.commit || q.connected !== null) return true;
  return associationsOf(n, q).some((key) => {
    const other = get(t.state.associations, key);
    return other !== undefined && other.dst === a.src && other.verified > 0;
  });
};
