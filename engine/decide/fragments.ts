/** Messages of ours that are too long for one piece, cut into payloads of type 132: Cisco's and Microsoft's way in IKEv1, no RFC has it. */
import { reading } from '../bytes/field.ts';
import { findNegotiation } from '../state/ikev1/negotiation.ts';
import type { State } from '../state/state.ts';
import { type IkeHeader, ikeHeaderLength, readIkeHeader } from '../wire/ike-header.ts';
import { writeIke } from '../wire/ike-message.ts';
import { lastFragment } from '../wire/payload/fragment.ts';
import { writeChain } from '../wire/payload-chain.ts';
import { peerSpeaks } from './ikev1/vendor-ids.ts';
import type { UdpDatagram } from './intent.ts';
import type { Plan } from './plan.ts';
import { sideOf } from './taking.ts';

const fragmentType = 132;
/** Header, generic header, and what a fragment says of itself. */
const overhead = ikeHeaderLength + 8;
/** Numbers are octets, and begin with 1. */
const mostFragments = 255;
/** Less than this would be mostly headers. */
const leastOctets = 64;

const markerLength = 4;

/** A message as it leaves: in one piece, or in as many as it takes where the peer has said that it puts them together. */
export const inPieces = (state: State, plan: Plan, datagram: UdpDatagram): readonly UdpDatagram[] => {
  const { bytes, sport } = datagram;
  const at = sport === plan.natPort ? markerLength : 0;
  const message = bytes.subarray(at);
  const most = plan.fragmentOctets === null ? Number.POSITIVE_INFINITY : Math.max(plan.fragmentOctets - overhead, leastOctets);
  if (message.length <= most + overhead || message.length > most * mostFragments) return [datagram];
  const header = readIkeHeader(reading(message, 'wire', 0, message.length));
  const n = header && findNegotiation(state, header, datagram);
  const side = n && sideOf(n, plan.local);
  if (!header || !n || !side || !peerSpeaks(n, side, 'fragmentation')) return [datagram];
  const count = Math.ceil(message.length / most);
  return Array.from({ length: count }, (_, i) => {
    const piece = fragment(header, idOf(message), i + 1, i + 1 === count, message.subarray(i * most, (i + 1) * most));
    return { ...datagram, bytes: Uint8Array.of(...bytes.subarray(0, at), ...piece) };
  });
};

/** In the clear: what is inside has a header, and encryption, of its own. */
const fragment = (header: IkeHeader, id: number, number: number, isLast: boolean, data: Uint8Array): Uint8Array =>
  writeIke(
    { ...header, nextPayload: fragmentType, flags: 0 },
    writeChain([{ type: fragmentType, content: { kind: 'fragment', id, number, flags: isLast ? lastFragment : 0, data } }]),
  );

/** Of the message itself, so that a repetition is octet for octet the same, and pieces of two messages do not mix. Not zero. */
const idOf = (message: Uint8Array): number => message.reduce((h, octet) => (h * 31 + octet) & 0xffff, 1) || 1;
