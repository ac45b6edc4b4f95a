/**
 * What if the negotiation had gone otherwise? Pure edits of a log of whole Ethernet frames with IPv4 and UDP or ESP, as the bundled trace
 * has them. Events are counted from 1, as indices of the log are.
 */
import { toHex } from '../../engine/bytes/hex.ts';
import type { CbcCipher, HashName } from '../../engine/crypto/provider.ts';
import type { DatagramSeen, Event, SecretLearned } from '../../engine/event/event.ts';
import type { SecretAbout } from '../../engine/event/secret.ts';
import { nodeCrypto } from '../../engine/host/node-crypto.ts';
import type { Log } from '../../engine/log/log.ts';
import { type Replay, replayOf, walk } from '../../engine/replay/replay.ts';
import { exchangeIv, sealMessage } from '../../engine/state/ikev1/protection.ts';
import { entries } from '../../engine/state/persistent-map.ts';
import type { Seen } from '../../engine/state/seen.ts';
import type { Negotiation, State } from '../../engine/state/state.ts';
import { addressBytes } from '../../engine/values/ip-address.ts';
import { messageId } from '../../engine/values/message-id.ts';
import { octets, u16, u32 } from './frames.ts';

const ethernetOctets = 14;
const ipOctets = 20;
/** Where an ESP packet begins in a frame. */
export const espAt = ethernetOctets + ipOctets;
/** Where an IKE message begins in a frame. */
export const ikeAt = espAt + 8;

export const fold = (log: Log): Replay => replayOf(log, nodeCrypto);

/** The event as a captured frame; an error in the test where it is none. */
export const frameOf = (log: Log, event: number): Uint8Array => {
  const e = log.happened[event - 1];
  if (e?.kind !== 'DatagramSeen' || e.datagram.form !== 'frame') throw new Error(`event ${event} is no frame`);
  return e.datagram.bytes;
};

export const messageOf = (log: Log, event: number): Uint8Array => frameOf(log, event).slice(ikeAt);

// ---------------------------------------------------------------- order

export const dropped = (log: Log, ...events: readonly number[]): Log => ({
  ...log,
  happened: log.happened.filter((_, i) => !events.includes(i + 1)),
});

/** Only the events from `event` on: a capture that was begun late. */
export const since = (log: Log, event: number): Log => ({ ...log, happened: log.happened.slice(event - 1) });
export const until = (log: Log, event: number): Log => ({ ...log, happened: log.happened.slice(0, event) });

/** The event once more, behind the event `after`; changed on its way where `change` says so. */
export const repeated = (log: Log, event: number, after = event, change: (frame: Uint8Array) => Uint8Array = (f) => f): Log =>
  inserted(log, after, change(frameOf(log, event)), event);

/** The event taken out and put in again so that it has the index `to`. */
export const moved = (log: Log, event: number, to: number): Log => {
  const happened = [...log.happened];
  happened.splice(to - 1, 0, ...happened.splice(event - 1, 1));
  return { ...log, happened };
};

/** A frame behind the event `after`, at its time and otherwise as the event `like`. */
export const inserted = (log: Log, after: number, bytes: Uint8Array, like = Math.max(1, after)): Log => {
  const model = log.happened[like - 1];
  if (model?.kind !== 'DatagramSeen') throw new Error(`event ${like} is no datagram`);
  const at = log.happened[Math.max(0, after - 1)]?.at ?? model.at;
  const event: DatagramSeen = { ...model, at, datagram: { form: 'frame', linkType: 1, bytes, wireLength: bytes.length } };
  return { ...log, happened: [...log.happened.slice(0, after), event, ...log.happened.slice(after)] };
};

// ---------------------------------------------------------------- octets

export const edited = (log: Log, event: number, change: (frame: Uint8Array) => Uint8Array): Log => ({
  ...log,
  happened: log.happened.map((e, i): Event => {
    if (i + 1 !== event || e.kind !== 'DatagramSeen') return e;
    const bytes = change(frameOf(log, event).slice());
    return { ...e, datagram: { form: 'frame', linkType: 1, bytes, wireLength: bytes.length } };
  }),
});

export const flipped =
  (at: number, mask = 1) =>
  (frame: Uint8Array): Uint8Array => {
    const out = frame.slice();
    out[at] = (out[at] ?? 0) ^ mask;
    return out;
  };

/** The capture keeps the first `octets` of the frame only. */
export const snapped = (log: Log, event: number, length: number): Log => ({
  ...log,
  happened: log.happened.map((e, i) =>
    i + 1 === event && e.kind === 'DatagramSeen' && e.datagram.form === 'frame'
      ? { ...e, datagram: { ...e.datagram, bytes: e.datagram.bytes.slice(0, length) } }
      : e,
  ),
});

/** Another IKE message in the same frame: lengths of IP, UDP and the message follow. */
export const carrying =
  (message: Uint8Array) =>
  (frame: Uint8Array): Uint8Array => {
    const whole = octets(message.subarray(0, 24), u32(message.length), message.subarray(28));
    return framed(frame, octets(frame.subarray(espAt, espAt + 4), u16(8 + whole.length), u16(0), whole));
  };

/** Another IP payload behind the headers of a frame. */
export const framed = (frame: Uint8Array, payload: Uint8Array): Uint8Array =>
  octets(frame.subarray(0, ethernetOctets + 2), u16(ipOctets + payload.length), frame.subarray(ethernetOctets + 4, espAt), payload);

