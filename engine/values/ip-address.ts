/** An IPv4 or IPv6 address as text: dotted decimal, or the canonical form of RFC 5952. Equal addresses are equal strings. */
import type { Branded } from './branded.ts';

/** As text in one canonical form: IPv4 dotted, IPv6 as RFC 5952 4 wants it. */
export type IpAddress = Branded<string, 'IpAddress'>;

/** Of an end that a log does not name. */
export const noAddress = '' as IpAddress;

/** From 4 or 16 octets at `at`; the caller has checked that they are there. */
export const ipv4 = (b: Uint8Array, at: number): IpAddress => `${b[at]}.${b[at + 1]}.${b[at + 2]}.${b[at + 3]}` as IpAddress;

/** RFC 5952 4: no leading zeros, the longest run of at least two zero groups shortened (the first of equals), lower case. */
export const ipv6 = (b: Uint8Array, at: number): IpAddress => {
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((b[at + i] ?? 0) << 8) | (b[at + i + 1] ?? 0));
  let best = -1;
  let length = 1;
  for (let i = 0; i < 8; ) {
    let n = i;
    while (n < 8 && groups[n] === 0) n++;
    if (n - i > length) [best, length] = [i, n - i];
    i = Math.max(n, i + 1);
  }
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((g) => g.toString(16))
      .join(':');
  return (best < 0 ? text(0, 8) : `${text(0, best)}::${text(best + length, 8)}`) as IpAddress;
};

const octet = /^(0|[1-9]\d{0,2})$/;

/** The 4 or 16 octets of an address; `undefined` where the text is no address. */
export const addressBytes = (text: string): Uint8Array | undefined => {
  if (!text.includes(':')) {
    const parts = text.split('.');
    if (parts.length !== 4 || !parts.every((p) => octet.test(p) && Number(p) <= 255)) return undefined;
    return Uint8Array.from(parts, Number);
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((h) => (h === '' ? [] : h.split(':')));
  const given = head.length + tail.length;
  if (halves.length === 1 ? given !== 8 : given > 7) return undefined;
  const groups = [...head, ...Array<string>(8 - given).fill('0'), ...tail];
  if (!groups.every((g) => /^[0-9a-f]{1,4}$/i.test(g))) return undefined;
  const out = new Uint8Array(16);
  groups.forEach((g, i) => {
    const n = Number.parseInt(g, 16);
    out[2 * i] = n >> 8;
    out[2 * i + 1] = n & 255;
  });
  return out;
};

/** The canonical text of an address that a person typed, or `undefined`. */
export const ipAddress = (text: string): IpAddress | undefined => {
  const b = addressBytes(text);
  return b && (b.length === 4 ? ipv4(b, 0) : ipv6(b, 0));
};
