/** What a search can look at, of one event: computed when a term asks for it, once. */
import { toHex } from '../../bytes/hex.ts';
import type { Event } from '../../event/event.ts';
import { exchangeTypes } from '../../registry/exchange-type.ts';
import { notifyTypesV1 } from '../../registry/notify-type.ts';
import { payloadTypes } from '../../registry/payload-type.ts';
import { nameOf } from '../../registry/registry.ts';
import { vendorIdName } from '../../registry/vendor-id.ts';
import type { Finding, Severity } from '../../state/finding.ts';
import { changedEntries, get } from '../../state/persistent-map.ts';
import type { Seen } from '../../state/seen.ts';
import { exchangeKey, type Negotiation, type State } from '../../state/state.ts';
import { messageIdText } from '../../values/message-id.ts';
import { spiText } from '../../values/spi.ts';
import { identityText } from '../../wire/payload/identification.ts';
import type { Payload } from '../../wire/payload-chain.ts';

/** One event with the states around it, as `walk` gives them. */
export interface Looked {
  readonly index: number;
  readonly before: State;
  readonly state: State;
  readonly seen: Seen;
  /** The event itself; several at index 0. */
  readonly events: readonly Event[];
  /** The label of the message that a retransmission repeats, where whoever asks remembers it. */
  readonly repeats?: string | undefined;
  /** What the verdict on the whole log says of this event. */
  readonly claims?: readonly Brought[] | undefined;
}

/** A finding as a search sees it. */
export type Brought = Pick<Finding, 'code' | 'severity' | 'message'>;

/** `MM5`, `ESP`, `KEEPALIVE`, `given`. */
export const labelOf = ({ repeats, seen: { ike, ipsec, packet } }: Looked): string => {
  if (ike) return ike.label || repeats || 'IKE';
  if (ipsec) return ipsec.protocol.toUpperCase();
  if (!packet) return 'given';
  return packet.carried === 'nat-keepalive' ? 'KEEPALIVE' : packet.carried.toUpperCase();
};

/** As `messages` calls it; `given` for what is no datagram. */
export const kindOf = ({ seen: { ike, ipsec, packet } }: Looked): string => {
  if (ike) return 'ike';
  if (ipsec) return ipsec.protocol;
  if (!packet) return 'given';
  return packet.carried === 'nat-keepalive' || packet.carried === 'fragment' ? packet.carried : 'other';
};

const idOf = ({ state, seen: { ike, ipsec } }: Looked): string | null =>
  ike?.negotiation ?? (ipsec ? (get(state.associations, ipsec.association)?.negotiation ?? null) : null);

export const negotiationOf = (at: Looked): Negotiation | undefined => {
  const id = idOf(at);
  return id === null ? undefined : get(at.state.negotiations, id);
};

/** States of both sides after the event: of phase 1, and of the quick mode that it belongs to. */
export const statesOf = (at: Looked): readonly string[] => {
  const n = negotiationOf(at);
  if (!n) return [];
  const { ike, ipsec } = at.seen;
  const message = ike?.message.header.messageId ?? (ipsec ? get(at.state.associations, ipsec.association)?.exchange : null) ?? null;
  const quick = message === null ? undefined : get(n.exchanges, exchangeKey('quick', message));
  const phase1 = [n.initiator.state, n.responder.state];
  return quick?.kind === 'quick' ? [...phase1, quick.initiatorState, quick.responderState] : phase1;
};

/** States that a side came to at this event. */
export const enteredAt = ({ seen }: Looked): readonly string[] => seen.transitions.filter((t) => t.from !== t.to).map((t) => t.to);

export const senderOf = ({ state, seen: { ike, ipsec } }: Looked): string | null =>
  ike?.side ?? (ipsec ? (get(state.associations, ipsec.association)?.side ?? null) : null);

export const payloadNames = ({ seen: { ike } }: Looked): readonly string[] => {
  if (!ike) return [];
  const table = payloadTypes(ike.message.header.major);
  return ike.payloads.flatMap(({ type }) => {
    const row = table.get(type);
    return row ? [row.short, row.name] : [`payload ${type}`];
  });
};

