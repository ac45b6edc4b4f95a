/** The ICV that a packet of a known SA ought to end with: for who looks at one packet. RFC 4303 2.8. */
import { integrityOfPhaseTwo } from '../../crypto/integrity.ts';
import type { Packet } from '../../wire/packet.ts';
import type { Context } from '../context.ts';
import type { Association } from './association.ts';
import { expectedIcv } from './esp-protection.ts';

export const expectedIcvOf = (ctx: Context, a: Association, packet: Packet): Uint8Array | null => {
  const name = a.suite?.authentication == null ? undefined : integrityOfPhaseTwo(a.suite.authentication);
  if (!name || !a.integrityKey || a.protocol !== 'esp' || packet.cut) return null;
  return expectedIcv(ctx.crypto, name, a.integrityKey.value, packet.bytes, packet.content.start, packet.content.end) ?? null;
};
