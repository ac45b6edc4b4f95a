/** A message of ours made anew before it leaves: opened, changed in its payloads, sealed again with the same key and IV. RFC 2409 App. B. */
import type { Context } from '../../state/context.ts';
import { evolve } from '../../state/evolve.ts';
import { algorithmsOf } from '../../state/ike/suite.ts';
import { valuesOf } from '../../state/ikev1/derive.ts';
import { sealMessage } from '../../state/ikev1/protection.ts';
import { get } from '../../state/persistent-map.ts';
import type { State } from '../../state/state.ts';
import { ikeHeaderLength } from '../../wire/ike-header.ts';
import { writeIke } from '../../wire/ike-message.ts';
import { readChain } from '../../wire/payload-chain.ts';
import type { UdpDatagram } from '../intent.ts';

/** Payloads in the clear, with the padding behind them. */
export interface Inside {
  /** Type of the first. */
  readonly first: number;
  readonly bytes: Uint8Array;
}

/**
 * The datagram with what `change` makes of its payloads. As it was where that is nothing, where it is no whole IKEv1 message, or where its key is not
 * known. `state`: before the datagram is sent.
 */
export const remake = (
  ctx: Context,
  state: State,
  datagram: UdpDatagram,
  change: (inside: Inside, encrypted: boolean) => Inside | null,
): UdpDatagram => {
  // Watching ourselves send it shows what is inside, and under which IV it was sealed.
  const shown = evolve(ctx, state, { kind: 'DatagramSeen', at: state.now, origin: { input: 0, number: 0 }, via: 'sent', datagram });
  const { ike } = shown.seen;
  // Repetitions stay what they are: octet for octet the same.
  if (!ike || ike.retransmissionOf !== null || ike.message.header.major !== 1 || ike.message.payloads.some((p) => p.type === fragment))
    return datagram;
  const { header, headerNode, encrypted } = ike.message;
  if (encrypted && !ike.opened) return datagram;
  const start = headerNode.span.start;
  const body = ike.opened?.bytes ?? datagram.bytes.subarray(start + ikeHeaderLength);
  const changed = change({ first: header.nextPayload, bytes: body.slice() }, encrypted !== null);
  if (!changed) return datagram;
  const sealed = ike.opened ? seal(ctx, shown.state, ike.negotiation, ike.side, ike.opened.iv.value, changed.bytes) : changed.bytes;
  if (!sealed) return datagram;
  const message = writeIke({ ...header, nextPayload: changed.first }, sealed);
  return { ...datagram, bytes: Uint8Array.of(...datagram.bytes.subarray(0, start), ...message) };
};

const fragment = 132;

const seal = (ctx: Context, state: State, id: string, side: 'initiator' | 'responder', iv: Uint8Array, bytes: Uint8Array) => {
  const n = get(state.negotiations, id);
  const algorithms = n && algorithmsOf(n.suite);
  const key = n && valuesOf(n, side).encryptionKey?.value;
  return algorithms && key ? sealMessage(ctx.crypto, algorithms.cipher, key, iv, bytes) : undefined;
};

/** The payloads of `inside`, each with its generic header. */
export const pieces = ({ first, bytes }: Inside): readonly { readonly type: number; readonly octets: Uint8Array }[] =>
  readChain(first, bytes, 0, bytes.length, 'decrypted', 1).payloads.map((p) => ({
    type: p.type,
    octets: bytes.slice(p.span.start, p.span.end),
  }));

/** Payloads in a row, each announcing the next. */
export const joined = (parts: readonly { readonly type: number; readonly octets: Uint8Array }[]): Inside => ({
  first: parts[0]?.type ?? 0,
  bytes: Uint8Array.from(parts.flatMap(({ octets }, i) => [parts[i + 1]?.type ?? 0, ...octets.subarray(1)])),
});