export const exchangeNames = ({ seen: { ike } }: Looked): readonly string[] => {
  if (!ike) return [];
  const { major, exchangeType, messageId } = ike.message.header;
  const row = exchangeTypes(major).get(exchangeType);
  return [...(row ? [row.name, row.short] : [`exchange ${exchangeType}`]), messageIdText(messageId)];
};

/** SPIs and cookies that the event names, in hex. */
export const spisOf = ({ seen: { ike, ipsec } }: Looked): readonly string[] => {
  if (ipsec) return [spiText(ipsec.spi)];
  if (!ike) return [];
  const { initiatorCookie, responderCookie } = ike.message.header;
  return [initiatorCookie, responderCookie, ...ike.payloads.flatMap(spisIn)];
};

const spisIn = ({ content }: Payload): string[] => {
  if (content.kind === 'delete') return content.spis.map(toHex);
  if (content.kind === 'securityAssociation') return content.proposals.map((p) => toHex(p.spi));
  return [];
};

export const notifiesOf = ({ seen: { ike } }: Looked): readonly string[] =>
  (ike?.payloads ?? []).flatMap(({ content }) =>
    content.kind === 'notification' ? [nameOf(notifyTypesV1, content.notifyType) ?? String(content.notifyType)] : [],
  );

export const identitiesOf = (at: Looked): readonly string[] =>
  (at.seen.ike?.payloads ?? []).flatMap(({ content }) =>
    content.kind === 'identification' ? [identityText(content.idType, content.data)] : [],
  );

const vendorsOf = ({ seen: { ike } }: Looked): readonly string[] =>
  (ike?.payloads ?? []).flatMap(({ content }) => (content.kind === 'vendorId' ? [vendorIdName(content.data) ?? ''] : []));

export const addressesOf = ({ seen: { packet } }: Looked): readonly string[] => [packet?.src ?? '', packet?.dst ?? ''].filter(Boolean);

/** All that a word without a field is looked for in. */
export const wordsOf = (at: Looked): readonly string[] => [
  labelOf(at),
  ...payloadNames(at),
  ...enteredAt(at),
  ...exchangeNames(at),
  ...notifiesOf(at),
  ...identitiesOf(at),
  ...addressesOf(at),
  ...spisOf(at),
  ...vendorsOf(at),
  ...(at.seen.ike?.retransmissionOf == null ? [] : ['retransmission']),
  ...seenFindings(at).flatMap((f) => [f.code, f.message]),
];

/** Findings that this event brought, or to which it added; and causes that the verdict names it for, which may show only later. */
export const newFindings = (at: Looked): readonly Brought[] => [...seenFindings(at), ...(at.claims ?? [])];

const seenFindings = ({ before, state }: Looked): readonly Brought[] =>
  changedEntries(before.findings, state.findings).map(([, finding]) => finding);

const severities: readonly Severity[] = ['note', 'warning', 'error'];
/** 0 for a note, 2 for an error; -1 for a word that is none of the three. */
export const severityRank = (severity: string): number => severities.indexOf(severity as Severity);

/** Octets of the event: the packet, and what was opened of it. */
export const octetsOf = ({ seen: { packet, ike } }: Looked): readonly Uint8Array[] => {
  const all = packet ? [packet.bytes] : [];
  return ike?.opened ? [...all, ike.opened.bytes] : all;
};

/** Whether `part` stands in `bytes`, at any octet. */
export const holds = (bytes: Uint8Array, part: Uint8Array): boolean => {
  const [first] = part;
  if (first === undefined) return false;
  for (let at = bytes.indexOf(first); at >= 0 && at + part.length <= bytes.length; at = bytes.indexOf(first, at + 1)) {
    let n = 1;
    while (n < part.length && bytes[at + n] === part[n]) n++;
    if (n === part.length) return true;
  }
  return false;
};
