/** Frames of the link layer in place: hardware addresses, ARP (RFC 826), and the IP packet behind them. */
import { word16 } from '../wire/header.ts';
import { type Link, readEthernet, readLink } from '../wire/link.ts';
import { renameAddress, renameMac } from './octets.ts';
import { blankRest, type Walk } from './walk.ts';

const [ethernet, cooked, cooked2] = [1, 113, 276];
const arpType = 0x0806;

/** The frame at `at`: that of a capture begins at 0, one in a tunnel further on. */
export const redactLink = (walk: Walk, linkType: number, at: number, end: number): void => {
  const { sink, redaction } = walk;
  const { bytes } = sink;
  const link: Link = linkType === ethernet ? readEthernet(sink, at, end) : readLink(sink, linkType);
  const isArp = link.version === 0 && typeBefore(walk, linkType, link.at) === arpType;
  if (linkType === ethernet && end - at >= 14) {
    renameMac(redaction.renaming, bytes, at);
    renameMac(redaction.renaming, bytes, at + 6);
  }
  if (linkType === cooked) renameStation(walk, 6, word16(bytes, 4));
  if (linkType === cooked2) renameStation(walk, 12, bytes[11] ?? 0);
  if (isArp) redactArp(walk, link.at, end);
  else if (link.version !== 0) walk.packet(walk, link.version, link.at, link.end);
  else blankRest(walk, link.at, end);
  if (link.end < end) bytes.fill(0, link.end, end);
};

const typeBefore = ({ sink: { bytes } }: Walk, linkType: number, at: number): number => {
  if (linkType === cooked2) return word16(bytes, 0);
  return (linkType === ethernet || linkType === cooked) && at >= 14 ? word16(bytes, at - 2) : 0;
};

/** The field for an address has eight octets, of which `length` count. */
const renameStation = ({ sink: { bytes }, redaction: { renaming } }: Walk, at: number, length: number): void => {
  if (length === 6) renameMac(renaming, bytes, at);
  bytes.fill(0, Math.min(bytes.length, length === 6 ? at + 6 : at), Math.min(bytes.length, at + 8));
};

/** Of IPv4 over Ethernet; any other is blanked. */
const redactArp = (walk: Walk, at: number, end: number): void => {
  const { sink, redaction } = walk;
  const { bytes } = sink;
  const usual = end - at >= 28 && word16(bytes, at + 2) === 0x0800 && bytes[at + 4] === 6 && bytes[at + 5] === 4;
  if (!usual) {
    blankRest(walk, at, end);
    return;
  }
  for (const part of [at + 8, at + 18]) {
    renameMac(redaction.renaming, bytes, part);
    renameAddress(redaction.renaming, bytes, part + 6, 4);
  }
  bytes.fill(0, at + 28, end);
};
