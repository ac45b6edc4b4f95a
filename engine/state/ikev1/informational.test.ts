// Informational exchanges made with the keys of the trace: deletes, notifies, refusals, and what is not believed. RFC 2409 5.7, RFC 2408 3.14, 3.15.
import { describe, expect, test } from 'vitest';
import { octets, u16, u32 } from '../../../test/support/frames.ts';
import { bundledTrace, loadTrace } from '../../../test/support/trace.ts';
import {
  authenticated,
  carrying,
  codesOf,
  dropped,
  firstIvOf,
  fold,
  frameOf,
  inserted,
  keysOf,
  messageOf,
  negotiationIn,
  payload,
  rowsOf,
  sealed,
  seenAt,
  until,
  withoutSecrets,
} from '../../../test/support/what-if.ts';
import type { Log } from '../../log/log.ts';
import { entries, values } from '../persistent-map.ts';

const log = loadTrace(bundledTrace);
const keys = keysOf(log);
const ipsecDoi = u32(1);
const [notify, deletes] = [11, 12];
const cookies = messageOf(log, 2).slice(0, 16);

const notification = (type: number, protocol = 3, data: Uint8Array = new Uint8Array()): Uint8Array =>
  payload(0, octets(ipsecDoi, protocol, 0, u16(type), data));
const deletion = (protocol: number, ...spis: readonly Uint8Array[]): Uint8Array =>
  payload(0, octets(ipsecDoi, protocol, spis[0]?.length ?? 0, u16(spis.length), ...spis));

/** A frame of the initiator, or of the responder, with this message in it. */
const frame = (side: 'initiator' | 'responder', message: Uint8Array): Uint8Array =>
  carrying(message)(frameOf(log, side === 'initiator' ? 5 : 6));

/** An informational message as one of the two would send it after phase 1. */
const says = (side: 'initiator' | 'responder', first: number, body: Uint8Array, messageId = 0x1001): Uint8Array =>
  frame(side, authenticated(keys, messageOf(log, 6), firstIvOf(log, keys, messageId), { exchangeType: 5, messageId, first }, body));

const having = (event: number, bytes: Uint8Array, of: Log = log): ReturnType<typeof fold> => fold(inserted(until(of, event), event, bytes));
const saStates = (replay: ReturnType<typeof fold>): string[] =>
  values(replay.final.associations)
    .map((a) => `${a.side} ${a.state}`)
    .sort();

describe('a DELETE of the ISAKMP SA', () => {
  test('ends it: the sender is seen to, the receiver is taken to', () => {
    const replay = having(17, says('responder', deletes, deletion(1, cookies)));
    expect(rowsOf(replay, 18)).toEqual([
      'R IKE_P1_COMPLETE > IKE_DEST_SA',
      'I IKE_P1_COMPLETE > IKE_DEST_SA ?',
      'I IKE_DEST_SA > IKE_DEST_SA ?',
    ]);
    expect(negotiationIn(replay.final)).toMatchObject({ ended: { event: 18, why: 'deleted by responder' } });
    expect(codesOf(replay.final)).toContain('deleted-by-peer');
  });

  test('that names other cookies leaves this one alone', () => {
    const replay = having(17, says('initiator', deletes, deletion(1, octets('1111111111111111 2222222222222222'))));
    expect(rowsOf(replay, 18)).toEqual([]);
    expect(negotiationIn(replay.final).ended).toBeNull();
  });

  test('from a side that had not finished begins where that side stood', () => {
    const at5 = authenticated(
      keys,
      messageOf(log, 6),
      firstIvOf(log, keys, 7, 5),
      { exchangeType: 5, messageId: 7, first: deletes },
      deletion(1, cookies),
    );
    const replay = having(5, frame('initiator', at5));
    expect(rowsOf(replay, 6)).toEqual(['I IKE_I_MM5 > IKE_DEST_SA', 'R IKE_R_MM5 > IKE_DEST_SA ?', 'R IKE_DEST_SA > IKE_DEST_SA ?']);
  });

  test('twice has no effect the second time', () => {
    const replay = fold(log);
    const again = fold(inserted(log, 19, says('initiator', deletes, deletion(1, cookies))));
    expect(rowsOf(again, 20)).toEqual([]);
    expect(negotiationIn(again.final).ended).toEqual(negotiationIn(replay.final).ended);
  });
});

