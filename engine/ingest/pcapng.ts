/** Reads pcapng: draft-ietf-opsawg-pcapng, several sections and interfaces, enhanced, simple and the obsolete packet blocks. */
import type { Event } from '../event/event.ts';
import type { Damage } from '../log/log.ts';
import type { Timestamp } from '../values/timestamp.ts';
import { timestamp } from '../values/timestamp.ts';
import type { Progress } from './reading.ts';
import { damageAt, slice } from './reading.ts';

const sectionHeader = 0x0a0d0d0a;
const interfaceDescription = 1;
const obsoletePacket = 2;
const simplePacket = 3;
const enhancedPacket = 6;

/** A block whose two lengths agree. `end` is where its body ends; 4 octets of length follow. */
interface Block {
  readonly type: number;
  readonly little: boolean;
  readonly at: number;
  readonly body: number;
  readonly end: number;
  readonly next: number;
}

interface Interface {
  readonly linkType: number;
  /** 0: no limit. */
  readonly snapLength: number;
  /** Nanoseconds from the units of the block's timestamp. */
  readonly toNanoseconds: (units: bigint) => bigint;
  readonly name: string;
}

interface Fault {
  readonly at: number;
  readonly code: string;
  readonly message: string;
}

/**
 * Reads `bytes` as a pcapng file called `name`, the log's input `input`. Frames are parts of `bytes`, not copies. Where the
 * file tells of several interfaces, each event names its own as `origin.vantage`. Stops at the first block that cannot be.
 */
export function* readPcapng(bytes: Uint8Array, name: string, input: number): Progress {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const several = countInterfaces(view) > 1;
  const events: Event[] = [];
  let interfaces: Interface[] = [];
  let names = new Set<string>();
  let little = true;
  let fault: Fault | null = null;
  let blocks = 0;
  let sections = 0;

  for (let at = 0; at < bytes.length; blocks++) {
    if (blocks > 0 && blocks % slice === 0) yield at;
    const block = readBlock(view, at, little);
    if ('code' in block) {
      fault = { ...block, message: `${block.message} ${cure(events.length)}` };
      break;
    }
    at = block.next;
    little = block.little;
    if (block.type === sectionHeader) {
      sections++;
      interfaces = [];
      names = new Set();
    } else if (block.type === interfaceDescription) {
      const described = readInterface(view, block, interfaces.length, names);
      if (described) {
        interfaces.push(described);
        names.add(described.name);
      } else fault = { at: block.at, code: 'bad-block', message: `An interface description is too short. ${cure(events.length)}` };
    } else if (block.type === enhancedPacket || block.type === simplePacket || block.type === obsoletePacket) {
      const number = events.length + 1;
      const packet = readPacketBlock(view, block, interfaces);
      if (typeof packet === 'string') {
        fault = { at: block.at, code: 'bad-block', message: `Packet ${number} ${packet}. ${cure(events.length)}` };
      } else {
        const { time, from, start, end, wireLength } = packet;
        events.push({
          kind: 'DatagramSeen',
          via: 'capture',
          at: time,
          origin: several ? { input, number, vantage: from.name } : { input, number },
          datagram: {
            form: 'frame',
            linkType: from.linkType,
            bytes: bytes.subarray(start, end),
            wireLength: Math.max(wireLength, end - start),
          },
        });
      }
    }
    if (fault) break;
  }
  const detail = ['pcapng', little ? 'little-endian' : 'big-endian', ...(sections > 1 ? [`${sections} sections`] : [])].join(', ');
  const damage: readonly Damage[] = fault ? [damageAt(bytes, input, fault.at, fault.code, fault.message)] : [];
  return { input: { name, kind: 'capture', detail }, events, damage };
}

const cure = (packets: number): string =>
  packets === 0
    ? 'No packet could be read: open the capture itself, or copy it again.'
    : `The ${packets === 1 ? 'packet' : `${packets} packets`} before it ${packets === 1 ? 'is' : 'are'} here. Copy the file again, or end the capture before copying it.`;

