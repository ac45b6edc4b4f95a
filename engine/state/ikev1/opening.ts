/** Opens an encrypted IKEv1 message with the IV that fits, and moves the chain of its exchange on. RFC 2409 App. B. */

import { type IkeMessage, type OpenedChain, readOpened } from '../../wire/ike-message.ts';
import type { Packet } from '../../wire/packet.ts';
import type { Context } from '../context.ts';
import type { Fact, IvChain } from '../fact.ts';
import { type Algorithms, algorithmsOf } from '../ike/suite.ts';
import type { Opened } from '../seen.ts';
import type { Negotiation } from '../state.ts';
import { missingFor, unreadable } from './derive.ts';
import { exchangeIv, lastBlock, openMessage } from './protection.ts';

const kept = 8;

/** What came of the try to open a message. */
export interface Opening {
  readonly opened: Opened | null;
  /** Why it is still closed. */
  readonly closed: string | null;
  /** The key is right, so it is the IV that does not fit: what was before it in its exchange is not known. */
  readonly notFirst: boolean;
  /** The chain after this message. */
  readonly iv: IvChain;
}

/** Decrypted octets make sense when the payload chain runs through them, with nothing malformed, and only padding is left. */
const plausible = (chain: OpenedChain, octets: Uint8Array, block: number): boolean =>
  chain.payloads.length > 0 &&
  !chain.issues.some((i) => i.blame === 'malformed' || i.code === 'reserved-not-zero') &&
  // Some stacks pad a whole block more; what is left after the last payload is no longer than two blocks.
  octets.length - chain.end <= 2 * block &&
  chain.payloads.every((p) => p.content.kind !== 'unknown');

/** The chain of an exchange that begins now: its first IV comes from the last block of phase 1 and the message ID. */
export const beginChain = (ctx: Context, n: Negotiation, message: IkeMessage): IvChain => {
  const algorithms = algorithmsOf(n.suite);
  if (!algorithms || !n.iv.next) return { next: null, earlier: [] };
  const of = (last: Fact): Fact => ({
    value: exchangeIv(ctx.crypto, algorithms.hash, last.value, message.header.messageId, algorithms.block),
    since: last.since,
    basis: 'derived',
  });
  // Which message was the last of phase 1 is not sure where one of them did not open: then an earlier block may be the right one.
  return { next: of(n.iv.next), earlier: n.iv.earlier.map(of) };
};

const advance = (chain: IvChain, ciphertext: Uint8Array, algorithms: Algorithms | null, event: number): IvChain => {
  if (!algorithms) return { next: null, earlier: [] };
  const next: Fact = { value: lastBlock(ciphertext, algorithms.block), since: event, basis: 'seen' };
  const earlier = chain.next ? [chain.next, ...chain.earlier].slice(0, kept) : chain.earlier;
  return { next: next.value.length === algorithms.block ? next : null, earlier };
};

/** A message that did not open does not move the chain, RFC 2409 App. B; yet if it was good, and only its own IV is lost, the next one fits it. */
const aside = (chain: IvChain, ciphertext: Uint8Array, block: number, event: number): IvChain => ({
  ...chain,
  earlier: [{ value: lastBlock(ciphertext, block), since: event, basis: 'seen' as const }, ...chain.earlier].slice(0, kept),
});

/**
 * Tries the IV that is due, then earlier ones of the same exchange: a message that was sent again with other octets, or came late, fits one
 * of those; so does one that follows on a message whose own IV is not known.
 */
export const openIke = (ctx: Context, n: Negotiation, packet: Packet, message: IkeMessage, chain: IvChain, event: number): Opening => {
  const where = message.encrypted;
  if (!where) return { opened: null, closed: null, notFirst: false, iv: chain };
  const ciphertext = packet.bytes.subarray(where.start, where.end);
  const algorithms = algorithmsOf(n.suite);
  const key = n.values.encryptionKey;
  if (!algorithms || !key) {
    return {
      opened: null,
      notFirst: false,
      closed: unreadable(n) ?? `Ka is missing: ${missingFor(n).join(' and ')} would give it`,
      iv: advance(chain, ciphertext, algorithms, event),
    };
  }
  if (ciphertext.length === 0 || ciphertext.length % algorithms.block !== 0) {
    return {
      opened: null,
      closed: `${ciphertext.length} octets are no whole number of ${algorithms.block}-octet blocks`,
      notFirst: false,
      iv: chain,
    };
  }
  const candidates = chain.next ? [chain.next, ...chain.earlier] : chain.earlier;
  for (const iv of candidates) {
    const bytes = openMessage(ctx.crypto, algorithms.cipher, key.value, iv.value, ciphertext);
    if (!bytes) continue;
    const read = readOpened(message.header.nextPayload, bytes, 'decrypted', 1);
    if (!plausible(read, bytes, algorithms.block)) continue;
    const moved = advance(chain, ciphertext, algorithms, event);
    return { opened: { bytes, chain: read, iv }, closed: null, notFirst: false, iv: moved };
  }
  if (candidates.length === 0) {
    return {
      opened: null,
      closed: 'the IV is not known: earlier messages are not in the trace',
      notFirst: false,
      iv: advance(chain, ciphertext, algorithms, event),
    };
  }
  // A key that opened others is right: then it is the IV that is wrong.
  const notFirst = n.opened > 0;
  const closed = notFirst
    ? 'no IV fits it: a message before it is not in the trace, or it is damaged'
    : 'Ka does not open it: another key was used, or the message is damaged';
  return { opened: null, closed, notFirst, iv: aside(chain, ciphertext, algorithms.block, event) };
};
