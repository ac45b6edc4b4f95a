/** The ICV that a packet of a known SA ought to end with: for who looks at one packet. RFC 4303 2.8. */
import type { Packet } from '../../wire/packet.ts';
import type { Context } from '../context.ts';
import type { Association } from './association.ts';
import { espAlgorithms, espKeys } from './esp-algorithms.ts';
import { expectedEspIcv } from './esp-protection.ts';

/**
 * `sequence` is the packet's extended sequence number where the SA has them; left out, the upper half is that of the highest number of the SA, which
 * is right but for the packets about its turn.
 */
export const expectedIcvOf = (ctx: Context, a: Association, packet: Packet, sequence?: bigint): Uint8Array | null => {
  const algorithms = a.suite && espAlgorithms(a.suite);
  if (!algorithms || a.protocol !== 'esp' || packet.cut) return null;
  const { start, end } = packet.content;
  const high = a.suite.esn ? Number((sequence ?? a.highest ?? 0n) >> 32n) : null;
  return expectedEspIcv(ctx.crypto, algorithms, espKeys(a), packet.bytes, start, end, high) ?? null;
};
