/** New group mode, RFC 2409 5.6: the two sides agree on a Diffie-Hellman group of their own. What was offered and taken, in words. */
import type { Payload } from '../../wire/payload-chain.ts';
import { payloadsOf } from '../context.ts';
import { attributeOf } from '../ike/suite.ts';

const groupDescription = 4;
const groupType = 5;
const prime = 6;

/** `offers group 32768, 1024-bit prime`; `null` for a message without a group. */
export const newGroupSaid = (payloads: readonly Payload[], answers: boolean): string | null => {
  const [transform] = payloadsOf(payloads, 'securityAssociation').flatMap((p) => p.content.proposals.flatMap((q) => q.transforms));
  if (!transform) return null;
  const number = attributeOf(transform.attributes, groupDescription);
  const kind = attributeOf(transform.attributes, groupType);
  const octets = transform.attributes.find((a) => a.type === prime)?.value.length;
  const what = octets ? `${8 * octets}-bit prime` : kind === null ? '' : `group type ${kind}`;
  return [answers ? 'takes group' : 'offers group', number ?? 'without a number', what && `, ${what}`]
    .join(' ')
    .replace(' ,', ',')
    .trimEnd();
};
