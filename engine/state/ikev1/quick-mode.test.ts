// Quick mode, RFC 2409 5.5: begun by either side, twice at once, with several pairs of SAs, with messages lost, repeated and forged.
import { describe, expect, test } from 'vitest';
import { octets, u32 } from '../../../test/support/frames.ts';
import { bundledTrace, loadTrace } from '../../../test/support/trace.ts';
import {
  authenticated,
  carrying,
  codesOf,
  dropped,
  edited,
  firstIvOf,
  flipped,
  fold,
  frameOf,
  hexOf,
  inserted,
  keysOf,
  knowing,
  messageOf,
  moved,
  negotiationIn,
  payload,
  repeated,
  rowsOf,
  sealed,
  seenAt,
  since,
  tail,
  until,
  withoutSecrets,
} from '../../../test/support/what-if.ts';
import keysFile from '../../../traces/mm-psk-3des-sha1-modp1024/daemons.json' with { type: 'json' };
import { nodeCrypto } from '../../host/node-crypto.ts';
import type { Log } from '../../log/log.ts';
import { entries, values } from '../persistent-map.ts';
import type { QuickMode } from './quick-mode.ts';

const log = loadTrace(bundledTrace);
const keys = keysOf(log);

const quickOf = (replay: ReturnType<typeof fold>, messageId?: number): QuickMode => {
  for (const [, e] of entries(negotiationIn(replay.final).exchanges))
    if (e.kind === 'quick' && (messageId === undefined || e.messageId === messageId)) return e;
  throw new Error('no quick mode');
};
const sasOf = (replay: ReturnType<typeof fold>) =>
  values(replay.final.associations)
    .map((a) => `${a.side} ${a.src} ${a.spi.toString(16)} ${a.state}`)
    .sort();

/** The octets inside an encrypted message, and its payloads of a type, whole. */
const inside = (event: number) => {
  const opened = seenAt(fold(log), event).ike?.opened;
  if (!opened) throw new Error(`event ${event} opens`);
  const whole = (type: number): Uint8Array[] =>
    opened.chain.payloads.filter((p) => p.type === type).map((p) => opened.bytes.slice(p.body.start, p.body.end));
  return { whole, rest: opened.bytes.slice(opened.chain.payloads[0]?.span.end, opened.chain.end) };
};

type Side = 'initiator' | 'responder';
const frame = (side: Side, message: Uint8Array): Uint8Array => carrying(message)(frameOf(log, side === 'initiator' ? 5 : 6));
const like = messageOf(log, 6);

/** The three messages of a quick mode that `side` begins, with the bodies that the trace's own carried. */
const quickMode = (side: Side, messageId: number, of: { qm1?: Uint8Array; qm2?: Uint8Array } = {}) => {
  const to = { exchangeType: 32, messageId, first: 1 };
  const [nonceI = new Uint8Array()] = inside(7).whole(10);
  const [nonceR = new Uint8Array()] = inside(8).whole(10);
  const qm1 = authenticated(keys, like, firstIvOf(log, keys, messageId), to, of.qm1 ?? inside(7).rest);
  const qm2 = authenticated(keys, like, tail(qm1, 8), { ...to, before: nonceI }, of.qm2 ?? inside(8).rest);
  const hash3 = nodeCrypto.hmac('sha1', keys.skeyidA, Uint8Array.of(0), u32(messageId), nonceI, nonceR);
  const qm3 = sealed(keys, like, tail(qm2, 8), { ...to, first: 8 }, payload(0, hash3));
  const other: Side = side === 'initiator' ? 'responder' : 'initiator';
  return [frame(side, qm1), frame(other, qm2), frame(side, qm3)] as const;
};

const having = (of: Log, ...frames: readonly Uint8Array[]): Log => frames.reduce((l, f) => inserted(l, l.happened.length, f, 5), of);

describe('the messages of the trace', () => {
  test('HASH(1), (2), (3) are those in the log of the daemons', () => {
    const replay = fold(log);
    const made = [7, 8, 9].map((event) => {
      const [a] = seenAt(replay, event).ike?.authenticators ?? [];
      expect(a?.verdict).toBe('equal');
      return Buffer.from(a?.expected ?? []).toString('hex');
    });
    expect(made).toEqual(keysFile.ike_sas[0]?.phase2_hashes.slice(0, 3).map((h) => h.value));
  });

  test('the two SAs are larval after the answer and mature after the proof', () => {
    expect(sasOf(fold(until(log, 7)))).toEqual([]);
    const sas = (state: string) => [`initiator 192.0.2.1 c50d31e3 ${state}`, `responder 198.51.100.1 c185666e ${state}`];
    expect(sasOf(fold(until(log, 8)))).toEqual(sas('larval'));
    expect(sasOf(fold(until(log, 9)))).toEqual(sas('mature'));
  });

  test('an ESP packet with a right ICV shows that its sender has come to the end, before QM3 is seen', () => {
    const replay = fold(dropped(until(log, 10), 9));
    expect(sasOf(replay)[0]).toBe('initiator 192.0.2.1 c50d31e3 mature');
  });

  test('without a key both sides are seen to finish, and no SA is known', () => {
    const replay = fold(withoutSecrets(until(log, 9)));
    expect(quickOf(replay)).toMatchObject({ result: 'complete', begunBy: 'initiator', initiatorState: 'IKE_QM_PHASE2_COMPLETE' });
    expect(sasOf(replay)).toEqual([]);
  });

  test('with Ka alone the SAs are known, their keys not', () => {
    const replay = fold(until(knowing(log, 'encryptionKey'), 9));
    expect(sasOf(replay)).toHaveLength(2);
    expect(values(replay.final.associations).map((a) => a.keymat)).toEqual([null, null]);
  });
});

