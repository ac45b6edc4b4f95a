/** The port for X.509 certificates, RFC 5280: plain facts out. Names are text as the provider writes them; keys are octets. */

export interface CertificateFacts {
  /** Lines of `type=value`, the most general first: `C=CH\nO=strongSwan\nCN=moon`. */
  readonly subject: string;
  readonly issuer: string;
  /** Hex. */
  readonly serial: string;
  /** Seconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Alternative names, `DNS:moon.example`, in order. */
  readonly alternativeNames: readonly string[];
  /** It says of itself that it may sign certificates. */
  readonly authority: boolean;
  /** Object identifier of the algorithm of its signature, and of its key. */
  readonly signatureAlgorithm: string;
  readonly key: CertificateKey;
  /** SHA-1 and SHA-256 over the whole certificate. */
  readonly sha1: Uint8Array;
  readonly sha256: Uint8Array;
}

export interface CertificateKey {
  readonly type: 'rsa' | 'dsa' | 'ec' | 'other';
  /** Of the modulus, of p, or of a coordinate; `null` where the type is `other`. */
  readonly bits: number | null;
  /** For `ec`, the curve's name as `curves.ts` has it, or its object identifier. */
  readonly curve: string | null;
  /** The subjectPublicKeyInfo, DER. */
  readonly info: Uint8Array;
}

export interface Certificates {
  /** `undefined` for octets that are no certificate. */
  read(der: Uint8Array): CertificateFacts | undefined;
  /**
   * Whether `issuer` is named as issuer in `subject`, and its key verifies the signature. `null` where the names fit, and the runtime does not
   * have the algorithm. Validity in time is the caller's affair.
   */
  issued(issuer: Uint8Array, subject: Uint8Array): boolean | null;
}
