/** The chain of payloads, each announcing the next, with the generic header of RFC 2408 3.2 and RFC 7296 3.2. */
import { fail, issue, leftOver, type Reading, readField, reading, shown, spanFrom, u8, u16 } from '../bytes/field.ts';
import { type BufferName, type Span, span } from '../bytes/span.ts';
import type { Issue, TreeNode } from '../bytes/tree.ts';
import { payloadTypes } from '../registry/payload-type.ts';
import { named } from '../registry/registry.ts';
import { contentText, kindOf, type PayloadContent, readContent, writeContent } from './payload/content.ts';

/** One payload with its generic header. */
export interface Payload {
  /** As the payload before it, or the header, announced it. */
  readonly type: number;
  /** What it announces itself: 0 at the end of a chain, the first payload inside for IKEv2's encrypted ones. */
  readonly next: number;
  /** The second octet: zero in IKEv1, the critical bit 0x80 and seven reserved ones in IKEv2. */
  readonly reserved: number;
  /** With the generic header. */
  readonly span: Span;
  /** Without it: what HASH and SKEYID are computed over. */
  readonly body: Span;
  readonly content: PayloadContent;
  readonly node: TreeNode;
}

/** Payloads up to the end, or up to where the chain broke. */
export interface Chain {
  readonly payloads: readonly Payload[];
  /** Their leaves tile from the start to `end`. */
  readonly nodes: readonly TreeNode[];
  readonly issues: readonly Issue[];
  /** Where the chain ended. What follows is padding in decrypted octets, and has no node here. */
  readonly end: number;
}

export const genericHeaderLength = 4;
/** No negotiation needs so many; more would only make work. */
export const mostPayloads = 1000;

const encrypted = 46;
const encryptedFragment = 53;

const nextField = (major: number) => shown('Next payload', u8, (n) => named(payloadTypes(major), n));
const reservedV1 = shown('Reserved', u8, (n) => n.toString(16).padStart(2, '0'));
const criticalV2 = shown(
  'Critical and reserved',
  u8,
  (n) => `${n & 0x80 ? 'critical' : 'not critical'} (${n.toString(16).padStart(2, '0')})`,
);
const length = shown('Length', u16);
const genericHeader = {
  v1: { next: nextField(1), reserved: reservedV1, length },
  v2: { next: nextField(2), reserved: criticalV2, length },
};
const nothing: PayloadContent = { kind: 'unknown', data: new Uint8Array(0) };

/**
 * Reads payloads until one announces none, lies about its length, or octets run out. Any octets are lawful input: each payload takes
 * at least four, so the work is bounded by their number. A payload that claims more than is there is read as far as it goes.
 */
export const readChain = (first: number, bytes: Uint8Array, start: number, end: number, buffer: BufferName, major: number): Chain => {
  const r = reading(bytes, buffer, start, end);
  const limit = r.end;
  const payloads: Payload[] = [];
  let type = first;
  while (type !== 0 && !r.failed) {
    if (payloads.length === mostPayloads) {
      issue(r, 'malformed', 'too-many-payloads', `more than ${mostPayloads} payloads: the rest is not read`, span(buffer, r.at, limit));
      r.failed = true;
      break;
    }
    const payload = readPayload(r, type, major);
    if (payload === undefined) break;
    payloads.push(payload);
    r.nodes.push(payload.node);
    const endsChain = major >= 2 && (type === encrypted || type === encryptedFragment);
    type = endsChain ? 0 : payload.next;
  }
  if (r.failed) leftOver(r, 'the last payload');
  return { payloads, nodes: r.nodes, issues: r.issues, end: r.at };
};

/** Reads one payload and puts `r.end` back. `r.failed` afterwards says that the chain cannot be followed further. */
const readPayload = (r: Reading, type: number, major: number): Payload | undefined => {
  const start = r.at;
  const siblings = r.nodes;
  const left = r.end - start;
  const row = payloadTypes(major).get(type);
  if (left < genericHeaderLength) {
    fail(
      r,
      'truncated',
      `${named(payloadTypes(major), type)} is announced: its header needs 4 octets, ${left} ${left === 1 ? 'is' : 'are'} left`,
    );
    r.at = start;
    return undefined;
  }
  r.nodes = [];
  const layout = major >= 2 ? genericHeader.v2 : genericHeader.v1;
  const next = readField(r, 'next', layout.next, {});
  const reserved = readField(r, 'reserved', layout.reserved, {});
  const length = readField(r, 'length', layout.length, {});
  if (major < 2 && reserved !== 0) {
    issue(r, 'misbehaved', 'reserved-not-zero', `reserved octet is ${reserved}, not zero`, span(r.buffer, start + 1, start + 2));
  }
  const lie =
    length < genericHeaderLength
      ? `length ${length} is less than the header's own ${genericHeaderLength}`
      : length > left
        ? `length ${length}, but ${left} octets are left`
        : undefined;
  if (lie !== undefined) issue(r, 'malformed', 'payload-length', lie, span(r.buffer, start + 2, start + 4));
  if (row === undefined) issue(r, 'unassigned', 'payload-type', `payload type ${type} is not assigned`, span(r.buffer, start, start + 4));
  r.end = start + Math.min(Math.max(length, genericHeaderLength), left);
  const bodyStart = r.at;
  const readBody = length < genericHeaderLength ? nothing : readContent(r, kindOf(type, major));
  const content: PayloadContent = lie === undefined ? readBody : { kind: 'unknown', data: r.bytes.subarray(bodyStart, r.end) };
  const text = contentText(content);
  const node: TreeNode = {
    name: row?.name ?? `Payload ${type}`,
    span: spanFrom(r, start),
    ...(text === undefined ? {} : { value: text }),
    ...(row === undefined ? {} : { rfc: row.rfc }),
    children: r.nodes,
  };
  r.nodes = siblings;
  r.end = start + left;
  // A break inside a body ends at that body; only a length that cannot be believed ends the chain.
  r.failed = lie !== undefined;
  return { type, next, reserved, span: node.span, body: span(r.buffer, bodyStart, r.at), content, node };
};

/** What a writer has to know of a payload. `next` matters at the end of a chain alone, where IKEv2's encrypted payloads name what is inside. */
export type PayloadToWrite = Pick<Payload, 'type' | 'content'> & Partial<Pick<Payload, 'next' | 'reserved'>>;

/** The octets of a chain; its first type is the header's, or the outer payload's, to announce. */
export const writeChain = (payloads: readonly PayloadToWrite[]): Uint8Array => {
  const out: number[] = [];
  payloads.forEach((p, i) => {
    const start = out.length;
    out.push(payloads[i + 1]?.type ?? p.next ?? 0, p.reserved ?? 0, 0, 0);
    writeContent(out, p.content);
    const length = out.length - start;
    out[start + 2] = length >> 8;
    out[start + 3] = length & 255;
  });
  return Uint8Array.from(out);
};
