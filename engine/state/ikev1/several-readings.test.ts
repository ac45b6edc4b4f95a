// Where several IVs or keys give sense, the reading that proves itself is taken, and the reason is kept. RFC 2409 App. B.
import { expect, test } from 'vitest';
import { hashed, logOf, madeAggressive, madeMain, secret, shared } from '../../../test/support/made-negotiation.ts';
import { bundledTrace, loadTrace, tracesFolder } from '../../../test/support/trace.ts';
import { dropped, flipped, fold, messageOf, negotiationIn, repeated, seenAt, tail, until } from '../../../test/support/what-if.ts';
import { nodeCrypto } from '../../host/node-crypto.ts';
import { cookie } from '../../values/cookie.ts';
import { keysRecord } from '../../view/records/keys.ts';
import { readIke } from '../../wire/ike-message.ts';
import type { Context } from '../context.ts';
import type { Fact, IvChain } from '../fact.ts';
import { type Judge, openIke } from './opening.ts';
import { judgePhase1 } from './phase1.ts';

const ctx: Context = { crypto: nodeCrypto, replayWindow: 64, detail: false };
const log = loadTrace(bundledTrace);
const seen = (value: Uint8Array, since: number): Fact => ({ value, since, basis: 'seen' });

test('two IVs that differ behind the generic header both give sense: the hash decides', () => {
  const replay = fold(until(log, 5));
  const n = negotiationIn(replay.final);
  const bytes = messageOf(log, 6);
  const message = readIke(bytes, 0, bytes.length, 'wire');
  if (!message) throw new Error('MM6 is a message');
  const right = tail(messageOf(log, 5), 8);
  // MM6 begins with the identity: its port stands in octets 6 and 7. Nobody but HASH_R notices what they are.
  const chain: IvChain = { next: seen(flipped(7)(right), 5), earlier: [seen(right, 5)] };
  const packet = { ...seenAt(fold(log), 6).packet, bytes } as never;
  const judge: Judge = (opened) => judgePhase1(ctx, { ...replay.final, index: 6 }, n, 'MM6', 'responder', packet, opened);
  const { opened } = openIke(ctx, n, 'responder', bytes, message, chain, 6, judge);
  expect(opened?.iv.value).toEqual(right);
  expect(opened?.because).toContain('right hash');
  // Without a judge the one that was due stands, and nothing is to be explained.
  expect(openIke(ctx, n, 'responder', bytes, message, chain, 6, () => 'unknown').opened?.because).toBeNull();
});

test('a message that comes late says which IV it took', () => {
  const replay = fold(repeated(log, 5, 6, flipped(messageOf(log, 5).length + 41)));
  expect(seenAt(replay, 7).ike?.opened?.because).toContain('an earlier block');
  expect(seenAt(fold(log), 6).ike?.opened?.because).toBeNull();
});

test('each side’s messages open with its own key, and the keys are told apart', () => {
  const initiatorCookie = cookie(shared.initiatorCookie);
  if (!initiatorCookie) throw new Error('sixteen digits');
  const [left, right] = [madeMain('sesame'), madeMain('open')];
  // The responder cannot open MM5, and says so under its own key, RFC 2408 3.14.
  const answer = right.exchange(9);
  const refusal = hashed(right.keys, 9, [[11, Uint8Array.of(0, 0, 0, 1, 1, 0, 0, 16)]]);
  const frames = [...left.frames.slice(0, 5), answer.seal('responder', 5, refusal, 9)];
  const secrets = [
    secret({ what: 'preSharedKey', side: 'initiator' }, 'sesame'),
    secret({ what: 'preSharedKey', side: 'responder' }, 'open'),
    secret({ what: 'dhSharedSecret', initiatorCookie }, shared.gxy),
  ];
  const replay = fold(logOf(frames, secrets));
  expect(seenAt(replay, 5).ike).toMatchObject({ opened: { key: 'initiator' }, authenticators: [{ verdict: 'differs' }] });
  const { ikev1 } = keysRecord(replay);
  expect(ikev1.map((k) => k.side)).toEqual(['initiator', 'responder']);
  expect(ikev1.map((k) => k.encryptionKey)).toEqual([left.keys.ka, right.keys.ka].map((ka) => Buffer.from(ka).toString('hex')));
});

test('one key for both is one entry, whoever’s log it came from', () => {
  const { ikev1 } = keysRecord(fold(loadTrace(`${tracesFolder}/am-psk-xauth-modecfg-vpnc`)));
  expect(ikev1.map((k) => k.side)).toEqual([undefined]);
});

test('lost messages of aggressive mode leave no message open by chance', () => {
  const made = madeAggressive('sesame', true);
  const replay = fold(dropped(logOf(made.frames, [secret({ what: 'preSharedKey' }, 'sesame')]), 1));
  expect(seenAt(replay, 2).ike?.opened).toBeNull();
});

test('a payload that nobody knows does not keep a message closed whose hash is right', () => {
  const initiatorCookie = cookie(shared.initiatorCookie);
  if (!initiatorCookie) throw new Error('sixteen digits');
  const made = madeMain('sesame');
  const secrets = [secret({ what: 'preSharedKey' }, 'sesame'), secret({ what: 'dhSharedSecret', initiatorCookie }, shared.gxy)];
  const strange = hashed(made.keys, 9, [[199, Uint8Array.of(1, 2, 3)]]);
  const replay = fold(logOf([...made.frames, made.exchange(9).seal('responder', 5, strange, 9)], secrets));
  expect(seenAt(replay, 7).ike).toMatchObject({ closed: null, authenticators: [{ verdict: 'equal' }] });
  const forged = [[8, new Uint8Array(20)] as const, [199, Uint8Array.of(1, 2, 3)] as const];
  const other = fold(logOf([...made.frames, made.exchange(9).seal('responder', 5, forged, 9)], secrets));
  expect(seenAt(other, 7).ike?.opened).toBeNull();
});
