import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundledTrace, loadTrace, tracesFolder } from '../../test/support/trace.ts';
import { nodeCrypto } from '../host/node-crypto.ts';
import type { Log } from '../log/log.ts';
import { replayOf } from '../replay/replay.ts';
import { timestamp } from '../values/timestamp.ts';
import { timing } from './timing.ts';

const of = (log: Log) => timing(replayOf(log, nodeCrypto));

/** The bundled trace with frame n at n tenths of a second. */
const inTenths = (): Log => {
  const log = loadTrace(bundledTrace);
  return { ...log, happened: log.happened.map((e) => ({ ...e, at: timestamp(BigInt(e.origin.number) * 100_000_000n) })) };
};

test('a handshake from its first message to its last, with every answer and round trip', () => {
  const { negotiations } = of(inTenths());
  const [phase1, quick] = negotiations[0]?.handshakes ?? [];
  expect(phase1).toMatchObject({ kind: 'phase1', begunBy: 'initiator', first: 1, last: 6, took: 500_000_000n });
  expect(phase1?.answers.map((a) => `${a.label} ${a.answerLabel} ${a.answeredBy} ${a.took / 1_000_000n}`)).toEqual([
    'MM1 MM2 responder 100',
    'MM2 MM3 initiator 100',
    'MM3 MM4 responder 100',
    'MM4 MM5 initiator 100',
    'MM5 MM6 responder 100',
  ]);
  expect(phase1?.roundTrips.map((r) => [r.from, r.to, r.took])).toEqual([1, 2, 3, 4].map((n) => [n, n + 2, 200_000_000n]));
  expect(quick).toMatchObject({ kind: 'quick', exchange: '3e1e0daa', took: 200_000_000n });
});

test('what was never answered did not take any time', () => {
  const [handshake] = of(loadTrace(join(tracesFolder, 'lost-responder'))).negotiations[0]?.handshakes ?? [];
  expect(handshake).toMatchObject({ took: null, answers: [], roundTrips: [] });
});

test('a message that had to be sent again says so', () => {
  const log = loadTrace(join(tracesFolder, 'retransmission'));
  const copies = of(log).negotiations.flatMap((n) => n.handshakes.flatMap((h) => h.answers.map((a) => a.copies)));
  expect(copies.some((n) => n > 1)).toBe(true);
});

test('each rekey of a tunnel, with what it came after and how much of the lifetime was used', () => {
  // Its configuration: life_time 12 s, rekeyed by the initiator after 8 s.
  const [tunnel, ...others] = of(loadTrace(join(tracesFolder, 'rekey-phase2'))).tunnels;
  expect(others).toEqual([]);
  expect(tunnel).toMatchObject({ networks: '10.1.0.0/16 - 10.2.0.0/16' });
  expect(tunnel?.generations.map((g) => [g.begunBy, g.lifetimeSeconds, g.spis.length])).toEqual(Array(4).fill(['initiator', 12, 2]));
  for (const g of tunnel?.generations.slice(1) ?? []) {
    expect(Number(g.after) / 1e9).toBeGreaterThan(7.5);
    expect(Number(g.after) / 1e9).toBeLessThan(9);
    expect(g.usedUp).toBe(Math.round((Number(g.after) / 12e9) * 100));
  }
});

test('frames that a snap length cut are counted as such', () => {
  const log = loadTrace(bundledTrace);
  expect(of(log).cut).toBeNull();
  const happened = log.happened.map((e) =>
    e.kind === 'DatagramSeen' && e.datagram.form === 'frame'
      ? { ...e, datagram: { ...e.datagram, bytes: e.datagram.bytes.subarray(0, 96) } }
      : e,
  );
  expect(of({ ...log, happened }).cut).toEqual({ frames: 19, first: 1, kept: 96 });
});

/** From 198.51.100.254: port unreachable (RFC 792), quoting the UDP datagram of `frame`. */
const icmpAbout = (frame: Uint8Array): Uint8Array => {
  const quoted = frame.subarray(14, 14 + 28);
  const ip = [0x45, 0, 0, 20 + 8 + quoted.length, 0, 0, 0, 0, 64, 1, 0, 0, 198, 51, 100, 254, ...quoted.subarray(12, 16)];
  return Uint8Array.from([...frame.subarray(0, 14), ...ip, 3, 3, 0, 0, 0, 0, 0, 0, ...quoted]);
};

test('an ICMP error stands beside the message that it is about', () => {
  const log = loadTrace(bundledTrace);
  const happened = log.happened.flatMap((e, i) => {
    if (i !== 2 || e.kind !== 'DatagramSeen' || e.datagram.form !== 'frame') return [e];
    const bytes = icmpAbout(e.datagram.bytes);
    return [e, { ...e, datagram: { ...e.datagram, bytes, wireLength: bytes.length } }];
  });
  const [error, ...others] = of({ ...log, happened }).icmp;
  expect(others).toEqual([]);
  expect(error).toMatchObject({ event: 4, from: '198.51.100.254', about: { event: 3, label: 'MM3' } });
});
