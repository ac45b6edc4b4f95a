/** A cookie as the eight octets that go into hashes. */
import { fromHex } from '../../bytes/hex.ts';
import type { Cookie } from '../../values/cookie.ts';

export const cookieOctets = (cookie: Cookie): Uint8Array => fromHex(cookie) ?? new Uint8Array(8);
