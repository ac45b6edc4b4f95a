// Any datagram finds its place: which negotiation it belongs to, what IKEv2 shows, and that no octets ever break the fold.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ethernet, ipv4Packet, octets, u16, u32, udp } from '../../test/support/frames.ts';
import { bundledTrace, loadTrace } from '../../test/support/trace.ts';
import {
  edited,
  flipped,
  fold,
  frameOf,
  ikeAt,
  inserted,
  messageOf,
  negotiationIn,
  readdressed,
  rowsOf,
  seenAt,
  since,
  snapped,
  until,
} from '../../test/support/what-if.ts';
import type { Log } from '../log/log.ts';
import { stateHash } from './hash.ts';
import { entries, values } from './persistent-map.ts';

const log = loadTrace(bundledTrace);
const ids = (given: Log): string[] => values(fold(given).final.negotiations).map((n) => n.id);

/** An IKE message between the two of the trace, with a header made by hand. */
const ike = (p: {
  readonly cookies: string;
  readonly version?: number;
  readonly exchange: number;
  readonly flags?: number;
  readonly id?: number;
  readonly first?: number;
  readonly body?: Uint8Array;
  readonly src?: string;
  readonly dst?: string;
}): Uint8Array => {
  const body = p.body ?? new Uint8Array();
  const header = octets(p.cookies, p.first ?? 0, p.version ?? 0x10, p.exchange, p.flags ?? 0, u32(p.id ?? 0), u32(28 + body.length));
  return ethernet(
    0x0800,
    ipv4Packet({ protocol: 17, payload: udp(500, 500, octets(header, body)), src: p.src ?? '192.0.2.1', dst: p.dst ?? '198.51.100.1' }),
  );
};

/** A capture of these frames and nothing else. */
const frames = (...given: readonly Uint8Array[]): Log =>
  until(
    given.reduce((l, f, i) => inserted(l, i, f), log),
    given.length,
  );

describe('which negotiation', () => {
  const cookies = 'e2ac48224b9fbe1e';

  test('the one of its cookies', () => {
    expect(ids(log)).toEqual([cookies]);
    expect(negotiationIn(fold(log).final)).toMatchObject({ rolesKnown: true, responderCookie: '0775b1a6d96874a3', answered: 2 });
  });

  test('one initiator cookie towards two peers is two negotiations', () => {
    const elsewhere = readdressed({ dst: '198.51.100.77' })(frameOf(log, 1));
    const replay = fold(inserted(log, 1, elsewhere));
    expect(values(replay.final.negotiations).map((n) => [n.id, n.responder.address, n.phase1Messages])).toEqual(
      expect.arrayContaining([
        [cookies, '198.51.100.1', 6],
        [`${cookies}-2`, '198.51.100.77', 1],
      ]),
    );
  });

  test('two answers with different responder cookies are two negotiations, and the true one goes on', () => {
    const impostor = flipped(ikeAt + 8)(frameOf(log, 2));
    const replay = fold(inserted(log, 2, impostor, 2));
    expect(
      values(replay.final.negotiations)
        .map((n) => n.id)
        .sort(),
    ).toEqual([cookies, `${cookies}-2`]);
    expect(negotiationIn(replay.final, cookies)).toMatchObject({ phase1Messages: 6, opened: 7 });
    expect(negotiationIn(replay.final, `${cookies}-2`)).toMatchObject({ phase1Messages: 2, responderCookie: '0675b1a6d96874a3' });
  });

  test.each([
    [2, 'the answer', 'initiator'],
    [3, 'MM3', 'initiator'],
    [5, 'MM5', 'initiator'],
    [7, 'QM1', 'initiator'],
  ])('a capture that begins with message %i, %s, knows who began from it, or says that it guesses', (first) => {
    const n = negotiationIn(fold(since(log, first)).final);
    expect(n).toMatchObject({ rolesKnown: false, initiator: { address: '192.0.2.1' }, responder: { address: '198.51.100.1' } });
  });

  test('a new address in the middle is a row of the paths', () => {
    const roamed = [5, 7, 9].reduce((l, event) => edited(l, event, readdressed({ src: '203.0.113.4', sport: 1025 })), until(log, 9));
    const n = negotiationIn(
      fold([6, 8].reduce((l, event) => edited(l, event, readdressed({ dst: '203.0.113.4', dport: 1025 })), roamed)).final,
    );
    expect(n.paths).toEqual([
      { event: 1, initiator: '192.0.2.1:500', responder: '198.51.100.1:500' },
      { event: 5, initiator: '203.0.113.4:1025', responder: '198.51.100.1:500' },
    ]);
    expect(n).toMatchObject({ opened: 5, phase1Messages: 6 });
  });
});

describe('IKEv2', () => {
  // RFC 7296 3.1: flag 0x08 says that the sender began the IKE SA, 0x20 that this is a response.
  const spi = 'aaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbb';
  const request = ike({
    cookies: spi,
    version: 0x20,
    exchange: 35,
    flags: 0x08,
    id: 1,
    first: 46,
    body: octets('2300 0024', new Uint8Array(32)),
  });

  test('is shown and not followed', () => {
    const replay = fold(frames(request));
    expect(seenAt(replay, 1).ike).toMatchObject({ label: 'IKE_AUTH', side: 'initiator', opened: null, closed: 'IKEv2 is not opened yet' });
    expect(rowsOf(replay)).toEqual([]);
    expect(negotiationIn(replay.final)).toMatchObject({ version: 2, mode: 'ikev2' });
  });

  test('a capture that begins with a response knows who began', () => {
    const response = ike({ cookies: spi, version: 0x20, exchange: 35, flags: 0x20, id: 1, src: '198.51.100.1', dst: '192.0.2.1' });
    expect(negotiationIn(fold(frames(response)).final).initiator.address).toBe('192.0.2.1');
  });

  test('equal cookies of the two versions are two negotiations', () => {
    const v1 = ike({ cookies: spi, exchange: 5, flags: 1, id: 7, body: new Uint8Array(16) });
    expect(values(fold(frames(request, v1)).final.negotiations)).toHaveLength(2);
  });
});

