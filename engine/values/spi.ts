/** Security Parameters Index of ESP and AH, RFC 4303 2.1. */
import type { Branded } from './branded.ts';

export type Spi = Branded<number, 'Spi'>;

/** Any 32-bit value. 0 to 255 are reserved, yet captures hold them: that is a finding, not a missing type. */
export const spi = (n: number): Spi => (n >>> 0) as Spi;

/** RFC 4303 2.1: 0 is for local use, 1 to 255 are for IANA. */
export const isReserved = (s: Spi): boolean => s <= 255;

/** Eight lower-case hex digits. */
export const spiText = (s: Spi): string => s.toString(16).padStart(8, '0');
