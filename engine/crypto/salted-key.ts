/** A key of a counter mode as KEYMAT gives it, the salt at its end: RFC 3686 5.1, RFC 4106 8.1, RFC 4309 7.1, RFC 4543 5.4, RFC 7634 2. */

export interface SaltedKey {
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
}

/** The same two arrays for the same key: providers know a key by its identity. */
export const saltedKey = (keyAndSalt: Uint8Array, saltOctets: number): SaltedKey => {
  const found = known.get(keyAndSalt);
  if (found?.salt.length === saltOctets) return found;
  const at = Math.max(0, keyAndSalt.length - saltOctets);
  const made = { key: keyAndSalt.subarray(0, at), salt: keyAndSalt.subarray(at) };
  known.set(keyAndSalt, made);
  return made;
};

const known = new WeakMap<Uint8Array, SaltedKey>();
