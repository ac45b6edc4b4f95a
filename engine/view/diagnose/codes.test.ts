// Causes that no bundled trace shows: each made, by a change to a real negotiation or between two engines; and absent where all is well.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connect, makeWorld, pass, tripleDes, type World } from '../../../test/live/two-engines.ts';
import { ethernet, ipv4Packet, octets, u16, u32, udp } from '../../../test/support/frames.ts';
import { loadTrace, tracesFolder } from '../../../test/support/trace.ts';
import { dropped, edited, flipped, fold, frameOf, ikeAt, inserted, payload, repeated, until } from '../../../test/support/what-if.ts';
import type { Log } from '../../log/log.ts';
import { diagnose } from './diagnose.ts';
import type { Claim } from './tale.ts';

const trace = (name: string): Log => loadTrace(join(tracesFolder, name));
const log = trace('mm-psk-3des-sha1-modp1024');
const natted = trace('nat-t');

const claims = (given: Log): readonly Claim[] => {
  const { negotiations, findings } = diagnose(fold(given));
  return [...negotiations.flatMap((n) => n.findings), ...findings];
};
const of = (given: Log, code: string): readonly string[] =>
  claims(given).flatMap((f) => (f.code === code ? [`${f.severity} ${f.certainty}`] : []));

describe('lifetimes of phase 1', () => {
  /** The answer with another life duration: attribute 12 of the SA payload, RFC 2409 App. A; 4 octets, in the trace 86,400 s. */
  const answered = (seconds: number): Log =>
    edited(log, 2, (frame) => {
      const at = frame.findIndex((_, i) => frame[i] === 0 && frame[i + 1] === 12 && frame[i + 2] === 0 && frame[i + 3] === 4);
      const short = frame.findIndex((octet, i) => i > ikeAt && octet === 0x80 && frame[i + 1] === 12);
      const out = frame.slice();
      if (at > ikeAt) out.set(u32(seconds), at + 4);
      else out.set(u16(seconds), short + 2);
      return out;
    });

  test('an answer with another one than was offered', () => {
    expect(of(answered(3600), 'phase1-lifetime-differs')).toEqual(['note shown']);
    const [found] = claims(answered(3600)).filter((f) => f.code === 'phase1-lifetime-differs');
    expect(found?.events).toEqual([1, 2]);
    expect(found?.message).toContain('3600 s');
  });

  test('is not found where the answer repeats the offer', () => {
    expect(of(log, 'phase1-lifetime-differs')).toEqual([]);
  });
});

describe('fragments', () => {
  /** The frame in two IP fragments, the first with `first` octets behind the header. RFC 791 3.2. */
  const halves = (frame: Uint8Array, first: number): readonly [Uint8Array, Uint8Array] => {
    const [ip, rest] = [frame.subarray(14), frame.subarray(34)];
    const [src, dst] = [ip.subarray(12, 16).join('.'), ip.subarray(16, 20).join('.')];
    const part = (fragment: number, piece: Uint8Array) =>
      ethernet(0x0800, ipv4Packet({ protocol: 17, src, dst, id: 77, fragment, payload: piece }));
    return [part(0x2000, rest.subarray(0, first)), part(first / 8, rest.subarray(first))];
  };
  const [head, end] = halves(frameOf(log, 3), 64);
  /** The third message in the fragments given; then what happened later. */
  const inPieces = (given: Log, ...pieces: readonly Uint8Array[]): Log =>
    pieces.reduce((l, piece, i) => inserted(l, 2 + i, piece, 1), given);

  test.each([
    ['the second', head],
    ['the first', end],
  ])('%s of IP does not come, and the negotiation ends there', (_which, piece) => {
    expect(of(inPieces(until(log, 2), piece), 'fragment-lost')).toEqual(['warning shown']);
  });

  test('one of IP does not come, and the message comes again: a loss that was repaired', () => {
    expect(of(inPieces(log, head), 'fragment-lost')).toEqual(['note shown']);
  });

  test('both of IP come, in either order', () => {
    for (const pieces of [
      [head, end],
      [end, head],
    ]) {
      const whole = inPieces(dropped(log, 3), ...pieces);
      expect(of(whole, 'fragment-lost')).toEqual([]);
      expect(diagnose(fold(whole)).negotiations[0]?.verdict).toBe(diagnose(fold(log)).negotiations[0]?.verdict);
    }
  });

  test('all of IKE come', () => {
    expect(of(trace('ikev1-fragmentation'), 'fragment-lost')).toEqual([]);
  });
});

