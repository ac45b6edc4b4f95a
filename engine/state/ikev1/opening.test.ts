// Which messages open with which IV: lost, repeated, reordered and damaged ones, and keys that are wrong.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bundledTrace, loadTrace } from '../../../test/support/trace.ts';
import {
  codesOf,
  dropped,
  edited,
  flipped,
  fold,
  frameOf,
  ikeAt,
  knowing,
  learned,
  learning,
  messageOf,
  moved,
  negotiationIn,
  repeated,
  seenAt,
  since,
  snapped,
  tail,
  until,
  withoutSecrets,
} from '../../../test/support/what-if.ts';
import keysFile from '../../../traces/mm-psk-3des-sha1-modp1024/daemons.json' with { type: 'json' };
import { toHex } from '../../bytes/hex.ts';
import type { Log } from '../../log/log.ts';
import type { Replay } from '../../replay/replay.ts';
import { cookie } from '../../values/cookie.ts';
import { values } from '../persistent-map.ts';

const log = loadTrace(bundledTrace);
const initiatorCookie = cookie('e2ac48224b9fbe1e');
if (!initiatorCookie) throw new Error('sixteen digits');

/** Frames of encrypted messages: MM5, MM6, QM1 to QM3, two deletes. */
const encrypted = [5, 6, 7, 8, 9, 18, 19];
const openedIn = (replay: Replay): string[] => replay.index.opened.map((o) => o.label);
const closedAt = (replay: Replay, event: number): string | null | undefined => seenAt(replay, event).ike?.closed;

describe('the chains of IVs', () => {
  test("each message opens with the IV that the daemon's log names", () => {
    const replay = fold(log);
    const [sa] = keysFile.ike_sas;
    // The log gives the IV that follows each message; the first of an exchange is logged when the exchange begins.
    const logged = new Set([sa?.initial_iv, ...(sa?.iv_chain ?? []).map((row) => row.iv)]);
    expect(replay.index.opened.map((o) => o.event)).toEqual(encrypted);
    expect(replay.index.opened.filter((o) => !logged.has(toHex(o.iv.value))).map((o) => o.event)).toEqual([]);
  });

  test.each([5, 6, 7, 8, 9, 18, 19])('message #%i in equal octets again does not advance its chain', (event) => {
    const replay = fold(repeated(log, event));
    expect(openedIn(replay)).toEqual(openedIn(fold(log)));
  });

  test('MM5 in other octets, its last block damaged: what follows still opens', () => {
    const damaged = flipped(frameOf(log, 5).length - 1);
    const rest = ['MM6', 'QM1', 'QM2', 'QM3', 'INFO', 'INFO'];
    expect(openedIn(fold(repeated(log, 5, 5, damaged)))).toEqual(['MM5', 'MM5', ...rest]);
    expect(openedIn(fold(repeated(log, 5, 4, damaged)))).toEqual(['MM5', 'MM5', ...rest]);
  });

  test('QM3 before QM2: nothing gives its IV yet; QM2 opens when it comes', () => {
    const replay = fold(moved(log, 8, 9));
    expect(openedIn(replay)).toEqual(['MM5', 'MM6', 'QM1', 'QM2', 'INFO', 'INFO']);
    expect(closedAt(replay, 8)).toContain('no IV fits it');
  });
});

