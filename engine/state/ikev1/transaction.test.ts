// XAUTH, mode config by request and by order, new groups, and protocols that only look like IKE. Where nothing was recorded it is made.
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { octets, u16, u32 } from '../../../test/support/frames.ts';
import { clear, configuration, hashed, logOf, madeMain, notify, saBody, secret, shared } from '../../../test/support/made-negotiation.ts';
import { loadTrace, tracesFolder } from '../../../test/support/trace.ts';
import { fold, negotiationIn, rowsOf, seenAt, withoutSecrets } from '../../../test/support/what-if.ts';
import { lookAt } from '../../replay/replay.ts';
import { cookie } from '../../values/cookie.ts';
import { packetView } from '../../view/packet.ts';
import { stateRecord } from '../../view/records/state.ts';
import { entries } from '../persistent-map.ts';

const trace = (name: string) => fold(loadTrace(`${tracesFolder}/${name}`));
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const initiatorCookie = cookie(shared.initiatorCookie);
if (!initiatorCookie) throw new Error('sixteen digits');
const secrets = [secret({ what: 'preSharedKey' }, 'sesame'), secret({ what: 'dhSharedSecret', initiatorCookie }, shared.gxy)];

const resultsOf = (replay: ReturnType<typeof fold>): (string | null)[] =>
  entries(negotiationIn(replay.final).exchanges)
    .map(([, e]) => e)
    .sort((a, b) => a.first - b.first)
    .map((e) => e.result);
const moves = (replay: ReturnType<typeof fold>, ...events: readonly number[]): string[] =>
  events.flatMap((event) => rowsOf(replay, event).map((row) => row.replace(/ [@?].*/, '')));

describe('a remote user, recorded', () => {
  const replay = trace('am-psk-xauth-modecfg-vpnc');

  test('the gateway goes through XAUTH and mode config and back', () => {
    expect(moves(replay, 4, 5, 6, 7, 8, 9)).toEqual([
      'R IKE_P1_COMPLETE > IKE_XAUTH_REQ_SENT',
      'R IKE_XAUTH_REQ_SENT > IKE_XAUTH_AAA_CONT_LOGIN_AWAIT',
      'R IKE_XAUTH_AAA_CONT_LOGIN_AWAIT > IKE_XAUTH_SET_SENT',
      'R IKE_XAUTH_SET_SENT > IKE_P1_COMPLETE',
      'R IKE_P1_COMPLETE > IKE_CONFIG_AUTHOR_AAA_AWAIT',
      'R IKE_CONFIG_AUTHOR_AAA_AWAIT > IKE_P1_COMPLETE',
    ]);
  });

  test('who the user is, and what was assigned', () => {
    const n = negotiationIn(replay.final);
    expect(n.xauth).toMatchObject({ gateway: 'responder', user: 'alice', status: 'ok', requests: 1 });
    expect(n.configuration).toMatchObject({ gateway: 'responder', addresses: ['10.1.88.1'] });
    expect(resultsOf(replay).slice(0, 3)).toEqual(['XAUTH reply', 'XAUTH ok', 'assigned 10.1.88.1']);
  });

  test('the password is in no state, and blank among the octets that are shown', () => {
    expect(JSON.stringify(stateRecord(replay, replay.lastIndex))).not.toContain('alicepass');
    const { state, seen } = lookAt(replay, 5);
    const view = packetView(replay, 5, state, seen, 'CFG');
    const shown = view?.buffers.map((b) => Buffer.from(b.bytes).toString('latin1')).join(' ') ?? '';
    expect(shown).toContain('alice');
    expect(shown).not.toContain('alicepass');
    expect(JSON.stringify(view?.nodes)).not.toContain('alicepass');
    // What was opened itself is as it was: hashes are made of it.
    expect(Buffer.from(seen.ike?.opened?.bytes ?? []).toString('latin1')).toContain('alicepass');
  });

  test('who has no key sees that something went on, and moves nobody', () => {
    const blind = fold(withoutSecrets(loadTrace(`${tracesFolder}/am-psk-xauth-modecfg-vpnc`)));
    expect(moves(blind, 4, 5, 6, 7, 8, 9)).toEqual([]);
    expect(seenAt(blind, 4).ike).toMatchObject({ label: 'CFG', opened: null });
  });
});

