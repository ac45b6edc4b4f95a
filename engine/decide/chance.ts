/** What is drawn, how much, and under which purpose: the same purpose in the same session is the same chance. RFC 2408 2.5.3, RFC 2409 5. */
import { toHex } from '../bytes/hex.ts';
import { dhGroup } from '../crypto/groups.ts';
import { get } from '../state/persistent-map.ts';
import { type Cookie, cookie, noCookie } from '../values/cookie.ts';
import { type MessageId, messageId } from '../values/message-id.ts';
import type { Intent } from './intent.ts';
import type { Taking } from './taking.ts';

export interface Wanted {
  readonly purpose: string;
  readonly length: number;
}

export const cookieOctetsWanted = 8;
/** RFC 2409 5: 8 to 256 octets. */
const nonceOctets = 32;
const spiOctets = 4;
const messageIdOctets = 4;
/** As strong as any of the groups; RFC 3526 8 asks for 2 bits of exponent for each bit of strength. */
const exponentOctets = 32;

export const responderCookie = (negotiation: string): Wanted => ({ purpose: `responderCookie ${negotiation}`, length: cookieOctetsWanted });
/** `request`: the event that asked for it, or the ISAKMP SA whose place it takes. */
export const initiatorCookie = (request: number | string): Wanted => ({
  purpose: `initiatorCookie ${request}`,
  length: cookieOctetsWanted,
});
export const nonceOf = (conversation: string): Wanted => ({ purpose: `nonce ${conversation}`, length: nonceOctets });
export const spiOf = (conversation: string): Wanted => ({ purpose: `spi ${conversation}`, length: spiOctets });
/** `of` names the exchange that is to begin. */
export const messageIdOf = (of: string): Wanted => ({ purpose: `messageId ${of}`, length: messageIdOctets });

/** The observer reads this purpose: `dhPrivateValue COOKIE [MESSAGE-ID]`. */
export const dhPrivateValue = (cookie: string, group: number, id?: MessageId): Wanted => {
  const known = dhGroup(group);
  return {
    purpose: `dhPrivateValue ${cookie}${id === undefined ? '' : ` ${id}`}`,
    length: known?.kind === 'ecp' ? known.octets : exponentOctets,
  };
};

/** The octets, or the wish for the first of them that was not drawn yet. */
export const drawnOr = <const W extends readonly Wanted[]>(
  t: Taking,
  ...wanted: W
): { readonly ok: true; readonly values: { readonly [K in keyof W]: Uint8Array } } | { readonly ok: false; readonly intent: Intent } => {
  const found: Uint8Array[] = [];
  for (const { purpose, length } of wanted) {
    const value = get(t.drawn, purpose);
    if (!value) return { ok: false, intent: { do: 'DrawEntropy', purpose, length } };
    found.push(value);
  }
  return { ok: true, values: found as { readonly [K in keyof W]: Uint8Array } };
};

const word = (octets: Uint8Array): number => octets.reduce((n, octet) => n * 256 + octet, 0);

/** RFC 2408 3.1: zero is phase 1's. */
export const asMessageId = (octets: Uint8Array): MessageId => messageId(word(octets) || 1);

/** RFC 2408 2.5.3: no cookie is zero. */
export const asCookie = (octets: Uint8Array): Cookie => {
  const made = cookie(toHex(octets)) ?? noCookie;
  return made === noCookie ? ('0000000000000001' as Cookie) : made;
};

/** RFC 2407 4.6 and RFC 4303 2.1 keep the values up to 255. */
export const asSpi = (octets: Uint8Array): Uint8Array => (word(octets) > 255 ? octets : Uint8Array.of(1, ...octets.subarray(1)));
