/** The ICV of the Authentication Header: over the IP packet around it, with what routers may change as zeros. RFC 4302 3.3.3 and App. A. */
import { joined, standsAt } from '../../bytes/octets.ts';
import { gmacIcv, type IntegrityName, icv, integrities } from '../../crypto/integrity.ts';
import type { Crypto } from '../../crypto/provider.ts';

/** RFC 4302 2: the fixed fields, before the ICV. */
const fixedOctets = 12;
const gmacIvOctets = 8;

export interface AhIcv {
  readonly expected: Uint8Array;
  /** Where the ICV stands in the buffer; without the IV of GMAC, and without padding. */
  readonly at: { readonly start: number; readonly end: number };
  readonly equal: boolean;
}

/**
 * `bytes[ip, end)` is the IP packet, from the header that stands before AH; it may end sooner by its own length field. `sequenceHigh` is the upper half of
 * an extended sequence number, `null` where the SA has none. `undefined` where there is no AH, the packet is a fragment, or its octets are not all there;
 * where the key is of another length than the algorithm's; and where the ICV field has no room for the ICV.
 */
export const ahIcv = (
  crypto: Crypto,
  integrity: IntegrityName,
  key: Uint8Array,
  bytes: Uint8Array,
  ip: number,
  end: number,
  sequenceHigh: number | null = null,
): AhIcv | undefined => {
  const { by, keyOctets, icvOctets } = integrities[integrity];
  if (ip < 0 || end > bytes.length || key.length !== keyOctets) return undefined;
  // A copy: what is mutable gets zeros.
  const packet = bytes.slice(ip, end);
  const found = (packet[0] ?? 0) >> 4 === 6 ? muteIpv6(packet) : muteIpv4(packet);
  if (!found || found.end < found.ah + fixedOctets) return undefined;
  const field = found.ah + fixedOctets;
  const fieldEnd = found.ah + ((packet[found.ah + 1] ?? 0) + 2) * 4;
  const start = by === 'gmac' ? field + gmacIvOctets : field;
  if (start + icvOctets > fieldEnd || fieldEnd > found.end) return undefined;
  const iv = packet.slice(field, start);
  // Padding behind the ICV is the sender's choice, and goes in as it is: 3.3.3.2.1.
  packet.fill(0, start, start + icvOctets);
  const text = packet.subarray(0, found.end);
  const high = sequenceHigh === null ? [] : [Uint8Array.of(sequenceHigh >>> 24, sequenceHigh >>> 16, sequenceHigh >>> 8, sequenceHigh)];
  const expected = by === 'gmac' ? gmacIcv(crypto, key, iv, joined([text, ...high])) : icv(crypto, integrity, key, text, ...high);
  if (!expected) return undefined;
  const at = { start: ip + start, end: ip + start + icvOctets };
  return { expected, at, equal: standsAt(bytes, at.start, expected) };
};

interface Found {
  /** Where AH begins. */
  readonly ah: number;
  /** Where the IP packet ends. */
  readonly end: number;
}

/** App. A1: end of list, no operation, security (2, 5, 6), router alert, sender directed delivery. All others are zeroed whole. */
const immutableOptions = new Set([0, 1, 2, 5, 6, 20, 21]);

const muteIpv4 = (packet: Uint8Array): Found | undefined => {
  const header = ((packet[0] ?? 0) & 15) * 4;
  // A total length of 0 stands for what a capture shows before the network card has cut it into segments.
  const total = word(packet, 2) || packet.length;
  if ((packet[0] ?? 0) >> 4 !== 4 || header < 20 || total > packet.length || header > total || packet[9] !== 51) return undefined;
  if ((word(packet, 6) & 0x3fff) !== 0) return undefined;
  takeDestination(packet, header);
  // Type of service, flags and fragment offset, time to live, checksum.
  for (const at of [1, 6, 7, 8, 10, 11]) packet[at] = 0;
  for (let at = 20; at < header; ) {
    const type = packet[at] ?? 0;
    if (type === 0) break;
    const length = type === 1 ? 1 : (packet[at + 1] ?? 0);
    if (length < (type === 1 ? 1 : 2) || at + length > header) return undefined;
    if (!immutableOptions.has(type & 31)) packet.fill(0, at, at + length);
    at += length;
  }
  return { ah: header, end: total };
};

/**
 * With a source route the destination is the last address of the route, as the receiver sees it (3.3.3.1.1.1). A packet caught on its way still has it
 * in the option.
 */
const takeDestination = (packet: Uint8Array, header: number): void => {
  for (let at = 20; at + 3 < header; ) {
    const type = packet[at] ?? 0;
    if (type === 0) return;
    const length = type === 1 ? 1 : (packet[at + 1] ?? 0);
    if (type !== 1 && length < 2) return;
    // Loose and strict source routes; the pointer counts from 1, and is past the end when the route is done.
    if (((type & 31) === 3 || (type & 31) === 9) && (packet[at + 2] ?? 0) < length && length >= 7 && at + length <= header)
      packet.copyWithin(16, at + length - 4, at + length);
    at += length;
  }
};

/** Hop-by-hop and destination options: an option whose type has the bit 0x20 may change on its way, and its data counts as zeros. */
const hasOptions = new Set([0, 60]);
const routing = 43;

const muteIpv6 = (packet: Uint8Array): Found | undefined => {
  const end = 40 + (word(packet, 4) || packet.length - 40);
  if (packet.length < 40 || end > packet.length) return undefined;
  let next = packet[6] ?? 0;
  let at = 40;
  // Version stays; traffic class, flow label and hop limit go.
  packet[0] = 0x60;
  packet.fill(0, 1, 4);
  packet[7] = 0;
  while (next !== 51) {
    if (!hasOptions.has(next) && next !== routing) return undefined;
    const stop = at + 8 * (1 + (packet[at + 1] ?? 0));
    if (at + 8 > end || stop > end) return undefined;
    if (next === routing) arriveAtLast(packet, at, stop);
    else if (!muteOptions(packet, at + 2, stop)) return undefined;
    next = packet[at] ?? 0;
    at = stop;
  }
  return { ah: at, end };
};

const muteOptions = (packet: Uint8Array, from: number, to: number): boolean => {
  for (let at = from; at < to; ) {
    const type = packet[at] ?? 0;
    // Pad1 is one octet, and has no length.
    const length = type === 0 ? 1 : 2 + (packet[at + 1] ?? 0);
    if (at + length > to) return false;
    if ((type & 0x20) !== 0) packet.fill(0, at + 2, at + length);
    at += length;
  }
  return true;
};

/** A routing header of type 0 goes in as it arrives: no segments left, each address one place on. App. A2, RFC 8200 4.4. */
const arriveAtLast = (packet: Uint8Array, at: number, stop: number): void => {
  const left = packet[at + 3] ?? 0;
  const count = (stop - at - 8) / 16;
  if (packet[at + 2] !== 0 || left === 0 || !Number.isInteger(count) || left > count) return;
  const first = at + 8 + 16 * (count - left);
  const present = packet.slice(24, 40);
  packet.copyWithin(24, stop - 16, stop);
  packet.copyWithin(first + 16, first, stop - 16);
  packet.set(present, first);
  packet[at + 3] = 0;
};

const word = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
