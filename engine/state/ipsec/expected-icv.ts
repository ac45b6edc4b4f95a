/** The ICV that a packet of a known SA ought to end with: for who looks at one packet. RFC 4303 2.8, RFC 4302 2.6. */
import type { SequenceNumber } from '../../values/sequence-number.ts';
import type { Packet } from '../../wire/packet.ts';
import type { Context } from '../context.ts';
import { ahIcv } from './ah-protection.ts';
import type { Association } from './association.ts';
import { integrityOfAh } from './authenticate.ts';
import { espAlgorithms, espKeys } from './esp-algorithms.ts';
import { expectedEspIcv } from './esp-protection.ts';

/** `sequence` with its upper half, where the SA has extended numbers. `null` where the ICV cannot be computed. */
export const expectedIcvOf = (ctx: Context, a: Association, packet: Packet, sequence: SequenceNumber): Uint8Array | null => {
  if (!a.suite || packet.cut) return null;
  const high = a.suite.esn === true ? Number(sequence >> 32n) : null;
  const { bytes, content, ip } = packet;
  if (a.protocol === 'esp') {
    const algorithms = espAlgorithms(a.suite);
    return (algorithms && expectedEspIcv(ctx.crypto, algorithms, espKeys(a), bytes, content.start, content.end, high)) ?? null;
  }
  const name = integrityOfAh(a.suite);
  if (!name || !a.integrityKey || ip === null) return null;
  return ahIcv(ctx.crypto, name, a.integrityKey.value, bytes, ip, content.end, high)?.expected ?? null;
};