/** As a NAT leaves it: other addresses, another source or destination port. */
export const readdressed =
  (to: { readonly src?: string; readonly dst?: string; readonly sport?: number; readonly dport?: number }) =>
  (frame: Uint8Array): Uint8Array => {
    const out = frame.slice();
    if (to.src) out.set(addressBytes(to.src) ?? [], ethernetOctets + 12);
    if (to.dst) out.set(addressBytes(to.dst) ?? [], ethernetOctets + 16);
    if (to.sport !== undefined) out.set(u16(to.sport), espAt);
    if (to.dport !== undefined) out.set(u16(to.dport), espAt + 2);
    return out;
  };

// ---------------------------------------------------------------- secrets

export const withoutSecrets = (log: Log): Log => ({ ...log, given: [] });

/** Only the secrets of these kinds. */
export const knowing = (log: Log, ...whats: readonly SecretAbout['what'][]): Log => ({
  ...log,
  given: log.given.filter((e) => e.kind === 'SecretLearned' && whats.includes(e.about.what)),
});

export const learned = (about: SecretAbout, value: Uint8Array, ref = 90): SecretLearned => ({
  kind: 'SecretLearned',
  at: null,
  origin: { input: 0, number: 0 },
  about,
  ref,
  value,
});

export const learning = (log: Log, ...secrets: readonly SecretLearned[]): Log => ({ ...log, given: [...log.given, ...secrets] });

/** The octets of the first secret of a kind that the log gives. */
export const secretOf = (log: Log, what: SecretAbout['what']): Uint8Array => {
  const event = log.given.find((e): e is SecretLearned => e.kind === 'SecretLearned' && e.about.what === what);
  if (!event?.value) throw new Error(`the log gives no ${what}`);
  return event.value;
};

// ---------------------------------------------------------------- messages made with the keys of the negotiation

export interface Keys {
  readonly hash: HashName;
  readonly cipher: CbcCipher;
  readonly block: number;
  readonly skeyidA: Uint8Array;
  readonly ka: Uint8Array;
}

/** The keys that the bundled trace gives: 3DES and SHA-1. */
export const keysOf = (log: Log): Keys => ({
  hash: 'sha1',
  cipher: '3des-cbc',
  block: 8,
  skeyidA: secretOf(log, 'skeyidA'),
  ka: secretOf(log, 'encryptionKey'),
});

/** A payload of type `type` is announced by the one before it: here only body and what comes next. RFC 2408 3.2. */
export const payload = (next: number, body: Uint8Array): Uint8Array => octets(next, 0, u16(4 + body.length), body);

/** The last `n` octets. */
export const tail = (bytes: Uint8Array, n: number): Uint8Array => bytes.slice(bytes.length - n);

/** An encrypted message: `like` gives cookies and version, the rest is told. `plain` begins with the payload `first`. */
export const sealed = (
  keys: Keys,
  like: Uint8Array,
  iv: Uint8Array,
  to: { readonly exchangeType: number; readonly messageId: number; readonly first: number },
  plain: Uint8Array,
): Uint8Array => {
  const ciphertext = sealMessage(nodeCrypto, keys.cipher, keys.ka, iv, plain);
  if (!ciphertext) throw new Error('key or IV does not fit');
  return octets(like.subarray(0, 16), to.first, 0x10, to.exchangeType, 1, u32(to.messageId), u32(28 + ciphertext.length), ciphertext);
};

/** A message of a phase 2 exchange with the hash that RFC 2409 5.5 and 5.7 ask for in front: prf(SKEYID_a, M-ID | `before` | payloads). */
export const authenticated = (
  keys: Keys,
  like: Uint8Array,
  iv: Uint8Array,
  to: { readonly exchangeType: number; readonly messageId: number; readonly first: number; readonly before?: Uint8Array },
  payloads: Uint8Array,
): Uint8Array => {
  const digest = nodeCrypto.hmac(keys.hash, keys.skeyidA, u32(to.messageId), to.before ?? new Uint8Array(), payloads);
  return sealed(keys, like, iv, { ...to, first: 8 }, octets(payload(to.first, digest), payloads));
};

/** The IV of the first message of an exchange after phase 1, whose last message is the event `last`. RFC 2409 App. B. */
export const firstIvOf = (log: Log, keys: Keys, id: number, last = 6): Uint8Array =>
  exchangeIv(nodeCrypto, keys.hash, tail(messageOf(log, last), keys.block), messageId(id), keys.block);

// ---------------------------------------------------------------- what came of it

export const seenAt = (replay: Replay, event: number): Seen => {
  for (const step of walk(replay, event, event)) return step.seen;
  throw new Error(`no event ${event}`);
};

/** The only negotiation of a state, or the one of this id. */
export const negotiationIn = (state: State, id?: string): Negotiation => {
  const found = entries(state.negotiations).find(([key]) => id === undefined || key === id)?.[1];
  if (!found) throw new Error('no such negotiation');
  return found;
};

/** `I IKE_READY > IKE_I_MM1`, a row a line, in order; `?` behind what nothing proves, `@n` behind what event n proves later. */
export const rowsOf = (replay: Replay, event?: number): string[] =>
  replay.transitions
    .filter((t) => event === undefined || t.event === event)
    .map((t) => {
      const proof = t.provenAt === null ? ' ?' : t.provenAt === t.event ? '' : ` @${t.provenAt}`;
      return `${t.side === 'initiator' ? 'I' : 'R'} ${t.from} > ${t.to}${proof}`;
    });

export const codesOf = (state: State): string[] => entries(state.findings).map(([, f]) => f.code);

export const hexOf = (fact: { readonly value: Uint8Array } | null): string | null => (fact ? toHex(fact.value) : null);
