/** Reads the classic capture file of libpcap: draft-ietf-opsawg-pcap, both byte orders, micro- and nanoseconds. */
import type { Event } from '../event/event.ts';
import type { Damage } from '../log/log.ts';
import { fromSeconds } from '../values/timestamp.ts';
import type { Progress } from './reading.ts';
import { damageAt, slice } from './reading.ts';

/** What the first four octets say, read big-endian. */
interface Magic {
  readonly little: boolean;
  /** Nanoseconds in one unit of a record's fraction; `null` for a variant that is refused by name. */
  readonly unit: number | null;
  readonly says: string;
}

const magics: Readonly<Record<number, Magic>> = {
  2712847316: { little: false, unit: 1000, says: 'pcap, big-endian, microseconds' },
  3569595041: { little: true, unit: 1000, says: 'pcap, little-endian, microseconds' },
  2712812621: { little: false, unit: 1, says: 'pcap, big-endian, nanoseconds' },
  1295823521: { little: true, unit: 1, says: 'pcap, little-endian, nanoseconds' },
  2712849716: { little: false, unit: null, says: 'pcap as modified by Kuznetzov, big-endian' },
  885895841: { little: true, unit: null, says: 'pcap as modified by Kuznetzov, little-endian' },
};

export const pcapMagic = (bytes: Uint8Array): Magic | undefined =>
  bytes.length < 4 ? undefined : magics[new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0)];

/** What every capturing tool allows at the least, whatever a header says. */
const usualSnapLength = 262_144;

/**
 * Reads `bytes` as a pcap file called `name`, the log's input `input`. Frames are parts of `bytes`, not copies. Stops at the
 * first record that cannot be: behind a wrong length nothing can be trusted.
 */
export function* readPcap(bytes: Uint8Array, name: string, input: number): Progress {
  const magic = pcapMagic(bytes);
  const events: Event[] = [];
  const finish = (damage: readonly Damage[]) => ({
    input: { name, kind: 'capture' as const, detail: magic?.says ?? 'pcap' },
    events,
    damage,
  });
  const broken = (at: number, code: string, message: string) => finish([damageAt(bytes, input, at, code, message)]);

  if (!magic) return broken(0, 'bad-magic', 'This does not begin like a pcap file. Open the capture itself, not a copy in another format.');
  if (magic.unit === null) {
    return broken(0, 'unsupported-format', `This is ${magic.says}, which is not read here. Convert it: editcap -F pcap IN OUT.`);
  }
  if (bytes.length < 24) {
    return broken(0, 'truncated-header', `The file header has 24 octets, the file only ${bytes.length}. Copy the file again.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { little, unit } = magic;
  const major = view.getUint16(4, little);
  const minor = view.getUint16(6, little);
  if (major !== 2 || minor < 3) {
    return broken(4, 'unsupported-version', `pcap version ${major}.${minor} is not read here. Convert it: editcap -F pcap IN OUT.`);
  }
  const mostOctets = Math.max(usualSnapLength, view.getUint32(16, little));
  // The upper bits of the field tell of frame check sequences.
  const linkType = view.getUint32(20, little) & 0xffff;

  for (let at = 24, number = 1; at < bytes.length; number++) {
    if (bytes.length - at < 16) return broken(at, 'truncated-record', cutHeader(number, bytes.length - at));
    const kept = view.getUint32(at + 8, little);
    const have = bytes.length - at - 16;
    if (kept > mostOctets) return broken(at, 'bad-record', absurd(number, kept));
    if (kept > have) return broken(at, 'truncated-record', cutRecord(number, kept, have));
    events.push({
      kind: 'DatagramSeen',
      via: 'capture',
      at: fromSeconds(view.getUint32(at, little), view.getUint32(at + 4, little) * unit),
      origin: { input, number },
      datagram: {
        form: 'frame',
        linkType,
        bytes: bytes.subarray(at + 16, at + 16 + kept),
        wireLength: Math.max(kept, view.getUint32(at + 12, little)),
      },
    });
    at += 16 + kept;
    if (number % slice === 0) yield at;
  }
  return finish([]);
}

const cure = 'Everything before it is here. Copy the file again, or end the capture before copying it.';

const cutHeader = (number: number, have: number): string =>
  `The header of packet ${number} has 16 octets, the file ends after ${have} of them. ${cure}`;

const cutRecord = (number: number, says: number, have: number): string =>
  `Packet ${number} says ${says} octets, the file ends after ${have}. ${cure}`;

const absurd = (number: number, says: number): string =>
  `Packet ${number} says ${says} octets, more than a capture can hold: the file was altered here or before. ` +
  'Everything before it is here. Copy the file again, in binary mode where that is a choice.';
