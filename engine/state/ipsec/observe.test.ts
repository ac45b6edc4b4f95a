// ESP packets of a real SA, and packets made with its key: ICV, replay window, counters, and the states of an SA. RFC 4303 3.4.
import { describe, expect, test } from 'vitest';
import { octets, u32 } from '../../../test/support/frames.ts';
import { bundledTrace, loadTrace } from '../../../test/support/trace.ts';
import {
  dropped,
  edited,
  espAt,
  flipped,
  fold,
  framed,
  frameOf,
  inserted,
  knowing,
  moved,
  repeated,
  seenAt,
  since,
  until,
  withoutSecrets,
} from '../../../test/support/what-if.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import type { Log } from '../../log/log.ts';
import { type Replay, replayOf } from '../../replay/replay.ts';
import { values } from '../persistent-map.ts';
import { type Association, lostOf } from './association.ts';
import { windowText } from './replay-window.ts';

const log = loadTrace(bundledTrace);
/** Of the direction towards the responder, as the daemons log it. */
const [spi, integrityKey] = ['c50d31e3', octets('c4447092c78c8bb066659af3192cd2fc9e62a798')];

const saOf = (replay: Replay, wanted = spi): Association => {
  const a = values(replay.final.associations).find((x) => x.spi === Number.parseInt(wanted, 16));
  if (!a) throw new Error(`no SA ${wanted}`);
  return a;
};

/** The first packet of the initiator with another sequence number, and the ICV that belongs to it. */
const packet = (sequence: number): Uint8Array => {
  const frame = frameOf(log, 10);
  const signed = octets(frame.subarray(espAt, espAt + 4), u32(sequence), frame.subarray(espAt + 8, frame.length - 12));
  return framed(frame, octets(signed, nodeCrypto.hmac('sha1', integrityKey, signed).subarray(0, 12)));
};

/** The negotiation, then packets with these sequence numbers. */
const sending = (...sequences: readonly number[]): Log =>
  sequences.reduce((l, n) => inserted(l, l.happened.length, packet(n), 9), until(log, 9));

const judged = (replay: Replay, from = 10): (string | null)[] =>
  Array.from({ length: replay.lastIndex - from + 1 }, (_, i) => seenAt(replay, from + i).ipsec?.replay ?? null);

describe('the trace as it is', () => {
  test('every ICV is right, and four packets came in each direction', () => {
    const replay = fold(log);
    for (let event = 10; event <= 17; event++) expect(seenAt(replay, event).ipsec).toMatchObject({ authenticated: true, replay: 'new' });
    expect(saOf(replay)).toMatchObject({
      packets: 4,
      received: 4,
      lowest: 1n,
      highest: 4n,
      bytes: 4 * 116,
      replayed: 0,
      old: 0,
      badIcv: 0,
    });
    expect(windowText(saOf(replay).window)).toBe('000000000000000f');
  });
});

describe('a packet that was changed', () => {
  const replay = fold(edited(log, 12, flipped(espAt + 30)));

  test('has a wrong ICV, is counted, and moves no window', () => {
    expect(seenAt(replay, 12).ipsec).toMatchObject({ authenticated: false });
    expect(saOf(replay)).toMatchObject({ badIcv: 1, packets: 4, received: 3, highest: 4n });
    expect(windowText(saOf(replay).window)).toBe('000000000000000b');
  });

  test('is a finding about its SPI', () => {
    expect(values(replay.final.findings).find((f) => f.code === 'esp-bad-icv')).toMatchObject({ event: 12, count: 1, about: `esp ${spi}` });
  });

  test('with a number far ahead cannot push the window', () => {
    const far = fold(edited(log, 12, flipped(espAt + 4, 0x7f)));
    expect(saOf(far)).toMatchObject({ highest: 4n, badIcv: 1, replayed: 0, old: 0 });
  });

  test('as the only one leaves no numbers behind', () => {
    const only = fold(until(edited(log, 10, flipped(espAt + 30)), 10));
    expect(saOf(only)).toMatchObject({ lowest: null, highest: null, packets: 1, badIcv: 1 });
    expect(saOf(only).window.highest).toBe(0n);
  });
});

