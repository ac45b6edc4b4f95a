/**
 * The keys that charon logs from level 4 of `ike` and `chd` on: RFC 2409 5 for IKEv1, RFC 7296 2.14 and 2.17 for IKEv2. Whose they are follows
 * from the SPIs that `mgr` 2 logs, from the NAT-D hash's input, or from the SA's number.
 */
import { fromHex } from '../../bytes/hex.ts';
import type { SecretLearned } from '../../event/event.ts';
import type { SecretAbout } from '../../event/secret.ts';
import { type Cookie, cookie } from '../../values/cookie.ts';
import { ipAddress } from '../../values/ip-address.ts';
import { messageId } from '../../values/message-id.ts';
import { spi } from '../../values/spi.ts';
import type { KeysRead } from '../keys-read.ts';
import { splitLines } from '../text/lines.ts';
import { type CharonLine, charonPart, dumpHead, dumpRow, isSecretDump, readCharonLine } from './line.ts';

/** A key of an IKEv2 SA, for which the log of events has no name yet. Names are those of RFC 7296 2.14. */
export interface Ikev2Key {
  readonly what: 'dhSharedSecret' | 'skeyseed' | 'skD' | 'skAi' | 'skAr' | 'skEi' | 'skEr' | 'skPi' | 'skPr';
  readonly initiatorSpi: Cookie;
  readonly responderSpi: Cookie;
  readonly value: Uint8Array;
  /** From 1. */
  readonly line: number;
}

export interface LoggedKeys extends KeysRead {
  readonly ikev2: readonly Ikev2Key[];
  /** Lines that hold octets of a key, from 1: what is shown or kept of them must not. */
  readonly secretLines: ReadonlySet<number>;
}

/** Reads all keys of a charon log, the log's input `input`. A log without any gives none. */
export const readCharonKeys = (text: string, input: number): LoggedKeys => {
  const reader = new KeyReader(input);
  splitLines(text).forEach((raw, i) => {
    const part = charonPart(raw);
    const line = part === undefined ? undefined : readCharonLine(part);
    if (line) reader.take(line, i + 1);
  });
  return reader.finish();
};

interface Pair {
  readonly initiator: Cookie;
  readonly responder: Cookie;
}

/** What is known of one IKE SA so far, by the daemon's own number. */
interface Context {
  pair: Pair | null;
  /** Keys whose SA is not known yet. */
  waiting: readonly Known[];
  exchange: number | null;
  /** Whether the daemon began the exchange that makes a CHILD_SA. */
  began: boolean | null;
  readonly child: Map<string, Uint8Array>;
  encryption: string;
  integrity: string;
  adding: { readonly direction: 'inbound' | 'outbound'; readonly protocol: 'esp' | 'ah' } | null;
}

interface Known {
  readonly name: string;
  readonly value: Uint8Array;
  readonly line: number;
  readonly exchange: number | null;
}

interface Dump {
  readonly name: string;
  readonly length: number;
  readonly line: number;
  hex: string;
}

const v1: Readonly<Record<string, 'dhSharedSecret' | 'skeyid' | 'skeyidD' | 'skeyidA' | 'skeyidE' | 'encryptionKey'>> = {
  SKEYID: 'skeyid',
  SKEYID_d: 'skeyidD',
  SKEYID_a: 'skeyidA',
  SKEYID_e: 'skeyidE',
  'encryption key Ka': 'encryptionKey',
};

const v2: Readonly<Record<string, Ikev2Key['what']>> = {
  SKEYSEED: 'skeyseed',
  'Sk_d secret': 'skD',
  'Sk_ai secret': 'skAi',
  'Sk_ar secret': 'skAr',
  'Sk_ei secret': 'skEi',
  'Sk_er secret': 'skEr',
  'Sk_pi secret': 'skPi',
  'Sk_pr secret': 'skPr',
};

const shared = 'shared Diffie Hellman secret';
const wanted = new Set([...Object.keys(v1), ...Object.keys(v2), shared, 'secret']);
/** Octets of one dump that are kept; the largest groups have 1,024. */
const longest = 8192;
/** Keys that wait for their SA's SPIs; one SA logs a dozen. */
const mostWaiting = 64;

class KeyReader {
  readonly #input: number;
  readonly #events: SecretLearned[] = [];
  readonly #ikev2: Ikev2Key[] = [];
  readonly #secretLines = new Set<number>();
  readonly #contexts = new Map<string, Context>();
  readonly #dumps = new Map<string, Dump>();
  /** SPIs of the SA that a thread has checked out last. */
  readonly #checkedOut = new Map<string, Pair>();
  readonly #told = new Set<string>();

  constructor(input: number) {
    this.#input = input;
  }

