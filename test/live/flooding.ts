/** First messages of main mode from addresses that nobody has, as many as wanted: RFC 2408 2.5.3's attacker. */
import { fromHex } from '../../engine/bytes/hex.ts';
import type { UdpDatagram } from '../../engine/decide/intent.ts';
import type { IpAddress } from '../../engine/values/ip-address.ts';

/** MM1 number `n`: `first` with another cookie, from another address. */
export const spoofed = (first: UdpDatagram, n: number): UdpDatagram => {
  const bytes = first.bytes.slice();
  bytes.set(fromHex((n + 1).toString(16).padStart(16, '0')) ?? new Uint8Array(8));
  const src = `203.0.${(n >>> 8) & 255}.${n & 255}` as IpAddress;
  return { ...first, src, sport: 1024 + (n >>> 16), bytes };
};
