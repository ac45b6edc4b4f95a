/** Opens the ESP packets of an SA whose keys are known, RFC 4303 3.4.4: for who looks at one packet, never for a fold. */
import type { Packet } from '../../wire/packet.ts';
import type { Context } from '../context.ts';
import type { Association } from './association.ts';
import { espAlgorithms } from './esp-algorithms.ts';
import { type OpenedEsp, openEsp } from './esp-protection.ts';

const noKey = new Uint8Array(0);

/**
 * What is inside. `null` where the key or an algorithm is missing, where the capture cut the packet, and where what comes out has no
 * trailer that makes sense: another key was used, then. The ICV is not looked at.
 */
export const openPacket = (ctx: Context, association: Association, packet: Packet): OpenedEsp | null => {
  const { suite, encryptionKey } = association;
  if (association.protocol !== 'esp' || packet.carried !== 'esp' || packet.cut || !suite) return null;
  const algorithms = espAlgorithms(suite);
  if (!algorithms?.transform) return null;
  const { cipher, keyOctets } = algorithms.transform;
  // What is not encrypted can be read without a key, even where a MAC has one.
  const clear = cipher === 'null' || cipher === 'null-aes-gmac';
  const key = clear ? noKey : encryptionKey?.value;
  if (!key || (!clear && key.length !== keyOctets)) return null;
  const { start, end } = packet.content;
  const opened = openEsp(ctx.crypto, cipher, key, packet.bytes, start, end, algorithms.icvOctets);
  return opened?.payloadLength === undefined ? null : opened;
};
