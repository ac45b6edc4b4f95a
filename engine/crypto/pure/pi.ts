/** The binary digits of pi behind the point: what Blowfish begins with. Computed, since a formula is easier to trust than a table. */

/** The leading `count` words of 32 bits; a copy each time. */
export const fractionOfPi = (count: number): Uint32Array => {
  if (known.length < count) known = compute(count);
  return known.slice(0, count);
};

let known: Uint32Array = new Uint32Array(0);

/** Machin 1706: pi = 16 arctan(1/5) - 4 arctan(1/239). Guard bits take up the rounding of each term. */
const compute = (count: number): Uint32Array => {
  const guard = 64n;
  const bits = BigInt(32 * count) + guard;
  const pi = 16n * arctanOfInverse(5n, bits) - 4n * arctanOfInverse(239n, bits);
  const fraction = BigInt.asUintN(32 * count, pi >> guard);
  const hex = fraction.toString(16).padStart(8 * count, '0');
  return Uint32Array.from({ length: count }, (_, i) => Number.parseInt(hex.slice(8 * i, 8 * i + 8), 16));
};

/** arctan(1/n) = 1/n - 1/3n^3 + 1/5n^5 ..., times 2^bits. */
const arctanOfInverse = (n: bigint, bits: bigint): bigint => {
  let power = (1n << bits) / n;
  let sum = 0n;
  for (let odd = 1n; power !== 0n; odd += 2n) {
    sum += odd % 4n === 1n ? power / odd : -(power / odd);
    power /= n * n;
  }
  return sum;
};
