/** Protocol identifiers in proposals, notifications and deletes, RFC 2407 4.4.1. IKEv2 calls 1 IKE (RFC 7296 3.3.1). */
import { registry } from './registry.ts';

export const protocolIds = registry('RFC 2407 4.4.1', [
  [0, 'none', 'RFC 2407 4.4.1'],
  [1, 'ISAKMP'],
  [2, 'AH'],
  [3, 'ESP'],
  [4, 'IPCOMP'],
]);

/** The IP protocols that identities and selectors name most, by IANA's protocol-numbers. */
export const ipProtocols = registry('IANA protocol-numbers', [
  [0, 'any', 'RFC 2407 4.6.2'],
  [1, 'ICMP'],
  [4, 'IPv4'],
  [6, 'TCP'],
  [17, 'UDP'],
  [41, 'IPv6'],
  [47, 'GRE'],
  [50, 'ESP'],
  [51, 'AH'],
  [58, 'IPv6-ICMP'],
  [59, 'no next header'],
  [89, 'OSPF'],
  [108, 'IPCOMP'],
  [115, 'L2TP'],
  [132, 'SCTP'],
]);
