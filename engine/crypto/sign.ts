/**
 * Signing HASH_I or HASH_R: RFC 2409 5.1, RFC 4754. Without chance, so that the same log gives the same octets: RSA has none in this padding, and
 * ECDSA takes its number from the key and the text, RFC 6979 3.2. That also keeps one number from ever going with two texts.
 */
import { type CurveName, curves } from './curves.ts';
import { ecPrivateKey, rsaPrivateKey } from './key.ts';
import { inverse, toNumber, toOctets } from './modular.ts';
import { type Crypto, type HashName, hashLength } from './provider.ts';
import { coordinates, generator, times } from './pure/elliptic.ts';
import { signatureMethod } from './signature.ts';

/** Whether a private key is of the kind that phase 1's authentication method signs with. */
export const keyFits = (method: number, key: Uint8Array): boolean => {
  const wanted = signatureMethod(method);
  switch (wanted?.key) {
    case 'rsa':
      return rsaPrivateKey(key) !== undefined;
    case 'ec':
      return ecPrivateKey(key)?.curve === wanted.curve;
    default:
      return false;
  }
};

/** The body of the Signature payload. `hash` is made with the hash of `signatureMethod`; `undefined` where key and method do not go together. */
export const signHash = (crypto: Crypto, method: number, key: Uint8Array, hash: Uint8Array): Uint8Array | undefined => {
  const wanted = signatureMethod(method);
  if (wanted?.key === 'rsa') return crypto.signRsa(key, hash);
  const ec = wanted?.key === 'ec' ? ecPrivateKey(key) : undefined;
  return ec && wanted?.hash && ec.curve === wanted.curve ? signEcdsa(crypto, wanted.hash, ec.curve, ec.scalar, hash) : undefined;
};

/** FIPS 186-4 6.4, r and s in the length of a coordinate each. */
const signEcdsa = (crypto: Crypto, name: HashName, curve: CurveName, scalar: bigint, hash: Uint8Array): Uint8Array | undefined => {
  const { order, octets } = curves[curve];
  for (const k of numbers(crypto, name, curve, scalar, hash)) {
    const point = times(curve, generator(curve), k);
    const r = (point ? (coordinates(point)?.x ?? 0n) : 0n) % order;
    const s = ((inverse(k, order) ?? 0n) * (leadingBits(hash, order) + r * scalar)) % order;
    if (r !== 0n && s !== 0n) return Uint8Array.of(...toOctets(r, octets), ...toOctets(s, octets));
  }
  return undefined;
};

const bitsOf = (n: bigint): number => n.toString(2).length;

/** As many of the leading bits as the order has: RFC 6979 2.3.2. */
const leadingBits = (octets: Uint8Array, order: bigint): bigint => {
  const excess = 8 * octets.length - bitsOf(order);
  return excess > 0 ? toNumber(octets) >> BigInt(excess) : toNumber(octets);
};

/** Beyond the first one is needed about once in 2^32 signatures, or never: RFC 6979 3.4. */
const mostNumbers = 16;

/** RFC 6979 3.2, step by step. */
function* numbers(crypto: Crypto, name: HashName, curve: CurveName, scalar: bigint, hash: Uint8Array): Generator<bigint> {
  const { order } = curves[curve];
  const octets = Math.ceil(bitsOf(order) / 8);
  const seed = Uint8Array.of(...toOctets(scalar, octets), ...toOctets(leadingBits(hash, order) % order, octets));
  let v = new Uint8Array(hashLength[name]).fill(1);
  let key: Uint8Array = new Uint8Array(hashLength[name]);
  const mix = (...more: readonly Uint8Array[]): void => {
    key = crypto.hmac(name, key, v, ...more);
    v = crypto.hmac(name, key, v).slice();
  };
  mix(Uint8Array.of(0), seed);
  mix(Uint8Array.of(1), seed);
  for (let i = 0; i < mostNumbers; i++) {
    let made = new Uint8Array(0);
    while (made.length < octets) {
      v = crypto.hmac(name, key, v).slice();
      made = Uint8Array.of(...made, ...v);
    }
    const k = leadingBits(made.subarray(0, octets), order);
    if (k > 0n && k < order) yield k;
    mix(Uint8Array.of(0));
  }
}
