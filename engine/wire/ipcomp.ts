/** The IP Payload Compression header, RFC 3173 3: named, not undone. */
import type { Row } from './header.ts';
import { say8, word16 } from './header.ts';
import { protocolText } from './ip.ts';

/** IP protocol number. */
export const ipCompProtocol = 108;
export const ipCompOctets = 4;

/** Rows for the tree. RFC 3173 3.3: numbers below 64 name an algorithm, those from 256 on were negotiated. */
export const ipCompRows: readonly Row[] = [
  ['Next header', 1, (b, at) => protocolText(b[at] ?? 0)],
  ['Flags', 1, say8],
  ['Compression parameter index', 2, (b, at) => cpiText(word16(b, at))],
];

const algorithms: Readonly<Record<number, string>> = { 1: 'OUI', 2: 'DEFLATE', 3: 'LZS', 4: 'LZJH' };

/** `DEFLATE (2)`, `0xc1d2`. */
export const cpiText = (cpi: number): string =>
  algorithms[cpi] ? `${algorithms[cpi]} (${cpi})` : `0x${cpi.toString(16).padStart(4, '0')}`;
