/** Security Association payload body, RFC 2408 3.4, with the situation of RFC 2407 4.6.1. */
import { bytesBy, type Field, reserved, rest, type Sofar, shown, struct, u16, u32, when } from '../../bytes/field.ts';
import { dois, ipsecDoi, situations } from '../../registry/doi.ts';
import { named } from '../../registry/registry.ts';
import { type Proposal, proposals } from '../proposal.ts';

const secrecyOrIntegrity = 2 | 4;

const situationText = (bits: number): string =>
  `${
    [...situations]
      .filter(([bit]) => bits & bit)
      .map(([, row]) => row.name)
      .join(' | ') || 'unassigned'
  } (${bits})`;

/** Lengths leave out the zero octets that fill up to four; those of categories count bits. */
const padded = (key: string, unit: 1 | 8) => (sofar: Sofar) => Math.ceil(Number(sofar[key]) / unit / 4) * 4;

/** What the situation holds besides its bits, where it speaks of secrecy or integrity. */
const labels = struct({
  domain: shown('Labeled domain identifier', u32),
  secrecyLength: shown('Secrecy length', u16),
  reserved1: reserved(2),
  secrecyLevel: shown('Secrecy level', bytesBy(padded('secrecyLength', 1))),
  secrecyCategoryBits: shown('Secrecy category length', u16, (n) => `${n} bits`),
  reserved2: reserved(2),
  secrecyCategories: shown('Secrecy category bitmap', bytesBy(padded('secrecyCategoryBits', 8))),
  integrityLength: shown('Integrity length', u16),
  reserved3: reserved(2),
  integrityLevel: shown('Integrity level', bytesBy(padded('integrityLength', 1))),
  integrityCategoryBits: shown('Integrity category length', u16, (n) => `${n} bits`),
  reserved4: reserved(2),
  integrityCategories: shown('Integrity category bitmap', bytesBy(padded('integrityCategoryBits', 8))),
});

const hasProposals = (sofar: Sofar): boolean => sofar['doi'] === ipsecDoi || sofar['doi'] === 0;

/** GDOI puts policy of its own where the IPsec DOI has proposals: kept as octets in `other`. */
const proposalsOfDoi: Field<readonly Proposal[]> = {
  inline: true,
  read: (r, sofar) => (hasProposals(sofar) ? proposals.read(r, sofar) : []),
  write: proposals.write,
};

export const securityAssociation = struct({
  doi: shown('DOI', u32, (n) => named(dois, n)),
  situation: shown('Situation', u32, situationText, 'RFC 2407 4.2'),
  labels: when(
    (sofar) => sofar['doi'] === ipsecDoi && (Number(sofar['situation']) & secrecyOrIntegrity) !== 0,
    shown('Labels', labels, undefined, 'RFC 2407 4.6.1'),
  ),
  proposals: proposalsOfDoi,
  other: when((sofar) => !hasProposals(sofar), shown('Other', rest)),
});
