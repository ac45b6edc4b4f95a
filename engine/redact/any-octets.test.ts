/** Whatever stands in a log: it is redacted without an exception, packets keep their lengths, and the result is a log. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ethernet, ipv4Packet, udp } from '../../test/support/frames.ts';
import { mutate, mutation } from '../../test/support/mutate.ts';
import { frames, logLines } from '../../test/support/samples.ts';
import { joined } from '../bytes/octets.ts';
import type { DatagramSeen, Event } from '../event/event.ts';
import { nodeCrypto } from '../host/node-crypto.ts';
import { mergeReadings } from '../ingest/merge.ts';
import { toEnd } from '../ingest/reading.ts';
import { readText } from '../ingest/text.ts';
import { readLog, writeLog } from '../log/file.ts';
import type { Log } from '../log/log.ts';
import { redact } from './redact.ts';

const seen = (bytes: Uint8Array, linkType: number, number: number, wireLength = bytes.length): DatagramSeen => ({
  kind: 'DatagramSeen',
  via: 'capture',
  at: null,
  origin: { input: 0, number },
  datagram: { form: 'frame', linkType, bytes, wireLength },
});

const logOf = (happened: readonly Event[]): Log => ({
  inputs: [{ name: 'any', kind: 'capture', detail: 'any octets' }],
  given: [],
  happened,
  damage: [],
});

const holds = (log: Log): void => {
  const before = log.happened.map((e) => (e.kind === 'DatagramSeen' ? e.datagram.bytes.slice() : null));
  const { log: redacted } = redact(log, nodeCrypto);
  expect(redacted.happened).toHaveLength(log.happened.length);
  redacted.happened.forEach((e, i) => {
    if (e.kind === 'DatagramSeen') expect(e.datagram.bytes).toHaveLength(before[i]?.length ?? -1);
  });
  // The original is a value: nobody wrote into it.
  log.happened.forEach((e, i) => {
    if (e.kind === 'DatagramSeen') expect(e.datagram.bytes).toEqual(before[i]);
  });
  const read = readLog(joined(writeLog(redacted)));
  expect(read.ok && read.damage === null && read.log.happened.length).toBe(log.happened.length);
};

const runs = { numRuns: 400 };
const linkTypes = fc.oneof(fc.constantFrom(0, 1, 9, 12, 101, 108, 113, 228, 229, 276), fc.nat(300));

test('frames of any octets and link type', () => {
  const frame = fc.tuple(linkTypes, fc.uint8Array({ maxLength: 200 }), fc.nat(3));
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 8 }), (list) =>
      holds(logOf(list.map(([type, bytes, cut], i) => seen(bytes, type, i + 1, bytes.length + cut)))),
    ),
    runs,
  );
});

test('any protocol in IP, and any octets on the ports of IKE and of tunnels', () => {
  const packet = fc.tuple(fc.constantFrom(1, 4, 6, 17, 41, 47, 50, 51, 58), fc.nat(0x3fff), fc.uint8Array({ maxLength: 120 }));
  const ports = fc.constantFrom(500, 4500, 2152, 4789, 53);
  const datagram = fc.tuple(ports, ports, fc.uint8Array({ maxLength: 200 }));
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 6 }), fc.array(datagram, { maxLength: 6 }), (packets, datagrams) => {
      const list = [
        ...packets.map(([protocol, fragment, payload]) => ipv4Packet({ protocol, fragment: fragment & 0x2007, payload })),
        ...datagrams.map(([s, d, data]) => ipv4Packet({ protocol: 17, payload: udp(s, d, data) })),
      ];
      holds(logOf(list.map((ip, i) => seen(ethernet(0x0800, ip), 1, i + 1))));
    }),
    runs,
  );
});

const real = frames();
test('damaged frames of the bundled traces', () => {
  const damaged = fc.tuple(fc.nat(real.length - 1), fc.array(mutation, { maxLength: 4 }));
  fc.assert(
    fc.property(fc.array(damaged, { maxLength: 8 }), (list) =>
      holds(logOf(list.map(([n, changes], i) => seen(mutate(real[n]?.bytes ?? new Uint8Array(), changes), real[n]?.linkType ?? 1, i + 1)))),
    ),
    runs,
  );
});

const lines = logLines();
test('damaged lines of devices', () => {
  const encoder = new TextEncoder();
  const line = fc.tuple(fc.nat(lines.length - 1), fc.array(mutation, { maxLength: 3 }));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (list) => {
      const text = joined(
        list.map(([n, changes]) => encoder.encode(`${new TextDecoder().decode(mutate(encoder.encode(lines[n] ?? ''), changes))}\n`)),
      );
      const reading = readText(text, 'x.log', 0);
      if (reading) holds(mergeReadings([toEnd(reading)]));
    }),
    runs,
  );
});