  take(line: CharonLine, number: number): void {
    const id = line.unique === null ? `thread ${line.thread}` : `${line.unique}`;
    const context = this.#context(id);
    const dump = this.#dumps.get(line.thread);
    const row = dump && dumpRow(line.message);
    if (dump && row && row.offset * 2 === dump.hex.length) {
      dump.hex += row.hex.slice(0, 2 * (dump.length - row.offset));
      if (isSecretDump(dump.name)) this.#secretLines.add(number);
      if (dump.hex.length >= 2 * dump.length) this.#dumped(line.thread, context, dump);
      return;
    }
    this.#dumps.delete(line.thread);
    const head = dumpHead(line.message);
    if (head && head.length <= longest) this.#dumps.set(line.thread, { ...head, line: number, hex: '' });
    else if (!head) this.#say(line, context, number);
  }

  finish(): LoggedKeys {
    for (const context of this.#contexts.values()) this.#settle(context);
    return { events: this.#events, issues: [], ikev2: this.#ikev2, secretLines: this.#secretLines };
  }

  #context(id: string): Context {
    let context = this.#contexts.get(id);
    if (!context) {
      context = { pair: null, waiting: [], exchange: null, began: null, child: new Map(), encryption: '', integrity: '', adding: null };
      this.#contexts.set(id, context);
    }
    return context;
  }

  #dumped(thread: string, context: Context, { name, hex, line }: Dump): void {
    this.#dumps.delete(thread);
    const value = fromHex(hex);
    if (!value || value.length === 0) return;
    if (name === 'natd_chunk') {
      context.pair ??= pairOf(hex.slice(0, 16), hex.slice(16, 32)) ?? null;
    } else if (wanted.has(name)) {
      context.waiting = [...context.waiting, { name, value, line, exchange: null }].slice(-mostWaiting);
      const checkedOut = this.#checkedOut.get(thread);
      if (checkedOut) context.pair = checkedOut;
      if (context.pair) this.#settle(context);
    } else if (name === 'DH secret') {
      context.waiting = [...context.waiting, { name, value, line, exchange: context.exchange }].slice(-mostWaiting);
      if (context.pair) this.#settle(context);
    } else if (/^(?:encryption|integrity) (?:initiator|responder) key$|^(?:initiator|responder) SA seed$/.test(name))
      context.child.set(name, value);
  }

