/**
 * Reads an input that is still growing: a capture that is being written, `tcpdump -w -` through a pipe, a log. What is whole comes out as events;
 * the rest waits, no more than one record of a capture or one message of a log.
 */
import type { Event } from '../event/event.ts';
import type { Damage, Input } from '../log/log.ts';
import { pcapMagic, readPcap } from './pcap.ts';
import { readPcapng } from './pcapng.ts';
import { type Progress, type Reading, toEnd } from './reading.ts';
import { recognise } from './recognise.ts';
import { decodeText } from './text/lines.ts';
import type { TextOptions } from './text/read.ts';
import { readText } from './text.ts';

/** What came out of some octets more. */
export interface Followed {
  readonly events: readonly Event[];
  /** Where it broke: nothing comes after it. */
  readonly damage: readonly Damage[];
}

export interface Following {
  /** What it turned out to be; `text` of a kind not known yet while too little was read. */
  readonly input: () => Input;
  readonly take: (octets: Uint8Array) => Followed;
  /** No more will come: what still waits comes out as it is. */
  readonly end: () => Followed;
}

const nothing: Followed = { events: [], damage: [] };
/** Of a file from which nothing can be told before so many octets are there. */
const least = 24;

/** Follows an input called `name`, the log's input `input`. */
export const follow = (name: string, input: number, options: TextOptions = {}): Following => {
  let known: Kind | null = null;
  let waiting: Uint8Array = new Uint8Array();
  let stopped = false;
  const read = (isEnd: boolean): Followed => {
    if (stopped || (!known && !isEnd && waiting.length < least)) return nothing;
    if (waiting.length === 0) return nothing;
    known ??= kindOf(waiting, name, input, options);
    const { taken, followed } = known.read(waiting, isEnd);
    waiting = waiting.slice(taken);
    stopped = followed.damage.length > 0;
    return followed;
  };
  return {
    input: () => known?.input() ?? { name, kind: 'capture', detail: 'nothing yet' },
    take: (octets) => {
      if (!stopped) waiting = joined(waiting, octets);
      return read(false);
    },
    end: () => read(true),
  };
};

interface Kind {
  readonly input: () => Input;
  /** `taken`: octets that need not be seen again. */
  readonly read: (octets: Uint8Array, isEnd: boolean) => { readonly taken: number; readonly followed: Followed };
}

const kindOf = (octets: Uint8Array, name: string, input: number, options: TextOptions): Kind => {
  switch (recognise(octets)) {
    case 'pcap':
      return records(pcapHead, pcapRecords, (bytes) => readPcap(bytes, name, input));
    case 'pcapng':
      return records(pcapngHead, pcapngBlocks, (bytes) => readPcapng(bytes, name, input));
    case 'text':
      return lines(name, input, options);
    default:
      return refused(name, input);
  }
};

const refused = (name: string, input: number): Kind => {
  const message = 'This is neither a capture nor text, and nothing else can be followed while it grows.';
  return {
    input: () => ({ name, kind: 'capture', detail: 'not understood' }),
    read: (octets) => ({
      taken: octets.length,
      followed: { events: [], damage: [{ input, offset: 0, code: 'not-understood', message, bytes: octets.slice(0, 4) }] },
    }),
  };
};

/** How far whole records go, and what later ones lean on. */
interface Whole {
  readonly end: number;
  readonly head: Uint8Array;
}

/** A capture: its head is read again before each batch of records, which are numbered on. */
const records = (
  firstHead: (octets: Uint8Array) => Uint8Array | null,
  wholeOf: (octets: Uint8Array, head: Uint8Array) => Whole | null,
  reader: (bytes: Uint8Array) => Progress,
): Kind => {
  let head: Uint8Array | null = null;
  let frames = 0;
  let behind = 0;
  let last: Reading | null = null;
  return {
    input: () => last?.input ?? { name: '', kind: 'capture', detail: 'a capture' },
    read: (octets, isEnd) => {
      let start = 0;
      if (!head) {
        head = firstHead(octets);
        if (!head && !isEnd) return { taken: 0, followed: nothing };
        start = head?.length ?? 0;
      }
      const rest = octets.subarray(start);
      const whole = head && wholeOf(rest, head);
      // What can be no record, and what the end cut off, is the reader's to name.
      const end = isEnd || !whole ? rest.length : whole.end;
      if (end === 0) return { taken: start, followed: nothing };
      const front = head ?? new Uint8Array();
      const reading = toEnd(reader(joined(front, rest.subarray(0, end))));
      last = reading;
      const events = reading.events.map(
        (event): Event => ({ ...event, origin: { ...event.origin, number: event.origin.number + frames } }),
      );
      const damage = reading.damage.map((d) => ({ ...d, offset: d.offset + behind }));
      frames += events.length;
      behind += end;
      head = whole?.head ?? head;
      return { taken: start + end, followed: { events, damage } };
    },
  };
};