test('a wrong password, recorded: refused, acknowledged', () => {
  const replay = trace('mm-xauth-failed');
  expect(negotiationIn(replay.final).xauth).toMatchObject({ status: 'failed', user: 'alice' });
  expect(resultsOf(replay)).toEqual(['XAUTH reply', 'XAUTH failed']);
  expect(moves(replay, 10)).toEqual(['R IKE_XAUTH_SET_SENT > IKE_P1_COMPLETE']);
});

test('an address on request, recorded', () => {
  const replay = trace('mm-modecfg-pull');
  expect(negotiationIn(replay.final)).toMatchObject({ xauth: null, configuration: { addresses: ['10.1.77.1'] } });
  expect(resultsOf(replay)[0]).toBe('assigned 10.1.77.1');
});

describe('made', () => {
  const made = madeMain('sesame');
  /** Phase 1, then these attributes payloads, each row an exchange of its own. */
  const following = (...exchanges: readonly (readonly (readonly ['initiator' | 'responder', Uint8Array])[])[]) => {
    const frames = exchanges.flatMap((messages, i) => {
      const chain = made.exchange(100 + i);
      return messages.map(([from, body]) => chain.seal(from, 6, hashed(made.keys, 100 + i, [[14, body]]), 100 + i));
    });
    return fold(logOf([...made.frames, ...frames], secrets));
  };

  test('an address by order: SET and ACK', () => {
    const replay = following([
      ['responder', configuration(3, [1, octets(10, 9, 8, 7)], [3, octets(10, 9, 0, 1)])],
      ['initiator', configuration(4, [1, new Uint8Array()])],
    ]);
    expect(moves(replay, 7, 8)).toEqual(['R IKE_P1_COMPLETE > IKE_CONFIG_MODE_SET_SENT', 'R IKE_CONFIG_MODE_SET_SENT > IKE_P1_COMPLETE']);
    expect(resultsOf(replay)).toEqual(['assigned 10.9.8.7']);
  });

  test('a second try in one exchange, with a challenge', () => {
    const ask = configuration(1, [16520, 0], [16521, new Uint8Array()], [16522, new Uint8Array()]);
    const say = configuration(2, [16520, 0], [16521, ascii('bob')], [16522, ascii('wrong')]);
    const replay = following(
      [
        ['responder', ask],
        ['initiator', say],
        ['responder', configuration(1, [16525, ascii('7')])],
        ['initiator', configuration(2, [16529, ascii('8')])],
      ],
      [
        ['responder', configuration(3, [16527, 1])],
        ['initiator', configuration(4, [16527, 1])],
      ],
    );
    expect(moves(replay, 9)).toEqual(['R IKE_XAUTH_AAA_CONT_LOGIN_AWAIT > IKE_XAUTH_REQ_SENT']);
    expect(negotiationIn(replay.final).xauth).toMatchObject({ requests: 2, user: 'bob', status: 'ok' });
    expect(JSON.stringify(stateRecord(replay, replay.lastIndex))).not.toContain('wrong');
  });

  test('networks of a split tunnel and a banner, as Cisco Unity gives them', () => {
    const split = octets(10, 5, 0, 0, 255, 255, 0, 0, new Uint8Array(6));
    const replay = following([
      ['initiator', configuration(1, [1, new Uint8Array()])],
      ['responder', configuration(2, [1, octets(10, 9, 8, 7)], [28676, octets(split, split)], [28672, ascii('hello')])],
    ]);
    expect(negotiationIn(replay.final).configuration?.attributes).toEqual([
      { name: 'INTERNAL_IP4_ADDRESS', value: '10.9.8.7' },
      { name: 'UNITY_SPLIT_INCLUDE', value: '10.5.0.0/255.255.0.0 10.5.0.0/255.255.0.0' },
      { name: 'UNITY_BANNER', value: 'hello' },
    ]);
  });

  test('an acknowledgement of nothing moves nobody', () => {
    expect(moves(following([['initiator', configuration(4)]]), 7)).toEqual([]);
  });

  test('a message whose hash is wrong moves nobody and says nothing', () => {
    const chain = made.exchange(100);
    const forged = chain.seal(
      'responder',
      6,
      [
        [8, new Uint8Array(20)],
        [14, configuration(3, [16527, 1])],
      ],
      100,
    );
    const replay = fold(logOf([...made.frames, forged], secrets));
    expect(moves(replay, 7)).toEqual([]);
    expect([negotiationIn(replay.final).xauth, resultsOf(replay)]).toEqual([null, [null]]);
  });

  test('a new group is offered and taken', () => {
    const chain = made.exchange(100);
    const group = (first: boolean) => {
      const attributes = octets(u16(0x8004), u16(32768), u16(0x8005), u16(1), u16(6), u16(128), new Uint8Array(128).fill(255));
      const transform = octets(0, 0, u16(8 + attributes.length), 1, 1, u16(0), attributes);
      const body = octets(u32(1), u32(1), 0, 0, u16(8 + transform.length), 1, 1, 0, 1, transform);
      return chain.seal(first ? 'initiator' : 'responder', 33, hashed(made.keys, 100, [[1, body]]), 100);
    };
    const replay = fold(logOf([...made.frames, group(true), group(false)], secrets));
    expect(seenAt(replay, 7).ike).toMatchObject({ label: 'NGM', authenticators: [{ verdict: 'equal' }] });
    expect(resultsOf(replay)).toEqual(['takes group 32768, 1024-bit prime']);
  });

  test('a lifetime that the responder gives in quick mode is that of the SAs; a fourth message says CONNECTED', () => {
    const id = 0x7001;
    const chain = made.exchange(id);
    const esp = (spi: number): Uint8Array => {
      const attributes = octets(u16(0x8001), u16(1), u16(0x8002), u16(3600), u16(0x8004), u16(1), u16(0x8005), u16(2));
      const transform = octets(0, 0, u16(8 + attributes.length), 1, 3, u16(0), attributes);
      return octets(u32(1), u32(1), 0, 0, u16(12 + transform.length), 1, 3, 4, 1, u32(spi), transform);
    };
    const [ni, nr] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
    const life = notify(24576, octets(u16(0x8001), u16(1), u16(0x8002), u16(600)), 3, u32(0xbbbb));
    const hash3 = Uint8Array.from(
      createHmac('sha1', made.keys.skeyidA)
        .update(octets(0, u32(id), ni, nr))
        .digest(),
    );
    const frames = [
      chain.seal(
        'initiator',
        32,
        hashed(made.keys, id, [
          [1, esp(0xaaaa)],
          [10, ni],
        ]),
        id,
        3,
      ),
      chain.seal(
        'responder',
        32,
        hashed(
          made.keys,
          id,
          [
            [1, esp(0xbbbb)],
            [10, nr],
            [11, life],
          ],
          ni,
        ),
        id,
        3,
      ),
      chain.seal('initiator', 32, [[8, hash3]], id, 3),
    ];
    const replay = fold(logOf([...made.frames, ...frames], secrets));
    const [sa] = stateRecord(replay, replay.lastIndex).ipsecSas;
    expect(sa?.lifetimeSeconds).toBe(600);
    const connected = hashed(made.keys, id, [[11, notify(16384, new Uint8Array(), 3, u32(0xbbbb))]]);
    const whole = fold(logOf([...made.frames, ...frames, chain.seal('responder', 32, connected, id, 3)], secrets));
    expect(seenAt(whole, 9).ike?.authenticators).toMatchObject([{ name: 'HASH(3)', verdict: 'equal' }]);
    expect(seenAt(whole, 10).ike).toMatchObject({ label: 'QM4', authenticators: [{ name: 'HASH(4)', verdict: 'equal' }] });
    expect(entries(negotiationIn(whole.final).exchanges)[0]?.[1]).toMatchObject({ commit: true, connected: 10, result: 'complete' });
  });
});

describe('what only looks like IKE', () => {
  test('exchanges of AuthIP are named, and move nobody', () => {
    const replay = fold(logOf([clear('initiator', 243, [[10, shared.nonceI]], { answered: false })]));
    expect(seenAt(replay, 1).ike?.label).toBe('AUTHIP');
    expect(rowsOf(replay)).toEqual([]);
  });

  test('a group of keys (GDOI), by its port or by its domain of interpretation, is no quick mode', () => {
    const pull = clear(
      'initiator',
      32,
      [
        [8, new Uint8Array(20)],
        [10, shared.nonceI],
      ],
      { id: 5, port: 848 },
    );
    const byPort = fold(logOf([pull]));
    expect(seenAt(byPort, 1).ike?.label).toBe('GKPULL');
    const group = saBody(1);
    group[3] = 2;
    const byDoi = fold(
      logOf([clear('initiator', 2, [[1, group]], { answered: false }), clear('initiator', 33, [[18, u32(1)]], { id: 6 })]),
    );
    expect(seenAt(byDoi, 2).ike?.label).toBe('GKPUSH');
    expect([...rowsOf(byPort), ...rowsOf(byDoi, 2)]).toEqual([]);
  });
});
