/** IKE, ESP and AH inside an opened ESP packet of an SA that the fold does not look into: each is an object of its own, with its depth. RFC 4301 4.5. */
import type { Context } from '../../state/context.ts';
import { associationKey } from '../../state/ipsec/association.ts';
import { insideOf } from '../../state/ipsec/inside.ts';
import { get } from '../../state/persistent-map.ts';
import type { Seen } from '../../state/seen.ts';
import type { State } from '../../state/state.ts';
import { readAh } from '../../wire/ah.ts';
import { readEsp } from '../../wire/esp.ts';
import { readIke } from '../../wire/ike-message.ts';
import type { Packet } from '../../wire/packet.ts';
import type { Ends, MessageRecord } from './message-record.ts';
import { ahFields, espFields, ikeFields } from './packet-fields.ts';

/** Tunnels in tunnels end somewhere, for us too. */
const deepest = 4;

/** Of what the fold has followed nothing is said again: it judged those packets, and here nobody does. */
export function* nestedRecords(ctx: Context, state: State, { packet, ipsec, further }: Seen, ends: Ends): Generator<MessageRecord> {
  if (!packet || !ipsec || ipsec.sighting || further.some(({ nested }) => nested > 0)) return;
  const association = get(state.associations, ipsec.association);
  yield* within(ctx, state, insideOf(ctx, association, packet, ipsec.authenticated), ends, 1);
}

function* within(ctx: Context, state: State, packet: Packet | null, outer: Ends, depth: number): Generator<MessageRecord> {
  if (!packet || depth > deepest) return;
  const ends = { ...outer, src: packet.src, dst: packet.dst };
  const { bytes, content, issues, carrier } = packet;
  const problems = issues.map(({ code, message, span }) => ({ code, offset: span.start, message }));
  const common = { ...ends, nested: depth, ...(carrier === null ? {} : { carrier }), problems };
  const unjudged = { authenticated: null, replay: null };
  if (packet.carried === 'ike') {
    const message = readIke(bytes, content.start, content.end, content.buffer);
    if (message) yield { ...common, ...ikeFields(packet, message), decrypted: false, negotiation: null };
    return;
  }
  if (packet.carried !== 'esp' && packet.carried !== 'ah') return;
  const esp = packet.carried === 'esp' ? readEsp(bytes, content, false) : undefined;
  const ah = packet.carried === 'ah' ? readAh(bytes, content, false) : undefined;
  const header = esp ?? ah;
  if (!header) return;
  const association = packet.dst ? get(state.associations, associationKey(packet.carried, packet.dst, header.spi)) : undefined;
  if (esp) yield { ...common, ...espFields(ctx, packet, esp, association, null), ...unjudged };
  if (ah) yield { ...common, ...ahFields(ah), ...unjudged };
  yield* within(ctx, state, insideOf(ctx, association, packet, null), ends, depth + 1);
}
