/** The Authentication Header, RFC 4302 2. */
import { toHex } from '../bytes/hex.ts';
import type { Span } from '../bytes/span.ts';
import { span } from '../bytes/span.ts';
import type { Issue, TreeNode } from '../bytes/tree.ts';
import type { Spi } from '../values/spi.ts';
import { spi as spiOf, spiText } from '../values/spi.ts';
import { reservedSpi } from './esp.ts';
import { sayHex16, word16, word32 } from './header.ts';
import { protocolText } from './ip.ts';

/** RFC 4302 2. */
export interface AhHeader {
  readonly nextHeader: number;
  /** As it stands: words of 4 octets, less 2. */
  readonly payloadLength: number;
  readonly reserved: number;
  readonly spi: Spi;
  /** The 32 bits on the wire; with extended sequence numbers the lower half. */
  readonly sequence: number;
  readonly icv: Span;
  /** What the header protects and carries. */
  readonly payload: Span;
  /** Tile the content; empty unless detail was asked for. */
  readonly nodes: readonly TreeNode[];
  readonly issues: readonly Issue[];
}

const fixed = 12;

/** `undefined` where fewer than the 12 octets of the fixed fields are there. */
export const readAh = (bytes: Uint8Array, content: Span, detail: boolean): AhHeader | undefined => {
  const { buffer, start, end } = content;
  if (end - start < fixed) return undefined;
  const payloadLength = bytes[start + 1] ?? 0;
  const named = (payloadLength + 2) * 4;
  const icvEnd = Math.min(end, start + Math.max(fixed, named));
  const nextHeader = bytes[start] ?? 0;
  const reserved = word16(bytes, start + 2);
  const spi = spiOf(word32(bytes, start + 4));
  const sequence = word32(bytes, start + 8);
  const icv = span(buffer, start + fixed, icvEnd);
  const payload = span(buffer, icvEnd, end);
  const leaf = (name: string, at: number, to: number, value: string, rfc: string): TreeNode => ({
    name,
    span: span(buffer, start + at, start + to),
    value,
    rfc,
  });
  return {
    nextHeader,
    payloadLength,
    reserved,
    spi,
    sequence,
    icv,
    payload,
    nodes: detail
      ? [
          leaf('Next header', 0, 1, protocolText(nextHeader), 'RFC 4302 2.1'),
          leaf('Payload length', 1, 2, `${payloadLength} (${named} octets)`, 'RFC 4302 2.2'),
          leaf('Reserved', 2, 4, sayHex16(bytes, start + 2), 'RFC 4302 2.3'),
          leaf('SPI', 4, 8, `0x${spiText(spi)}`, 'RFC 4302 2.4'),
          leaf('Sequence number', 8, fixed, String(sequence), 'RFC 4302 2.5'),
          leaf('ICV', fixed, icvEnd - start, toHex(bytes.subarray(icv.start, icv.end)), 'RFC 4302 2.6'),
          leaf('Payload', icvEnd - start, end - start, protocolText(nextHeader), 'RFC 4302 3.1'),
        ]
      : [],
    issues: [
      ...reservedSpi(spi, span(buffer, start + 4, start + 8)),
      ...lengthIssue(named, end - start, span(buffer, start + 1, start + 2)),
      ...reservedIssue(reserved, span(buffer, start + 2, start + 4)),
    ],
  };
};

const lengthIssue = (named: number, have: number, where: Span): readonly Issue[] => {
  const message =
    named < fixed
      ? `AH payload length makes a header of ${named} octets: the fixed fields alone have ${fixed}`
      : `AH payload length makes a header of ${named} octets, ${have} are there`;
  return named >= fixed && named <= have ? [] : [{ blame: 'malformed', code: 'payload-length', message, span: where }];
};

const reservedIssue = (reserved: number, where: Span): readonly Issue[] =>
  reserved === 0
    ? []
    : [{ blame: 'misbehaved', code: 'reserved-not-zero', message: `The reserved field of AH is ${reserved}, it must be 0`, span: where }];
