/** Certificate encodings, RFC 2408 3.9; 11 and up are IKEv2's, RFC 7296 3.6. */
import { registry } from './registry.ts';

export const certEncodings = registry('RFC 2408 3.9', [
  [0, 'None'],
  [1, 'PKCS #7 wrapped X.509 certificate'],
  [2, 'PGP certificate'],
  [3, 'DNS signed key'],
  [4, 'X.509 certificate - signature'],
  [5, 'X.509 certificate - key exchange'],
  [6, 'Kerberos tokens'],
  [7, 'Certificate revocation list (CRL)'],
  [8, 'Authority revocation list (ARL)'],
  [9, 'SPKI certificate'],
  [10, 'X.509 certificate - attribute'],
  [11, 'Raw RSA key', 'RFC 7296 3.6'],
  [12, 'Hash and URL of X.509 certificate', 'RFC 7296 3.6'],
  [13, 'Hash and URL of X.509 bundle', 'RFC 7296 3.6'],
  [14, 'OCSP content', 'RFC 4806 3'],
  [15, 'Raw public key', 'RFC 7670 3'],
]);
