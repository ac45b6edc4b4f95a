// Main mode over the messages of a real negotiation: what each proves, and what becomes of it when messages are lost, repeated or forged.
import { describe, expect, test } from 'vitest';
import { octets } from '../../../test/support/frames.ts';
import { bundledTrace, loadTrace } from '../../../test/support/trace.ts';
import {
  carrying,
  codesOf,
  dropped,
  edited,
  flipped,
  fold,
  ikeAt,
  keysOf,
  knowing,
  messageOf,
  negotiationIn,
  payload,
  repeated,
  rowsOf,
  sealed,
  secretOf,
  seenAt,
  since,
  tail,
  until,
  withoutSecrets,
} from '../../../test/support/what-if.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { values } from '../persistent-map.ts';

const log = loadTrace(bundledTrace);

/** The value of the first attribute that MM1 offers: behind the headers of message, payload, proposal and transform. */
const inTheOffer = ikeAt + 28 + 12 + 8 + 8 + 3;

const mm2 = ['R IKE_R_MM1 > IKE_R_MM1', 'R IKE_R_MM1 > IKE_R_MM2', 'I IKE_I_MM1 > IKE_I_MM2'];

describe('what proves what', () => {
  test('the step of the receiver is proven by its next message', () => {
    const replay = fold(until(log, 9));
    expect(rowsOf(replay, 1)).toEqual(['I IKE_READY > IKE_I_MM1', 'R IKE_READY > IKE_R_MM1 @2']);
    expect(rowsOf(replay, 2)).toEqual([...mm2.slice(0, 2), `${mm2[2]} @3`]);
    expect(rowsOf(replay, 6).slice(3)).toEqual([
      'I IKE_I_MM5 > IKE_I_MM6 @7',
      'I IKE_I_MM6 > IKE_I_MM6 @7',
      'I IKE_I_MM6 > IKE_P1_COMPLETE @7',
      'I IKE_P1_COMPLETE > IKE_P1_COMPLETE @7',
    ]);
    expect(rowsOf(replay, 9).at(-1)).toBe('R IKE_QM_R_QM2 > IKE_QM_PHASE2_COMPLETE ?');
  });

  test('the state of a side is assumed until then', () => {
    const at = (n: number) => negotiationIn(fold(until(log, n)).final);
    expect([at(1).initiator.assumed, at(1).responder.assumed]).toEqual([false, true]);
    expect([at(2).initiator.assumed, at(2).responder.assumed]).toEqual([true, false]);
    expect([at(6).initiator.assumed, at(6).responder.assumed]).toEqual([true, false]);
    expect([at(7).initiator.assumed, at(7).responder.assumed]).toEqual([false, false]);
  });

  test('a responder that never speaks is assumed for ever, however often it is asked', () => {
    const replay = fold(repeated(repeated(until(log, 1), 1), 1));
    expect(rowsOf(replay)).toEqual(['I IKE_READY > IKE_I_MM1', 'R IKE_READY > IKE_R_MM1 ?']);
    expect(negotiationIn(replay.final).responder).toMatchObject({ state: 'IKE_R_MM1', assumed: true });
  });

  test('asking again in other octets does not prove that the answer came', () => {
    const replay = fold(repeated(until(log, 2), 1, 2, flipped(inTheOffer)));
    expect(seenAt(replay, 3).ike).toMatchObject({ label: 'MM1', retransmissionOf: null });
    expect(rowsOf(replay, 3)).toEqual([]);
    expect(negotiationIn(replay.final).initiator).toMatchObject({ state: 'IKE_I_MM2', assumed: true });
  });
});

describe('messages that the trace lacks', () => {
  test('their rows come with the next message, which proves them', () => {
    const replay = fold(dropped(log, 2));
    expect(rowsOf(replay, 2)).toEqual([...mm2, 'I IKE_I_MM2 > IKE_I_MM2', 'I IKE_I_MM2 > IKE_I_MM3', 'R IKE_R_MM2 > IKE_R_MM3 @3']);
  });

  test.each([3, 5])('a capture that begins with message %i has all 17 rows and both sides up to it', (first) => {
    const whole = fold(until(log, 6));
    const late = fold(since(until(log, 6), first));
    expect(late.transitions.map((t) => `${t.side} ${t.from} ${t.to}`)).toEqual(whole.transitions.map((t) => `${t.side} ${t.from} ${t.to}`));
    expect(late.transitions.filter((t) => t.event === 1 && t.provenAt === null)).toEqual([]);
  });

  test('without the last two, quick mode shows that phase 1 had come to its end', () => {
    const replay = fold(dropped(log, 5, 6));
    expect(rowsOf(replay, 5).slice(0, 10)).toEqual([
      'I IKE_I_MM4 > IKE_I_MM4',
      'I IKE_I_MM4 > IKE_I_MM5',
      'R IKE_R_MM4 > IKE_R_MM5',
      'R IKE_R_MM5 > IKE_R_MM5',
      'R IKE_R_MM5 > IKE_P1_COMPLETE',
      'R IKE_P1_COMPLETE > IKE_P1_COMPLETE',
      'I IKE_I_MM5 > IKE_I_MM6',
      'I IKE_I_MM6 > IKE_I_MM6',
      'I IKE_I_MM6 > IKE_P1_COMPLETE',
      'I IKE_P1_COMPLETE > IKE_P1_COMPLETE',
    ]);
    expect(negotiationIn(replay.final)).toMatchObject({ established: 5, phase1Messages: 6 });
  });
});

