/** Domains of interpretation, RFC 2408 2.1 and RFC 2407 4.2 for the situation. */
import { registry } from './registry.ts';

export const ipsecDoi = 1;

export const dois = registry('RFC 2408 3.4', [
  [0, 'ISAKMP'],
  [1, 'IPSEC', 'RFC 2407 4.1'],
  [2, 'GDOI', 'RFC 6407 1'],
]);

/** Bits of the situation. */
export const situations = registry('RFC 2407 4.2', [
  [1, 'SIT_IDENTITY_ONLY', 'RFC 2407 4.2.1'],
  [2, 'SIT_SECRECY', 'RFC 2407 4.2.2'],
  [4, 'SIT_INTEGRITY', 'RFC 2407 4.2.3'],
]);