describe('a message that the trace lacks', () => {
  test('without MM5, MM6 stays closed and says why; what follows opens, and nobody accuses the key', () => {
    const replay = fold(dropped(log, 5));
    expect(openedIn(replay)).toEqual(['QM1', 'QM2', 'QM3', 'INFO', 'INFO']);
    expect(closedAt(replay, 5)).toContain('does not open');
    expect(codesOf(replay.final)).not.toContain('pre-shared-key-mismatch');
  });

  test('without MM6 no exchange has its first IV: the first message of each stays closed, the others open', () => {
    const replay = fold(dropped(log, 6));
    expect(openedIn(replay)).toEqual(['MM5', 'QM2', 'QM3']);
    expect(closedAt(replay, 6)).toBe('no IV fits it: a message before it is not in the trace, or it is damaged');
  });

  test('without QM1, QM2 stays closed, and QM3 opens', () => {
    const replay = fold(dropped(log, 7));
    expect(openedIn(replay)).toEqual(['MM5', 'MM6', 'QM3', 'INFO', 'INFO']);
  });

  test('without QM2, QM3 stays closed', () => {
    const replay = fold(dropped(log, 8));
    expect(openedIn(replay)).toEqual(['MM5', 'MM6', 'QM1', 'INFO', 'INFO']);
    expect(closedAt(replay, 8)).toContain('no IV fits it');
  });

  test.each([3, 4])('without MM%i the keys cannot be had, and the reason is told', (event) => {
    const replay = fold(dropped(knowing(log, 'preSharedKey', 'dhSharedSecret'), event));
    expect(openedIn(replay)).toEqual([]);
    expect(closedAt(replay, 4)).toBe('Ka is missing: the nonces and the public values would give it');
  });

  test.each([3, 5, 7])('a capture that begins with frame %i does not know the suite, and says so', (first) => {
    const replay = fold(since(log, first));
    expect(openedIn(replay)).toEqual([]);
    expect(closedAt(replay, 18 - first)).toBeUndefined();
    expect(closedAt(replay, 20 - first)).toBe('the suite is not known, since no message that chose it was seen');
  });
});

describe('damaged messages', () => {
  test('a ciphertext that is no whole number of blocks is not tried', () => {
    const replay = fold(snapped(log, 5, frameOf(log, 5).length - 3));
    expect(closedAt(replay, 5)).toMatch(/no whole number of 8-octet blocks/);
  });

  test('a damaged MM5 leaves the chain: MM6 opens with what it ends with', () => {
    const replay = fold(edited(log, 5, flipped(ikeAt + 28 + 2, 0xff)));
    expect(seenAt(replay, 5).ike?.opened).toBeNull();
    expect(openedIn(replay)).toEqual(['MM6', 'QM1', 'QM2', 'QM3', 'INFO', 'INFO']);
  });

  test('the chain remembers a bounded number of blocks', () => {
    let long: Log = until(log, 6);
    for (let i = 0; i < 40; i++) long = repeated(long, 5, 5, (f) => flipped(f.length - 1, i + 1)(f));
    expect(negotiationIn(fold(long).final).iv.earlier.length).toBeLessThanOrEqual(8);
  });
});

describe('wrong keys', () => {
  test('two thousand keys drawn at random open none of the seven messages', () => {
    const withKa = (ka: Uint8Array): Replay => fold(learning(withoutSecrets(log), learned({ what: 'encryptionKey', initiatorCookie }, ka)));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 24 }), (ka) => {
        expect(openedIn(withKa(ka))).toEqual([]);
      }),
      { numRuns: 2000, seed: 2409 },
    );
  });

  test('another pre-shared key opens nothing, and is accused', () => {
    const replay = fold(learning(knowing(log, 'dhSharedSecret'), learned({ what: 'preSharedKey' }, new TextEncoder().encode('another'))));
    expect(openedIn(replay)).toEqual([]);
    const finding = values(replay.final.findings).find((f) => f.code === 'pre-shared-key-mismatch');
    expect(finding).toMatchObject({ severity: 'error', event: 5, count: 2 });
    expect(closedAt(replay, 5)).toContain('Ka does not open it');
  });

  test('another g^xy opens nothing', () => {
    const gxy = learned({ what: 'dhSharedSecret', initiatorCookie }, new Uint8Array(128).fill(7));
    expect(openedIn(fold(learning(knowing(log, 'preSharedKey'), gxy)))).toEqual([]);
  });

  test('without any key nothing is accused, and each message says what would open it', () => {
    const replay = fold(withoutSecrets(log));
    expect(encrypted.map((e) => closedAt(replay, e))).toEqual(
      encrypted.map(() => 'Ka is missing: the pre-shared key and g^xy would give it'),
    );
    expect(codesOf(replay.final)).toEqual(['weak-algorithm']);
  });

  test('the last block of a message that cannot be opened is the next IV all the same', () => {
    expect(negotiationIn(fold(withoutSecrets(until(log, 6))).final).iv.next?.value).toEqual(tail(messageOf(log, 6), 8));
  });
});
