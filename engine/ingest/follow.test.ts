import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bundledTrace, sharedFolder } from '../../test/support/trace.ts';
import type { Event } from '../event/event.ts';
import { readCapture } from './capture.ts';
import { follow } from './follow.ts';
import { toEnd } from './reading.ts';
import { readText } from './text.ts';

const capture = new Uint8Array(readFileSync(join(bundledTrace, 'capture.pcap')));

/** What comes out where the octets arrive in pieces that end at `cuts`. */
const followed = (octets: Uint8Array, cuts: readonly number[]) => {
  const following = follow('it', 0, { year: 2005 });
  const ends = [...cuts.filter((at) => at < octets.length).sort((a, b) => a - b), octets.length];
  const events: Event[] = [];
  const damage = [];
  let from = 0;
  for (const to of ends) {
    const out = following.take(octets.slice(from, to));
    events.push(...out.events);
    damage.push(...out.damage);
    from = to;
  }
  const last = following.end();
  return { events: [...events, ...last.events], damage: [...damage, ...last.damage], input: following.input() };
};

const cuts = fc.array(fc.nat({ max: 6000 }), { maxLength: 40 });

/** A section with two interfaces and three packets, little-endian, by draft-ietf-opsawg-pcapng 4. */
const pcapng = (): Uint8Array => {
  const words = (...numbers: readonly number[]): number[] => numbers.flatMap((n) => [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, n >>> 24]);
  const block = (type: number, body: readonly number[]): number[] => words(type, body.length + 12).concat(body, words(body.length + 12));
  const section = block(0x0a0d0d0a, [...words(0x1a2b3c4d), 1, 0, 0, 0, ...words(0xffffffff, 0xffffffff)]);
  const face = (link: number) => block(1, [link, 0, 0, 0, ...words(0)]);
  const packet = (on: number, at: number) => block(6, [...words(on, 0, at, 4, 4), 1, 2, 3, 4]);
  return Uint8Array.from([...section, ...face(1), ...packet(0, 1), ...face(101), ...packet(1, 2), ...packet(0, 3)]);
};

describe('following', () => {
  test('a capture in pieces of any size gives the same events as the whole', () => {
    const whole = toEnd(readCapture(capture, 'it', 0) ?? readText('', '', 0));
    fc.assert(
      fc.property(cuts, (at) => {
        const found = followed(capture, at);
        expect(found.events).toEqual(whole.events);
        expect(found.damage).toEqual([]);
      }),
      { numRuns: 40 },
    );
    expect(followed(capture, [100]).input).toMatchObject({ kind: 'capture', detail: whole.input.detail });
  });

  test('records come out as soon as they are whole', () => {
    const following = follow('it', 0);
    expect(following.take(capture.slice(0, 24)).events).toEqual([]);
    const first = 24 + 16 + new DataView(capture.buffer, capture.byteOffset).getUint32(32, true);
    expect(following.take(capture.slice(24, first - 1)).events).toEqual([]);
    expect(following.take(capture.slice(first - 1, first + 5)).events).toHaveLength(1);
  });

  test('pcapng: interfaces told of later, numbers that go on', () => {
    const octets = pcapng();
    for (let at = 1; at < octets.length; at += 7) {
      const { events, damage } = followed(octets, [at]);
      expect(damage).toEqual([]);
      expect(events.map((e) => [e.origin.number, e.kind === 'DatagramSeen' && e.datagram.form === 'frame' && e.datagram.linkType])).toEqual(
        [
          [1, 1],
          [2, 101],
          [3, 1],
        ],
      );
    }
  });

  test('where it is cut off, the rest is named; after nonsense nothing comes', () => {
    const cut = followed(capture.slice(0, 1000), [300]);
    expect(cut.events.length).toBeGreaterThan(1);
    expect(cut.damage).toMatchObject([{ code: 'truncated-record' }]);
    const broken = new Uint8Array([...capture.slice(0, 24), ...new Uint8Array(16).fill(255), ...capture.slice(24)]);
    expect(followed(broken, [200])).toMatchObject({ events: [], damage: [{ code: 'bad-record' }] });
    expect(followed(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1, 2), [])).toMatchObject({
      events: [],
      damage: [{ code: 'not-understood' }],
    });
  });

  test('any octets in any pieces end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), cuts, (octets, asCapture, at) => {
        followed(asCapture ? new Uint8Array([...capture.slice(0, 60), ...octets]) : octets, at);
      }),
    );
  });

  test('a log: a message comes out when another begins, with its own line', () => {
    const following = follow('it', 0);
    const lines = (text: string) =>
      following.take(new TextEncoder().encode(text)).events.map((e) => e.kind === 'DeviceReported' && [e.line, e.text]);
    expect(lines('Feb  6 21:43:06.942 GMT: ISAKMP (0:709): ID payload\nnext-payload : 8\n')).toEqual([]);
    expect(lines('type         : 1\nFeb  6 21:43:06.946 GMT: ISAKMP (0:709): SA has been authenticated with 200.100.1.1\n')).toEqual([
      [1, 'Feb  6 21:43:06.942 GMT: ISAKMP (0:709): ID payload\nnext-payload : 8\ntype         : 1'],
    ]);
    expect(following.end().events.map((e) => e.kind === 'DeviceReported' && e.line)).toEqual([4]);
    expect(following.input().detail).toBe('Cisco IOS log');
  });
});

const log = join(sharedFolder, 'captures/cisco-text/seed-linksys-to-ios-debug.txt');

describe.skipIf(!existsSync(log))('a real log in ../shared/captures/cisco-text (skipped without that folder)', () => {
  test('in pieces of any size it gives the same events as the whole', () => {
    const octets = new Uint8Array(readFileSync(log));
    const whole = toEnd(readText(octets, 'it', 0, { year: 2005 })).events;
    fc.assert(
      fc.property(cuts, (at) => {
        expect(followed(octets, at).events).toEqual(whole);
      }),
      { numRuns: 10 },
    );
  });
});
