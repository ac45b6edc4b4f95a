/** IKE messages in parts (payload 132, as Cisco and Microsoft send them in IKEv1; no RFC has it): kept until they are whole. */

import { reading } from '../../bytes/field.ts';
import { readIkeHeader } from '../../wire/ike-header.ts';
import type { ContentOf } from '../../wire/payload/content.ts';
import { lastFragment } from '../../wire/payload/fragment.ts';
import type { Side } from '../fact.ts';

interface Part {
  readonly number: number;
  readonly event: number;
  readonly bytes: Uint8Array;
}

/** Parts of one message. Senders are free to use one id for all messages, and Cisco does: then newer parts take the place of older ones. */
export interface IkeFragments {
  readonly id: number;
  readonly side: Side;
  /** Message ID in the headers of the parts. */
  readonly messageId: number;
  /** Number of the part that is marked as the last; `null` while it is missing. */
  readonly last: number | null;
  readonly parts: readonly Part[];
}

/** What came together: the whole message, and the events of its parts by number. */
export interface JoinedFragments {
  readonly bytes: Uint8Array;
  readonly events: readonly number[];
}

/** Messages in parts at once, and octets in all of their parts: a peer that has more open does nothing else. */
const mostOpen = 8;
const mostOctets = 65535;

/** The cookies, as text, that the message inside has to have. */
export interface Expected {
  readonly initiatorCookie: string;
  readonly responderCookie: string;
}

/** Adds a part. `joined` is the message where it is whole now and its own header agrees; then its parts are let go. */
export const addIkeFragment = (
  open: readonly IkeFragments[],
  side: Side,
  messageId: number,
  content: ContentOf<'fragment'>,
  event: number,
  expected: Expected,
): { readonly open: readonly IkeFragments[]; readonly joined: JoinedFragments | null } => {
  const same = (f: IkeFragments): boolean => f.id === content.id && f.side === side && f.messageId === messageId;
  const before = open.find(same);
  const others = open.filter((f) => !same(f));
  const part: Part = { number: content.number, event, bytes: content.data };
  const parts = [...(before?.parts ?? []).filter((p) => p.number !== part.number), part].sort((a, b) => a.number - b.number);
  const last = (content.flags & lastFragment) !== 0 ? content.number : (before?.last ?? null);
  const now: IkeFragments = { id: content.id, side, messageId, last, parts };
  if (content.number === 0 || octetsOf(parts) > mostOctets) return { open: others, joined: null };
  const joined = join(now);
  if (joined && agrees(joined.bytes, expected)) return { open: others, joined };
  return { open: [...others, now].slice(-mostOpen), joined: null };
};

const octetsOf = (parts: readonly Part[]): number => parts.reduce((sum, p) => sum + p.bytes.length, 0);

const join = ({ last, parts }: IkeFragments): JoinedFragments | null => {
  const wanted = last === null ? [] : parts.filter((p) => p.number <= last);
  if (last === null || wanted.length !== last) return null;
  const bytes = new Uint8Array(octetsOf(wanted));
  let at = 0;
  for (const p of wanted) {
    bytes.set(p.bytes, at);
    at += p.bytes.length;
  }
  return { bytes, events: wanted.map((p) => p.event) };
};

/** Parts of two messages under one id give octets without sense: the header inside tells. */
const agrees = (bytes: Uint8Array, expected: Expected): boolean => {
  const header = readIkeHeader(reading(bytes, 'reassembled', 0, bytes.length));
  return (
    header !== undefined &&
    header.length === bytes.length &&
    header.initiatorCookie === expected.initiatorCookie &&
    header.responderCookie === expected.responderCookie
  );
};
