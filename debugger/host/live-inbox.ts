/**
 * What has arrived and waits its turn. First messages of whoever wait behind those of peers that have our cookie, which shows where they are; and
 * too many of them are lost here, as the network loses things, before they cost anything: nobody who is proven waits for a flood.
 */
import type { LiveInput } from '../../engine/index.ts';

type Datagram = Extract<LiveInput, { readonly kind: 'DatagramSeen' }>['datagram'];

export interface Inbox {
  readonly put: (datagram: Datagram) => void;
  /** The next, at most so many. */
  readonly take: (most: number) => readonly Datagram[];
  readonly isEmpty: () => boolean;
  /** How many were lost for want of room. */
  readonly lost: () => number;
}

export const makeInbox = (natPort: number, mostFirst: number, mostOthers: number): Inbox => {
  const [first, others]: [Datagram[], Datagram[]] = [[], []];
  let lost = 0;
  return {
    put: (datagram) => {
      const [queue, most] = isFirst(datagram, natPort) ? [first, mostFirst] : [others, mostOthers];
      if (queue.length < most) queue.push(datagram);
      else lost += 1;
    },
    take: (most) => {
      const before = others.splice(0, most);
      return [...before, ...first.splice(0, most - before.length)];
    },
    isEmpty: () => first.length + others.length === 0,
    lost: () => lost,
  };
};

const cookieOctets = 8;
const markerOctets = 4;
const ikeHeaderOctets = 28;

/** RFC 2408 3.1: the responder has not spoken yet. RFC 3948 2.2: on the port for NATs a marker stands before it. */
const isFirst = (datagram: Datagram, natPort: number): boolean => {
  if (datagram.form !== 'udp') return false;
  const { bytes, dport } = datagram;
  const at = (dport === natPort ? markerOctets : 0) + cookieOctets;
  return bytes.length >= ikeHeaderOctets && bytes.subarray(at, at + cookieOctets).every((octet) => octet === 0);
};
