import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../event/event.ts';
import type { SecretAbout } from '../event/secret.ts';
import type { Cookie } from '../values/cookie.ts';
import { ipv4, ipv6 } from '../values/ip-address.ts';
import { messageId } from '../values/message-id.ts';
import { spi } from '../values/spi.ts';
import { timestamp } from '../values/timestamp.ts';
import { crc32 } from './crc32.ts';
import { fileHeader, logFileVersion, type ReadLog, readLog, writeEntry, writeLog } from './file.ts';
import { emptyLog, type Log } from './log.ts';

const joined = (chunks: readonly Uint8Array[]): Uint8Array => Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
const good = (read: ReadLog) => {
  if (!read.ok) throw new Error(read.message);
  return read;
};

// Generators of everything that a log can hold.
const octets = fc.uint8Array({ maxLength: 40 });
const text = fc.string({ unit: 'binary', maxLength: 40 });
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const cookies = fc.bigInt(0n, (1n << 64n) - 1n).map((n) => n.toString(16).padStart(16, '0') as Cookie);
const addresses = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }).map((b) => ipv4(b, 0)),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((b) => ipv6(b, 0)),
);
const optional: { requiredKeys: never[] } = { requiredKeys: [] };
const abouts: fc.Arbitrary<SecretAbout> = fc.oneof(
  fc
    .record({ side: fc.constantFrom('initiator', 'responder'), peer: addresses, initiatorCookie: cookies }, optional)
    .map((rest) => ({ what: 'preSharedKey', ...rest }) as const),
  fc
    .tuple(cookies, fc.record({ responderCookie: cookies, messageId: u32.map(messageId) }, optional))
    .map(([initiatorCookie, rest]) => ({ what: 'dhSharedSecret', initiatorCookie, ...rest }) as const),
  fc
    .tuple(
      fc.constantFrom('skeyid', 'skeyidD', 'skeyidA', 'skeyidE', 'encryptionKey'),
      cookies,
      fc.record({ responderCookie: cookies }, optional),
    )
    .map(([what, initiatorCookie, rest]) => ({ what, initiatorCookie, ...rest })),
  fc
    .tuple(
      fc.constantFrom('ipsecEncryptionKey', 'ipsecIntegrityKey'),
      fc.constantFrom('esp', 'ah'),
      u32.map(spi),
      fc.record({ src: addresses, dst: addresses }, optional),
      text,
    )
    .map(([what, protocol, number, rest, algorithm]) => ({ what, protocol, spi: number, ...rest, algorithm })),
);
const commons = fc.record({
  at: fc.option(fc.bigInt({ min: -(1n << 100n), max: 1n << 100n }).map(timestamp)),
  origin: fc
    .tuple(fc.record({ input: fc.nat(), number: fc.maxSafeNat() }), fc.record({ vantage: text }, optional))
    .map(([place, vantage]) => ({ ...place, ...vantage })),
});
const datagrams = fc.oneof(
  fc.record({ form: fc.constant('frame' as const), linkType: u16, bytes: octets, wireLength: u32 }),
  fc.record({ form: fc.constant('udp' as const), src: addresses, sport: u16, dst: addresses, dport: u16, bytes: octets }),
);
const particulars = fc.oneof(
  fc.record({ kind: fc.constant('DatagramSeen' as const), via: fc.constantFrom('capture', 'received', 'sent'), datagram: datagrams }),
  fc.record({ kind: fc.constant('TimerFired' as const), timer: text }),
  fc.record({ kind: fc.constant('EntropyDrawn' as const), purpose: text, length: u16, ref: fc.constant(0), value: fc.option(octets) }),
  fc.record({ kind: fc.constant('SecretLearned' as const), about: abouts, ref: fc.constant(0), value: fc.option(octets) }),
  fc.record({ kind: fc.constant('PolicyConfigured' as const), syntax: text, text }),
  fc.record({ kind: fc.constant('OperatorRequested' as const), request: text }),
  fc.record({ kind: fc.constant('DeviceReported' as const), line: u32, text, recognised: fc.constantFrom(true, false, 'noise' as const) }),
);
const events: fc.Arbitrary<Event> = fc.tuple(commons, particulars).map(([common, rest]) => ({ ...common, ...rest }));
const inputs = fc.record({ name: text, kind: fc.constantFrom('capture', 'text', 'keys', 'log', 'live'), detail: text });
const damages = fc.record({ input: fc.nat(), offset: fc.maxSafeNat(), code: text, message: text, bytes: octets });