describe('begun by the responder of phase 1', () => {
  const replay = fold(having(until(log, 6), ...quickMode('responder', 0xbeef)));

  test('the responder takes the steps of the side that begins', () => {
    expect(rowsOf(replay, 7)).toEqual(['R IKE_QM_READY > IKE_QM_I_QM1']);
    expect(rowsOf(replay, 8)).toEqual(['I IKE_QM_READY > IKE_QM_SPI_STARVE', 'I IKE_QM_SPI_STARVE > IKE_QM_R_QM2']);
    expect(rowsOf(replay, 9)).toEqual(['R IKE_QM_I_QM1 > IKE_QM_PHASE2_COMPLETE', 'I IKE_QM_R_QM2 > IKE_QM_PHASE2_COMPLETE ?']);
    expect(quickOf(replay).begunBy).toBe('responder');
  });

  test('the three hashes are right, and the SPIs belong to those who chose them', () => {
    expect([7, 8, 9].map((e) => seenAt(replay, e).ike?.authenticators[0]?.verdict)).toEqual(['equal', 'equal', 'equal']);
    // QM1 chose c185666e for its sender to receive on, now the responder; so the initiator sends on it.
    expect(sasOf(replay)).toEqual(['initiator 192.0.2.1 c185666e mature', 'responder 198.51.100.1 c50d31e3 mature']);
  });

  test('without the end of phase 1, what the initiator did with MM6 is not proven by it', () => {
    const late = fold(having(until(log, 5), ...quickMode('responder', 0xbeef)));
    expect(rowsOf(late, 6).slice(0, 4)).toEqual([
      'R IKE_R_MM5 > IKE_R_MM5',
      'R IKE_R_MM5 > IKE_P1_COMPLETE',
      'R IKE_P1_COMPLETE > IKE_P1_COMPLETE',
      'I IKE_I_MM5 > IKE_I_MM6 @7',
    ]);
  });
});

test('two quick modes at once keep their chains apart', () => {
  const [a, b] = [quickMode('initiator', 0x0a0a), quickMode('responder', 0x0b0b)];
  const replay = fold(having(until(log, 6), a[0], b[0], b[1], a[1], a[2], b[2]));
  expect(replay.index.opened.slice(2).map((o) => o.label)).toEqual(['QM1', 'QM1', 'QM2', 'QM2', 'QM3', 'QM3']);
  expect([0x0a0a, 0x0b0b].map((id) => quickOf(replay, id).result)).toEqual(['complete', 'complete']);
});

test('several SA payloads make a pair of SAs each', () => {
  const { rest, whole } = inside(7);
  const [sa = new Uint8Array()] = whole(1);
  const spiAt = 8 + 8;
  const second = (body: Uint8Array, spi: string): Uint8Array => octets(body.subarray(0, spiAt), octets(spi), body.subarray(spiAt + 4));
  const after1 = rest.subarray(4 + sa.length);
  const answer = inside(8);
  const [saR = new Uint8Array()] = answer.whole(1);
  const after2 = answer.rest.subarray(4 + saR.length);
  const replay = fold(
    having(
      until(log, 6),
      ...quickMode('initiator', 0x0c0c, {
        qm1: octets(payload(1, sa), payload(10, second(sa, '0000aaaa')), after1),
        qm2: octets(payload(1, saR), payload(10, second(saR, '0000bbbb')), after2),
      }),
    ),
  );
  expect(sasOf(replay)).toEqual([
    'initiator 192.0.2.1 bbbb mature',
    'initiator 192.0.2.1 c50d31e3 mature',
    'responder 198.51.100.1 aaaa mature',
    'responder 198.51.100.1 c185666e mature',
  ]);
  expect(new Set(values(replay.final.associations).map((a) => a.bundle)).size).toBe(2);
});

