/** Data attribute classes and their values: phase 1 (RFC 2409 appendix A), phase 2 (RFC 2407 4.5), and configuration (mode config, XAUTH). */
import { dhGroups } from './dh-group.ts';
import { encapsulationModes } from './encapsulation-mode.ts';
import { lifeTypes } from './life-type.ts';
import { type Registry, type Row, registry } from './registry.ts';

export interface AttributeRow extends Row {
  /** Basic must be sent in the short form; Variable may take either. `undefined` where no text we have says. */
  readonly form: 'Basic' | 'Variable' | undefined;
  /** What the value's numbers mean, where it is a number out of a list. */
  readonly values?: Registry;
}

type Entry = readonly [number, 'B' | 'V' | '', string, (Registry | undefined)?, string?];
const rows = (rfc: string, list: readonly Entry[]): Registry<AttributeRow> =>
  new Map(
    list.map(([n, form, name, values, own]) => {
      const row = { name, form: form === 'B' ? 'Basic' : form === 'V' ? 'Variable' : undefined, rfc: own ?? rfc } as const;
      return [n, values ? { ...row, values } : row];
    }),
  );

export const encryptionAlgorithms = registry('RFC 2409 A', [
  [1, 'DES-CBC'],
  [2, 'IDEA-CBC'],
  [3, 'Blowfish-CBC'],
  [4, 'RC5-R16-B64-CBC'],
  [5, '3DES-CBC'],
  [6, 'CAST-CBC'],
  [7, 'AES-CBC', 'RFC 3602 5'],
  [8, 'CAMELLIA-CBC', 'RFC 4312'],
  [65004, 'Serpent-CBC', 'private use'],
  [65005, 'Twofish-CBC', 'private use'],
]);

export const hashAlgorithms = registry('RFC 2409 A', [
  [1, 'MD5'],
  [2, 'SHA'],
  [3, 'Tiger'],
  [4, 'SHA2-256', 'RFC 4868 2.7'],
  [5, 'SHA2-384', 'RFC 4868 2.7'],
  [6, 'SHA2-512', 'RFC 4868 2.7'],
]);

const hybrid = 'draft-ietf-ipsec-isakmp-hybrid-auth-05';
const xauth = 'draft-beaulieu-ike-xauth-02 7.2';
export const authenticationMethods = registry('RFC 2409 A', [
  [1, 'pre-shared key'],
  [2, 'DSS signatures'],
  [3, 'RSA signatures'],
  [4, 'encryption with RSA'],
  [5, 'revised encryption with RSA'],
  [9, 'ECDSA with SHA-256 on P-256', 'RFC 4754 7'],
  [10, 'ECDSA with SHA-384 on P-384', 'RFC 4754 7'],
  [11, 'ECDSA with SHA-512 on P-521', 'RFC 4754 7'],
  [64221, 'HybridInitRSA', hybrid],
  [64222, 'HybridRespRSA', hybrid],
  [64223, 'HybridInitDSS', hybrid],
  [64224, 'HybridRespDSS', hybrid],
  [65001, 'XAUTHInitPreShared', xauth],
  [65002, 'XAUTHRespPreShared', xauth],
  [65003, 'XAUTHInitDSS', xauth],
  [65004, 'XAUTHRespDSS', xauth],
  [65005, 'XAUTHInitRSA', xauth],
  [65006, 'XAUTHRespRSA', xauth],
  [65007, 'XAUTHInitRSAEncryption', xauth],
  [65008, 'XAUTHRespRSAEncryption', xauth],
  [65009, 'XAUTHInitRSARevisedEncryption', xauth],
  [65010, 'XAUTHRespRSARevisedEncryption', xauth],
]);

export const groupTypes = registry('RFC 2409 A', [
  [1, 'MODP'],
  [2, 'ECP'],
  [3, 'EC2N'],
]);

export const phaseOneAttributes = rows('RFC 2409 A', [
  [1, 'B', 'Encryption algorithm', encryptionAlgorithms],
  [2, 'B', 'Hash algorithm', hashAlgorithms],
  [3, 'B', 'Authentication method', authenticationMethods],
  [4, 'B', 'Group description', dhGroups],
  [5, 'B', 'Group type', groupTypes],
  [6, 'V', 'Group prime'],
  [7, 'V', 'Group generator one'],
  [8, 'V', 'Group generator two'],
  [9, 'V', 'Group curve A'],
  [10, 'V', 'Group curve B'],
  [11, 'B', 'Life type', lifeTypes],
  [12, 'V', 'Life duration'],
  [13, 'B', 'PRF'],
  [14, 'B', 'Key length'],
  [15, 'B', 'Field size'],
  [16, 'V', 'Group order'],
]);

export const authenticationAlgorithms = registry('RFC 2407 4.5', [
  [1, 'HMAC-MD5'],
  [2, 'HMAC-SHA'],
  [3, 'DES-MAC'],
  [4, 'KPDK'],
  [5, 'HMAC-SHA2-256', 'RFC 4868 2.7'],
  [6, 'HMAC-SHA2-384', 'RFC 4868 2.7'],
  [7, 'HMAC-SHA2-512', 'RFC 4868 2.7'],
  [8, 'HMAC-RIPEMD', 'RFC 2857'],
  [9, 'AES-XCBC-MAC', 'RFC 3566 6'],
  [10, 'SIG-RSA', 'RFC 4359'],
  [11, 'AES-128-GMAC', 'RFC 4543 9'],
  [12, 'AES-192-GMAC', 'RFC 4543 9'],
  [13, 'AES-256-GMAC', 'RFC 4543 9'],
]);

