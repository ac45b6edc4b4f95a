/** The part of an ESP packet that stands in the clear, RFC 4303 2. */
import type { Span } from '../bytes/span.ts';
import { span } from '../bytes/span.ts';
import type { Issue, TreeNode } from '../bytes/tree.ts';
import type { Spi } from '../values/spi.ts';
import { isReserved, spi as spiOf, spiText } from '../values/spi.ts';
import { word32 } from './header.ts';

/** RFC 4303 2: what stands in the clear. */
export interface EspHeader {
  readonly spi: Spi;
  /** The 32 bits on the wire; with extended sequence numbers the lower half. */
  readonly sequence: number;
  /** IV, payload data, trailer and ICV: only a key tells them apart. */
  readonly encrypted: Span;
  /** Tile the content; empty unless detail was asked for. */
  readonly nodes: readonly TreeNode[];
  readonly issues: readonly Issue[];
}

/** `undefined` where fewer than the header's 8 octets are there. */
export const readEsp = (bytes: Uint8Array, content: Span, detail: boolean): EspHeader | undefined => {
  const { buffer, start, end } = content;
  if (end - start < 8) return undefined;
  const spi = spiOf(word32(bytes, start));
  const sequence = word32(bytes, start + 4);
  const encrypted = span(buffer, start + 8, end);
  return {
    spi,
    sequence,
    encrypted,
    nodes: detail
      ? [
          { name: 'SPI', span: span(buffer, start, start + 4), value: `0x${spiText(spi)}`, rfc: 'RFC 4303 2.1' },
          { name: 'Sequence number', span: span(buffer, start + 4, start + 8), value: String(sequence), rfc: 'RFC 4303 2.2' },
          { name: 'Encrypted payload and ICV', span: encrypted, value: `${end - start - 8} octets`, rfc: 'RFC 4303 2' },
        ]
      : [],
    issues: reservedSpi(spi, span(buffer, start, start + 4)),
  };
};

/** RFC 4303 2.1 and RFC 4302 2.4 reserve the same numbers. */
export const reservedSpi = (spi: Spi, where: Span): readonly Issue[] =>
  isReserved(spi)
    ? [{ blame: 'misbehaved', code: 'reserved-spi', message: `SPI ${spi} is reserved: 0 to 255 are not for use`, span: where }]
    : [];
