/** IKE, ESP and AH inside an opened ESP packet or behind an AH header: each is an object of its own, with its depth. RFC 4301 4.5. */

import type { Context } from '../../state/context.ts';
import { type Association, associationKey } from '../../state/ipsec/association.ts';
import { openPacket } from '../../state/ipsec/open.ts';
import { get } from '../../state/persistent-map.ts';
import type { Seen } from '../../state/seen.ts';
import type { State } from '../../state/state.ts';
import { readAh } from '../../wire/ah.ts';
import { readEsp } from '../../wire/esp.ts';
import { readIke } from '../../wire/ike-message.ts';
import { noFragments } from '../../wire/ip-reassembly.ts';
import { type Packet, readPacket } from '../../wire/packet.ts';
import type { Ends, MessageRecord } from './message-record.ts';
import { ahFields, espFields, ikeFields } from './packet-fields.ts';

/** Tunnels in tunnels end somewhere, for us too. */
const deepest = 4;

export function* nestedRecords(ctx: Context, state: State, { packet, ipsec }: Seen, ends: Ends): Generator<MessageRecord> {
  if (!packet || !ipsec || ipsec.authenticated === false) return;
  const association = get(state.associations, ipsec.association);
  yield* within(ctx, state, insideOf(ctx, packet, association), ends, 1);
}

function* within(ctx: Context, state: State, packet: Packet | null, outer: Ends, depth: number): Generator<MessageRecord> {
  if (!packet || depth > deepest) return;
  const ends = { ...outer, src: packet.src, dst: packet.dst };
  const { bytes, content, issues } = packet;
  const common = { ...ends, nested: depth, problems: issues.map(({ code, message, span }) => ({ code, offset: span.start, message })) };
  const unjudged = { authenticated: null, replay: null };
  if (packet.carried === 'ike') {
    const message = readIke(bytes, content.start, content.end, content.buffer);
    if (message) yield { ...common, ...ikeFields(packet, message), decrypted: false, negotiation: null };
    return;
  }
  if (packet.carried !== 'esp' && packet.carried !== 'ah') return;
  const header = packet.carried === 'esp' ? readEsp(bytes, content, false) : readAh(bytes, content, false);
  if (!header) return;
  const association = packet.dst ? get(state.associations, associationKey(packet.carried, packet.dst, header.spi)) : undefined;
  if (packet.carried === 'esp') yield { ...common, ...espFields(ctx, packet, header, association, null), ...unjudged };
  else yield { ...common, ...ahFields({ ...header, header }), ...unjudged };
  yield* within(ctx, state, insideOf(ctx, packet, association), ends, depth + 1);
}

/** LINKTYPE_RAW: an IP packet with nothing before it. */
const rawIp = 101;
const ipInIp = new Set([4, 41]);

/** The packet inside; `null` where it stays closed, and where it is none of ours. */
const insideOf = (ctx: Context, packet: Packet, association: Association | undefined): Packet | null => {
  if (packet.carried === 'ah') {
    const header = readAh(packet.bytes, packet.content, false);
    return header ? follow(packet, packet.bytes.subarray(header.payload.start, header.payload.end), header.nextHeader) : null;
  }
  const opened = association ? openPacket(ctx, association, packet) : null;
  return opened?.paddingAsExpected ? follow(packet, opened.plain.subarray(0, opened.payloadLength), opened.nextHeader) : null;
};

const follow = (outer: Packet, bytes: Uint8Array, nextHeader: number): Packet | null => {
  if (ipInIp.has(nextHeader)) {
    return readPacket({ form: 'frame', linkType: rawIp, bytes, wireLength: bytes.length }, noFragments, false).packet;
  }
  // Transport mode: the addresses are the outer packet's.
  const carried = nextHeader === 50 ? 'esp' : nextHeader === 51 ? 'ah' : null;
  return (
    carried && {
      ...outer,
      sport: null,
      dport: null,
      transport: 'ip',
      carried,
      nonEspMarker: false,
      udpEncap: false,
      bytes,
      content: { buffer: 'decrypted', start: 0, end: bytes.length },
      issues: [],
    }
  );
};
