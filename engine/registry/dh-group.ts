/** Diffie-Hellman groups, RFC 2409 6 and its successors: the same numbers in both versions. Sizes only; primes are the crypto's. */
import type { Registry, Row } from './registry.ts';

export interface DhGroupRow extends Row {
  /** Octets of a public value in a Key Exchange payload; `undefined` where none is fixed or we do not know it. */
  readonly publicOctets: number | undefined;
}

const rows = (list: readonly (readonly [number, string, number | undefined, string])[]): Registry<DhGroupRow> =>
  new Map(list.map(([n, name, publicOctets, rfc]) => [n, { name, publicOctets, rfc }]));

export const dhGroups = rows([
  [0, 'none', 0, 'RFC 7296 3.3.2'],
  [1, 'MODP-768', 96, 'RFC 2409 6.1'],
  [2, 'MODP-1024', 128, 'RFC 2409 6.2'],
  [3, 'EC2N-155', undefined, 'RFC 2409 6.3'],
  [4, 'EC2N-185', undefined, 'RFC 2409 6.4'],
  [5, 'MODP-1536', 192, 'RFC 3526 2'],
  [14, 'MODP-2048', 256, 'RFC 3526 3'],
  [15, 'MODP-3072', 384, 'RFC 3526 4'],
  [16, 'MODP-4096', 512, 'RFC 3526 5'],
  [17, 'MODP-6144', 768, 'RFC 3526 6'],
  [18, 'MODP-8192', 1024, 'RFC 3526 7'],
  [19, 'ECP-256', 64, 'RFC 5903 3.1'],
  [20, 'ECP-384', 96, 'RFC 5903 3.2'],
  [21, 'ECP-521', 132, 'RFC 5903 3.3'],
  [22, 'MODP-1024-160', 128, 'RFC 5114 2.1'],
  [23, 'MODP-2048-224', 256, 'RFC 5114 2.2'],
  [24, 'MODP-2048-256', 256, 'RFC 5114 2.3'],
  [25, 'ECP-192', 48, 'RFC 5114 2.4'],
  [26, 'ECP-224', 56, 'RFC 5114 2.5'],
  [27, 'brainpoolP224r1', 56, 'RFC 6954 2.1'],
  [28, 'brainpoolP256r1', 64, 'RFC 6954 2.1'],
  [29, 'brainpoolP384r1', 96, 'RFC 6954 2.1'],
  [30, 'brainpoolP512r1', 128, 'RFC 6954 2.1'],
  [31, 'Curve25519', 32, 'RFC 8031 2'],
  [32, 'Curve448', 56, 'RFC 8031 2'],
]);
