/** The stand-ins for all that the census found: addresses of documentation, and names under `example`, RFC 2606 3. */
import { addressStandIns, macStandIns } from './addresses.ts';
import type { Census, Renaming } from './renaming.ts';

/** NAT-D hashes are tried with so many addresses: the work for each stays bounded. */
const mostTried = 256;

/** A stand-in is never one of the originals. */
export const standIns = (census: Census): Renaming => ({
  address: addressStandIns(census.addresses),
  mac: macStandIns(census.macs),
  name: nameStandIns(census.names),
  names: new Set(census.names.keys()),
  addresses: [...census.addresses].slice(0, mostTried),
});

const nameStandIns = (originals: ReadonlyMap<string, boolean>): Renaming['name'] => {
  const known = new Map<string, string>();
  let next = 0;
  return (original, sameLength) => {
    const before = known.get(original);
    if (before !== undefined) return before;
    const length = sameLength || originals.get(original) === true ? original.length : null;
    let standIn: string;
    do standIn = nameOf(++next, length);
    while (originals.has(standIn) && next < 2 * originals.size + 36);
    known.set(original, standIn);
    return standIn;
  };
};

const around = ['name-', '.example'] as const;

/** `name-1.example`; of a given length `name-0001.example`, and a bare number where that does not fit. */
const nameOf = (n: number, length: number | null): string => {
  const [before, after] = around;
  if (length === null) return `${before}${n}${after}`;
  const digits = length - before.length - after.length;
  if (digits >= String(n).length) return `${before}${String(n).padStart(digits, '0')}${after}`;
  const short = n.toString(36);
  return short.length < length ? `n${short.padStart(length - 1, '0')}` : short.slice(-length);
};
