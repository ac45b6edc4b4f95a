/** Stand-ins for addresses: documentation prefixes (RFC 5737, RFC 3849, RFC 2544) and private ones (RFC 1918); equal prefixes stay equal. */
import { addressBytes, type IpAddress, ipv4, ipv6 } from '../values/ip-address.ts';

/** Numbers from 1 in the order of asking, each counted within its parent. 0 stays 0, and `last` stays where a broadcast ends in it. */
const numbering = (): ((parent: string, original: number | string, last?: number) => number) => {
  const known = new Map<string, number>();
  const counts = new Map<string, number>();
  return (parent, original, last) => {
    if (Number(original) === 0 || original === last) return Number(original);
    const key = `${parent}|${original}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const next = (counts.get(parent) ?? 0) + 1;
    counts.set(parent, next);
    known.set(key, next);
    return next;
  };
};

/** A prefix of the originals to one of the candidates, none of which is a prefix of any original. */
const prefixes = (taken: ReadonlySet<string>, candidate: (n: number) => string | undefined): ((original: string) => string) => {
  const known = new Map<string, string>();
  let next = 0;
  let last = '';
  return (original) => {
    const before = known.get(original);
    if (before !== undefined) return before;
    for (;;) {
      const found = candidate(next++);
      // Nobody has so many; whoever has keeps an answer, at the price that two prefixes share it.
      if (found === undefined) break;
      last = found;
      if (!taken.has(found)) break;
    }
    known.set(original, last);
    return last;
  };
};

const documentation = ['192.0.2', '198.51.100', '203.0.113'];
/** Prefixes of three octets: those of RFC 5737, of RFC 2544, then of the part of the class E space that nobody uses. */
const publicNet = (n: number): string | undefined => {
  if (n < 3) return documentation[n];
  const bench = n - 3;
  if (bench < 512) return `198.${18 + (bench >> 8)}.${bench & 255}`;
  const rest = bench - 512;
  return rest < 10 * 65_536 ? `${240 + (rest >> 16)}.${(rest >> 8) & 255}.${rest & 255}` : undefined;
};
/** Prefixes of two octets. */
const privateNet = (n: number): string | undefined => {
  if (n < 254) return `10.${n + 1}`;
  const rest = n - 254;
  return rest < 5 * 256 ? `${250 + (rest >> 8)}.${rest & 255}` : undefined;
};

/** Masks, loopback, multicast and the private space as a whole name nobody. */
const namesNobody = (a: number, text: string): boolean =>
  a === 0 || a === 127 || a === 255 || (a >= 224 && a <= 239) || text === '10.0.0.0';

const isPrivate = (a: number, b: number): boolean =>
  a === 10 ||
  (a === 172 && b >= 16 && b <= 31) ||
  (a === 192 && b === 168) ||
  (a === 169 && b === 254) ||
  (a === 100 && b >= 64 && b <= 127);

const ofFour = (originals: Iterable<IpAddress>): ((octets: Uint8Array) => IpAddress) => {
  const texts = [...originals];
  const upTo = (count: number): ReadonlySet<string> => new Set(texts.map((t) => t.split('.').slice(0, count).join('.')));
  const outside = prefixes(upTo(3), publicNet);
  const inside = prefixes(upTo(2), privateNet);
  const number = numbering();
  return (octets) => {
    const [a = 0, b = 0, c = 0, d = 0] = octets;
    const text = ipv4(octets, 0);
    if (namesNobody(a, text)) return text;
    const net = isPrivate(a, b) ? `${inside(`${a}.${b}`)}.${number(`${a}.${b}`, c, 255)}` : outside(`${a}.${b}.${c}`);
    return `${net}.${number(`${a}.${b}.${c}`, d, 255)}` as IpAddress;
  };
};

const hexOf = (octets: Uint8Array, from: number, to: number): string =>
  Array.from(octets.subarray(from, to), (o) => o.toString(16).padStart(2, '0')).join('');

/** Prefixes of 48 bits. */
const globalNet = (n: number): string | undefined => (n < 0xffff ? `20010db8${(n + 1).toString(16).padStart(4, '0')}` : undefined);
const localNet = (n: number): string | undefined => (n < 0xffff_ffff ? `fd00${(n + 1).toString(16).padStart(8, '0')}` : undefined);

const ofSixteen = (originals: readonly Uint8Array[], four: (octets: Uint8Array) => IpAddress): ((octets: Uint8Array) => IpAddress) => {
  const taken = new Set(originals.map((o) => hexOf(o, 0, 6)));
  const texts: ReadonlySet<string> = new Set(originals.map((o) => ipv6(o, 0)));
  const outside = prefixes(taken, globalNet);
  const inside = prefixes(taken, localNet);
  const number = numbering();
  /** Numbers within a prefix that stays: those of originals are passed over. */
  const kept = new Map<string, IpAddress>();
  const counts = new Map<string, number>();
  const within = (octets: Uint8Array, from: number): IpAddress => {
    const [key, prefix] = [hexOf(octets, 0, 16), hexOf(octets, 0, from)];
    const before = kept.get(key);
    if (before !== undefined) return before;
    for (;;) {
      const n = (counts.get(prefix) ?? 0) + 1;
      counts.set(prefix, n);
      const text = ipv6(withNumber(octets, from, n), 0);
      if (texts.has(text)) continue;
      kept.set(key, text);
      return text;
    }
  };
  return (octets) => {
    const head = hexOf(octets, 0, 12);
    if (head === '000000000000000000000000' && hexOf(octets, 12, 15) === '000000') return ipv6(octets, 0);
    if (head === '00000000000000000000ffff' || head === '0064ff9b0000000000000000') {
      const out = octets.slice(0, 16);
      out.set(addressBytes(four(octets.subarray(12, 16))) ?? [], 12);
      return ipv6(out, 0);
    }
    // The last three octets of the address that a neighbour asks for, RFC 4291 2.7.1.
    if (hexOf(octets, 0, 13) === 'ff0200000000000000000001ff') return within(octets, 13);
    if (octets[0] === 0xff) return ipv6(octets, 0);
    if (octets[0] === 0xfe && ((octets[1] ?? 0) & 0xc0) === 0x80) return within(octets, 8);
    const net = hexOf(octets, 0, 6);
    const standIn = ((octets[0] ?? 0) & 0xfe) === 0xfc ? inside(net) : outside(net);
    const out = new Uint8Array(16);
    for (let i = 0; i < 6; i++) out[i] = Number.parseInt(standIn.slice(2 * i, 2 * i + 2), 16);
    const subnet = number(net, ((octets[6] ?? 0) << 8) | (octets[7] ?? 0));
    out[6] = subnet >> 8;
    out[7] = subnet & 255;
    const host = hexOf(octets, 8, 16);
    return ipv6(withNumber(out, 8, /^0*$/.test(host) ? 0 : number(hexOf(octets, 0, 8), `h${host}`)), 0);
  };
};

/** `n` in the octets from `from` on. */
const withNumber = (octets: Uint8Array, from: number, n: number): Uint8Array => {
  const out = octets.slice(0, 16);
  out.fill(0, from);
  for (let i = 15, rest = n; i >= from && rest > 0; i--, rest = Math.floor(rest / 256)) out[i] = rest & 255;
  return out;
};

/** The stand-in of each address; texts that are none come back as they are. */
export const addressStandIns = (originals: ReadonlySet<IpAddress>): ((original: IpAddress) => IpAddress) => {
  const known = new Map<IpAddress, IpAddress>();
  const four = ofFour([...originals].filter((a) => !a.includes(':')));
  const sixteen = ofSixteen(
    [...originals].flatMap((a) => (a.includes(':') ? [addressBytes(a) ?? new Uint8Array(16)] : [])),
    four,
  );
  return (original) => {
    const before = known.get(original);
    if (before !== undefined) return before;
    const octets = addressBytes(original);
    const standIn = octets === undefined ? original : octets.length === 4 ? four(octets) : sixteen(octets);
    known.set(original, standIn);
    return standIn;
  };
};

/** Locally administered ones, numbered; groups and the empty address stay. */
export const macStandIns = (originals: ReadonlySet<string>): ((original: string) => string) => {
  const known = new Map<string, string>();
  let next = 0;
  return (original) => {
    const asked = original.startsWith('3333ff');
    const isGroup = (Number.parseInt(original.slice(0, 2), 16) & 1) === 1;
    if (/^0*$/.test(original) || (isGroup && !asked)) return original;
    const before = known.get(original);
    if (before !== undefined) return before;
    let standIn: string;
    do standIn = `${asked ? '3333ff' : '020000'}${(++next & 0xffffff).toString(16).padStart(6, '0')}`;
    while (originals.has(standIn) && next < 0xffffff);
    known.set(original, standIn);
    return standIn;
  };
};