describe('exchanges that are not followed', () => {
  test.each([
    [4, 'AM'],
    [1, 'BM'],
    [6, 'CFG'],
    [33, 'NGM'],
    [99, 'IKE'],
  ])('exchange type %i is shown as %s, and moves nobody', (exchange, label) => {
    const replay = fold(
      frames(ike({ cookies: 'aaaaaaaaaaaaaaaa 0000000000000000', exchange, id: exchange === 4 || exchange === 1 ? 0 : 9 })),
    );
    expect(seenAt(replay, 1).ike?.label).toBe(label);
    expect(rowsOf(replay)).toEqual([]);
  });
});

test('a message cut by the capture is shown as far as it goes', () => {
  const replay = fold(snapped(until(log, 1), 1, 100));
  expect(seenAt(replay, 1).packet).toMatchObject({ cut: true, carried: 'ike' });
  expect(negotiationIn(replay.final).phase1Messages).toBe(1);
});

describe('any octets', () => {
  /** How much a state holds: values in it, whatever their kind. */
  const sizeOf = (value: unknown): number => {
    if (typeof value === 'string') return value.length;
    if (value instanceof Uint8Array) return value.length;
    if (typeof value !== 'object' || value === null) return 1;
    return Object.values(value).reduce((sum: number, member) => sum + sizeOf(member), 1);
  };

  const cookie = fc.constantFrom('e2ac48224b9fbe1e', '0775b1a6d96874a3', '0000000000000000', 'ffffffffffffffff');
  const anyIke = fc
    .record({
      i: cookie,
      r: cookie,
      first: fc.constantFrom(0, 1, 4, 5, 8, 10, 11, 12, 13, 20, 46, 132, 255),
      version: fc.constantFrom(0x10, 0x11, 0x20, 0x30),
      exchange: fc.constantFrom(1, 2, 4, 5, 6, 32, 33, 34, 35, 99),
      flags: fc.constantFrom(0, 1, 2, 8, 32, 255),
      id: fc.constantFrom(0, 1, 0x3e1e0daa),
      body: fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(...[1, 2, 3, 4, 5, 6, 7, 8, 9, 18, 19].map((n) => messageOf(log, n).slice(28))),
      ),
      back: fc.boolean(),
    })
    .map(({ i, r, back, ...rest }) => ike({ cookies: `${i} ${r}`, ...rest, ...(back ? { src: '198.51.100.1', dst: '192.0.2.1' } : {}) }));
  const anyEsp = fc
    .record({
      spi: fc.constantFrom(0, 1, 0xc50d31e3, 0xc185666e),
      sequence: fc.nat(0xffff_ffff),
      rest: fc.uint8Array({ maxLength: 120 }),
      ah: fc.boolean(),
    })
    .map(({ spi, sequence, rest, ah }) =>
      ethernet(
        0x0800,
        ipv4Packet({
          protocol: ah ? 51 : 50,
          payload: octets(ah ? octets(4, 4, u16(0)) : '', u32(spi), u32(sequence), rest),
          src: '192.0.2.1',
          dst: '198.51.100.1',
        }),
      ),
    );
  const anyFlip = fc
    .tuple(fc.integer({ min: 1, max: 19 }), fc.nat(300), fc.integer({ min: 1, max: 255 }))
    .map(([event, at, mask]) => flipped(Math.min(at, frameOf(log, event).length - 1), mask)(frameOf(log, event)));
  const anyFrame = fc.oneof(anyIke, anyEsp, anyFlip, fc.uint8Array({ maxLength: 200 }));

  test('five thousand datagrams in and around the negotiation fold without an exception, and the state stays in proportion', () => {
    const start = sizeOf(fold(log).final);
    let folded = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 19 }), anyFrame), { minLength: 50, maxLength: 50 }), (strangers) => {
        const given = strangers.reduce((l, [at, bytes]) => inserted(l, at, bytes, 1), log);
        folded += strangers.length;
        const octetsIn = strangers.reduce((sum, [, bytes]) => sum + bytes.length, 0);
        const { final } = fold(given);
        // Per message a key of 70 letters, and at most a negotiation or an SA with its records: some two thousand values.
        expect(sizeOf(final)).toBeLessThan(start + strangers.length * 4000 + 8 * octetsIn);
      }),
      { numRuns: 100, seed: 4303 },
    );
    expect(folded).toBe(5000);
  });

  test('strangers of other cookies do not touch what the two agreed on', () => {
    const apart = fc.record({ exchange: fc.constantFrom(1, 2, 4, 5, 6, 32), body: fc.uint8Array({ maxLength: 200 }) });
    const own = entries(fold(log).final.negotiations)[0]?.[1];
    fc.assert(
      fc.property(fc.array(apart, { maxLength: 10 }), (strangers) => {
        const given = strangers.reduce(
          (l, p) => inserted(l, l.happened.length, ike({ cookies: 'abababababababab 0000000000000000', ...p }), 1),
          log,
        );
        expect(negotiationIn(fold(given).final, 'e2ac48224b9fbe1e')).toEqual(own);
      }),
      { numRuns: 50, seed: 2408 },
    );
  });

  test('the same log gives the same state twice', () => {
    const { context } = fold(log);
    expect(stateHash(context.crypto, fold(log).final)).toBe(stateHash(context.crypto, fold(log).final));
  });
});
