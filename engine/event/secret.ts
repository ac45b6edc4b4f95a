/** What somebody can know: pre-shared keys, shared secrets, keys. The octets live in records of their own, so that a log can be split from them. */
import type { Cookie } from '../values/cookie.ts';
import type { IpAddress } from '../values/ip-address.ts';
import type { MessageId } from '../values/message-id.ts';
import type { Spi } from '../values/spi.ts';

/** Names a record of secret octets within one log, from 0. */
export type SecretRef = number;

/** Which secret it is; the octets stand apart. A cookie pair names a negotiation; `responderCookie` may be unknown. */
export type SecretAbout =
  /** RFC 2409 5. `side` where the two ends hold different keys; `peer` where it is good for one address only. */
  | {
      readonly what: 'preSharedKey';
      readonly side?: 'initiator' | 'responder';
      readonly peer?: IpAddress;
      readonly initiatorCookie?: Cookie;
    }
  /** g^xy of phase 1, or of the quick mode `messageId` with PFS. */
  | { readonly what: 'dhSharedSecret'; readonly initiatorCookie: Cookie; readonly responderCookie?: Cookie; readonly messageId?: MessageId }
  /** A private value of Diffie-Hellman, of phase 1 or of the quick mode `messageId`: with the other side's public value it gives g^xy. */
  | {
      readonly what: 'dhPrivateValue';
      readonly side?: 'initiator' | 'responder';
      readonly initiatorCookie?: Cookie;
      readonly responderCookie?: Cookie;
      readonly messageId?: MessageId;
    }
  /** A private key of RSA, DER or PEM: opens what was encrypted for it, RFC 2409 5.2 and 5.3. */
  | { readonly what: 'rsaPrivateKey'; readonly side?: 'initiator' | 'responder'; readonly initiatorCookie?: Cookie }
  /** Our own, PEM or DER of PKCS #8: signs what we prove ourselves with, RFC 2409 5.1. */
  | { readonly what: 'signaturePrivateKey' }
  /** What proves a user in XAUTH. */
  | { readonly what: 'xauthPassword'; readonly user: string }
  | {
      readonly what: 'skeyid' | 'skeyidD' | 'skeyidA' | 'skeyidE';
      readonly side?: 'initiator' | 'responder';
      readonly initiatorCookie: Cookie;
      readonly responderCookie?: Cookie;
    }
  /** Ka, what the cipher of phase 1 uses: all that Wireshark's ikev1_decryption_table has. */
  | {
      readonly what: 'encryptionKey';
      readonly side?: 'initiator' | 'responder';
      readonly initiatorCookie: Cookie;
      readonly responderCookie?: Cookie;
    }
  /** Keys of one direction of an IPsec SA, from a table: algorithm names as the table has them, read by the reducer. */
  | {
      readonly what: 'ipsecEncryptionKey' | 'ipsecIntegrityKey';
      readonly protocol: 'esp' | 'ah';
      /** `null`: good for any SA between the addresses. */
      readonly spi: Spi | null;
      readonly src?: IpAddress;
      readonly dst?: IpAddress;
      readonly algorithm: string;
      /** Whether its sequence numbers are extended, RFC 4303 2.2.1; absent where nobody said. */
      readonly esn?: boolean;
    };
