/** Identification types, RFC 2407 4.6.2.1; IKEv2 keeps the numbers and adds two (RFC 7296 3.5, RFC 7619 2). */
import { registry } from './registry.ts';

export const idTypes = registry('RFC 2407 4.6.2.1', [
  [1, 'ID_IPV4_ADDR'],
  [2, 'ID_FQDN'],
  [3, 'ID_USER_FQDN'],
  [4, 'ID_IPV4_ADDR_SUBNET'],
  [5, 'ID_IPV6_ADDR'],
  [6, 'ID_IPV6_ADDR_SUBNET'],
  [7, 'ID_IPV4_ADDR_RANGE'],
  [8, 'ID_IPV6_ADDR_RANGE'],
  [9, 'ID_DER_ASN1_DN'],
  [10, 'ID_DER_ASN1_GN'],
  [11, 'ID_KEY_ID'],
  [12, 'ID_LIST', 'RFC 3554 3'],
]);
