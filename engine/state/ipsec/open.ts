/** Opens the ESP packets of an SA whose keys are known, RFC 4303 3.4.4: for who looks at one packet, never for a fold. */
import { cipherOfEsp } from '../../crypto/cipher.ts';
import { integrities, integrityOfPhaseTwo } from '../../crypto/integrity.ts';
import type { Packet } from '../../wire/packet.ts';
import type { Context } from '../context.ts';
import type { Association } from './association.ts';
import { type OpenedEsp, openEsp } from './esp-protection.ts';

const noKey = new Uint8Array(0);

/**
 * What is inside. `null` where the key or an algorithm is missing, where the capture cut the packet, and where what comes out has no
 * trailer that makes sense: another key was used, then. The ICV is not looked at.
 */
export const openPacket = (ctx: Context, association: Association, packet: Packet): OpenedEsp | null => {
  const { suite, encryptionKey } = association;
  if (association.protocol !== 'esp' || packet.carried !== 'esp' || packet.cut || !suite) return null;
  const keyed = cipherOfEsp(suite.transform, suite.keyBits);
  const integrity = suite.authentication === null ? undefined : integrityOfPhaseTwo(suite.authentication);
  if (!keyed || (suite.authentication !== null && !integrity)) return null;
  const key = keyed.cipher === 'null' ? noKey : encryptionKey?.value;
  if (key?.length !== keyed.keyOctets) return null;
  const { start, end } = packet.content;
  const icvOctets = integrity ? integrities[integrity].icvOctets : 0;
  const opened = openEsp(ctx.crypto, keyed.cipher, key, packet.bytes, start, end, icvOctets);
  return opened?.payloadLength === undefined ? null : opened;
};
