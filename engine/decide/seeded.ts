/** Chance that anybody can draw again: numbers that follow from a text. For simulations and impairments, never for keys. */

/** FNV-1a, 32 bits. */
const mixedIn = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
};

/** Gives the next number from 0 to below 1 at each call: a Weyl sequence, each term stirred by two multiplications. */
export const seeded = (text: string): (() => number) => {
  let at = mixedIn(text);
  return () => {
    at = (at + 0x9e3779b9) >>> 0;
    let n = at;
    n = Math.imul(n ^ (n >>> 16), 0x21f0aaad);
    n = Math.imul(n ^ (n >>> 15), 0x735a2d97);
    return ((n ^ (n >>> 15)) >>> 0) / 2 ** 32;
  };
};

/** A whole number from `low` to `high`, both of them possible. */
export const wholeFrom = (draw: () => number, low: number, high: number): number => low + Math.floor(draw() * (high - low + 1));

/** Octets for a purpose. */
export const seededOctets = (text: string, length: number): Uint8Array => {
  const draw = seeded(text);
  return Uint8Array.from({ length }, () => wholeFrom(draw, 0, 255));
};