describe('a DELETE of an IPsec SA', () => {
  test('ends the direction towards its sender; of the other nothing is left to use it', () => {
    expect(saStates(fold(until(log, 17)))).toEqual(['initiator mature', 'responder mature']);
    // The initiator deletes the SPI that it receives on: the responder sends on that one.
    expect(saStates(fold(until(log, 18)))).toEqual(['initiator dying', 'responder dead']);
    expect(rowsOf(fold(log), 18)).toEqual([]);
  });

  test("of an SPI that is the other side's to choose has no effect", () => {
    const replay = having(17, says('initiator', deletes, deletion(3, octets('c50d31e3'))));
    expect(saStates(replay)).toEqual(['initiator mature', 'responder mature']);
  });

  test('of several SPIs at once ends each', () => {
    const replay = having(17, says('responder', deletes, deletion(3, octets('00001234'), octets('c50d31e3'))));
    expect(saStates(replay)).toEqual(['initiator dead', 'responder dying']);
  });
});

describe('what is not believed', () => {
  test('a wrong hash: the delete has no effect, and the finding says what was expected', () => {
    const wrong = octets(payload(deletes, new Uint8Array(20)), deletion(1, cookies));
    const message = sealed(keys, messageOf(log, 6), firstIvOf(log, keys, 9), { exchangeType: 5, messageId: 9, first: 8 }, wrong);
    const replay = having(17, frame('initiator', message));
    expect(seenAt(replay, 18).ike?.authenticators).toMatchObject([{ name: 'HASH(1)', verdict: 'differs' }]);
    expect(negotiationIn(replay.final).ended).toBeNull();
    const finding = values(replay.final.findings).find((f) => f.code === 'authentication-failed');
    expect(finding?.evidence).toMatch(/^expected [0-9a-f]{40}, seen 0{40}$/);
  });

  test('a delete in the clear', () => {
    const clear = octets(cookies, deletes, 0x10, 5, 0, u32(0x77), u32(0), deletion(1, cookies));
    const replay = having(17, frame('initiator', clear));
    expect(negotiationIn(replay.final).ended).toBeNull();
    expect(rowsOf(replay, 18)).toEqual([]);
  });

  test('a notify in the clear is shown with its sender in doubt', () => {
    const clear = octets(cookies.slice(0, 8), new Uint8Array(8), notify, 0x10, 5, 0, u32(0x77), u32(0), notification(14, 1));
    const replay = having(1, frame('responder', clear));
    const finding = values(replay.final.findings).find((f) => f.code === 'phase1-no-proposal-chosen');
    expect(finding?.message).toBe('The responder refuses: NO-PROPOSAL-CHOSEN. Nothing proves who sent this notify.');
    expect(rowsOf(replay, 2)).toEqual(['I IKE_I_MM1 > IKE_I_MM1 ?']);
  });

  test('a notify in the clear, as the first thing that a capture shows, does not prove a phase 1', () => {
    const clear = octets(cookies, notify, 0x10, 5, 0, u32(0x77), u32(0), notification(4, 1));
    const replay = fold(until(inserted(log, 0, frame('responder', clear)), 1));
    expect(negotiationIn(replay.final).initiator.state).toBe('IKE_READY');
  });
});

describe('a refused quick mode', () => {
  test('stays where it was at the side that judges, with the answer', () => {
    const replay = having(7, says('responder', notify, notification(14)));
    expect(rowsOf(replay, 8)).toEqual(['R IKE_QM_READY > IKE_QM_READY', 'I IKE_P1_COMPLETE > IKE_P1_COMPLETE ?']);
    const q = entries(negotiationIn(replay.final).exchanges).find(([, e]) => e.kind === 'quick')?.[1];
    expect(q).toMatchObject({ result: 'refused: NO-PROPOSAL-CHOSEN', responderState: 'IKE_QM_READY' });
    expect(codesOf(replay.final)).toContain('phase2-no-proposal-chosen');
  });

  test('a status notify refuses nothing', () => {
    const replay = having(7, says('responder', notify, notification(24578, 1)));
    expect(rowsOf(replay, 8)).toEqual(['I IKE_P1_COMPLETE > IKE_P1_COMPLETE ?']);
    expect(negotiationIn(replay.final).openQuickModes).toHaveLength(1);
  });
});

test('without keys an informational message is counted and nothing else', () => {
  const replay = fold(withoutSecrets(log));
  expect(negotiationIn(replay.final)).toMatchObject({ ended: null, encrypted: 7, opened: 0 });
  expect(rowsOf(replay, 19)).toEqual([]);
});

test('a delete after a capture begun late ends a negotiation whose start nobody saw', () => {
  // Without MM1 the suite still stands in MM2, and all keys can be had.
  const replay = fold(dropped(log, 1));
  expect(negotiationIn(replay.final).ended?.why).toBe('deleted by initiator');
});
