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

/** Whether `bytes` has `wanted` at `at`; what stands outside of `bytes` equals nothing. */
export const standsAt = (bytes: Uint8Array, at: number, wanted: Uint8Array): boolean => {
  // A loop: this is asked of every packet.
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
};

/** Equal length and equal octets. An observer has no secret to keep from a clock: it stops at the first that differs. */
export const equalOctets = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && standsAt(a, 0, b);