describe('renewal', () => {
  /** `arrives`: which datagrams of the wire do, from 0; the tenth is the first of the renewal. */
  const renewed = (rekeyAt: number, arrives: (number: number) => boolean): World => {
    const world = makeWorld(tripleDes);
    for (const end of [world.initiator, world.responder]) {
      const { plan } = end.pump;
      end.pump = { ...end.pump, plan: { ...plan, tunnels: plan.tunnels.map((t) => ({ ...t, lifetimeSeconds: 100 })) } };
    }
    const { pump } = world.responder;
    world.responder.pump = { ...pump, plan: { ...pump.plan, rekeyAt } };
    connect(world);
    pass(world, 97, arrives);
    return world;
  };

  test('by both ends at the same moment', () => {
    // (1 + 0.8) / 2 is the share of who did not begin: the same moment for both. The message that would have stopped the other is lost once.
    const { initiator, responder } = renewed(0.8, (number) => number !== 9);
    expect(of(initiator.log, 'simultaneous-rekey')).toEqual(['note shown']);
    // What never reached the responder is no part of what it can tell.
    expect(of(responder.log, 'simultaneous-rekey')).toEqual([]);
  });

  test('by one end', () => {
    const { initiator, responder } = renewed(0.9, () => true);
    for (const one of [initiator.log, responder.log]) expect(of(one, 'simultaneous-rekey')).toEqual([]);
  });
});

describe('what is not accepted', () => {
  /** A notify in the clear from the initiator: RFC 2408 3.14. */
  const refusal = (given: Log, type: number): Uint8Array => {
    const { initiator, responder, initiatorCookie, responderCookie } = negotiationOf(given);
    const message = octets(
      initiatorCookie,
      responderCookie ?? '',
      11,
      0x10,
      5,
      0,
      u32(9),
      u32(40),
      payload(0, octets(u32(1), 1, 0, u16(type))),
    );
    return ethernet(0x0800, ipv4Packet({ protocol: 17, src: initiator.address, dst: responder.address, payload: udp(500, 500, message) }));
  };
  const negotiationOf = (given: Log) => {
    const [first] = diagnose(fold(given)).negotiations;
    if (!first) throw new Error('no negotiation');
    return first.negotiation;
  };

  test('a signature that does not convince: INVALID-SIGNATURE', () => {
    const signed = until(trace('am-rsasig'), 3);
    expect(of(inserted(signed, 3, refusal(signed, 25)), 'authentication-failed')).toEqual(['error likely']);
    expect(of(trace('am-rsasig'), 'authentication-failed')).toEqual([]);
  });

  test('a quick mode whose hash is wrong', () => {
    const last = frameOf(log, 7).length - 1;
    expect(of(edited(until(log, 7), 7, flipped(last)), 'quick-mode-hash-mismatch')).toHaveLength(1);
    expect(of(log, 'quick-mode-hash-mismatch')).toEqual([]);
  });
});

describe('ways and packets', () => {
  test('answers on port 4500 that come each time and are never taken up', () => {
    let given = until(natted, 6);
    for (const at of [6, 8]) given = repeated(repeated(given, 5, at), 6, at + 1);
    expect(of(given, 'one-way-udp4500')).toEqual(['error likely']);
    let third = until(natted, 9);
    for (const at of [9, 11]) third = repeated(repeated(third, 8, at), 9, at + 1);
    expect(of(third, 'one-way-udp4500')).toEqual(['error likely']);
    expect(of(natted, 'one-way-udp4500')).toEqual([]);
  });

  test('a packet that comes twice, one that was changed', () => {
    expect(of(repeated(log, 12, 14), 'esp-replay')).toEqual(['note shown']);
    expect(of(edited(log, 12, flipped(frameOf(log, 12).length - 1)), 'esp-bad-icv')).toEqual(['warning shown']);
    expect([...of(log, 'esp-replay'), ...of(log, 'esp-bad-icv')]).toEqual([]);
  });
});