const viewOf = (octets: Uint8Array): DataView => new DataView(octets.buffer, octets.byteOffset, octets.byteLength);

const pcapHead = (octets: Uint8Array): Uint8Array | null => (octets.length < 24 ? null : octets.slice(0, 24));

/** More than any tool writes: the reader says so. */
const longestRecord = 16_777_216;

const pcapRecords = (octets: Uint8Array, head: Uint8Array): Whole | null => {
  const little = pcapMagic(head)?.little ?? true;
  const view = viewOf(octets);
  let end = 0;
  while (octets.length - end >= 16) {
    const kept = view.getUint32(end + 8, little);
    if (kept > longestRecord) return null;
    if (octets.length - end - 16 < kept) break;
    end += 16 + kept;
  }
  return { end, head };
};

const sectionHeader = 0x0a0d0d0a;
const interfaceDescription = 1;

/** The first section header. */
const pcapngHead = (octets: Uint8Array): Uint8Array | null => {
  if (octets.length < 12) return null;
  const length = viewOf(octets).getUint32(4, isLittle(viewOf(octets), 0));
  if (length < 28 || length > longestRecord) return octets.slice(0, 0);
  return octets.length < length ? null : octets.slice(0, length);
};

const isLittle = (view: DataView, at: number): boolean => view.getUint32(at + 8) === 0x4d3c2b1a;

/** Section header and interface descriptions are what later packets lean on. */
const pcapngBlocks = (octets: Uint8Array, head: Uint8Array): Whole | null => {
  const view = viewOf(octets);
  let little = head.length >= 12 && isLittle(viewOf(head), 0);
  let now = head;
  let end = 0;
  while (octets.length - end >= 12) {
    const isSection = view.getUint32(end) === sectionHeader;
    if (isSection) little = isLittle(view, end);
    const length = view.getUint32(end + 4, little);
    if (length < 12 || length % 4 !== 0 || length > longestRecord) return null;
    if (octets.length - end < length) break;
    if (isSection) now = octets.slice(end, end + length);
    else if (view.getUint32(end, little) === interfaceDescription) now = joined(now, octets.subarray(end, end + length));
    end += length;
  }
  return { end, head: now };
};

const lineFeed = 10;

/** A log: its last message waits for the line that begins another, since details may follow it. */
const lines = (name: string, input: number, options: TextOptions): Kind => {
  let before = 0;
  let detail = 'text';
  return {
    input: () => ({ name, kind: 'text', detail }),
    read: (octets, isEnd) => {
      const whole = isEnd ? octets.length : octets.lastIndexOf(lineFeed) + 1;
      if (whole === 0) return { taken: 0, followed: nothing };
      const part = octets.subarray(0, whole);
      const reading = toEnd(readText(decodeText(part), name, input, options));
      if (reading.input.detail !== 'text') detail = reading.input.detail;
      // Keys in a log hold for the whole of it, and it was begun without them: they are not followed.
      const told = reading.events.filter((event) => event.kind === 'DeviceReported');
      const waits = isEnd ? undefined : told.at(-1);
      const events = told
        .filter((event) => waits === undefined || event.line < waits.line)
        .map((event) => ({ ...event, line: event.line + before, origin: { ...event.origin, number: event.line + before } }));
      const taken = waits ? startOfLine(part, waits.line) : whole;
      before += waits ? waits.line - 1 : linesIn(part);
      return { taken, followed: { events, damage: [] } };
    },
  };
};

const startOfLine = (octets: Uint8Array, line: number): number => {
  let at = 0;
  for (let n = 1; n < line; n++) at = octets.indexOf(lineFeed, at) + 1;
  return at;
};

const linesIn = (octets: Uint8Array): number => octets.reduce((n, octet) => (octet === lineFeed ? n + 1 : n), 0);

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => {
  if (a.length === 0) return b;
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
};
