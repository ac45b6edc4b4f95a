/** Payloads of a message as the device that works through them prints them, in their order. RFC 2408 3, RFC 2407 4.6. */
import { toHex } from '../../bytes/hex.ts';
import { configurationAttributes, configurationTypes } from '../../registry/attribute.ts';
import { nameOf } from '../../registry/registry.ts';
import { other } from '../../state/fact.ts';
import type { Negotiation } from '../../state/state.ts';
import type { ContentOf, PayloadKind } from '../../wire/payload/content.ts';
import { identityText } from '../../wire/payload/identification.ts';
import type { Payload } from '../../wire/payload-chain.ts';
import type { Place } from '../models.ts';
import type { Device } from './device.ts';
import { more, say, sayOld, sayPlain, type Voice } from './voice.ts';
import { notifyWord, signed, spiHex, stateWord, vendorLines } from './words.ts';

/** Where a payload stands in its event's packet. */
export const placeOf = (p: Payload): Place => ({ buffer: p.span.buffer, start: p.span.start, end: p.span.end });

/** What a device says while it works through a message that it received, of the SA as it stands afterwards. */
export interface Processing {
  readonly device: Device;
  readonly negotiation: Negotiation;
  readonly messageId: number;
  /** Address of the sender. */
  readonly peer: string;
  /** Said after the SA payload and its vendor IDs were looked at. */
  readonly afterOffer: () => void;
}

export const sayPayloads = (v: Voice, payloads: readonly Payload[], about: Processing): void => {
  const natPayloads = payloads.filter((p) => p.content.kind === 'natDiscovery').length;
  const offer = payloads.find((p) => p.content.kind === 'securityAssociation');
  const ordered = offer && about.messageId === 0 ? [offer, ...payloads.filter((p) => p !== offer)] : payloads;
  let natSeen = 0;
  let offerDone = offer === undefined;
  for (const p of ordered) {
    // The offer of phase 1 is held against policies once its vendor IDs are known; that of phase 2 at once.
    if (!offerDone && p !== offer && (p.content.kind !== 'vendorId' || about.messageId !== 0)) {
      about.afterOffer();
      offerDone = true;
    }
    sayPayload(v, p, about);
    if (p.content.kind === 'natDiscovery' && ++natSeen === natPayloads) sayNat(v, about);
  }
  if (!offerDone) about.afterOffer();
};

/** Those of which IOS says no more than that it works on them. */
const plainNames: Readonly<Partial<Record<PayloadKind, string>>> = {
  securityAssociation: 'SA',
  keyExchange: 'KE',
  nonce: 'NONCE',
  hash: 'HASH',
  signature: 'SIG',
  certificate: 'CERT',
  certificateRequest: 'CERT_REQ',
  identification: 'ID',
  delete: 'DELETE',
};

const sayPayload = (v: Voice, p: Payload, about: Processing): void => {
  const place = placeOf(p);
  const id = signed(about.messageId);
  const { content: c } = p;
  const name = plainNames[c.kind];
  if (name !== undefined) say(v, ` processing ${name} payload. message ID = ${id}`, place);
  switch (c.kind) {
    case 'identification':
      if (about.messageId === 0) sayIdentity(v, p, c);
      break;
    case 'vendorId':
      say(v, ' processing vendor id payload', place);
      for (const line of vendorLines(c.data)) say(v, ` ${line}`, place);
      break;
    case 'notification':
      sayNotify(v, c, about, place);
      break;
    case 'delete':
      sayDelete(v, c, about, place);
      break;
    case 'attributes':
      say(v, ` processing transaction payload from ${about.peer}. message ID = ${id}`, place);
      sayConfiguration(v, c, place);
      break;
    default:
      if (name === undefined) sayOld(v, `received payload type ${p.type}`, place);
  }
};

const identityNames: Readonly<Record<number, string>> = { 2: 'FQDN name    ', 3: 'USER FQDN    ', 9: 'Dist. name   ', 11: 'group id     ' };

/** The block that IOS prints of an ID payload in phase 1, RFC 2407 4.6.2. */
export const sayIdentity = (v: Voice, p: Payload, c: ContentOf<'identification'>): void => {
  const place = placeOf(p);
  sayOld(v, 'ID payload', place);
  const rows = [
    ['next-payload', String(p.next)],
    ['type        ', String(c.idType)],
    [identityNames[c.idType] ?? 'address     ', identityText(c.idType, c.data)],
    ['protocol    ', String(c.protocolId)],
    ['port        ', String(c.port)],
    ['length      ', String(p.span.end - p.span.start)],
  ];
  for (const [name, value] of rows) more(v, `\t${name} : ${value}`, place);
};

const numberOf = (spi: Uint8Array): string => (spi.length <= 6 ? String(spi.reduce((n, b) => n * 256 + b, 0)) : `0x${toHex(spi)}`);

const sequenceOf = (c: ContentOf<'notification'>): string =>
  (c.notifyType === 36136 || c.notifyType === 36137) && c.data.length === 4 ? `, sequence 0x${toHex(c.data).toUpperCase()}` : '';

export const notifyLines = (verb: 'processing' | 'Sending', c: ContentOf<'notification'>, messageId: number): readonly [string, string] => [
  `${verb} NOTIFY ${notifyWord(c.notifyType)} protocol ${c.protocolId}`,
  `\tspi ${numberOf(c.spi)}, message ID = ${signed(messageId)}`,
];

const sayNotify = (v: Voice, c: ContentOf<'notification'>, about: Processing, place: Place): void => {
  const [first, second] = notifyLines('processing', c, about.messageId);
  say(v, ` ${first}`, place);
  more(v, second, place);
  const sequence = sequenceOf(c);
  if (sequence !== '') say(v, ` ${notifyWord(c.notifyType)} received from peer ${about.peer}${sequence}`, place);
  if (c.notifyType === 24576) say(v, ' processing responder lifetime', place);
};

const sayDelete = (v: Voice, c: ContentOf<'delete'>, { device, peer }: Processing, place: Place): void => {
  if (c.protocolId === 1) {
    const letter = device.side === 'initiator' ? 'I' : 'R';
    say(v, `deleting SA reason "No reason" state (${letter}) ${stateWord('IKE_P1_COMPLETE')}       (peer ${peer})`, place);
    return;
  }
  for (const spi of c.spis) {
    if (spi.length === 4) say(v, `Enqueued KEY_MGR_DELETE_SAS for IPSEC SA (SPI:${spiHex(spi.reduce((s, b) => s * 256 + b, 0))})`, place);
  }
};

/** Names alone: values can be passwords. */
const sayConfiguration = (v: Voice, c: ContentOf<'attributes'>, place: Place): void => {
  const type = nameOf(configurationTypes, c.type)?.replace('ISAKMP_CFG_', '') ?? String(c.type);
  sayPlain(v, `Config payload ${type}`, place);
  for (const a of c.attributes) sayPlain(v, `  attribute: ${nameOf(configurationAttributes, a.type) ?? a.type}`, place);
};

/** Said once both NAT-D payloads were compared, RFC 3947 3.2. */
const sayNat = (v: Voice, { device, negotiation: n }: Processing): void => {
  const self = n.nat[device.side];
  const peer = n.nat[other(device.side)];
  if (self === null || peer === null) return;
  if (self && peer) sayOld(v, 'NAT found, both nodes inside NAT');
  else if (self) sayOld(v, 'My hash no match -  this node inside NAT');
  else sayOld(v, peer ? 'His hash no match - this node outside NAT' : 'No NAT Found for self or peer');
};
