/** Offers of quick mode in words, and whether two are the same but for the group: RFC 2407 4.5. */
import { authenticationAlgorithms } from '../../registry/attribute.ts';
import { nameOf } from '../../registry/registry.ts';
import { espTransformsV1 } from '../../registry/transform.ts';
import { attributeOf } from '../../state/ike/suite.ts';
import type { QuickMode } from '../../state/ikev1/quick-mode.ts';
import type { Proposal, Transform } from '../../wire/proposal.ts';

const groupClass = 3;
const esp = 3;

/** The PFS group that was asked for, `null` without PFS. */
export const groupOf = (q: QuickMode): number | null => {
  const transform = q.offered[0]?.[0]?.transforms[0];
  const group = transform ? attributeOf(transform.attributes, groupClass) : null;
  return q.gxi === null && group === null ? null : group;
};

const transformText = (p: Proposal, t: Transform): string => {
  const cipher = p.protocolId === esp ? (nameOf(espTransformsV1, t.id) ?? `transform ${t.id}`) : `AH ${t.id}`;
  const bits = attributeOf(t.attributes, 6);
  const integrity = attributeOf(t.attributes, 5);
  return [
    `${cipher}${bits === null ? '' : `-${bits}`}`,
    integrity === null ? '' : (nameOf(authenticationAlgorithms, integrity) ?? String(integrity)),
  ]
    .filter(Boolean)
    .join(' ');
};

/** `ESP_AES-128 HMAC-SHA, PFS group 2`. */
export const offerText = (q: QuickMode): string => {
  const transforms = q.offered.flat().flatMap((p) => p.transforms.map((t) => transformText(p, t)));
  const group = groupOf(q);
  if (transforms.length === 0) return 'what cannot be read';
  const shown = transforms.slice(0, 4).join(' or ');
  return `${shown}${transforms.length > 4 ? ` or ${transforms.length - 4} more` : ''}${group === null ? ', no PFS' : `, PFS group ${group}`}`;
};

/** Everything that an offer holds but SPIs and the group. */
const shape = (q: QuickMode): string =>
  JSON.stringify([
    q.begunBy,
    q.idCi,
    q.idCr,
    q.offered.map((proposals) =>
      proposals.map((p) => [
        p.protocolId,
        p.transforms.map((t) => [t.id, t.attributes.filter((a) => a.type !== groupClass).map((a) => [a.type, Array.from(a.value)])]),
      ]),
    ),
  ]);

export const sameOffer = (a: QuickMode, b: QuickMode): boolean => a.offered.length > 0 && shape(a) === shape(b);

/** The same networks, whoever began. */
export const sameNetworks = (a: QuickMode, b: QuickMode): boolean =>
  a.begunBy === b.begunBy ? a.idCi === b.idCi && a.idCr === b.idCr : a.idCi === b.idCr && a.idCr === b.idCi;
