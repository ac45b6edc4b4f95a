/** The packet inside an ESP packet that can be opened, or behind an AH header: RFC 4301 4.5 lets one SA carry the packets of another. */
import { type AhHeader, readAh } from '../../wire/ah.ts';
import { type Packet, readInside } from '../../wire/packet.ts';
import type { Context } from '../context.ts';
import type { Association } from './association.ts';
import { openPacket } from './open.ts';

/** `null` where it stays closed, and where what comes out is not what anybody would have put in. */
export const insideOf = (ctx: Context, a: Association | undefined, packet: Packet, authenticated: boolean | null): Packet | null => {
  if (packet.carried === 'ah') {
    const header = readAh(packet.bytes, packet.content, false);
    return header ? behindAh(packet, header) : null;
  }
  const opened = a && authenticated !== false ? openPacket(ctx, a, packet) : null;
  if (!opened || !(opened.paddingAsExpected || authenticated === true)) return null;
  return readInside(packet, 'decrypted', opened.plain, 0, opened.payloadLength ?? 0, opened.nextHeader, ctx.detail);
};

const behindAh = (packet: Packet, { payload, nextHeader }: AhHeader): Packet =>
  readInside(packet, packet.content.buffer, packet.bytes, payload.start, payload.end, nextHeader, false);

/** Packets of an SA that are opened while a log is folded, to see whether it carries packets of ours; and then one in so many. */
const [firstLooks, oneIn] = [16, 256];

/** Opening every packet would cost a fold more than all else; an SA that was seen to carry others is opened always. */
export const isLookedInto = (a: Association): boolean =>
  a.protocol === 'ah' || a.nests || a.packets <= firstLooks || a.packets % oneIn === 0;