describe('messages lost and late', () => {
  test('QM2 after QM3 still makes the SAs, mature at once, and moves nobody twice', () => {
    const replay = fold(moved(until(log, 9), 8, 9));
    expect(rowsOf(replay, 9)).toEqual([]);
    expect(sasOf(replay)).toEqual(sasOf(fold(until(log, 9))));
    expect(values(replay.final.associations).every((a) => a.keymat !== null)).toBe(true);
  });

  test('without QM1, the other two are told for what they are, and its row comes with QM2', () => {
    const replay = fold(dropped(until(log, 9), 7));
    expect([7, 8].map((e) => seenAt(replay, e).ike?.label)).toEqual(['QM2', 'QM3']);
    expect(rowsOf(replay, 7)[0]).toBe('I IKE_QM_READY > IKE_QM_I_QM1');
    expect(quickOf(replay)).toMatchObject({ begunBy: 'initiator', result: 'complete' });
  });

  test('with QM3 alone, by its length', () => {
    const replay = fold(dropped(until(log, 9), 7, 8));
    expect(seenAt(replay, 7).ike?.label).toBe('QM3');
    expect(rowsOf(replay, 7)).toHaveLength(5);
  });

  test('a capture that begins with QM1 shows the exchange of two sides whose phase 1 is taken for granted', () => {
    const replay = fold(since(until(log, 9), 7));
    expect(negotiationIn(replay.final)).toMatchObject({ rolesKnown: false, initiator: { state: 'IKE_P1_COMPLETE', address: '192.0.2.1' } });
    expect(rowsOf(replay)).toHaveLength(5);
  });
});

describe('messages repeated and forged', () => {
  test('QM1 again with other octets is QM1 and no QM3', () => {
    const [first] = quickMode('initiator', 0x3e1e0daa, { qm1: octets(inside(7).rest, new Uint8Array(8)) });
    const replay = fold(inserted(until(log, 7), 7, first, 7));
    expect(seenAt(replay, 8).ike).toMatchObject({ label: 'QM1', retransmissionOf: null });
    expect(rowsOf(replay, 8)).toEqual([]);
    expect(quickOf(replay).messages).toBe(1);
  });

  test('QM2 again after traffic does not set the counters of its SAs back', () => {
    const [, again] = quickMode('initiator', 0x3e1e0daa, { qm2: octets(inside(8).rest, new Uint8Array(8)) });
    const replay = fold(inserted(until(log, 13), 13, again, 8));
    expect(values(replay.final.associations).map((a) => a.packets)).toEqual(
      values(fold(until(log, 13)).final.associations).map((a) => a.packets),
    );
  });

  test.each([
    [7, 'HASH(1)', 1],
    [8, 'HASH(2)', 1],
    [9, 'HASH(3)', 8],
  ])(
    'a wrong hash in message #%i (%s): no row, nothing learned, the chain stays, and a finding says what was expected',
    (event, name, first) => {
      const iv = event === 7 ? firstIvOf(log, keys, 0x3e1e0daa) : tail(messageOf(log, event - 1), 8);
      const plain = event === 9 ? payload(0, new Uint8Array(20)) : octets(payload(first, new Uint8Array(20)), inside(event).rest);
      const forged = sealed(keys, like, iv, { exchangeType: 32, messageId: 0x3e1e0daa, first: 8 }, plain);
      // The forged one comes just before the true one, which must not suffer.
      const replay = fold(inserted(log, event - 1, carrying(forged)(frameOf(log, event)), event));
      expect(seenAt(replay, event).ike?.authenticators).toMatchObject([{ name, verdict: 'differs' }]);
      expect(rowsOf(replay, event)).toEqual([]);
      const finding = values(replay.final.findings).find((f) => f.code === 'quick-mode-hash-mismatch');
      expect(finding).toMatchObject({ event, severity: 'error' });
      expect(finding?.evidence).toMatch(/^expected [0-9a-f]{40}, seen 0{40}$/);
      expect(quickOf(replay).result).toBe('complete');
      expect(seenAt(replay, event + 1).ike?.authenticators).toMatchObject([{ name, verdict: 'equal' }]);
    },
  );

  test('a damaged QM2 stays closed, and what follows it opens', () => {
    const replay = fold(edited(log, 8, flipped(42 + 28 + 3)));
    expect(seenAt(replay, 8).ike?.opened).toBeNull();
    expect(seenAt(replay, 9).ike?.opened).not.toBeNull();
    expect(codesOf(replay.final)).not.toContain('quick-mode-hash-mismatch');
  });

  test('message after message in equal octets, the second time, changes no SA', () => {
    let long: Log = log;
    for (const event of [9, 8, 7]) long = repeated(long, event, 17);
    expect(sasOf(fold(long))).toEqual(sasOf(fold(log)));
    expect(hexOf(quickOf(fold(long)).nonceI)).toBe(hexOf(quickOf(fold(log)).nonceI));
  });
});
