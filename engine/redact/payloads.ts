/** What becomes of a payload in the clear: a table by payload type, RFC 2408 3.1 and RFC 7296 3.2. Lengths stay as they are. */
import type { HashName } from '../crypto/provider.ts';
import { vendorIdName } from '../registry/vendor-id.ts';
import { word16 } from '../wire/header.ts';
import type { IkeHeader } from '../wire/ike-header.ts';
import { redactDistinguishedName, redactIdentity, renameOctets } from './identity.ts';
import { type Ends, natHash } from './nat-hash.ts';
import { blankOut, renameAddress } from './octets.ts';
import type { Loss, Redaction } from './renaming.ts';

/** One payload's body, `bytes[at, end)`, and the message around it. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly end: number;
  readonly header: IkeHeader;
  /** Under which addresses the message travelled; `null` where nobody knows. */
  readonly ends: Ends | null;
  /** How many NAT-D payloads stand before it. */
  readonly place: number;
}

type Treatment = (redaction: Redaction, body: Body) => void;

const stays: Treatment = () => undefined;

const zeros =
  (what: Loss, from: number): Treatment =>
  ({ count }, { bytes, at, end }) => {
    if (at + from >= end) return;
    bytes.fill(0, at + from, end);
    count(what);
  };

const unread: Treatment = ({ count }, { bytes, at, end }) => {
  if (at >= end) return;
  blankOut(bytes, at, end);
  count('unknownPayload');
};

const identity: Treatment = (redaction, { bytes, at, end, header }) => {
  if (!redaction.sealedIdentities.has(header.initiatorCookie)) redactIdentity(redaction, bytes, at, end);
};

/** RFC 2408 3.10: names of authorities. IKEv2 has hashes of their keys there, RFC 7296 3.7, which name them as well. */
const authority: Treatment = (redaction, { bytes, at, end, header }) => {
  if (header.major >= 2) zeros('certificate', 1)(redaction, { bytes, at, end, header, ends: null, place: 0 });
  else if (at + 1 < end) redactDistinguishedName(redaction, bytes, at + 1, end);
};

/** IDs that have no name here may be text. */
const vendor: Treatment = (redaction, { bytes, at, end }) => {
  const id = bytes.subarray(at, end);
  const isText = id.length > 0 && id.every((octet) => octet >= 0x20 && octet < 0x7f);
  if (isText && vendorIdName(id) === undefined) renameOctets(redaction, bytes, at, end);
};

const hashByLength: Readonly<Record<number, HashName>> = { 16: 'md5', 20: 'sha1', 32: 'sha256', 48: 'sha384', 64: 'sha512' };

const natDiscovery: Treatment = (redaction, { bytes, at, end, header, ends, place }) => {
  const hash = hashByLength[end - at];
  if (hash === undefined) {
    unread(redaction, { bytes, at, end, header, ends, place });
    return;
  }
  bytes.set(natHash(redaction, hash, header, ends, place, bytes.slice(at, end)), at);
  redaction.count('natHash');
};

/** RFC 2407 4.6.3, RFC 3706 5.3: numbers and attributes. All other data may be text, or addresses. */
const lawfulDataV1: ReadonlySet<number> = new Set([24576, 24577, 36136, 36137]);
/** RFC 7296 3.10.1 and its registry: a group, an SPI, a cookie, algorithms of signatures and of compression. */
const lawfulDataV2: ReadonlySet<number> = new Set([17, 11, 16387, 16390, 16431]);
const natHashesV2: ReadonlySet<number> = new Set([16388, 16389]);

const notificationData = (redaction: Redaction, body: Body, type: number, at: number): void => {
  const { bytes, end, header } = body;
  if (at >= end) return;
  if (header.major >= 2 && natHashesV2.has(type)) {
    natDiscovery(redaction, { ...body, at });
    return;
  }
  if ((header.major >= 2 ? lawfulDataV2 : lawfulDataV1).has(type)) return;
  blankOut(bytes, at, end);
  redaction.count('notification');
};

/** RFC 2408 3.14: four octets of DOI, then protocol, SPI size, type, SPI. IKEv2 has no DOI, RFC 7296 3.10. */
const notification: Treatment = (redaction, body) => {
  const { bytes, at, header } = body;
  const head = header.major >= 2 ? at : at + 4;
  notificationData(redaction, body, word16(bytes, head + 2), head + 4 + (bytes[head + 1] ?? 0));
};

/** Attributes with addresses in front, by number: how many octets. A mask may follow. */
const addressAttributes: ReadonlyMap<number, 4 | 16> = new Map<number, 4 | 16>([
  ...([1, 3, 4, 6, 13, 28676, 28678, 28681] as const).map((n) => [n, 4] as const),
  ...([8, 10, 11, 12, 15] as const).map((n) => [n, 16] as const),
]);
/** Masks, the list of what is supported, times, ports. */
const harmlessAttributes: ReadonlySet<number> = new Set([2, 5, 9, 14, 16520, 16527, 28673, 28677, 28679]);

/** Mode configuration and XAUTH, draft-dukes-ike-mode-cfg-02 3.2: a type, a reserved octet, an identifier, attributes. */
const configuration: Treatment = (redaction, { bytes, at, end }) => {
  for (let next = at + 4; next + 4 <= end; ) {
    const [head, length] = [word16(bytes, next), word16(bytes, next + 2)];
    const [start, type] = [next + 4, head & 0x7fff];
    if (head & 0x8000) {
      next = start;
      continue;
    }
    const stop = Math.min(end, start + length);
    const octets = addressAttributes.get(type);
    if (octets) renameAddress(redaction.renaming, bytes, start, octets, stop);
    else if (!harmlessAttributes.has(type) && start < stop) {
      bytes.fill(0x2e, start, stop);
      redaction.count('configuration');
    }
    next = start + length;
  }
};

const originalAddress: Treatment = ({ renaming }, { bytes, at, end }) => {
  renameAddress(renaming, bytes, at + 4, bytes[at] === 5 ? 16 : 4, end);
};

/** Certificates lose their encoding too: 0 is none, RFC 2408 3.9, where zeros would be a damaged one. */
const v1: ReadonlyMap<number, Treatment> = new Map<number, Treatment>([
  [1, stays],
  [4, stays],
  [5, identity],
  [6, zeros('certificate', 0)],
  [7, authority],
  [8, zeros('hash', 0)],
  [9, zeros('signature', 0)],
  [10, stays],
  [11, notification],
  [12, stays],
  [13, vendor],
  [14, configuration],
  [15, natDiscovery],
  [20, natDiscovery],
  [21, originalAddress],
  [130, natDiscovery],
  [131, originalAddress],
  [132, stays],
]);

const v2: ReadonlyMap<number, Treatment> = new Map<number, Treatment>([
  [33, stays],
  [34, stays],
  [35, identity],
  [36, identity],
  [37, zeros('certificate', 0)],
  [38, authority],
  [39, zeros('signature', 4)],
  [40, stays],
  [41, notification],
  [42, stays],
  [43, vendor],
  [46, stays],
  [53, stays],
]);

/** Redacts a payload of `type`. What nobody reads here is blanked. */
export const redactPayload = (redaction: Redaction, type: number, body: Body): void => {
  const treatment = (body.header.major >= 2 ? v2 : v1).get(type) ?? unread;
  treatment(redaction, body);
};

/** Whether payloads of `type` hold a hash over addresses, RFC 3947 3.2. */
export const isNatDiscovery = (type: number, major: number): boolean => major < 2 && (type === 20 || type === 130 || type === 15);
