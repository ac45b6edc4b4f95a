/** Octets side by side: joined, and compared. */

/** The parts behind each other, in an array of their own; a single part comes back as it is. */
export const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};

/**
 * Whether `bytes` has `wanted` at `at`; what stands outside of `bytes` equals nothing. It takes as long however many of them are right: who sends us
 * forged ICVs and hashes could otherwise measure how far each came.
 */
export const standsAt = (bytes: Uint8Array, at: number, wanted: Uint8Array): boolean => {
  let differing = 0;
  for (let i = 0; i < wanted.length; i++) differing |= (bytes[at + i] ?? noOctet) ^ (wanted[i] ?? 0);
  return differing === 0;
};
const noOctet = 256;

/** Equal length and equal octets; how long the two are is no secret. */
export const equalOctets = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && standsAt(a, 0, b);
