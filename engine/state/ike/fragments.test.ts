// Messages in parts, in any order, twice, under one id for all, and by the thousand.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { octets, u16, u32 } from '../../../test/support/frames.ts';
import { loadTrace, tracesFolder } from '../../../test/support/trace.ts';
import { dropped, fold, frameOf, moved, repeated, rowsOf, seenAt, until } from '../../../test/support/what-if.ts';
import { toHex } from '../../bytes/hex.ts';
import type { Log } from '../../log/log.ts';
import { messageRecords } from '../../view/records/messages.ts';
import { addIkeFragment, type IkeFragments } from './fragments.ts';

const cookies = { initiatorCookie: '1111111111111111', responderCookie: '2222222222222222' };

/** A message as it would be inside, of this many octets. */
const messageOf = (length: number, fill: number): Uint8Array =>
  octets(cookies.initiatorCookie, cookies.responderCookie, 5, 0x10, 2, 1, u32(0), u32(length), new Uint8Array(length - 28).fill(fill));

interface Part {
  readonly id: number;
  readonly number: number;
  readonly flags: number;
  readonly data: Uint8Array;
}

const cut = (id: number, message: Uint8Array, size: number): Part[] => {
  const count = Math.ceil(message.length / size);
  return Array.from({ length: count }, (_, i) => ({
    id,
    number: i + 1,
    flags: i + 1 === count ? 1 : 0,
    data: message.subarray(i * size, (i + 1) * size),
  }));
};

const run = (parts: readonly Part[]): { readonly open: readonly IkeFragments[]; readonly whole: string[] } => {
  let open: readonly IkeFragments[] = [];
  const whole: string[] = [];
  parts.forEach((part, i) => {
    const added = addIkeFragment(open, 'initiator', 0, { kind: 'fragment', ...part }, i + 1, cookies);
    open = added.open;
    if (added.joined) whole.push(toHex(added.joined.bytes));
  });
  return { open, whole };
};

const shuffled = (parts: readonly Part[]): fc.Arbitrary<Part[]> => fc.shuffledSubarray([...parts], { minLength: parts.length });

describe('parts', () => {
  test('in any order, with any of them twice, make the message once', () => {
    const parts = fc.integer({ min: 1, max: 400 }).chain((size) => {
      const made = cut(1, messageOf(900, 7), size);
      return fc.tuple(shuffled(made), fc.shuffledSubarray(made));
    });
    fc.assert(
      fc.property(parts, ([all, again]) => {
        const { whole } = run([...again.slice(0, -1), ...all]);
        expect(whole[0]).toBe(toHex(messageOf(900, 7)));
      }),
      { seed: 132 },
    );
  });

  test('of two messages mixed make both', () => {
    const [a, b] = [messageOf(500, 1), messageOf(700, 2)];
    fc.assert(
      fc.property(shuffled([...cut(1, a, 100), ...cut(2, b, 100)]), (mixed) => {
        expect(run(mixed).whole.sort()).toEqual([toHex(a), toHex(b)].sort());
      }),
      { seed: 132 },
    );
  });

  test('under one id for all messages: those of a lost message give way to those of the next', () => {
    const [lost, next] = [messageOf(310, 1), messageOf(300, 2)];
    const left = cut(1, lost, 100).slice(1);
    for (const order of [cut(1, next, 100), cut(1, next, 100).reverse()]) expect(run([...left, ...order]).whole).toEqual([toHex(next)]);
  });

  test('that make no message with these cookies, or another length, are kept and not believed', () => {
    const other = messageOf(300, 1);
    other[0] = 9;
    expect(run(cut(1, other, 100)).whole).toEqual([]);
    expect(run(cut(1, messageOf(300, 1).subarray(0, 250), 100)).whole).toEqual([]);
  });

  test('without end are bounded in number and size', () => {
    const flood = Array.from({ length: 3000 }, (_, i): Part => ({ id: i, number: 2, flags: 0, data: new Uint8Array(100) }));
    expect(run(flood).open.length).toBeLessThanOrEqual(8);
    const long = Array.from({ length: 255 }, (_, i): Part => ({ id: 1, number: i + 1, flags: 0, data: new Uint8Array(1400) }));
    const held = run(long).open.reduce((sum, f) => sum + f.parts.reduce((n, p) => n + p.bytes.length, 0), 0);
    expect(held).toBeLessThanOrEqual(65_535);
  });

  test('numbered 0 are none', () => {
    expect(run([{ id: 1, number: 0, flags: 1, data: messageOf(100, 1) }])).toEqual({ open: [], whole: [] });
  });
});

describe('main mode with certificates, recorded', () => {
  const log = loadTrace(`${tracesFolder}/ikev1-fragmentation`);
  const plain = rowsOf(fold(log)).map((row) => row.replace(/ [@?].*/, ''));
  const rows = (given: Log): string[] => rowsOf(fold(given)).map((row) => row.replace(/ [@?].*/, ''));

  test('message 5 in parts is message 5: opened, proven, and the fourth of its places is the buffer that was put together', () => {
    const { ike } = seenAt(fold(log), 10);
    expect(ike).toMatchObject({ label: 'MM5', reassembled: { events: [6, 7, 8, 9, 10], repeats: null } });
    expect(ike?.message.encrypted).toBeNull();
    expect(ike?.reassembled?.message.encrypted?.buffer).toBe('reassembled');
    expect(ike?.authenticators.map((a) => a.verdict)).toEqual(['equal']);
  });

  test.each([
    [6, 10],
    [10, 6],
    [7, 9],
  ])('part at #%i moved to #%i: the same states', (from, to) => {
    expect(rows(moved(log, from, to))).toEqual(plain);
  });

  test('a part that is missing leaves the message unseen; sent again, it completes it', () => {
    expect(seenAt(fold(dropped(log, 8)), 9).ike?.label).toBe('FRAG');
    expect(rows(repeated(dropped(log, 8), 9, 9, () => frameOf(log, 8)))).toEqual(plain);
  });

  test('the whole message again under another id is a repetition', () => {
    const idAt = (event: number): number => seenAt(fold(log), event).ike?.payloads[0]?.body.start ?? 0;
    const renumbered = [4, 5].map((event) => {
      const start = event === 4 ? idAt(4) : (seenAt(fold(log), 5).ike?.message.payloads[0]?.body.start ?? 0);
      return (frame: Uint8Array): Uint8Array => {
        const out = frame.slice();
        out.set(u16(99), start);
        return out;
      };
    });
    const twice = repeated(repeated(log, 4, 5, renumbered[0]), 5, 6, renumbered[1]);
    const replay = fold(twice);
    expect(seenAt(replay, 7).ike).toMatchObject({ label: 'FRAG', retransmissionOf: null, reassembled: { repeats: 5 } });
    expect(rows(twice)).toEqual(plain);
  });

  test('the record of the part that completes names what it completes', () => {
    const [record] = [...messageRecords(fold(until(log, 10)))].filter((r) => r.frame === 10);
    expect(record).toMatchObject({
      payloads: [132],
      fragment: { number: 5, last: true },
      reassembled: { exchange: { type: 2 }, messageId: 0, payloads: [], encrypted: true, decryptedPayloads: [5, 6, 9, 7, 7, 11] },
    });
  });
});
