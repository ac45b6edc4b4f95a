/** Life types of both phases, RFC 2409 appendix A and RFC 2407 4.5: what a life duration counts. */
import type { Registry, Row } from './registry.ts';

export interface LifeTypeRow extends Row {
  readonly unit: string;
}

export const lifeTypes: Registry<LifeTypeRow> = new Map([
  [1, { name: 'seconds', unit: 's', rfc: 'RFC 2407 4.5' }],
  [2, { name: 'kilobytes', unit: 'kB', rfc: 'RFC 2407 4.5' }],
]);