describe('the replay window', () => {
  test('equal octets again are a replay, which is a finding', () => {
    const replay = fold(repeated(log, 12));
    expect(seenAt(replay, 13).ipsec?.replay).toBe('replayed');
    expect(saOf(replay)).toMatchObject({ replayed: 1, received: 4, packets: 5 });
    expect(values(replay.final.findings).find((f) => f.code === 'esp-replay')).toMatchObject({ event: 13, about: `esp ${spi}` });
  });

  test('packets that changed places are new, and none is lost', () => {
    const replay = fold(moved(log, 10, 14));
    expect(saOf(replay)).toMatchObject({ received: 4, replayed: 0, old: 0 });
    expect(lostOf(saOf(replay))).toBe(0n);
  });

  test('64 numbers wide: the oldest inside is new, the one before it is old', () => {
    const replay = fold(sending(100, 37, 36));
    expect(judged(replay)).toEqual(['new', 'new', 'old']);
  });

  test('as wide as is asked for', () => {
    const replay = replayOf(sending(100, 69, 68), nodeCrypto, { replayWindow: 32 });
    expect(judged(replay)).toEqual(['new', 'new', 'old']);
  });

  test('a number that came too late for it is not lost', () => {
    const replay = fold(sending(1, 100, 2));
    expect(saOf(replay)).toMatchObject({ old: 1, received: 2, arrived: 3 });
    expect(lostOf(saOf(replay))).toBe(97n);
  });

  test('numbers that never came are lost', () => {
    expect(lostOf(saOf(fold(sending(1, 2, 5, 9))))).toBe(5n);
  });

  test('0 is never new, RFC 4303 2.2', () => {
    expect(judged(fold(sending(0)))).toEqual(['old']);
  });

  test('near the last number: no wrap without extended sequence numbers', () => {
    const replay = fold(sending(0xffff_fffe, 0xffff_ffff, 0, 1));
    expect(judged(replay)).toEqual(['new', 'new', 'old', 'old']);
    expect(saOf(replay).highest).toBe(0xffff_ffffn);
  });
});

describe('SAs that no negotiation tells of', () => {
  const stray = since(until(log, 17), 10);

  test('have a record, whose window begins with the first packet', () => {
    const replay = fold(dropped(withoutSecrets(stray), 1));
    expect(judged(replay, 1).slice(0, 3)).toEqual([null, null, 'new']);
    expect(saOf(replay)).toMatchObject({ negotiation: null, side: null, suite: null, state: 'mature', lowest: 2n, highest: 4n });
  });

  test('are adopted by the quick mode that names them: the record goes on', () => {
    const replay = fold(moved(until(knowing(log, 'preSharedKey', 'dhSharedSecret'), 10), 10, 8));
    expect(seenAt(replay, 8).ipsec).toMatchObject({ replay: null, authenticated: null });
    expect(saOf(replay)).toMatchObject({ side: 'initiator', since: 8, packets: 1, highest: 1n, state: 'mature' });
    expect(saOf(replay).keymat).not.toBeNull();
  });

  test('are checked from the first packet on where a table gives their keys', () => {
    const replay = fold(stray);
    expect(seenAt(replay, 1).ipsec).toMatchObject({ replay: null, authenticated: true });
    expect(saOf(replay)).toMatchObject({ negotiation: null, received: 4 });
    expect(seenAt(fold(edited(stray, 1, flipped(espAt + 30))), 1).ipsec).toMatchObject({ authenticated: false });
  });

  test('keep keys that a table gave where the quick mode gives none', () => {
    const table = knowing(log, 'encryptionKey', 'ipsecEncryptionKey', 'ipsecIntegrityKey');
    const replay = fold(moved(until(table, 12), 10, 8));
    expect(saOf(replay)).toMatchObject({ side: 'initiator', keymat: null });
    expect(seenAt(replay, 12).ipsec).toMatchObject({ authenticated: true });
  });

  test('one SPI towards two destinations is two SAs', () => {
    const other = fold(inserted(until(log, 10), 10, framed(frameOf(log, 11), frameOf(log, 10).slice(espAt)), 10));
    expect(values(other.final.associations).filter((a) => a.spi === Number.parseInt(spi, 16))).toHaveLength(2);
  });
});

describe('the states of an SA, RFC 2367 2.3', () => {
  const stateAt = (event: number): string => saOf(fold(until(log, event))).state;

  test('larval, mature, dying as its partner is deleted', () => {
    expect([8, 9, 17, 18].map(stateAt)).toEqual(['larval', 'mature', 'mature', 'dying']);
    expect(saOf(fold(log), 'c185666e').state).toBe('dead');
  });

  test('dead stays dead, whatever still comes', () => {
    const replay = fold(inserted(log, 19, frameOf(log, 11), 11));
    expect(saOf(replay, 'c185666e').state).toBe('dead');
  });
});

test('an ESP packet that is too short for its header is no packet of any SA', () => {
  const replay = fold(edited(until(log, 10), 10, (f) => framed(f, f.slice(espAt, espAt + 7))));
  expect(seenAt(replay, 10).ipsec).toBeNull();
  expect(saOf(replay).packets).toBe(0);
});
