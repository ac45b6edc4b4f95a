/** Which bit of a record was flipped, where it was one alone: its checksum, CRC-32 of IEEE 802.3, tells each of them apart. */
import { crc32 } from './crc32.ts';

export interface FlippedBit {
  /** Of the octet, in the file. */
  readonly offset: number;
  readonly actual: number;
  readonly expected: number;
}

const headOctets = 9;
const checksumAt = 4;

/** `null` where it was more than one bit, or none. `at`: where the record begins. */
export const flippedBit = (file: Uint8Array, at: number): FlippedBit | null => inLength(file, at) ?? inRest(file, at);

const faultOf = (file: Uint8Array, at: number): { readonly end: number; readonly syndrome: number } | null => {
  if (file.length - at < headOctets) return null;
  const view = new DataView(file.buffer, file.byteOffset + at, headOctets);
  const end = at + headOctets + view.getUint32(0);
  if (end > file.length) return null;
  const computed = crc32(crc32(0, file.subarray(at, at + checksumAt)), file.subarray(at + 2 * checksumAt, end));
  return { end, syndrome: (computed ^ view.getUint32(checksumAt)) >>> 0 };
};

const flipped = (file: Uint8Array, offset: number, bit: number): FlippedBit => {
  const actual = file[offset] ?? 0;
  return { offset, actual, expected: actual ^ (1 << bit) };
};

/** A wrong length names a wrong end: each bit is tried. */
const inLength = (file: Uint8Array, at: number): FlippedBit | null => {
  if (file.length - at < headOctets || faultOf(file, at)?.syndrome === 0) return null;
  for (let i = 0; i < 32; i++) {
    const found = flipped(file, at + (i >>> 3), i & 7);
    const head = file.slice(at, at + checksumAt);
    head[i >>> 3] = found.expected;
    const end = at + headOctets + new DataView(head.buffer).getUint32(0);
    if (end > file.length) continue;
    const computed = crc32(crc32(0, head), file.subarray(at + 2 * checksumAt, end));
    const stored = new DataView(file.buffer, file.byteOffset + at + checksumAt, 4).getUint32(0);
    if (computed >>> 0 === stored) return found;
  }
  return null;
};

/** A checksum is linear: a bit changes it by what depends on its distance from the end alone, so one walk backwards finds it. */
const inRest = (file: Uint8Array, at: number): FlippedBit | null => {
  const fault = faultOf(file, at);
  if (!fault || fault.syndrome === 0) return null;
  const { end, syndrome } = fault;
  for (let i = 0; i < 32; i++) if (syndrome === (1 << i) >>> 0) return flipped(file, at + checksumAt + 3 - (i >>> 3), i & 7);
  const zero = crc32(0, Uint8Array.of(0));
  let changes = Array.from({ length: 8 }, (_, bit) => (crc32(0, Uint8Array.of(1 << bit)) ^ zero) >>> 0);
  for (let offset = end - 1; offset >= at; offset--) {
    if (offset >= at + checksumAt && offset < at + 2 * checksumAt) continue;
    const bit = changes.indexOf(syndrome);
    if (bit >= 0) return flipped(file, offset, bit);
    changes = changes.map(behindOneMore);
  }
  return null;
};

/** What a change of the checksum becomes with one octet more behind it. */
const behindOneMore = (change: number): number => {
  const octet = Uint8Array.of(0);
  return (crc32(change, octet) ^ crc32(0, octet)) >>> 0;
};
