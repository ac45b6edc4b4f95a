/**
 * Arithmetic modulo a prime or an RSA modulus, on octets: I2OSP and OS2IP of RFC 8017 4, powers and inverses. Not in constant time: it looks
 * at what happened, it does not take part. Node's own Diffie-Hellman is no way out: with a prime of one's own it proves the prime first,
 * which takes 22 s for 8192 bits, against 0.4 s for the power here.
 */

/** Big-endian octets as a number; 0 of no octets. */
export const toNumber = (octets: Uint8Array): bigint => {
  let hex = '0x0';
  for (const octet of octets) hex += octet.toString(16).padStart(2, '0');
  return BigInt(hex);
};

/** Big-endian, `length` octets; the leading ones are cut where the number is longer. */
export const toOctets = (n: bigint, length: number): Uint8Array => {
  const hex = BigInt.asUintN(8 * length, n)
    .toString(16)
    .padStart(2 * length, '0');
  return Uint8Array.from({ length }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
};

/** Octets that a number takes. */
export const octetLength = (n: bigint): number => (n === 0n ? 0 : Math.ceil(n.toString(16).length / 2));

/** `base^exponent mod modulus`, for numbers that are not negative: four bits of the exponent at a time. */
export const power = (base: bigint, exponent: bigint, modulus: bigint): bigint => {
  if (modulus === 1n) return 0n;
  const small = [1n];
  for (let i = 1; i < 16; i++) small.push(((small[i - 1] ?? 1n) * (base % modulus)) % modulus);
  let out = 1n;
  for (const digit of exponent.toString(16)) {
    for (let i = 0; i < 4; i++) out = (out * out) % modulus;
    if (digit !== '0') out = (out * (small[Number.parseInt(digit, 16)] ?? 1n)) % modulus;
  }
  return out;
};

/** The inverse of `n`; `undefined` where it has none. */
export const inverse = (n: bigint, modulus: bigint): bigint | undefined => {
  let [a, b] = [((n % modulus) + modulus) % modulus, modulus];
  let [x, y] = [1n, 0n];
  while (a !== 0n) {
    const quotient = b / a;
    [a, b] = [b - quotient * a, a];
    [x, y] = [y - quotient * x, x];
  }
  return b === 1n ? ((y % modulus) + modulus) % modulus : undefined;
};