/** Each secret has a number of its own, as a log demands. */
const numbered = (events: readonly Event[], first: number): Event[] =>
  events.map((event, i) => ('ref' in event ? { ...event, ref: first + i } : event));
const logs: fc.Arbitrary<Log> = fc
  .record({
    inputs: fc.array(inputs, { maxLength: 3 }),
    given: fc.array(events, { maxLength: 5 }).map((list) => numbered(list, 0)),
    happened: fc.array(events, { maxLength: 12 }).map((list) => numbered(list, 100)),
    damage: fc.array(damages, { maxLength: 3 }),
  })
  .map((log) => log as Log);

const sample: Log = {
  inputs: [{ name: 'capture.pcap', kind: 'capture', detail: 'pcap, little-endian, microseconds' }],
  damage: [{ input: 0, offset: 40, code: 'truncated-record', message: 'The capture ends here.', bytes: Uint8Array.of(1, 2) }],
  given: [
    {
      kind: 'SecretLearned',
      at: null,
      origin: { input: 0, number: 0 },
      about: { what: 'preSharedKey' },
      ref: 0,
      value: Uint8Array.of(0xde, 0xad, 0xbe, 0xef, 0x51, 0x52, 0x53),
    },
  ],
  happened: [1, 2, 3].map((number) => ({
    kind: 'DatagramSeen',
    at: timestamp(1_795_288_105_600_507_000n + BigInt(number)),
    origin: { input: 0, number, vantage: 'wi' },
    via: 'capture',
    datagram: { form: 'frame', linkType: 1, bytes: Uint8Array.of(number, 0xff, 0), wireLength: 60 },
  })),
};
const file = joined(writeLog(sample));
/** Where records begin, and the file's end. */
const boundaries = (bytes: Uint8Array): number[] => {
  const out = [];
  for (let at = 12; at < bytes.length; at += 9 + new DataView(bytes.buffer).getUint32(at)) out.push(at);
  return [...out, bytes.length];
};

test('CRC-32 of the digits 1 to 9 is the check value of its catalogue entry, whole and in parts', () => {
  const digits = new TextEncoder().encode('123456789');
  expect(crc32(0, digits)).toBe(0xcbf43926);
  expect(crc32(crc32(0, digits.subarray(0, 4)), digits.subarray(4))).toBe(0xcbf43926);
  expect(crc32(0, new Uint8Array(0))).toBe(0);
});

test('any log comes back as it was', () => {
  fc.assert(
    fc.property(logs, (log) => {
      const read = good(readLog(joined(writeLog(log))));
      expect(read.log).toEqual(log);
      expect(read.damage).toBeNull();
    }),
    { numRuns: 500 },
  );
});

test('entries appended one by one are the whole log', () => {
  const parts = [fileHeader()];
  for (const input of sample.inputs) parts.push(writeEntry({ entry: 'input', input }));
  for (const damage of sample.damage) parts.push(writeEntry({ entry: 'damage', damage }));
  for (const event of sample.given) parts.push(writeEntry({ entry: 'given', event }));
  for (const event of sample.happened) parts.push(writeEntry({ entry: 'happened', event }));
  expect(good(readLog(joined(parts)))).toMatchObject({ log: sample, damage: { code: 'no-end-record' } });
  parts.push(writeEntry({ entry: 'end', given: 1, happened: 3 }));
  expect(joined(parts)).toEqual(file);
});

