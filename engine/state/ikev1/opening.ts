/** Opens an encrypted IKEv1 message with the IV that fits, and moves the chain of its exchange on. RFC 2409 App. B. */
import type { CbcCipher } from '../../crypto/provider.ts';
import { type IkeMessage, type OpenedChain, readOpened } from '../../wire/ike-message.ts';
import { genericHeaderLength } from '../../wire/payload-chain.ts';
import type { Context } from '../context.ts';
import type { Fact, IvChain, Side } from '../fact.ts';
import { type Algorithms, algorithmsOf } from '../ike/suite.ts';
import type { Authenticator, Opened } from '../seen.ts';
import type { Negotiation } from '../state.ts';
import { holders, missingFor, unreadable, valuesOf } from './derive.ts';
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

/**
 * What no octets lack that make sense: a generic header (RFC 2408 3.2) that claims no more than is there. The IV touches the first block alone, so
 * this tells a wrong one without reading any further.
 */
const beginsWell = (octets: Uint8Array): boolean => {
  const length = ((octets[2] ?? 0) << 8) | (octets[3] ?? 0);
  return octets[1] === 0 && length >= genericHeaderLength && length <= octets.length;
};

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

/** How well a message that was opened proves itself: what tells two readings of it apart. */
export type Judge = (opened: Opened) => Authenticator['verdict'];

/** What may open a message: a key with an IV. */
interface Candidate {
  readonly side: Side;
  readonly key: Uint8Array;
  readonly iv: Fact;
  readonly because: string | null;
}

/** What a candidate makes of a message. */
interface Try extends Candidate {
  readonly plain: Uint8Array;
}

const candidatesFor = (n: Negotiation, speaker: Side, chain: IvChain): Candidate[] => {
  const ivs = [
    ...(chain.next ? [{ iv: chain.next, because: null }] : []),
    ...chain.earlier.map((iv) => ({ iv, because: 'an earlier block gives sense: messages were lost, or came in another order' })),
  ];
  return holders(n, speaker).flatMap((side) => {
    const key = valuesOf(n, side).encryptionKey;
    return key ? ivs.map(({ iv, because }) => ({ side, key: key.value, iv, because })) : [];
  });
};

/** In CBC the IV touches the first block alone: the rest is deciphered once for each key. RFC 2409 App. B. */
const decipherer = (ctx: Context, cipher: CbcCipher, block: number, ciphertext: Uint8Array) => {
  const plain = new Map<Uint8Array, Uint8Array | undefined>();
  return (key: Uint8Array, iv: Uint8Array): Uint8Array | undefined => {
    if (!plain.has(key)) plain.set(key, openMessage(ctx.crypto, cipher, key, new Uint8Array(block), ciphertext));
    const bytes = plain.get(key)?.slice();
    if (!bytes || iv.length !== block) return undefined;
    for (let i = 0; i < block; i++) bytes[i] = (bytes[i] ?? 0) ^ (iv[i] ?? 0);
    return bytes;
  };
};

/**
 * The reading that makes sense; where there are several, the one that proves itself, else the likeliest. Where none does, one with payloads that we do
 * not know, or that are badly made, is believed if it proves itself.
 */
const bestOf = (tries: readonly Try[], read: (tried: Try) => Opened, judge: Judge, block: number): Opened | null => {
  const readings = tries
    .filter(({ plain }) => beginsWell(plain))
    .map(read)
    .filter(({ chain, bytes }) => plausible(chain, bytes, block));
  const [first, ...others] = readings;
  if (!first) return tries.map(read).find((opened) => opened.chain.payloads.length > 0 && judge(opened) === 'equal') ?? null;
  if (others.length === 0) return first;
  const proven = readings.find((opened) => judge(opened) === 'equal');
  if (!proven || proven === first) return first;
  return { ...proven, because: 'of the IVs that give sense it alone gives a right hash' };
};

/**
 * Tries the IV that is due, then earlier ones of the same exchange: a message that was sent again with other octets, or came late, fits one
 * of those; so does one that follows on a message whose own IV is not known. Where several give sense, the one that proves itself is taken.
 */
export const openIke = (
  ctx: Context,
  n: Negotiation,
  speaker: Side,
  bytes: Uint8Array,
  message: IkeMessage,
  chain: IvChain,
  event: number,
  judge: Judge,
): Opening => {
  const where = message.encrypted;
  if (!where) return { opened: null, closed: null, notFirst: false, iv: chain };
  const ciphertext = bytes.subarray(where.start, where.end);
  const algorithms = algorithmsOf(n.suite);
  if (!algorithms || !holders(n, speaker).some((side) => valuesOf(n, side).encryptionKey)) {
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
  const candidates = candidatesFor(n, speaker, chain);
  const decipher = decipherer(ctx, algorithms.cipher, algorithms.block, ciphertext);
  const tries = candidates.flatMap((c): Try[] => {
    const plain = decipher(c.key, c.iv.value);
    return plain ? [{ ...c, plain }] : [];
  });
  const read = ({ side, plain, iv, because }: Try): Opened => {
    const inside = readOpened(message.header.nextPayload, plain, 'decrypted', 1);
    return { bytes: plain, chain: inside, iv, key: n.responderValues ? side : null, because };
  };
  const opened = bestOf(tries, read, judge, algorithms.block);
  if (opened) return { opened, closed: null, notFirst: false, iv: advance(chain, ciphertext, algorithms, event) };
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
