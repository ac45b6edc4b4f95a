/** The eight-octet cookie of an ISAKMP header, RFC 2408 2.5.3; IKEv2 calls the same octets an SPI. Kept as 16 lower-case hex digits. */
import type { Branded } from './branded.ts';

/** Eight octets as 16 lower-case hex digits, RFC 2408 2.5.3. */
export type Cookie = Branded<string, 'Cookie'>;

const form = /^[0-9a-f]{16}$/;

/** `undefined` for anything but 16 hex digits. */
export const cookie = (hex: string): Cookie | undefined => {
  const low = hex.toLowerCase();
  return form.test(low) ? (low as Cookie) : undefined;
};

export const noCookie = '0000000000000000' as Cookie;