test('a large log is written in chunks and read from a Buffer', () => {
  const [event] = sample.happened;
  if (event?.kind !== 'DatagramSeen') throw new Error('the sample has changed');
  const datagram = { form: 'frame', linkType: 1, bytes: new Uint8Array(200_000), wireLength: 200_000 } as const;
  const log: Log = { ...sample, happened: Array.from({ length: 20 }, () => ({ ...event, datagram })) };
  const chunks = writeLog(log);
  expect(chunks.length).toBeGreaterThan(3);
  const read = good(readLog(Buffer.concat(chunks)));
  expect(read.log).toEqual(log);
  const [first] = read.log.happened;
  expect(first?.kind === 'DatagramSeen' && first.datagram.bytes.constructor).toBe(Uint8Array);
});

describe('a log split from its secrets', () => {
  test('has none of their octets and is otherwise the same', () => {
    const split = joined(writeLog(sample, { withoutSecrets: true }));
    const { log } = good(readLog(split));
    expect(log).toEqual({ ...sample, given: sample.given.map((event) => ({ ...event, value: null })) });
    expect(Buffer.from(split).includes(Buffer.from('deadbeef515253', 'hex'))).toBe(false);
    expect(Buffer.from(file).includes(Buffer.from('deadbeef515253', 'hex'))).toBe(true);
  });

  test('holds no value of any event', () => {
    fc.assert(
      fc.property(logs, (log) => {
        const read = good(readLog(joined(writeLog(log, { withoutSecrets: true })))).log;
        const without = (list: readonly Event[]) => list.map((event) => ('value' in event ? { ...event, value: null } : event));
        expect(read).toEqual({ ...log, given: without(log.given), happened: without(log.happened) });
      }),
    );
  });
});

test('a cut at every offset keeps the records before it, and names itself', () => {
  const ends = boundaries(file);
  for (let length = 0; length < file.length; length++) {
    const read = readLog(file.subarray(0, length));
    if (length < 12) {
      expect(read).toMatchObject({ ok: false, reason: 'not-a-log' });
      continue;
    }
    const whole = Math.max(...ends.filter((at) => at <= length));
    const { log, damage, good: upTo } = good(read);
    expect(upTo).toBe(whole);
    expect(damage).toMatchObject({ offset: whole, code: whole === length ? 'no-end-record' : 'truncated-record' });
    // Records in order: input, damage, secret, given, three that happened, end.
    const before = ends.indexOf(whole);
    expect(log.happened).toEqual(sample.happened.slice(0, Math.max(0, before - 4)));
    expect(log.given.length).toBe(before >= 4 ? 1 : 0);
  }
});

test('a flipped bit at every offset keeps the records before it, and names itself', () => {
  const ends = boundaries(file);
  for (let at = 0; at < file.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const bent = Uint8Array.from(file);
      bent[at] = (bent[at] ?? 0) ^ (1 << bit);
      const read = readLog(bent);
      if (at < 12) {
        expect(read.ok).toBe(false);
        continue;
      }
      const { log, damage } = good(read);
      const record = ends.findLastIndex((start) => start <= at);
      expect(damage?.offset).toBe(ends[record]);
      expect(['truncated-record', 'bad-checksum']).toContain(damage?.code);
      expect(log.happened).toEqual(sample.happened.slice(0, Math.max(0, record - 4)));
    }
  }
});

test('damage never shows the body of a record, which may be a secret', () => {
  const ends = boundaries(file);
  for (let at = 12; at < file.length; at++) expect(good(readLog(file.subarray(0, at))).damage?.bytes.length).toBeLessThanOrEqual(9);
  const secret = ends[2] ?? 0;
  const bent = Uint8Array.from(file);
  bent[secret + 10] = 0xff;
  expect(good(readLog(bent)).damage).toMatchObject({ offset: secret, bytes: file.slice(secret, secret + 9) });
});