describe('messages that come twice', () => {
  test.each([1, 2, 3, 4, 5, 6])('message %i in equal octets gives no row and leaves keys and IVs alone', (event) => {
    const once = fold(until(log, event));
    const twice = fold(repeated(until(log, event), event));
    expect(seenAt(twice, event + 1).ike).toMatchObject({ retransmissionOf: event, opened: null });
    expect(rowsOf(twice)).toEqual(rowsOf(once));
    const [n, m] = [negotiationIn(once.final), negotiationIn(twice.final)];
    expect({ ...m, last: n.last }).toEqual(n);
  });

  test('vendor IDs are told once', () => {
    const replay = fold(repeated(until(log, 2), 1, 2, flipped(inTheOffer)));
    expect(negotiationIn(replay.final).initiator.vendorIds).toHaveLength(5);
  });
});

describe('who is who', () => {
  const hash = (formula: 'I' | 'R', key: Uint8Array): Uint8Array => {
    const body = (event: number, type: number): Uint8Array => {
      const p = seenAt(fold(log), event).ike?.payloads.find((q) => q.type === type);
      const bytes = seenAt(fold(log), event).ike?.opened?.bytes ?? seenAt(fold(log), event).packet?.bytes;
      if (!p || !bytes) throw new Error('no such payload');
      return bytes.slice(p.body.start, p.body.end);
    };
    const cookies = messageOf(log, 2);
    const [ckyI, ckyR] = [cookies.subarray(0, 8), cookies.subarray(8, 16)];
    const [gxi, gxr] = [body(3, 4), body(4, 4)];
    return formula === 'I'
      ? nodeCrypto.hmac('sha1', key, gxi, gxr, ckyI, ckyR, body(1, 1), body(5, 5))
      : nodeCrypto.hmac('sha1', key, gxr, gxi, ckyR, ckyI, body(1, 1), body(6, 5));
  };

  test('HASH_I and HASH_R are recomputed, and are those in the packets', () => {
    const replay = fold(log);
    const skeyid = secretOf(log, 'skeyid');
    expect(seenAt(replay, 5).ike?.authenticators).toMatchObject([{ name: 'HASH_I', verdict: 'equal', expected: hash('I', skeyid) }]);
    expect(seenAt(replay, 6).ike?.authenticators).toMatchObject([{ name: 'HASH_R', verdict: 'equal', expected: hash('R', skeyid) }]);
    expect(negotiationIn(replay.final).authenticated).toEqual({ initiator: true, responder: true });
  });

  /** MM6 with this value in its HASH payload, encrypted as it ought to be. */
  const answeredWith = (value: Uint8Array) => {
    const inside = seenAt(fold(log), 6).ike?.opened;
    const id = inside?.chain.payloads[0];
    if (!inside || !id) throw new Error('MM6 opens');
    const plain = octets(inside.bytes.subarray(0, id.span.end), payload(0, value));
    const iv = tail(messageOf(log, 5), 8);
    return sealed(keysOf(log), messageOf(log, 6), iv, { exchangeType: 2, messageId: 0, first: 5 }, plain);
  };

  test('a wrong HASH_R: the responder did its part, the initiator did not follow, and the finding says what was expected', () => {
    const wrong = flipped(3)(hash('R', secretOf(log, 'skeyid')));
    const replay = fold(until(edited(log, 6, carrying(answeredWith(wrong))), 6));
    expect(rowsOf(replay, 6)).toEqual(['R IKE_R_MM5 > IKE_R_MM5', 'R IKE_R_MM5 > IKE_P1_COMPLETE', 'R IKE_P1_COMPLETE > IKE_P1_COMPLETE']);
    const n = negotiationIn(replay.final);
    expect(n).toMatchObject({ established: null, authenticated: { initiator: true, responder: false }, initiator: { state: 'IKE_I_MM5' } });
    const finding = values(replay.final.findings).find((f) => f.code === 'authentication-failed');
    const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
    expect(finding).toMatchObject({ severity: 'error', event: 6, about: n.id });
    expect(finding?.evidence).toBe(`expected ${hex(hash('R', secretOf(log, 'skeyid')))}, seen ${hex(wrong)}`);
  });

  test('without keys both sides are seen to finish, and nobody is authenticated', () => {
    const replay = fold(withoutSecrets(until(log, 9)));
    expect(rowsOf(replay)).toHaveLength(26);
    expect(negotiationIn(replay.final).authenticated).toEqual({ initiator: null, responder: null });
  });

  test('with Ka alone the messages open, and the hashes are unknown', () => {
    const replay = fold(knowing(log, 'encryptionKey'));
    expect(seenAt(replay, 5).ike?.authenticators).toMatchObject([{ verdict: 'unknown', expected: null }]);
    expect(seenAt(replay, 7).ike?.authenticators).toMatchObject([{ verdict: 'unknown', expected: null }]);
    expect(negotiationIn(replay.final)).toMatchObject({ opened: 7, authenticated: { initiator: null, responder: null } });
    expect(codesOf(replay.final)).not.toContain('authentication-failed');
  });
});
