/**
 * What happened in what order, as far as a verdict has to know it: a row for each IKE message, silences on NAT paths, ICMP errors. Kept while
 * the log is folded for the first time, since the state at the end does not tell when anything was said twice or not at all.
 */
import { get } from '../state/persistent-map.ts';
import type { IkeSeen, Seen } from '../state/seen.ts';
import type { State } from '../state/state.ts';
import type { Sender } from './index-of-events.ts';

/** A notify, a delete or a status of XAUTH, where it could be read. */
export type Said =
  /** `number`: the sequence number of dead peer detection, RFC 3706 5.3, or a lifetime. */
  | { readonly kind: 'notify'; readonly type: number; readonly protocolId: number; readonly number: number | null }
  | { readonly kind: 'delete'; readonly protocolId: number; readonly spis: readonly Uint8Array[] }
  /** 0 failed, 1 passed. */
  | { readonly kind: 'xauth'; readonly status: number };

/** One IKE message on the wire. */
export interface Message {
  readonly event: number;
  readonly side: Exclude<Sender, null>;
  /** `MM5`, `QM1`, `INFO`; that of the first copy, where it is repeated. */
  readonly label: string;
  readonly exchangeType: number;
  readonly messageId: number;
  /** Event of the first equal message. */
  readonly repeats: number | null;
  /** 4500 where either end uses it; else where it was sent to. */
  readonly port: number | null;
  readonly encrypted: boolean;
  /** Encrypted, and what is inside is not known. */
  readonly closed: boolean;
  readonly said: readonly Said[];
  /** A part of a message, numbered from 1. */
  readonly fragment: { readonly id: number; readonly number: number; readonly last: boolean } | null;
}

/** What one end sent another over UDP port 4500: IKE, ESP and keepalives, RFC 3948. */
export interface NatPath {
  readonly first: number;
  last: number;
  count: number;
  keepalives: number;
  /** The longest stretch of silence between two of them, as events. */
  gap: { readonly from: number; readonly to: number; readonly nanoseconds: bigint } | null;
}

/** An ICMP error about a packet of ours. */
export interface IcmpReport {
  readonly event: number;
  readonly name: string;
  readonly from: string;
  readonly mtu: number | null;
  readonly quoted: NonNullable<NonNullable<Seen['packet']>['icmp']>['quoted'];
}

export interface Chronicle {
  /** By negotiation. */
  readonly messages: Map<string, Message[]>;
  /** By `source destination`. */
  readonly natPaths: Map<string, NatPath>;
  /** The first thousand. */
  readonly icmp: IcmpReport[];
  readonly labels: Map<number, string>;
}

const mostErrors = 1000;

export const newChronicle = (): Chronicle => ({
  messages: new Map(),
  natPaths: new Map(),
  icmp: [],
  labels: new Map(),
});

const xauthStatus = 16527;
const acknowledge = 4;

const numberOf = (octets: Uint8Array): number | null => (octets.length === 4 ? octets.reduce((n, o) => n * 256 + o, 0) : null);

const saidIn = (ike: IkeSeen): Said[] =>
  ike.payloads.flatMap(({ content }): Said[] => {
    switch (content.kind) {
      case 'notification':
        return [{ kind: 'notify', type: content.notifyType, protocolId: content.protocolId, number: numberOf(content.data) }];
      case 'delete':
        return [{ kind: 'delete', protocolId: content.protocolId, spis: content.spis }];
      case 'attributes': {
        // An acknowledgement names the attribute that it acknowledges, and often gives it no value.
        const status = content.type === acknowledge ? undefined : content.attributes.find((a) => a.type === xauthStatus);
        return status ? [{ kind: 'xauth', status: status.value.reduce((n, o) => n * 256 + o, 0) }] : [];
      }
      default:
        return [];
    }
  });

const lastFragment = 1;

const fragmentOf = (ike: IkeSeen): Message['fragment'] => {
  const content = ike.message.payloads[0]?.content;
  return content?.kind === 'fragment' ? { id: content.id, number: content.number, last: (content.flags & lastFragment) !== 0 } : null;
};

const messageOf = (chronicle: Chronicle, event: number, ike: IkeSeen, packet: NonNullable<Seen['packet']>): Message => {
  const { header } = ike.message;
  const repeats = ike.retransmissionOf;
  // A message in parts is sealed as a whole, under the parts.
  const sealed = (ike.reassembled?.message ?? ike.message).encrypted !== null;
  const { sport, dport } = packet;
  return {
    event,
    side: ike.side,
    label: ike.label || (repeats === null ? '' : (chronicle.labels.get(repeats) ?? '')),
    exchangeType: header.exchangeType,
    messageId: header.messageId,
    repeats,
    port: sport === 4500 || dport === 4500 ? 4500 : dport,
    encrypted: sealed,
    closed: sealed && ike.opened === null && repeats === null && !ike.reassembled?.repeats,
    said: saidIn(ike),
    fragment: fragmentOf(ike),
  };
};

const addToPath = (
  chronicle: Chronicle,
  key: string,
  event: number,
  keepalive: boolean,
  timeOf: (event: number) => bigint | null,
): void => {
  const path = chronicle.natPaths.get(key);
  if (!path) {
    chronicle.natPaths.set(key, { first: event, last: event, count: 1, keepalives: keepalive ? 1 : 0, gap: null });
    return;
  }
  const [now, before] = [timeOf(event), timeOf(path.last)];
  const silence = now !== null && before !== null ? now - before : 0n;
  if (silence > (path.gap?.nanoseconds ?? 0n)) path.gap = { from: path.last, to: event, nanoseconds: silence };
  path.last = event;
  path.count++;
  if (keepalive) path.keepalives++;
};

/** Adds what one event showed; `timeOf` tells when an earlier one was. */
export const addToChronicle = (
  chronicle: Chronicle,
  event: number,
  state: State,
  seen: Seen,
  timeOf: (event: number) => bigint | null,
): void => {
  const { packet, ike } = seen;
  if (!packet) return;
  // Another look at a message is no message.
  if (ike && seen.sightingOf === null && get(state.negotiations, ike.negotiation)) {
    const message = messageOf(chronicle, event, ike, packet);
    chronicle.labels.set(event, message.label);
    const rows = chronicle.messages.get(ike.negotiation);
    if (rows) rows.push(message);
    else chronicle.messages.set(ike.negotiation, [message]);
  }
  if (packet.sport === 4500 || packet.dport === 4500)
    addToPath(chronicle, `${packet.src} ${packet.dst}`, event, packet.carried === 'nat-keepalive', timeOf);
  if (packet.icmp && packet.src && chronicle.icmp.length < mostErrors) {
    const { name, mtu, quoted } = packet.icmp;
    chronicle.icmp.push({ event, name, from: packet.src, mtu, quoted });
  }
};
