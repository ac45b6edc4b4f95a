/** The key schedule of IKEv1 from a pre-shared key to the keys of an IPsec SA: RFC 2409 5, 5.5 and App. B. */
import { prf } from '../../crypto/prf.ts';
import type { Crypto, HashName } from '../../crypto/provider.ts';
import type { Spi } from '../../values/spi.ts';

/** SKEYID = prf(pre-shared key, Ni_b | Nr_b). Nonces are payload bodies. */
export const skeyidFromPsk = (crypto: Crypto, hash: HashName, psk: Uint8Array, nonceI: Uint8Array, nonceR: Uint8Array): Uint8Array =>
  prf(crypto, hash, psk, nonceI, nonceR);

/** SKEYID where signatures authenticate: prf(Ni_b | Nr_b, g^xy). */
export const skeyidFromSignatures = (
  crypto: Crypto,
  hash: HashName,
  nonceI: Uint8Array,
  nonceR: Uint8Array,
  dhSharedSecret: Uint8Array,
): Uint8Array => prf(crypto, hash, Uint8Array.of(...nonceI, ...nonceR), dhSharedSecret);

/** SKEYID of both RSA encryption modes: prf(hash(Ni_b | Nr_b), CKY-I | CKY-R). Nonces are the decrypted bodies. */
export const skeyidFromEncryptedNonces = (
  crypto: Crypto,
  hash: HashName,
  nonceI: Uint8Array,
  nonceR: Uint8Array,
  cookieI: Uint8Array,
  cookieR: Uint8Array,
): Uint8Array => prf(crypto, hash, crypto.hash(hash, nonceI, nonceR), cookieI, cookieR);

/** What the keys of phase 1 come from, besides SKEYID. Cookies are 8 octets each; the shared secret is as long as the group's prime. */
export interface PhaseOneInputs {
  readonly skeyid: Uint8Array;
  readonly dhSharedSecret: Uint8Array;
  readonly cookieI: Uint8Array;
  readonly cookieR: Uint8Array;
}

/** What follows from SKEYID, RFC 2409 5. Each has the length of the hash. */
export interface Skeyids {
  /** For keying material of other SAs. */
  readonly skeyidD: Uint8Array;
  /** For the hashes of phase 2. */
  readonly skeyidA: Uint8Array;
  /** For the cipher key. */
  readonly skeyidE: Uint8Array;
}

/** SKEYID_d, SKEYID_a, SKEYID_e, each of which goes into the next: RFC 2409 5. */
export const deriveSkeyids = (crypto: Crypto, hash: HashName, inputs: PhaseOneInputs): Skeyids => {
  const { skeyid, dhSharedSecret, cookieI, cookieR } = inputs;
  const next = (before: Uint8Array, digit: number): Uint8Array =>
    prf(crypto, hash, skeyid, before, dhSharedSecret, cookieI, cookieR, Uint8Array.of(digit));
  const skeyidD = next(nothing, 0);
  const skeyidA = next(skeyidD, 1);
  const skeyidE = next(skeyidA, 2);
  return { skeyidD, skeyidA, skeyidE };
};

/** Ka, the key of the cipher of phase 1, App. B: the leading octets of SKEYID_e, or of its expansion where SKEYID_e is too short. */
export const cipherKey = (crypto: Crypto, hash: HashName, skeyidE: Uint8Array, octets: number): Uint8Array => {
  if (octets <= skeyidE.length) return skeyidE.slice(0, octets);
  return expand(octets, (before) => prf(crypto, hash, skeyidE, before ?? Uint8Array.of(0)));
};

export interface KeymatInputs {
  readonly crypto: Crypto;
  readonly hash: HashName;
  readonly skeyidD: Uint8Array;
  /** g(qm)^xy of the quick mode, with perfect forward secrecy only. */
  readonly dhSharedSecret?: Uint8Array | undefined;
  /** Protocol identifier of the proposal: 2 AH, 3 ESP. */
  readonly protocol: number;
  /** The SPI that the receiver of this SA chose. */
  readonly spi: Spi;
  /** Nonces of the quick mode. */
  readonly nonceI: Uint8Array;
  readonly nonceR: Uint8Array;
  /** How much is needed: the encryption key, then the integrity key. */
  readonly octets: number;
}

/** KEYMAT of one SA, that is of one direction and protocol: RFC 2409 5.5. */
export const keymat = (inputs: KeymatInputs): Uint8Array => {
  const { crypto, hash, skeyidD, dhSharedSecret = nothing, protocol, spi, nonceI, nonceR, octets } = inputs;
  const head = new Uint8Array(5);
  head[0] = protocol;
  new DataView(head.buffer).setUint32(1, spi);
  return expand(octets, (before) => prf(crypto, hash, skeyidD, before ?? nothing, dhSharedSecret, head, nonceI, nonceR));
};

const nothing = new Uint8Array(0);

/** K1 | K2 | ... cut to `octets`; each block comes from the one before. */
const expand = (octets: number, next: (before: Uint8Array | undefined) => Uint8Array): Uint8Array => {
  const out = new Uint8Array(octets);
  let block: Uint8Array | undefined;
  for (let at = 0; at < octets; at += block.length) {
    block = next(block);
    out.set(block.subarray(0, octets - at), at);
  }
  return out;
};
