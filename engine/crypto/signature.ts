/** The signatures of IKEv1 phase 1, over HASH_I and HASH_R: RFC 2409 5.1, RFC 4754. */
import { toHex } from '../bytes/hex.ts';
import { type CurveName, curves } from './curves.ts';
import type { PublicKey } from './key.ts';
import { inverse, octetLength, power, toNumber } from './modular.ts';
import type { Crypto, HashName } from './provider.ts';
import { coordinates, generator, pointOf, times } from './pure/elliptic.ts';
import { recoverSigned } from './rsa.ts';

/**
 * `bare`: as RFC 2409 5.1 has it, over the hash as it is. `hashed`: over a hash of it once more, as libraries do when asked to sign. `digest-info`: RSA
 * with the object identifier of the hash, which RFC 2409 5.1 forbids and some send.
 */
export type SignatureForm = 'bare' | 'hashed' | 'digest-info';

export interface SignatureVerdict {
  readonly verified: boolean;
  /** In which form it verifies; `null` where in none. */
  readonly form: SignatureForm | null;
  /** RSA: what was signed, for who asks why it differs. */
  readonly signed: Uint8Array | null;
}

/** What phase 1's authentication method asks for; `undefined` for methods without a signature. */
export interface SignatureMethod {
  readonly key: PublicKey['type'];
  readonly curve: CurveName | null;
  /** HASH_I and HASH_R are made with this hash instead of the negotiated one: RFC 2409 5.1 for DSS, RFC 4754 4 for ECDSA. */
  readonly hash: HashName | null;
}

/** By the Authentication Method attribute of RFC 2409 App. A, with the hybrid and XAUTH variants, which prove the same with the same. */
export const signatureMethod = (method: number): SignatureMethod | undefined => methods.get(method);

/**
 * `hash`: HASH_I or HASH_R, made with the hash of `signatureMethod`. `undefined` where method and key do not go together, so that nothing can be
 * said. A signature of another length than the key's is a wrong one.
 */
export const verifySignature = (
  crypto: Crypto,
  method: number,
  key: PublicKey,
  hash: Uint8Array,
  signature: Uint8Array,
): SignatureVerdict | undefined => {
  const wanted = methods.get(method);
  if (!wanted || wanted.key !== key.type || (key.type === 'ec' && key.curve !== wanted.curve)) return undefined;
  if (key.type === 'rsa') return verifyRsa(key.modulus, key.exponent, hash, signature);
  const verify = (text: Uint8Array): boolean => (key.type === 'dsa' ? verifyDsa(key, text, signature) : verifyEcdsa(key, text, signature));
  const form = verify(hash) ? 'bare' : wanted.hash && verify(crypto.hash(wanted.hash, hash)) ? 'hashed' : null;
  return { verified: form !== null, form, signed: null };
};

const rsa: SignatureMethod = { key: 'rsa', curve: null, hash: null };
const dss: SignatureMethod = { key: 'dsa', curve: null, hash: 'sha1' };

const methods: ReadonlyMap<number, SignatureMethod> = new Map([
  [2, dss],
  [3, rsa],
  [9, { key: 'ec', curve: 'P-256', hash: 'sha256' }],
  [10, { key: 'ec', curve: 'P-384', hash: 'sha384' }],
  [11, { key: 'ec', curve: 'P-521', hash: 'sha512' }],
  [64221, rsa],
  [64222, rsa],
  [64223, dss],
  [64224, dss],
  [65003, dss],
  [65004, dss],
  [65005, rsa],
  [65006, rsa],
]);

const verifyRsa = (modulus: bigint, exponent: bigint, hash: Uint8Array, signature: Uint8Array): SignatureVerdict => {
  const signed = recoverSigned(modulus, exponent, signature) ?? null;
  if (signed === null) return { verified: false, form: null, signed };
  const text = toHex(signed);
  // A DigestInfo ends with the hash, and begins as a SEQUENCE of just that length: RFC 8017 9.2.
  const wrapped = text.endsWith(`04${hash.length.toString(16).padStart(2, '0')}${toHex(hash)}`) && signed[0] === 0x30;
  const form = text === toHex(hash) ? 'bare' : wrapped && signed[1] === signed.length - 2 ? 'digest-info' : null;
  return { verified: form !== null, form, signed };
};

/** r and s, each half of the octets; `undefined` where they are not between 0 and the order. */
const halves = (signature: Uint8Array, octets: number, order: bigint): { r: bigint; w: bigint } | undefined => {
  if (signature.length !== 2 * octets) return undefined;
  const [r, s] = [toNumber(signature.subarray(0, octets)), toNumber(signature.subarray(octets))];
  const w = r === 0n || s === 0n || r >= order || s >= order ? undefined : inverse(s, order);
  return w === undefined ? undefined : { r, w };
};

/** The leading bits of a hash, as many as the order has: FIPS 186-4 4.6 and 6.4. */
const leading = (hash: Uint8Array, order: bigint): bigint => {
  const excess = 8 * hash.length - order.toString(2).length;
  return excess > 0 ? toNumber(hash) >> BigInt(excess) : toNumber(hash);
};

type DsaKey = Extract<PublicKey, { readonly type: 'dsa' }>;
type EcKey = Extract<PublicKey, { readonly type: 'ec' }>;

/** FIPS 186-4 4.7. Its largest parameters, 4.2, have 3072 and 256 bits: who sends larger ones wants to keep us busy. */
const verifyDsa = ({ p, q, g, y }: DsaKey, hash: Uint8Array, signature: Uint8Array): boolean => {
  if (octetLength(p) > 512 || octetLength(q) > 64) return false;
  const given = halves(signature, Math.ceil(q.toString(2).length / 8), q);
  if (!given) return false;
  const { r, w } = given;
  const v = (power(g, (leading(hash, q) * w) % q, p) * power(y, (r * w) % q, p)) % p;
  return v % q === r;
};

/** FIPS 186-4 6.4, with the signature as RFC 4754 7 has it. */
const verifyEcdsa = ({ curve, x, y }: EcKey, hash: Uint8Array, signature: Uint8Array): boolean => {
  const { order, octets } = curves[curve];
  const given = halves(signature, octets, order);
  const key = pointOf(curve, x, y);
  if (!given || !key) return false;
  const { r, w } = given;
  const fromHash = times(curve, generator(curve), (leading(hash, order) * w) % order);
  const fromKey = times(curve, key, (r * w) % order);
  const sum = fromKey && coordinates(fromHash ? fromHash.add(fromKey) : fromKey);
  return sum !== undefined && sum.x % order === r;
};
