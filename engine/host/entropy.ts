/** Chance from the system, RFC 4086: what the engine asks for through `DrawEntropy`. */
import { randomBytes } from 'node:crypto';

/** Fresh octets, on memory of their own. */
export const drawEntropy = (_purpose: string, length: number): Uint8Array => Uint8Array.from(randomBytes(length));
