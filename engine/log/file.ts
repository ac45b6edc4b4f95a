/**
 * The `.ikelog` file, in bytes: append-only, checksummed, readable up to the last whole record after any cut.
 *
 *     8 octets   "ikewind" and a zero octet
 *     u32        version, 1
 *     records    u32 octets of the body | u32 CRC-32 over length, type and body | u8 type | body
 *
 * Numbers are in network order; a body is one msgpack array (`record.ts`). The octets of a secret stand in a record before the
 * first event that names them, so that a log is split from its secrets by leaving those records out.
 */

import { Packr, Unpackr } from 'msgpackr/pack';
import { joined } from '../bytes/octets.ts';
import type { Event } from '../event/event.ts';
import { crc32 } from './crc32.ts';
import type { Damage, Input, Log } from './log.ts';
import { isPlainMsgpack } from './plain-msgpack.ts';
import { type Body, damageBody, eventBody, inputBody, readDamage, readEvent, readInput, readSecret, secretBody } from './record.ts';

/** Raised when a body means something else than before. Older ones stay readable, newer ones are refused. */
export const logFileVersion = 1;

/** One thing that is appended. `end` closes a log that is finished, and says how many events there are. */
export type LogEntry =
  | { readonly entry: 'input'; readonly input: Input }
  | { readonly entry: 'given' | 'happened'; readonly event: Event }
  | { readonly entry: 'damage'; readonly damage: Damage }
  | { readonly entry: 'end'; readonly given: number; readonly happened: number };

export interface WriteOptions {
  /** Leave out the octets of secrets and of drawn entropy. */
  readonly withoutSecrets?: boolean;
}

/** What a file begins with. */
export const fileHeader = (): Uint8Array => {
  const out = new Uint8Array(headerOctets);
  out.set(magic);
  new DataView(out.buffer).setUint32(magic.length, logFileVersion);
  return out;
};

/** The octets to append for one entry: one record, or two where an event brings its secret. */
export const writeEntry = (entry: LogEntry, options: WriteOptions = {}): Uint8Array => {
  switch (entry.entry) {
    case 'input':
      return writeRecord(types.input, inputBody(entry.input));
    case 'damage':
      return writeRecord(types.damage, damageBody(entry.damage));
    case 'end':
      return writeRecord(types.end, [entry.given, entry.happened]);
    default: {
      const record = writeRecord(types[entry.entry], eventBody(entry.event));
      const secret = options.withoutSecrets ? null : secretOf(entry.event);
      return secret === null ? record : joined([secret, record]);
    }
  }
};

/** A whole log as chunks of about a megabyte, to be written one after the other. */
export const writeLog = (log: Log, options: WriteOptions = {}): Uint8Array[] => {
  const chunks: Uint8Array[] = [];
  let pending = [fileHeader()];
  let octets = 0;
  const add = (entry: LogEntry): void => {
    const record = writeEntry(entry, options);
    pending.push(record);
    octets += record.length;
    if (octets < chunkOctets) return;
    chunks.push(joined(pending));
    pending = [];
    octets = 0;
  };
  for (const input of log.inputs) add({ entry: 'input', input });
  for (const damage of log.damage) add({ entry: 'damage', damage });
  for (const event of log.given) add({ entry: 'given', event });
  for (const event of log.happened) add({ entry: 'happened', event });
  add({ entry: 'end', given: log.given.length, happened: log.happened.length });
  if (pending.length > 0) chunks.push(joined(pending));
  return chunks;
};

/** Where reading stopped before the end of a finished log. Its `bytes` are at most the head of a record, never a body: that may be a secret's. */
export type FileDamage = Omit<Damage, 'input'>;

/** A log, whole or up to its damage; or why the octets are none that this version reads. */
export type ReadLog =
  | {
      readonly ok: true;
      /** All that stands before the damage. */
      readonly log: Log;
      /** `truncated-record`, `bad-checksum`, `malformed-record`, `unknown-record`, `missing-records`, `data-after-end`, `no-end-record`. */
      readonly damage: FileDamage | null;
      /** Octets up to the last good record: where a writer that goes on has to cut. */
      readonly good: number;
    }
  | { readonly ok: false; readonly reason: 'not-a-log' | 'newer-version' | 'unknown-version'; readonly message: string };

