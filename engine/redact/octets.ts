/** Changing octets in place: blanks, stand-ins for addresses, and the Internet checksum of RFC 1071. */
import { fromHex, toHex } from '../bytes/hex.ts';
import { addressBytes, ipv4, ipv6 } from '../values/ip-address.ts';
import type { Renaming } from './renaming.ts';

/** A full stop: neither a marker of NAT traversal, nor the beginning of any header that we read. */
const blank = 0x2e;

/** Blanks `bytes[at, end)`. Padding of zeros stays, and so do four at the beginning: they are a marker, RFC 3948 2.2. */
export const blankOut = (bytes: Uint8Array, at: number, end: number): void => {
  if (at >= end || bytes.subarray(at, end).every((octet) => octet === 0)) return;
  const marked = end - at > 4 && bytes.subarray(at, at + 4).every((octet) => octet === 0);
  bytes.fill(blank, marked ? at + 4 : at, end);
};

/** Replaces the address of 4 or 16 octets at `at`; half an address becomes zeros. */
export const renameAddress = ({ address }: Renaming, bytes: Uint8Array, at: number, octets: number, end = bytes.length): void => {
  if (at + octets <= end) bytes.set(addressBytes(address(octets === 4 ? ipv4(bytes, at) : ipv6(bytes, at))) ?? [], at);
  else if (at < end) bytes.fill(0, at, end);
};

export const renameMac = ({ mac }: Renaming, bytes: Uint8Array, at: number): void => {
  if (at + 6 > bytes.length) return;
  bytes.set(fromHex(mac(toHex(bytes.subarray(at, at + 6)))) ?? [], at);
};

/** The one's complement sum of `bytes[at, end)`, an odd octet filled up with zero. */
export const sumOf = (bytes: Uint8Array, at: number, end: number, start = 0): number => {
  let sum = start;
  for (let i = at; i < end; i += 2) sum += ((bytes[i] ?? 0) << 8) | (i + 1 < end ? (bytes[i + 1] ?? 0) : 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
};

export const put16 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 255;
};

/** Puts the checksum over `bytes[from, end)` at `at`; `start` is the sum of a pseudo-header. */
export const setChecksum = (bytes: Uint8Array, at: number, from: number, end: number, start = 0): void => {
  if (at + 2 > end) return;
  put16(bytes, at, 0);
  put16(bytes, at, ~sumOf(bytes, from, end, start) & 0xffff);
};

/** Changes `bytes[at, end)`, and the checksum at `sumAt` by what that changes, RFC 1624 3. A checksum of zero is none; -1: there is none. */
export const changeSummed = (bytes: Uint8Array, sumAt: number, at: number, end: number, change: () => void): void => {
  const old = sumAt < 0 ? 0 : ((bytes[sumAt] ?? 0) << 8) | (bytes[sumAt + 1] ?? 0);
  // The words of the sum are counted from its own place.
  const [from, to] = [at - ((at - sumAt) & 1), end + ((end - sumAt) & 1)];
  const before = sumOf(bytes, from, to);
  change();
  if (old === 0) return;
  let sum = (~old & 0xffff) + (~before & 0xffff) + sumOf(bytes, from, to);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  put16(bytes, sumAt, ~sum & 0xffff || 0xffff);
};
