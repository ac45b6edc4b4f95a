/** NAT-D hashes for the stand-ins, RFC 3947 3.2 and RFC 7296 2.23: an old one would tell the address, found by trying all there are. */
import { fromHex } from '../bytes/hex.ts';
import { equalOctets } from '../bytes/octets.ts';
import type { HashName } from '../crypto/provider.ts';
import { addressBytes, type IpAddress } from '../values/ip-address.ts';
import type { IkeHeader } from '../wire/ike-header.ts';
import type { Redaction } from './renaming.ts';

/** Addresses and ports under which a message travelled: the originals. */
export interface Ends {
  readonly src: IpAddress;
  readonly dst: IpAddress;
  readonly sport: number;
  readonly dport: number;
}

const usualPorts = [500, 4500];
/** From the part of class E that no stand-in is taken from. */
const nobody = (place: number): IpAddress => `254.255.255.${place & 255}` as IpAddress;

/**
 * The hash of the stand-in's address where the original's is known, so that who was behind a NAT still is. Where it fits none that the log
 * names, the hash of an address that fits none either.
 */
export const natHash = (
  { crypto, renaming }: Redaction,
  hash: HashName,
  { initiatorCookie, responderCookie }: IkeHeader,
  ends: Ends | null,
  place: number,
  original: Uint8Array,
): Uint8Array => {
  const cookies = [fromHex(initiatorCookie) ?? new Uint8Array(8), fromHex(responderCookie) ?? new Uint8Array(8)];
  const of = (address: IpAddress, port: number): Uint8Array =>
    crypto.hash(hash, ...cookies, addressBytes(address) ?? new Uint8Array(0), Uint8Array.of(port >> 8, port & 255));
  const ports = [...new Set(ends ? [ends.sport, ends.dport, ...usualPorts] : usualPorts)];
  const addresses = new Set(ends ? [ends.dst, ends.src, ...renaming.addresses] : renaming.addresses);
  for (const address of addresses)
    for (const port of ports) if (equalOctets(of(address, port), original)) return of(renaming.address(address), port);
  return of(nobody(place), 0);
};