test('whole records that are gone are missed', () => {
  const ends = boundaries(file);
  const gone = Uint8Array.of(...file.subarray(0, ends[5]), ...file.subarray(ends[6]));
  expect(good(readLog(gone)).damage).toMatchObject({ code: 'missing-records' });
  expect(good(readLog(Uint8Array.of(...file, 0))).damage).toMatchObject({ code: 'data-after-end', offset: file.length });
});

test('other versions are refused by name, and other files too', () => {
  const version = (n: number): Uint8Array => {
    const bytes = Uint8Array.from(file);
    new DataView(bytes.buffer).setUint32(8, n);
    return bytes;
  };
  expect(readLog(version(logFileVersion + 1))).toMatchObject({ ok: false, reason: 'newer-version', message: expect.stringContaining('2') });
  expect(readLog(version(0))).toMatchObject({ ok: false, reason: 'unknown-version' });
  expect(readLog(new Uint8Array(0))).toMatchObject({ ok: false, reason: 'not-a-log' });
  expect(readLog(new Uint8Array(4096))).toMatchObject({ ok: false, reason: 'not-a-log' });
  expect(good(readLog(joined(writeLog(emptyLog))))).toMatchObject({ log: emptyLog, damage: null });
});

describe('records with a right checksum and a wrong body', () => {
  /** The record at `at` of the file with `change` made to it and its checksum mended. */
  const mended = (body: Uint8Array, type: number): Uint8Array => {
    const record = new Uint8Array(9 + body.length);
    const view = new DataView(record.buffer);
    view.setUint32(0, body.length);
    record[8] = type;
    record.set(body, 9);
    view.setUint32(4, crc32(crc32(0, record.subarray(0, 4)), record.subarray(8)));
    return record;
  };
  const readOne = (body: Uint8Array, type: number) => good(readLog(joined([fileHeader(), mended(body, type)])));

  test.each([
    ['nothing', []],
    ['no array', [0x01]],
    ['a map', [0x80]],
    ['an array that claims four thousand million items', [0xdd, 0xff, 0xff, 0xff, 0xff]],
    ['octets that claim to be more than there are', [0x91, 0xc6, 0xff, 0xff, 0xff, 0xff, 0x00]],
    ['an extension', [0x91, 0xd4, 0x72, 0x40]],
    ['a thousand arrays in one another', Array<number>(1000).fill(0x91)],
    ['two values', [0x90, 0x90]],
    ['an array too short', [0x90]],
    ['fields of other types', [0x93, 0x01, 0x02, 0x03]],
    ['a kind that does not exist', [0x93, 0xa1, 0x61, 0xa1, 0x62, 0xa1, 0x63]],
  ])('%s', (_, body) => {
    for (const type of [1, 2, 3, 4, 5, 6]) {
      expect(['malformed-record', 'missing-records']).toContain(readOne(Uint8Array.from(body), type).damage?.code);
    }
  });

  test('a type that does not exist', () => {
    expect(readOne(Uint8Array.of(0x90), 99).damage).toMatchObject({ code: 'unknown-record', offset: 12 });
  });

  test('any octets at all, and any changed octets of good records: never an exception', () => {
    const bodies = boundaries(file)
      .slice(0, -1)
      .map((at, i, all) => file.subarray(at + 9, all[i + 1]));
    const changed = fc
      .tuple(fc.constantFrom(...bodies), fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 4 }))
      .map(([body, changes]) => {
        const bent = Uint8Array.from(body);
        for (const [at, octet] of changes) bent[at % bent.length] = octet;
        return bent;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), changed), fc.integer({ min: 0, max: 7 }), (body, type) => {
        const { log } = readOne(body, type);
        // What was believed can be written again.
        expect(good(readLog(joined(writeLog(log)))).damage).toBeNull();
      }),
      { numRuns: 20_000 },
    );
  });
});
