/** Encapsulation modes of phase 2, RFC 2407 4.5, with those that NAT traversal added. */
import { registry } from './registry.ts';

export const encapsulationModes = registry('RFC 2407 4.5', [
  [1, 'Tunnel'],
  [2, 'Transport'],
  [3, 'UDP-Encapsulated-Tunnel', 'RFC 3947 5.1'],
  [4, 'UDP-Encapsulated-Transport', 'RFC 3947 5.1'],
  [61440, 'UDP-Encapsulated-Tunnel (Check Point)', 'Check Point'],
  [61443, 'UDP-Encapsulated-Tunnel (draft)', 'draft-ietf-ipsec-nat-t-ike-03 4.1'],
  [61444, 'UDP-Encapsulated-Transport (draft)', 'draft-ietf-ipsec-nat-t-ike-03 4.1'],
]);