  #say({ thread, message }: CharonLine, context: Context, line: number): void {
    const out = /^checkout IKEv[12] SA (?:by message )?with SPIs ([0-9a-f]{16})_i ([0-9a-f]{16})_r/.exec(message);
    if (out) {
      const pair = pairOf(out[1], out[2]);
      if (pair) this.#checkedOut.set(thread, pair);
      else this.#checkedOut.delete(thread);
      return;
    }
    const back = /^checkin IKEv[12] SA .{1,128}\[\d{1,9}\] with SPIs ([0-9a-f]{16})_i ([0-9a-f]{16})_r/.exec(message);
    if (back) {
      const pair = pairOf(back[1], back[2]);
      this.#checkedOut.delete(thread);
      if (pair) context.pair = pair;
      if (pair) this.#settle(context);
      return;
    }
    const exchanged = /^(parsed|generating) (QUICK_MODE|IKE_AUTH|CREATE_CHILD_SA) (request|response) (\d{1,10}) /.exec(message);
    if (exchanged) {
      context.exchange = exchanged[2] === 'QUICK_MODE' ? Number(exchanged[4]) : null;
      // Who asks has begun it; in quick mode both ask, and what was parsed last decides.
      if (exchanged[1] === 'parsed') context.began = exchanged[3] === 'response';
      return;
    }
    const algorithm = /^ {2}using (\S+) for (encryption|integrity)/.exec(message);
    if (algorithm) {
      // Keys of the SA before are of no use any more once algorithms of a new one are named.
      if (algorithm[2] === 'encryption' || context.encryption === '') context.child.clear();
      if (algorithm[2] === 'encryption') [context.encryption, context.integrity] = [algorithm[1] ?? '', ''];
      else context.integrity = algorithm[1] ?? '';
      return;
    }
    const adding = /^adding (inbound|outbound) (ESP|AH) SA/.exec(message);
    if (adding) {
      context.adding = { direction: adding[1] === 'inbound' ? 'inbound' : 'outbound', protocol: adding[2] === 'AH' ? 'ah' : 'esp' };
      return;
    }
    const added = /^ {2}SPI 0x([0-9a-f]{1,8}), src (\S+) dst (\S+)$/.exec(message);
    if (added) this.#install(context, Number.parseInt(added[1] ?? '', 16), added[2] ?? '', added[3] ?? '', line);
  }

  /** The two directions have two sets of keys, named for who sends: the initiator of the exchange, or its responder. */
  #install(context: Context, number: number, from: string, to: string, line: number): void {
    const { adding, child } = context;
    context.adding = null;
    if (!adding) return;
    const sender = senderOf(context, adding, number);
    if (sender === undefined) return;
    const [src, dst] = [ipAddress(from), ipAddress(to)];
    const common = { protocol: adding.protocol, spi: spi(number), ...(src && { src }), ...(dst && { dst }) } as const;
    const encryption = child.get(`encryption ${sender} key`);
    const integrity = child.get(`integrity ${sender} key`);
    if (encryption) this.#learn({ what: 'ipsecEncryptionKey', ...common, algorithm: context.encryption }, encryption, line);
    if (integrity) this.#learn({ what: 'ipsecIntegrityKey', ...common, algorithm: context.integrity }, integrity, line);
  }

  #settle(context: Context): void {
    const { pair } = context;
    if (!pair) return;
    // g^xy comes before what is made of it, and only that tells the version.
    const isV2 = context.waiting.some((k) => v2[k.name] !== undefined);
    const isV1 = context.waiting.some((k) => v1[k.name] !== undefined);
    const kept: Known[] = [];
    for (const known of context.waiting) {
      const { name, value, line } = known;
      const about = { initiatorCookie: pair.initiator, responderCookie: pair.responder } as const;
      const one = v1[name];
      const two = v2[name] ?? (name === shared && isV2 ? 'dhSharedSecret' : undefined);
      if (one) this.#learn({ what: one, ...about }, value, line);
      else if (two) this.#ikev2.push({ what: two, initiatorSpi: pair.initiator, responderSpi: pair.responder, value, line });
      else if (name === 'secret') this.#learn({ what: 'preSharedKey', initiatorCookie: pair.initiator }, value, line);
      else if (name === shared && isV1) this.#learn({ what: 'dhSharedSecret', ...about }, value, line);
      else if (name === 'DH secret' && known.exchange !== null)
        this.#learn({ what: 'dhSharedSecret', ...about, messageId: messageId(known.exchange) }, value, line);
      else if (name === shared) kept.push(known);
    }
    // Of g^xy that nothing came of, the last may still become something.
    context.waiting = kept.slice(-1);
  }

  #learn(about: SecretAbout, value: Uint8Array, line: number): void {
    const said = `${JSON.stringify(about)} ${value.join()}`;
    if (this.#told.has(said)) return;
    this.#told.add(said);
    this.#events.push({
      kind: 'SecretLearned',
      at: null,
      origin: { input: this.#input, number: line },
      about,
      ref: this.#events.length,
      value,
    });
  }
}

const pairOf = (initiator: string | undefined, responder: string | undefined): Pair | undefined => {
  const [i, r] = [cookie(initiator ?? ''), cookie(responder ?? '')];
  return i && r && !/^0+$/.test(r) ? { initiator: i, responder: r } : undefined;
};

/** IKEv1's seeds name the SPI that they are for; IKEv2 has one seed, and the direction tells. */
const senderOf = (
  context: Context,
  { direction, protocol }: NonNullable<Context['adding']>,
  number: number,
): 'initiator' | 'responder' | undefined => {
  for (const sender of ['initiator', 'responder'] as const) {
    const seed = context.child.get(`${sender} SA seed`);
    if (seed && holds(seed, [protocol === 'esp' ? 3 : 2, number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255]))
      return sender;
  }
  if (context.began === null) return undefined;
  return context.began === (direction === 'outbound') ? 'initiator' : 'responder';
};

/** Protocol and SPI stand at the front, or behind g^xy. */
const holds = (octets: Uint8Array, part: readonly number[]): boolean => {
  for (let at = 0; at + part.length <= octets.length; at++) if (part.every((octet, i) => octets[at + i] === octet)) return true;
  return false;
};

/** The same text with the octets of keys taken out, line by line, so that nothing kept or shown of the log holds them. */
export const withoutKeys = (text: string, secretLines: ReadonlySet<number>): string => {
  if (secretLines.size === 0) return text;
  // Lines and their ends, in turns.
  const pieces = text.split(lineEnd);
  for (const number of secretLines) {
    const line = pieces[2 * (number - 1)];
    if (line !== undefined)
      pieces[2 * (number - 1)] = line.replace(/(: )[0-9A-F]{2}(?: [0-9A-F]{2}){0,15}(?: .*)?$/s, '$1(octets of a key)');
  }
  return pieces.join('');
};

const lineEnd = /(\r*\n|\r(?!\r*\n))/;
