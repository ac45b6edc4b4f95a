/** The header of every ISAKMP and IKE message, RFC 2408 3.1 and RFC 7296 3.1. */
import { bytes, mapped, type Reading, readField, reading, shown, struct, u8, u32 } from '../bytes/field.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { exchangeTypes } from '../registry/exchange-type.ts';
import { payloadTypes } from '../registry/payload-type.ts';
import { named } from '../registry/registry.ts';
import { type Cookie, cookie, noCookie } from '../values/cookie.ts';
import { type MessageId, messageId, messageIdText } from '../values/message-id.ts';

/** RFC 2408 3.1 and RFC 7296 3.1; an SPI of IKEv2 stands where IKEv1 has a cookie. */
export interface IkeHeader {
  readonly initiatorCookie: Cookie;
  /** `noCookie` in the first message of a negotiation. */
  readonly responderCookie: Cookie;
  /** The first payload; in an encrypted IKEv1 message, the first after decryption. */
  readonly nextPayload: number;
  readonly major: number;
  readonly minor: number;
  readonly exchangeType: number;
  readonly flags: number;
  readonly messageId: MessageId;
  /** Octets of the whole message, this header and padding included. */
  readonly length: number;
}

/** Octets. */
export const ikeHeaderLength = 28;

/** Flags of IKEv1, RFC 2408 3.1. */
export const flagsV1 = { encryption: 1, commit: 2, authenticationOnly: 4 } as const;
/** Flags of IKEv2, RFC 7296 3.1. `initiator`: sent by the original initiator of the IKE SA. */
export const flagsV2 = { initiator: 8, version: 16, response: 32 } as const;

/** `encryption, commit (0x03)`. */
export const flagsText = (flags: number, major: number): string => {
  const names = Object.entries(major >= 2 ? flagsV2 : flagsV1).filter(([, bit]) => flags & bit);
  const hex = `0x${flags.toString(16).padStart(2, '0')}`;
  return names.length === 0 ? hex : `${names.map(([name]) => words(name)).join(', ')} (${hex})`;
};
const words = (name: string): string => name.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`);

const cookieField = mapped(
  bytes(8),
  (octets): Cookie => cookie(toHex(octets)) ?? noCookie,
  (text) => fromHex(text) ?? new Uint8Array(8),
);

/** The version octet holds two numbers; a leaf of the tree is a whole octet, so they are one field. */
const layoutOf = (major: number) =>
  shown(
    'ISAKMP header',
    struct({
      initiatorCookie: shown(major >= 2 ? 'Initiator SPI' : 'Initiator cookie', cookieField, String, 'RFC 2408 2.5.3'),
      responderCookie: shown(major >= 2 ? 'Responder SPI' : 'Responder cookie', cookieField, String, 'RFC 2408 2.5.3'),
      nextPayload: shown('Next payload', u8, (n) => named(payloadTypes(major), n)),
      version: shown('Version', u8, (n) => `${n >> 4}.${n & 15}`),
      exchangeType: shown('Exchange type', u8, (n) => named(exchangeTypes(major), n)),
      flags: shown('Flags', u8, (n) => flagsText(n, major)),
      messageId: shown('Message ID', mapped(u32, messageId, Number), messageIdText),
      length: shown('Length', u32),
    }),
    (h) => summary(h, major),
    'RFC 2408 3.1',
  );
const layouts = { v1: layoutOf(1), v2: layoutOf(2) };

/** The header at `r.at`, with its node; `undefined`, and nothing read, where fewer than 28 octets are left. */
export const readIkeHeader = (r: Reading): IkeHeader | undefined => {
  if (r.end - r.at < ikeHeaderLength) return undefined;
  const major = (r.bytes[r.at + 17] ?? 0) >> 4;
  const layout = major >= 2 ? layouts.v2 : layouts.v1;
  const { version, ...header } = readField(r, 'header', layout, {});
  return { ...header, major: version >> 4, minor: version & 15 };
};

/** 28 octets. */
export const writeIkeHeader = (header: IkeHeader): Uint8Array => {
  const out: number[] = [];
  layouts.v1.write(out, { ...header, version: (header.major << 4) | header.minor });
  return Uint8Array.from(out);
};

const summary = (h: { readonly exchangeType: number; readonly flags: number }, major: number): string => {
  const exchange = exchangeTypes(major).get(h.exchangeType)?.short ?? `exchange ${h.exchangeType}`;
  if (major >= 2) return `${exchange} ${h.flags & flagsV2.response ? 'response' : 'request'}`;
  return h.flags & flagsV1.encryption ? `${exchange}, encrypted` : exchange;
};

/**
 * Whether octets are an IKE message by their header alone, on whatever port: a cookie, a version we know, an exchange and first
 * payload of that version, no flag it does not have, and a length that is what is there. `cut` says that the capture kept only the
 * beginning: then the length may be more.
 */
export const looksLikeIke = (octets: Uint8Array, start: number, end: number, cut = false): boolean => {
  const header = readIkeHeader(reading(octets, 'wire', start, end));
  if (header === undefined || header.initiatorCookie === noCookie || header.minor !== 0) return false;
  if (header.major !== 1 && header.major !== 2) return false;
  const flags = Object.values(header.major === 1 ? flagsV1 : flagsV2).reduce((all, bit) => all | bit, 0);
  const there = Math.min(end, octets.length) - start;
  return (
    (header.flags & ~flags) === 0 &&
    exchangeTypes(header.major).has(header.exchangeType) &&
    payloadTypes(header.major).has(header.nextPayload) &&
    header.length >= ikeHeaderLength &&
    (header.length === there || (cut && header.length > there))
  );
};