/** Every block has a type, its length, a body, and its length once more. A section header brings the byte order of what follows. */
const readBlock = (view: DataView, at: number, little: boolean): Block | Fault => {
  const have = view.byteLength - at;
  if (have < 12) return { at, code: 'truncated-record', message: `A block has 12 octets at the least, the file ends after ${have}.` };
  const isSection = view.getUint32(at) === sectionHeader;
  if (at === 0 && !isSection) return { at, code: 'bad-magic', message: 'This does not begin like a pcapng file.' };
  let order = little;
  if (isSection) {
    const magic = view.getUint32(at + 8);
    if (magic !== 0x1a2b3c4d && magic !== 0x4d3c2b1a) {
      return { at, code: 'bad-block', message: 'A section header without its byte-order magic.' };
    }
    order = magic === 0x4d3c2b1a;
  }
  const type = view.getUint32(at, order);
  const length = view.getUint32(at + 4, order);
  if (length < (isSection ? 28 : 12) || length % 4 !== 0) {
    return { at, code: 'bad-block', message: `A block says ${length} octets, which no block of its kind can have.` };
  }
  if (length > have) return { at, code: 'truncated-record', message: `A block says ${length} octets, the file ends after ${have}.` };
  const again = view.getUint32(at + length - 4, order);
  if (again !== length) {
    return { at, code: 'bad-block', message: `A block says ${length} octets where it begins and ${again} where it ends.` };
  }
  if (isSection && view.getUint16(at + 12, order) !== 1) {
    return {
      at,
      code: 'unsupported-version',
      message: `pcapng version ${view.getUint16(at + 12, order)} is newer than what is read here.`,
    };
  }
  return { type, little: order, at, body: at + 8, end: at + length - 4, next: at + length };
};

/** Whether vantage points matter is known only when all blocks were seen; their lengths are all that this looks at. */
const countInterfaces = (view: DataView): number => {
  let count = 0;
  let little = true;
  for (let at = 0; at < view.byteLength; ) {
    const block = readBlock(view, at, little);
    if ('code' in block) break;
    little = block.little;
    at = block.next;
    if (block.type === interfaceDescription) count++;
  }
  return count;
};

/** `before`: how many interfaces the section has described already. */
const readInterface = (view: DataView, { body, end, little }: Block, before: number, taken: ReadonlySet<string>): Interface | undefined => {
  if (end - body < 8) return undefined;
  let name = '';
  let resolution = 6;
  let offsetSeconds = 0n;
  for (let at = body + 8; end - at >= 4; ) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    const value = at + 4;
    if (code === 0 || length > end - value) break;
    if (code === 2) name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + value, length)).replace(/\0+$/, '');
    if (code === 9 && length === 1) resolution = view.getUint8(value);
    if (code === 14 && length === 8) offsetSeconds = view.getBigInt64(value, little);
    at = value + length + ((4 - (length % 4)) % 4);
  }
  const plain = name === '' ? `interface ${before}` : name;
  return {
    linkType: view.getUint16(body, little),
    snapLength: view.getUint32(body + 4, little),
    toNanoseconds: clock(resolution, offsetSeconds * 1_000_000_000n),
    // Two interfaces of one section are two points of view, even where they were given one name.
    name: taken.has(plain) ? `${plain} (${before})` : plain,
  };
};

/** if_tsresol: a negative power of 10, or with the top bit set of 2. What is finer than a nanosecond is left away. */
const clock = (resolution: number, offset: bigint): ((units: bigint) => bigint) => {
  const exponent = resolution & 0x7f;
  if ((resolution & 0x80) !== 0) return (units) => ((units * 1_000_000_000n) >> BigInt(exponent)) + offset;
  if (exponent <= 9) {
    const factor = 10n ** BigInt(9 - exponent);
    return (units) => units * factor + offset;
  }
  const divisor = 10n ** BigInt(exponent - 9);
  return (units) => units / divisor + offset;
};

interface PacketBlock {
  readonly time: Timestamp | null;
  readonly from: Interface;
  readonly start: number;
  readonly end: number;
  readonly wireLength: number;
}

/** Where the frame stands in the block; a string says what is wrong with the block. */
const readPacketBlock = (view: DataView, { type, body, end, little }: Block, interfaces: readonly Interface[]): PacketBlock | string => {
  const simple = type === simplePacket;
  const fixed = simple ? 4 : 20;
  if (end - body < fixed) return `stands in a block of ${end - body} octets, its fields need ${fixed}`;
  const id = simple ? 0 : type === enhancedPacket ? view.getUint32(body, little) : view.getUint16(body, little);
  const from = interfaces[id];
  if (!from) return `names interface ${id}, which the file has not described`;
  const start = body + fixed;
  const wireLength = view.getUint32(simple ? body : body + 16, little);
  // A simple packet does not say how much was kept: as much as the interface allows, and the block holds.
  const most = from.snapLength === 0 ? wireLength : Math.min(wireLength, from.snapLength);
  const kept = simple ? Math.min(most, end - start) : view.getUint32(body + 12, little);
  if (kept > end - start) return `says ${kept} octets, its block has ${end - start}`;
  const units = simple ? 0n : (BigInt(view.getUint32(body + 4, little)) << 32n) | BigInt(view.getUint32(body + 8, little));
  return { time: simple ? null : timestamp(from.toNanoseconds(units)), from, start, end: start + kept, wireLength };
};
