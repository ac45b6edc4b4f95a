/** Whether two secrets are equal, in time that tells nothing of where they differ or how long ours is. RFC 2104 5 knows the danger. */
import type { Crypto } from './provider.ts';

export const sameSecret = (crypto: Crypto, a: Uint8Array, b: Uint8Array): boolean => {
  // Digests have one length, and who guesses cannot steer them.
  const [x, y] = [crypto.hash('sha256', a), crypto.hash('sha256', b)];
  let differing = 0;
  for (let i = 0; i < x.length; i++) differing |= (x[i] ?? 0) ^ (y[i] ?? 0);
  return differing === 0;
};
