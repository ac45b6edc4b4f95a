/** Public and private keys as files and certificates hold them: RFC 5280 4.1.2.7, RFC 3279 2.3, RFC 5480 2, RFC 8017 App. A.1, RFC 5958 2. */
import { type CurveName, curves } from './curves.ts';
import { bitsOf, type DerValue, integerOf, membersOf, objectIdentifierOf, readDer } from './der.ts';
import { octetLength, toNumber } from './modular.ts';

export type PublicKey =
  | { readonly type: 'rsa'; readonly modulus: bigint; readonly exponent: bigint }
  | { readonly type: 'dsa'; readonly p: bigint; readonly q: bigint; readonly g: bigint; readonly y: bigint }
  | { readonly type: 'ec'; readonly curve: CurveName; readonly x: bigint; readonly y: bigint };

export interface RsaPrivateKey {
  readonly modulus: bigint;
  readonly publicExponent: bigint;
  readonly privateExponent: bigint;
  /** Octets of the modulus. */
  readonly octets: number;
}

/** The public key of a certificate; `undefined` for octets that are none, and for a kind of key that we do not have. */
export const publicKeyOfCertificate = (der: Uint8Array): PublicKey | undefined => {
  const [signed] = membersOf(readDer(der)) ?? [];
  const fields = membersOf(signed) ?? [];
  // The version stands in front in a tag of its own, and is left out of a certificate of version 1.
  const key = fields[fields[0]?.tag === 0xa0 ? 6 : 5];
  return key && publicKeyOfInfo(key.whole);
};

/** A subjectPublicKeyInfo. */
export const publicKeyOfInfo = (der: Uint8Array): PublicKey | undefined => {
  const [algorithm, key] = membersOf(readDer(der)) ?? [];
  const [identifier, parameters] = membersOf(algorithm) ?? [];
  const octets = bitsOf(key);
  if (!octets) return undefined;
  switch (objectIdentifierOf(identifier)) {
    case '1.2.840.113549.1.1.1':
      return rsaPublicKey(octets);
    case '1.2.840.10040.4.1':
      return dsaPublicKey(octets, parameters);
    case ecKey:
      return ecPublicKey(octets, objectIdentifierOf(parameters));
    default:
      return undefined;
  }
};

const numberOf = (value: DerValue | undefined): bigint | undefined => {
  const octets = integerOf(value);
  // 16,384 bits: beyond all that is in use, and little enough to compute with.
  return octets && octets.length <= 2049 ? toNumber(octets) : undefined;
};

const rsaPublicKey = (octets: Uint8Array): PublicKey | undefined => {
  const [modulus, exponent] = (membersOf(readDer(octets)) ?? []).map(numberOf);
  return modulus && exponent ? { type: 'rsa', modulus, exponent } : undefined;
};

const dsaPublicKey = (octets: Uint8Array, parameters: DerValue | undefined): PublicKey | undefined => {
  const [p, q, g] = (membersOf(parameters) ?? []).map(numberOf);
  const y = numberOf(readDer(octets));
  return p && q && g && y ? { type: 'dsa', p, q, g, y } : undefined;
};

const ecPublicKey = (octets: Uint8Array, oid: string | undefined): PublicKey | undefined => {
  const curve = curveOf(oid);
  // SEC 1, 2.3.4: 4 stands in front of a point with both coordinates. The compressed forms are not for certificates of IPsec.
  const length = curve && curves[curve].octets;
  if (!curve || !length || octets[0] !== 4 || octets.length !== 1 + 2 * length) return undefined;
  return { type: 'ec', curve, x: toNumber(octets.subarray(1, 1 + length)), y: toNumber(octets.subarray(1 + length)) };
};

/** An RSA private key: DER as PKCS #1 or PKCS #8 has it, or the same as PEM, not under a passphrase. */
export const rsaPrivateKey = (octets: Uint8Array): RsaPrivateKey | undefined => {
  const members = membersOf(readDer(derOf(octets))) ?? [];
  const [, second, third] = members;
  // PKCS #8 wraps the same structure: version, algorithm, OCTET STRING.
  const [oid] = membersOf(second) ?? [];
  if (third?.tag === 0x04) return objectIdentifierOf(oid) === '1.2.840.113549.1.1.1' ? rsaPrivateKey(third.contents) : undefined;
  const [, modulus, publicExponent, privateExponent] = members.map(numberOf);
  if (!modulus || !publicExponent || !privateExponent) return undefined;
  return { modulus, publicExponent, privateExponent, octets: octetLength(modulus) };
};

export interface EcPrivateKey {
  readonly curve: CurveName;
  readonly scalar: bigint;
}

const curveOf = (oid: string | undefined): CurveName | undefined =>
  (Object.keys(curves) as CurveName[]).find((name) => curves[name].oid === oid);

/** A private key on a curve: DER as RFC 5915 3 or PKCS #8 has it, or the same as PEM, not under a passphrase. */
export const ecPrivateKey = (octets: Uint8Array, curveOutside?: CurveName): EcPrivateKey | undefined => {
  const [, second, third] = membersOf(readDer(derOf(octets))) ?? [];
  if (third?.tag === 0x04) {
    const [kind, parameters] = membersOf(second) ?? [];
    const named = curveOf(objectIdentifierOf(parameters));
    return objectIdentifierOf(kind) === ecKey && named ? ecPrivateKey(third.contents, named) : undefined;
  }
  const named = third?.tag === 0xa0 ? curveOf(objectIdentifierOf(readDer(third.contents))) : undefined;
  const curve = curveOutside ?? named;
  if (!curve || second?.tag !== 0x04 || second.contents.length > curves[curve].octets) return undefined;
  const scalar = toNumber(second.contents);
  return scalar > 0n && scalar < curves[curve].order ? { curve, scalar } : undefined;
};

const ecKey = '1.2.840.10045.2.1';

const dashes = [0x2d, 0x2d, 0x2d, 0x2d, 0x2d];

/** What stands between the two lines of dashes, RFC 7468; the octets themselves where there are none. */
const derOf = (octets: Uint8Array): Uint8Array => {
  if (octets.length > 65536) return new Uint8Array(0);
  const at = octets.findIndex((_, i) => dashes.every((dash, j) => octets[i + j] === dash));
  if (octets[0] === 0x30 || at < 0) return octets;
  let text = '';
  for (const octet of octets.subarray(at)) text += String.fromCharCode(octet);
  const body = /-----BEGIN (?:RSA |EC )?PRIVATE KEY-----([A-Za-z0-9+/=\s]*)-----END/.exec(text)?.[1];
  return body === undefined ? octets : fromBase64(body);
};

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const fromBase64 = (text: string): Uint8Array => {
  const out: number[] = [];
  let [bits, count] = [0, 0];
  for (const character of text) {
    const value = alphabet.indexOf(character);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push((bits >>> count) & 0xff);
    }
  }
  return Uint8Array.from(out);
};
