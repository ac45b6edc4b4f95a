/** An IKE message in place: what is encrypted stays, payloads in the clear go through the table, RFC 2408 3.1. */
import { attributeNumber } from '../wire/attribute.ts';
import { ikeHeaderLength } from '../wire/ike-header.ts';
import { type IkeMessage, readIke } from '../wire/ike-message.ts';
import { lastFragment } from '../wire/payload/fragment.ts';
import type { Payload } from '../wire/payload-chain.ts';
import type { Ends } from './nat-hash.ts';
import { blankOut } from './octets.ts';
import { isNatDiscovery, redactPayload } from './payloads.ts';
import type { Redaction } from './renaming.ts';

const fragmentType = 132;

/** RFC 7296 3.14, RFC 7383 2.5. */
const sealing: ReadonlySet<number> = new Set([46, 53]);

/** Whether the octets are those of an IKE message that tells nothing in the clear but its header. */
export const isSealed = (bytes: Uint8Array, at: number, end: number): boolean => {
  const message = readIke(bytes, at, end, 'wire');
  if (!message || message.trailing !== null) return false;
  const { payloads } = message;
  return message.encrypted !== null || (payloads.length > 0 && payloads.every((p) => message.header.major >= 2 && sealing.has(p.type)));
};

/** A message that is carried in parts, as the fragment payloads of the vendors do it. */
export interface Part {
  readonly key: string;
  readonly number: number;
  readonly last: boolean;
  /** Where its octets stand. */
  readonly at: number;
  readonly end: number;
}

/** Redacts `bytes[at, end)`. Gives the part of a message that it is, if it is one: whoever has them all redacts the whole. */
export const redactIke = (redaction: Redaction, bytes: Uint8Array, at: number, end: number, ends: Ends | null): Part | null => {
  const message = readIke(bytes, at, end, 'wire');
  if (!message) {
    // Not even a header: what else travels on IKE's port.
    if (end > at) redaction.count('otherPacket');
    blankOut(bytes, at, end);
    return null;
  }
  const { header, payloads, encrypted, trailing } = message;
  if (trailing) blankOut(bytes, trailing.start, trailing.end);
  if (encrypted) return null;
  noteSealedIdentities(redaction, message);
  const part = partOf(message, bytes);
  let place = 0;
  for (const { type, body } of payloads) {
    redactPayload(redaction, type, { bytes, at: body.start, end: body.end, header, ends, place });
    if (isNatDiscovery(type, header.major)) place++;
  }
  const last = payloads.at(-1);
  blankOut(bytes, last ? last.span.end : at + ikeHeaderLength, trailing ? trailing.start : end);
  return part;
};

const partOf = ({ header, payloads }: IkeMessage, bytes: Uint8Array): Part | null => {
  const [payload] = payloads;
  if (payload?.type !== fragmentType || payload.content.kind !== 'fragment') return null;
  const { start, end } = payload.body;
  const id = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
  return {
    key: `${header.initiatorCookie} ${header.responderCookie} ${header.messageId} ${id}`,
    number: bytes[start + 2] ?? 0,
    last: ((bytes[start + 3] ?? 0) & lastFragment) !== 0,
    at: start + 4,
    end,
  };
};

const authenticationMethod = 3;
/** RFC 2409 5.2 and 5.3. */
const rsaEncryption: ReadonlySet<number | undefined> = new Set([4, 5]);

/** Both modes of RSA encryption send the identity as ciphertext, in a payload that looks like any other. */
const noteSealedIdentities = ({ sealedIdentities }: Redaction, { header, payloads }: IkeMessage): void => {
  if (payloads.some(offersRsaEncryption)) sealedIdentities.add(header.initiatorCookie);
};

const offersRsaEncryption = ({ content }: Payload): boolean =>
  content.kind === 'securityAssociation' &&
  content.proposals.some(
    (proposal) =>
      proposal.protocolId === 1 &&
      proposal.transforms.some((t) => t.attributes.some((a) => a.type === authenticationMethod && rsaEncryption.has(attributeNumber(a)))),
  );
