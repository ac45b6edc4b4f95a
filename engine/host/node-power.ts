/**
 * Powers modulo a prime by OpenSSL, which computes them in constant time: as a Diffie-Hellman key of PKCS #3 that is written out and read in.
 * `createDiffieHellman` would prove the prime first, which takes seconds (docs/adr/0015); reading a key does not.
 */
import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';

/** `undefined` where the runtime has no such keys (BoringSSL), or finds fault with one. */
export const nodePower = (base: bigint, exponent: Uint8Array, modulus: bigint): bigint | undefined => {
  if (isMissing) return undefined;
  try {
    const privateKey = createPrivateKey({ key: privateKeyInfo(modulus, exponent), format: 'der', type: 'pkcs8' });
    const publicKey = createPublicKey({ key: publicKeyInfo(modulus, base), format: 'der', type: 'spki' });
    return numberOf(diffieHellman({ privateKey, publicKey }));
  } catch {
    return undefined;
  }
};

// BoringSSL has left out keys of this kind, and says so at each try.
const isMissing = process.versions['electron'] !== undefined;

const numberOf = (octets: Uint8Array): bigint => BigInt(`0x${Buffer.from(octets).toString('hex')}`);

const tag = { integer: 0x02, bits: 0x03, octets: 0x04, sequence: 0x30 } as const;

/** DER, X.690 8.1: tag, length, contents. */
const der = (type: number, ...parts: readonly Uint8Array[]): Buffer => {
  const contents = Buffer.concat(parts);
  const n = contents.length;
  const length = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >>> 8, n & 255];
  return Buffer.concat([Uint8Array.of(type, ...length), contents]);
};

/** Positive: a zero before a first octet with the highest bit, and no other. */
const integer = (octets: Uint8Array): Buffer => {
  const first = octets.findIndex((octet) => octet !== 0);
  const bare = first < 0 ? Uint8Array.of(0) : octets.subarray(first);
  return der(tag.integer, Uint8Array.of(...((bare[0] ?? 0) & 0x80 ? [0] : [])), bare);
};
const octetsOf = (n: bigint): Buffer => {
  const hex = n.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
};

/** dhKeyAgreement, 1.2.840.113549.1.3.1: PKCS #3. */
const dhKeyAgreement = Buffer.from('06092a864886f70d010301', 'hex');
/** Of no account for a power of another base, and no generator that a group of IKE's has: of those OpenSSL would check more than it needs. */
const anyGenerator = Uint8Array.of(3);

const parameters = new Map<bigint, Buffer>();
const algorithm = (modulus: bigint): Buffer => {
  const made =
    parameters.get(modulus) ?? der(tag.sequence, dhKeyAgreement, der(tag.sequence, integer(octetsOf(modulus)), integer(anyGenerator)));
  parameters.set(modulus, made);
  return made;
};

const privateKeyInfo = (modulus: bigint, exponent: Uint8Array): Buffer =>
  der(tag.sequence, integer(Uint8Array.of(0)), algorithm(modulus), der(tag.octets, integer(exponent)));

const publicKeyInfo = (modulus: bigint, value: bigint): Buffer =>
  der(tag.sequence, algorithm(modulus), der(tag.bits, Uint8Array.of(0), integer(octetsOf(value))));
