/** Names what is weak in a phase 1 suite, by the judgement of RFC 8247 2. */
import { dhGroups } from '../../registry/dh-group.ts';
import type { Claim } from '../context.ts';
import type { Negotiation } from '../state.ts';

const ciphers: Readonly<Record<number, string>> = { 1: 'DES', 2: 'IDEA', 3: 'Blowfish', 4: 'RC5', 5: '3DES', 6: 'CAST' };
const hashes: Readonly<Record<number, string>> = { 1: 'MD5', 2: 'SHA-1', 3: 'Tiger' };
const weakGroups = new Set([1, 2, 3, 4, 5, 22, 23, 24]);

/** At most one claim: all that is weak in the suite, in one sentence. RFC 8247 2. */
export const weaknesses = (n: Negotiation): Claim[] => {
  const { encryption, hash, group } = n.suite ?? {};
  const weak = [
    encryption == null ? undefined : ciphers[encryption],
    hash == null ? undefined : hashes[hash],
    group != null && weakGroups.has(group) ? `group ${group}` : undefined,
  ].filter((name) => name !== undefined);
  if (weak.length === 0) return [];
  return [
    {
      code: 'weak-algorithm',
      severity: 'note',
      about: n.id,
      message: `Weak algorithms: ${weak.join(', ')}.`,
      evidence: group == null ? weak.join(', ') : `${weak.join(', ')}; group ${group} is ${dhGroups.get(group)?.name ?? 'unassigned'}`,
      rfc: 'RFC 8247 2',
    },
  ];
};
