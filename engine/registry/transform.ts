/** Transform identifiers of IKEv1 proposals, RFC 2407 4.4. IKEv2's numbers differ from 21 on and have tables of their own. */
import { type Registry, registry } from './registry.ts';

export const phaseOneTransforms = registry('RFC 2407 4.4.2', [[1, 'KEY_IKE']]);

export const ahTransforms = registry('RFC 2407 4.4.3', [
  [2, 'AH_MD5'],
  [3, 'AH_SHA'],
  [4, 'AH_DES'],
  [5, 'AH_SHA2-256', 'RFC 4868 2.7'],
  [6, 'AH_SHA2-384', 'RFC 4868 2.7'],
  [7, 'AH_SHA2-512', 'RFC 4868 2.7'],
  [8, 'AH_RIPEMD', 'RFC 2857'],
  [9, 'AH_AES-XCBC-MAC', 'RFC 3566 6'],
  [10, 'AH_RSA', 'RFC 4359'],
  [11, 'AH_AES-128-GMAC', 'RFC 4543 9'],
  [12, 'AH_AES-192-GMAC', 'RFC 4543 9'],
  [13, 'AH_AES-256-GMAC', 'RFC 4543 9'],
]);

export const espTransformsV1 = registry('RFC 2407 4.4.4', [
  [1, 'ESP_DES_IV64'],
  [2, 'ESP_DES'],
  [3, 'ESP_3DES'],
  [4, 'ESP_RC5'],
  [5, 'ESP_IDEA'],
  [6, 'ESP_CAST'],
  [7, 'ESP_BLOWFISH'],
  [8, 'ESP_3IDEA'],
  [9, 'ESP_DES_IV32'],
  [10, 'ESP_RC4'],
  [11, 'ESP_NULL'],
  [12, 'ESP_AES-CBC', 'RFC 3602 5'],
  [13, 'ESP_AES-CTR', 'RFC 3686 9'],
  [14, 'ESP_AES-CCM_8', 'RFC 4309 9'],
  [15, 'ESP_AES-CCM_12', 'RFC 4309 9'],
  [16, 'ESP_AES-CCM_16', 'RFC 4309 9'],
  [18, 'ESP_AES-GCM_8', 'RFC 4106 8'],
  [19, 'ESP_AES-GCM_12', 'RFC 4106 8'],
  [20, 'ESP_AES-GCM_16', 'RFC 4106 8'],
  [21, 'ESP_SEED_CBC', 'RFC 4196'],
  [22, 'ESP_CAMELLIA', 'RFC 4312'],
  [23, 'ESP_NULL_AUTH_AES-GMAC', 'RFC 4543 9'],
]);

export const ipcompTransforms = registry('RFC 2407 4.4.5', [
  [1, 'IPCOMP_OUI'],
  [2, 'IPCOMP_DEFLATE'],
  [3, 'IPCOMP_LZS'],
  [4, 'IPCOMP_LZJH', 'RFC 3051'],
]);

const byProtocol: ReadonlyMap<number, Registry> = new Map([
  [1, phaseOneTransforms],
  [2, ahTransforms],
  [3, espTransformsV1],
  [4, ipcompTransforms],
]);

/** The table for a proposal's protocol; an empty one for a protocol that has none. */
export const transformIds = (protocolId: number): Registry => byProtocol.get(protocolId) ?? new Map();
