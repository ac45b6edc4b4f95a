/** A certificate of phase 1 as the state keeps it, RFC 2408 3.9, RFC 5280 4.1. */

/** One certificate, as plain facts. A CRL, or an encoding that we do not read, has no facts. */
export interface CertificateSeen {
  readonly event: number;
  /** RFC 2408 3.9. */
  readonly encoding: number;
  readonly facts: {
    /** As in RFC 4514, in the order in which it stands. */
    readonly subject: string;
    readonly issuer: string;
    /** Hex. */
    readonly serial: string;
    /** Seconds since 1970. */
    readonly notBefore: number;
    readonly notAfter: number;
    /** `DNS:gw.example.org`, in order. */
    readonly alternativeNames: readonly string[];
    readonly authority: boolean;
    readonly keyType: 'rsa' | 'dsa' | 'ec' | 'other';
    readonly keyBits: number | null;
    /** subjectPublicKeyInfo, DER. */
    readonly keyInfo: Uint8Array;
    readonly sha256: Uint8Array;
    /** Valid at the time of the capture; `null` for a log without a clock. */
    readonly validThen: boolean | null;
  } | null;
  /** Which of the message's certificates signed it, by place; its own where it is self-signed; `null`: none of them. */
  readonly signedBy: number | null;
}
