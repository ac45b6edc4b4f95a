/** Identities in packets, RFC 2407 4.6.2: other addresses and names in the same number of octets, distinguished names value by value. */

import { renameAddress } from './octets.ts';
import type { Redaction } from './renaming.ts';

const latin1 = (bytes: Uint8Array, at: number, end: number): string => {
  let text = '';
  for (let i = at; i < end; i++) text += String.fromCharCode(bytes[i] ?? 0);
  return text;
};

/** Replaces `bytes[at, end)` as a name. One with an at sign is two: the domain stands elsewhere too. */
export const renameOctets = (redaction: Redaction, bytes: Uint8Array, at: number, end: number): void => {
  if (at >= end) return;
  const sign = bytes.subarray(at, end).indexOf(0x40);
  if (sign >= 0) {
    renameOctets(redaction, bytes, at, at + sign);
    renameOctets(redaction, bytes, at + sign + 1, end);
    return;
  }
  const standIn = redaction.renaming.name(latin1(bytes, at, end), true);
  for (let i = at; i < end; i++) bytes[i] = standIn.charCodeAt(i - at) & 255;
};

/** Where addresses stand in the data of an ID payload: how many, and of how many octets. Masks of subnets are none. */
const addressesOf: Readonly<Record<number, readonly [count: number, octets: 4 | 16]>> = {
  1: [1, 4],
  4: [1, 4],
  5: [1, 16],
  6: [1, 16],
  7: [2, 4],
  8: [2, 16],
};
const distinguished: ReadonlySet<number> = new Set([9, 10]);

/** The body of an ID payload, from its type on: of IKEv1 and IKEv2 alike. */
export const redactIdentity = (redaction: Redaction, bytes: Uint8Array, at: number, end: number): void => {
  const [type, data] = [bytes[at] ?? 0, at + 4];
  const addresses = addressesOf[type];
  if (addresses) {
    const [count, octets] = addresses;
    for (let i = 0; i < count; i++) renameAddress(redaction.renaming, bytes, data + i * octets, octets, end);
  } else if (distinguished.has(type)) redactDistinguishedName(redaction, bytes, data, end);
  else renameOctets(redaction, bytes, data, end);
};

/** A name in DER keeps its frame, so that it still reads as one; octets that are none are replaced as a whole. */
export const redactDistinguishedName = (redaction: Redaction, bytes: Uint8Array, at: number, end: number): void => {
  const values: Range[] = [];
  if (strings(bytes, at, end, 0, values)) for (const { start, stop } of values) renameOctets(redaction, bytes, start, stop);
  else renameOctets(redaction, bytes, at, end);
};

interface Range {
  readonly start: number;
  readonly stop: number;
}

const deepest = 8;
const [constructed, objectIdentifier] = [0x20, 6];

/** Gathers the primitive values of X.690 but object identifiers; `false` where the octets are not whole values. */
const strings = (bytes: Uint8Array, from: number, end: number, depth: number, out: Range[]): boolean => {
  for (let at = from; at < end; ) {
    const [tag = 0, first = 0x80] = [bytes[at], bytes[at + 1]];
    const more = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + more;
    if (first === 0x80 || more > 3 || start > end) return false;
    let length = more === 0 ? first : 0;
    for (let i = 0; i < more; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0);
    const stop = start + length;
    if (stop > end) return false;
    if ((tag & constructed) !== 0) {
      if (depth >= deepest || !strings(bytes, start, stop, depth + 1, out)) return false;
    } else if (tag !== objectIdentifier) out.push({ start, stop });
    at = stop;
  }
  return from < end;
};