/** Reads as far as the records are good. Datagrams are views on `bytes`; secrets are copies. Never throws, for any octets. */
export const readLog = (bytes: Uint8Array): ReadLog => {
  const file = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const refused = refuse(file);
  if (refused) return refused;
  const inputs: Input[] = [];
  const given: Event[] = [];
  const happened: Event[] = [];
  const damages: Damage[] = [];
  const secrets = new Map<number, Uint8Array>();
  const log: Log = { inputs, given, happened, damage: damages };

  /** Takes one record in, or names what is wrong with it. */
  const accept = (type: number, body: unknown): string | undefined => {
    switch (type) {
      case types.input:
        return keep(inputs, readInput(body));
      case types.damage:
        return keep(damages, readDamage(body));
      case types.given:
      case types.happened:
        return keep(
          type === types.given ? given : happened,
          readEvent(body, (ref) => secrets.get(ref) ?? null),
        );
      case types.secret: {
        const secret = readSecret(body);
        if (secret) secrets.set(secret.ref, secret.value);
        return secret ? undefined : 'malformed-record';
      }
      case types.end: {
        const [g, h] = body as readonly unknown[];
        return g === given.length && h === happened.length ? undefined : 'missing-records';
      }
      default:
        return 'unknown-record';
    }
  };

  let at = headerOctets;
  let ended = false;
  const stop = (code: string): ReadLog => ({ ok: true, log, damage: broken(file, at, code), good: at });
  while (at < file.length) {
    if (ended) return stop('data-after-end');
    const record = readRecord(file, at);
    if (typeof record === 'string') return stop(record);
    const fault = accept(record.type, record.body);
    if (fault !== undefined) return stop(fault);
    ended = record.type === types.end;
    at = record.end;
  }
  return ended ? { ok: true, log, damage: null, good: at } : stop('no-end-record');
};

const magic = Uint8Array.of(0x69, 0x6b, 0x65, 0x77, 0x69, 0x6e, 0x64, 0);
const headerOctets = magic.length + 4;
const recordHeadOctets = 9;
const chunkOctets = 1 << 20;

const types = { input: 1, given: 2, happened: 3, secret: 4, damage: 5, end: 6 } as const;

// Plain arrays without shared structures: a record means the same wherever it stands, and equal values are equal octets.
const packr = new Packr({ useRecords: false, int64AsType: 'bigint' });
const unpackr = new Unpackr({ useRecords: false, int64AsType: 'bigint' });

const writeRecord = (type: number, body: Body): Uint8Array => {
  const packed = packr.pack(body);
  const out = new Uint8Array(recordHeadOctets + packed.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, packed.length);
  out[8] = type;
  out.set(packed, recordHeadOctets);
  view.setUint32(4, checksum(out));
  return out;
};

/** Over the whole record but the checksum itself. */
const checksum = (record: Uint8Array): number => crc32(crc32(0, record.subarray(0, 4)), record.subarray(8));

const readRecord = (file: Uint8Array, at: number): { readonly type: number; readonly body: unknown; readonly end: number } | string => {
  if (file.length - at < recordHeadOctets) return 'truncated-record';
  const view = new DataView(file.buffer, file.byteOffset + at, recordHeadOctets);
  const end = at + recordHeadOctets + view.getUint32(0);
  if (end > file.length) return 'truncated-record';
  const record = file.subarray(at, end);
  if (checksum(record) !== view.getUint32(4)) return 'bad-checksum';
  const packed = record.subarray(recordHeadOctets);
  if (!isPlainMsgpack(packed)) return 'malformed-record';
  return { type: record[8] ?? 0, body: unpackr.unpack(packed), end };
};

const keep = <T>(list: T[], item: T | undefined): 'malformed-record' | undefined => {
  if (item === undefined) return 'malformed-record';
  list.push(item);
  return undefined;
};

const secretOf = (event: Event): Uint8Array | null => {
  if (event.kind !== 'SecretLearned' && event.kind !== 'EntropyDrawn') return null;
  return event.value && writeRecord(types.secret, secretBody(event.ref, event.value));
};

const refuse = (file: Uint8Array): Extract<ReadLog, { ok: false }> | undefined => {
  if (file.length < headerOctets || !magic.every((octet, i) => file[i] === octet)) {
    return { ok: false, reason: 'not-a-log', message: 'The file does not begin as an .ikelog does.' };
  }
  const version = new DataView(file.buffer, file.byteOffset).getUint32(magic.length);
  if (version === logFileVersion) return undefined;
  const reason = version > logFileVersion ? 'newer-version' : 'unknown-version';
  return { ok: false, reason, message: `The log has version ${version}; this ikewind reads version ${logFileVersion}.` };
};

const explanations: Readonly<Record<string, string>> = {
  'truncated-record': 'The record is longer than the rest of the file: the file was cut, or a length is damaged.',
  'bad-checksum': 'The record does not have the checksum that it names: octets of it were changed.',
  'malformed-record': 'The record has the right checksum and yet no body that this version writes.',
  'unknown-record': 'The record is of a type that this version does not have.',
  'missing-records': 'The log counts other numbers of events at its end than stand before it: whole records are gone.',
  'data-after-end': 'The log ends here, yet octets follow.',
  'no-end-record': 'The log was not closed: it is still being written, its writer was interrupted, or it was cut between records.',
};

const broken = (file: Uint8Array, offset: number, code: string): FileDamage => ({
  offset,
  code,
  message: explanations[code] ?? code,
  bytes: file.slice(offset, offset + recordHeadOctets),
});