const extendedSequenceNumbers = registry('RFC 4304 2', [[1, '64-bit sequence number']]);

export const phaseTwoAttributes = rows('RFC 2407 4.5', [
  [1, 'B', 'SA life type', lifeTypes],
  [2, 'V', 'SA life duration'],
  [3, 'B', 'Group description', dhGroups],
  [4, 'B', 'Encapsulation mode', encapsulationModes],
  [5, 'B', 'Authentication algorithm', authenticationAlgorithms],
  [6, 'B', 'Key length'],
  [7, 'B', 'Key rounds'],
  [8, 'B', 'Compress dictionary size'],
  [9, 'V', 'Compress private algorithm'],
  [10, 'B', 'ECN tunnel', undefined, 'RFC 3168 9.2.1'],
  [11, 'B', 'Extended (64-bit) sequence number', extendedSequenceNumbers, 'RFC 4304 2'],
  [12, '', 'Authentication key length', undefined, 'RFC 4359'],
  [13, '', 'Signature encoding algorithm', undefined, 'RFC 4359'],
  [14, 'B', 'Address preservation', undefined, 'RFC 6407 5.5.1.1.2'],
  [15, '', 'SA direction', undefined, 'RFC 6407 5.5.1.1.3'],
]);

const xauthTypes = registry('draft-beaulieu-ike-xauth-02 6.2', [
  [0, 'Generic'],
  [1, 'RADIUS-CHAP'],
  [2, 'OTP'],
  [3, 'S/KEY'],
]);
const xauthStatus = registry('draft-beaulieu-ike-xauth-02 6.2', [
  [0, 'FAIL'],
  [1, 'OK'],
]);
const x = 'draft-beaulieu-ike-xauth-02 6.2';
const unity = 'Cisco Unity';

/** Mode config's attributes. No form is fixed here: senders use what fits. */
export const configurationAttributes = rows('draft-dukes-ike-mode-cfg-02 3.3', [
  [1, '', 'INTERNAL_IP4_ADDRESS'],
  [2, '', 'INTERNAL_IP4_NETMASK'],
  [3, '', 'INTERNAL_IP4_DNS'],
  [4, '', 'INTERNAL_IP4_NBNS'],
  [5, '', 'INTERNAL_ADDRESS_EXPIRY'],
  [6, '', 'INTERNAL_IP4_DHCP'],
  [7, '', 'APPLICATION_VERSION'],
  [8, '', 'INTERNAL_IP6_ADDRESS'],
  [9, '', 'INTERNAL_IP6_NETMASK'],
  [10, '', 'INTERNAL_IP6_DNS'],
  [11, '', 'INTERNAL_IP6_NBNS'],
  [12, '', 'INTERNAL_IP6_DHCP'],
  [13, '', 'INTERNAL_IP4_SUBNET'],
  [14, '', 'SUPPORTED_ATTRIBUTES'],
  [15, '', 'INTERNAL_IP6_SUBNET'],
  [16520, '', 'XAUTH_TYPE', xauthTypes, x],
  [16521, '', 'XAUTH_USER_NAME', undefined, x],
  [16522, '', 'XAUTH_USER_PASSWORD', undefined, x],
  [16523, '', 'XAUTH_PASSCODE', undefined, x],
  [16524, '', 'XAUTH_MESSAGE', undefined, x],
  [16525, '', 'XAUTH_CHALLENGE', undefined, x],
  [16526, '', 'XAUTH_DOMAIN', undefined, x],
  [16527, '', 'XAUTH_STATUS', xauthStatus, x],
  [16528, '', 'XAUTH_NEXT_PIN', undefined, x],
  [16529, '', 'XAUTH_ANSWER', undefined, x],
  [28672, '', 'UNITY_BANNER', undefined, unity],
  [28673, '', 'UNITY_SAVE_PASSWD', undefined, unity],
  [28674, '', 'UNITY_DEF_DOMAIN', undefined, unity],
  [28675, '', 'UNITY_SPLIT_DOMAIN', undefined, unity],
  [28676, '', 'UNITY_SPLIT_INCLUDE', undefined, unity],
  [28677, '', 'UNITY_NATT_PORT', undefined, unity],
  [28678, '', 'UNITY_SPLIT_EXCLUDE', undefined, unity],
  [28679, '', 'UNITY_PFS', undefined, unity],
  [28680, '', 'UNITY_FW_TYPE', undefined, unity],
  [28681, '', 'UNITY_BACKUP_SERVERS', undefined, unity],
  [28682, '', 'UNITY_DDNS_HOSTNAME', undefined, unity],
]);

/** Attributes whose value is a secret: no view writes it out. */
export const secretConfigurationAttributes: ReadonlySet<number> = new Set([16522, 16523, 16528, 16529]);

/** What an attributes payload asks for, draft-dukes-ike-mode-cfg-02 3.2. */
export const configurationTypes = registry('draft-dukes-ike-mode-cfg-02 3.2', [
  [1, 'ISAKMP_CFG_REQUEST'],
  [2, 'ISAKMP_CFG_REPLY'],
  [3, 'ISAKMP_CFG_SET'],
  [4, 'ISAKMP_CFG_ACK'],
]);
