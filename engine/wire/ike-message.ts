/** A whole ISAKMP or IKE message, RFC 2408 3 and RFC 7296 3: header, then payloads in the clear or one stretch of ciphertext. */
import { issue, type Reading, reading, shortHex } from '../bytes/field.ts';
import { type BufferName, type Span, span } from '../bytes/span.ts';
import type { Issue, TreeNode } from '../bytes/tree.ts';
import { flagsV1, type IkeHeader, ikeHeaderLength, readIkeHeader, writeIkeHeader } from './ike-header.ts';
import { type Chain, type Payload, readChain } from './payload-chain.ts';

/** A message as it stands on the wire; encrypted payloads are octets here. */
export interface IkeMessage {
  readonly header: IkeHeader;
  readonly headerNode: TreeNode;
  /** Those in the clear: none where IKEv1 encrypts, up to the encrypted one in IKEv2. */
  readonly payloads: readonly Payload[];
  /** IKEv1's ciphertext, all that follows the header; `null` where the message is in the clear. */
  readonly encrypted: Span | null;
  /** The whole tree, header first: its leaves tile from the start of the message to the end that was given. */
  readonly nodes: readonly TreeNode[];
  readonly issues: readonly Issue[];
  /** Octets after the length that the header gives. */
  readonly trailing: Span | null;
}

const fragmentType = 132;
/** No datagram, and no frame of a TCP stream (RFC 9329 3), carries more: a header that claims it is not to be believed. */
const longestMessage = 65535;

/** `undefined` where not even a header is there. A length that is not what is there is an issue; reading goes as far as the octets do. */
export const readIke = (bytes: Uint8Array, start: number, end: number, buffer: BufferName): IkeMessage | undefined => {
  const r = reading(bytes, buffer, start, end);
  const header = readIkeHeader(r);
  const [headerNode] = r.nodes;
  if (header === undefined || headerNode === undefined) return undefined;
  const stop = messageEnd(r, header, start);
  const trailing = stop < r.end ? span(buffer, stop, r.end) : null;
  // Fragments travel in the clear whatever the flag says: what they carry has a header, and a flag, of its own.
  const sealed = header.major < 2 && (header.flags & flagsV1.encryption) !== 0 && header.nextPayload !== fragmentType;
  const encrypted = sealed && stop > r.at ? span(buffer, r.at, stop) : null;
  const believed = header.length <= longestMessage;
  const chain = sealed ? undefined : readChain(believed ? header.nextPayload : 0, bytes, r.at, stop, buffer, header.major);
  const nodes = [headerNode];
  if (encrypted) nodes.push({ name: 'Encrypted data', span: encrypted, value: `${stop - r.at} octets`, rfc: 'RFC 2408 3.1' });
  if (chain) {
    nodes.push(...chain.nodes);
    if (chain.end < stop) {
      const rest = span(buffer, chain.end, stop);
      if (believed)
        issue(r, 'malformed', 'trailing-octets', `${stop - chain.end} octets between the last payload and the end of the message`, rest);
      nodes.push(octetsNode('Unread octets', bytes, rest));
    }
  }
  if (trailing) nodes.push(octetsNode('Trailing octets', bytes, trailing));
  return {
    header,
    headerNode,
    payloads: chain?.payloads ?? [],
    encrypted,
    nodes,
    issues: [...r.issues, ...(chain?.issues ?? [])],
    trailing,
  };
};

/** Where the message ends by its own account, within what is there. */
const messageEnd = (r: Reading, header: IkeHeader, start: number): number => {
  const there = r.end - start;
  const at = span(r.buffer, start + 24, start + ikeHeaderLength);
  if (header.length < ikeHeaderLength) {
    issue(r, 'malformed', 'message-length', `length ${header.length} is less than the header's own ${ikeHeaderLength}`, at);
    return r.end;
  }
  if (header.length > there) {
    issue(r, 'malformed', 'truncated', `length ${header.length}, but ${there} octets are there`, at);
    return r.end;
  }
  if (header.length < there) {
    const rest = span(r.buffer, start + header.length, r.end);
    issue(r, 'malformed', 'trailing-octets', `${there - header.length} octets follow the message's ${header.length}`, rest);
  }
  return start + header.length;
};

const octetsNode = (name: string, bytes: Uint8Array, at: Span): TreeNode => ({
  name,
  span: at,
  value: shortHex(bytes.subarray(at.start, at.end)),
});

/** What came out of the cipher: a chain, and the padding up to the cipher's block. */
export interface OpenedChain extends Chain {
  /** Ends the buffer; `null` where the payloads fill it. Its contents are free (RFC 2409 appendix B), so the chain alone says where it begins. */
  readonly padding: Span | null;
}

/** Reads decrypted octets whole. Unlike those of `readChain`, the nodes tile all of `bytes`, padding included. */
export const readOpened = (first: number, bytes: Uint8Array, buffer: BufferName, major: number): OpenedChain => {
  const chain = readChain(first, bytes, 0, bytes.length, buffer, major);
  const padding = chain.end < bytes.length ? span(buffer, chain.end, bytes.length) : null;
  return { ...chain, padding, nodes: padding ? [...chain.nodes, octetsNode('Padding', bytes, padding)] : chain.nodes };
};

/** A message out of a header and what follows it: a written chain, or ciphertext. The header's length is computed. */
export const writeIke = (header: Omit<IkeHeader, 'length'>, body: Uint8Array): Uint8Array => {
  const out = new Uint8Array(ikeHeaderLength + body.length);
  out.set(writeIkeHeader({ ...header, length: out.length }));
  out.set(body, ikeHeaderLength);
  return out;
};
